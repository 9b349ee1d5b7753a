"""Self-training: which texts are taken, and that no fold's teacher has seen what it is scored on."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from stand_ins import mini_encoder

from hasila import crossvalidation, selftraining, training
from hasila.config import TrainConfig
from hasila.errors import UserError
from hasila.mention import Article, Mention

VIOLENT = [f"قتل {n} جنود في هجوم شنه مسلحون على البلدة" for n in range(3, 9)]
QUIET = "افتتح الوزير معرض الكتاب في العاصمة صباح اليوم"


class Marker:
    """Marks each text's first word, more surely the longer the text."""

    def tag(self, text: str) -> list[Mention]:
        return [Mention(0, 3, "ACTOR", text[:3], len(text) / 10)] if text else []


def test_only_paragraphs_that_report_violence_are_drawn(tmp_path: Path) -> None:
    (tmp_path / "news.txt").write_text("\n".join([*VIOLENT, QUIET, VIOLENT[0]]), encoding="utf-8")
    drawn = selftraining.unmarked(tmp_path, 4, seed=1)
    assert len(set(drawn)) == 4
    assert set(drawn) < set(VIOLENT)
    assert drawn == selftraining.unmarked(tmp_path, 4, seed=1)
    with pytest.raises(UserError, match="6 paragraphs that report violence, fewer than 7"):
        selftraining.unmarked(tmp_path, 7, seed=1)


def test_what_the_teacher_is_not_sure_of_is_left_out() -> None:
    kept = list(selftraining.sure(Marker(), ["abc", "abcdefgh", "", "abcdefghi"]))  # type: ignore[arg-type]
    assert [article.text for article in kept] == ["abcdefgh", "abcdefghi"]
    assert kept[0].mentions == (Mention(0, 3, "ACTOR"),)


def test_a_fold_learns_from_its_articles_its_own_marks_and_its_articles_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gold").mkdir()
    for name, text in {"a": "هاجم [[ACTOR|مسلحون]] القرية", "b": "وصلت [[ACTOR|القوات]] أمس"}.items():
        (tmp_path / f"gold/{name}.txt").write_text(text, encoding="utf-8")
    encoder = str(mini_encoder(tmp_path / "encoder"))
    settings = TrainConfig(encoder=encoder, data=str(tmp_path / "gold"), window=16, overlap=4, epochs=1)
    fit, seen = training.fit, []

    def spy(own: TrainConfig, source: object, articles: Sequence[Article], begun: object = None) -> training.Fitted:
        seen.append("".join(article.id for article in articles))
        return fit(own, source, articles, begun=begun)  # type: ignore[arg-type]

    monkeypatch.setattr(training, "fit", spy)
    monkeypatch.setattr(selftraining, "sure", lambda teacher, texts: [Article("own", texts[0], ())])
    result = crossvalidation.crossvalidate(settings, [1], tmp_path / "r.json", unmarked=VIOLENT)
    assert seen == ["b", "own", "b", "a", "own", "a"]
    assert result["unmarked"] == 6
