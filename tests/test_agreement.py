"""Agreement by hand-counted examples."""

from pathlib import Path

import pytest

from hasila import agreement, markup
from hasila.errors import UserError


def folder(path: Path, text: str) -> Path:
    path.mkdir()
    (path / "a.txt").write_text(text, encoding="utf-8")
    return path


def test_kappa_by_hand() -> None:
    # Four tokens: both ACTOR, A alone ACTOR, both O, both O. Observed 3/4, expected 2/4·1/4 + 2/4·3/4 = 1/2.
    first = markup.parse("[[ACTOR|الجيش]] [[ACTOR|والحزب]] في حلب")
    second = markup.parse("[[ACTOR|الجيش]] والحزب في حلب")
    assert agreement.kappa([(first, second)]) == pytest.approx(0.5)


def test_the_report_lists_every_difference(tmp_path: Path) -> None:
    a = folder(tmp_path / "a", "قتل [[KILLED 3 part|3 جنود]] من [[ACTOR|الجيش]] في حلب")
    b = folder(tmp_path / "b", "قتل [[KILLED 3|3 جنود]] من الجيش في [[ACTOR|حلب]]")
    said = agreement.report(a, b)
    assert "| fine micro | 0.500 | 0.500 | 0.500 | 2 |" in said
    assert "## missed: 1" in said
    assert "## invented: 1" in said
    assert "Of 1 shared casualties 1 have the same count, 1 the same source; of 1 shared mentions 0" in said
    assert "`KILLED 3 part` against `KILLED 3`: …قتل **[3 جنود]** من" in said


def test_another_text_is_refused(tmp_path: Path) -> None:
    a, b = folder(tmp_path / "a", "نص أول"), folder(tmp_path / "b", "نص ثان")
    with pytest.raises(UserError, match="another text"):
        agreement.report(a, b)
