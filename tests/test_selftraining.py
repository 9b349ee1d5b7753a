"""Self-training: which texts are taken, and what is learnt from."""

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pytest
from stand_ins import mini_encoder

from hasila import dataset, encoder, selftraining, training
from hasila.config import TrainConfig
from hasila.errors import UserError
from hasila.mention import Article, Mention

VIOLENT = [f"قتل {n} جنود في هجوم شنه مسلحون على البلدة" for n in range(3, 9)]
QUIET = "افتتح الوزير معرض الكتاب في العاصمة صباح اليوم"


class Marker:
    """Marks each text's first word, more surely the longer the text."""

    def tag_all(self, texts: Iterable[str]) -> Iterator[list[Mention]]:
        return ([Mention(0, 3, "ACTOR", text[:3], len(text) / 10)] if text else [] for text in texts)


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


def test_a_run_learns_from_its_articles_and_from_its_own_marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "news.txt").write_text("\n".join(VIOLENT), encoding="utf-8")
    source = encoder.find(str(mini_encoder(tmp_path / "encoder")))
    settings = TrainConfig(encoder=source.name, window=16, overlap=4, epochs=1, output=str(tmp_path), paragraphs=5)
    own = dataclasses.replace(settings, unmarked=str(tmp_path))
    rows, seen = dataset.training_rows, []

    def spy(articles: Sequence[Article], *rest: object) -> object:
        seen.append([article.id for article in articles])
        return rows(articles, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(dataset, "training_rows", spy)
    monkeypatch.setattr(selftraining, "sure", lambda _, texts: [Article(f"own-{len(texts)}", texts[0], ())])
    articles = [Article("a", "هاجم مسلحون القرية", (Mention(5, 11, "ACTOR"),))]
    for _ in range(2):  # the second time the teacher is there
        training.fit(own, source, articles)
    assert seen == [["a"], ["a", "own-5"], ["a", "own-5"]]
