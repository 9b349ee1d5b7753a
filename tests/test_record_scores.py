"""Scores of records, by hand."""

from dataclasses import replace

import pytest

from hasila import link_scores, record_scores
from hasila.links import Links
from hasila.markup import parse
from hasila.mention import Article, Mention
from hasila.parties import Registry

GOLD = parse(
    "قتل [[KILLED 5 of=a by=monitor|5 جنود]] من [[ACTOR #a|الجيش]]، وقتل [[KILLED 9 by=party|9 مدنيين]] "
    "بينهم [[KILLED 2 by=party part|طفلان]]",
    "g",
)
REGISTRY = Registry([])


class Fixed(Links):
    """Says the army of all soldiers, `part` of all civilians, and `party` throughout."""

    def __init__(self) -> None:
        super().__init__({})

    def _of(self, article: Article, casualty: Mention) -> Mention | None:
        return next((m for m in article.mentions if m.label == "ACTOR"), None) if "جنود" in casualty.text else None

    def _flags(self, article: Article, casualty: Mention) -> tuple[str, ...]:
        return () if "جنود" in casualty.text else ("part",)

    def _by(self, article: Article, casualty: Mention) -> str | None:
        return "party"


def test_links_are_scored_on_gold_mentions() -> None:
    filled = [link_scores.fill(Fixed(), GOLD, REGISTRY)]
    found = link_scores.compare([GOLD], filled, REGISTRY)["fitted"]
    assert found["of"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0, "support": 1}
    assert found["part"] == {"precision": 0.5, "recall": 1.0, "f1": pytest.approx(0.6667), "support": 1}
    assert found["again"]["support"] == 0
    assert found["by"]["f1"] == pytest.approx(0.6667)


def test_the_commonest_answer_stands_beside() -> None:
    found = link_scores.compare([GOLD], [GOLD], REGISTRY)["commonest"]
    assert found["by"] == {
        "answer": "party",
        "precision": pytest.approx(0.6667, abs=1e-3),
        "recall": pytest.approx(0.6667, abs=1e-3),
        "f1": pytest.approx(0.6667, abs=1e-3),
        "support": 3,
    }


def test_an_article_without_sources_says_nothing_of_them() -> None:
    bare = parse("قتل [[KILLED 5|5 جنود]] وفق المرصد", "b")
    found = link_scores.compare([GOLD, bare], [GOLD, link_scores.fill(Fixed(), bare, REGISTRY)], REGISTRY)
    assert found["fitted"]["by"]["precision"] == 1.0


def test_links_that_fill_a_piece_have_not_seen_it(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[set[str]] = []

    def fit(articles: list[Article]) -> Links:
        seen.append({a.id for a in articles})
        return Fixed()

    monkeypatch.setattr("hasila.links.fit", fit)
    pieces = [replace(GOLD, id=f"piece-{i}") for i in range(11)]
    filled = link_scores.cross_validated(pieces, REGISTRY)
    assert [a.id for a in filled] == [a.id for a in pieces]
    assert sorted(map(len, seen)) == [8, 9, 9, 9, 9]
    left_out = [{a.id for a in pieces} - ids for ids in seen]
    assert sorted(name for ids in left_out for name in ids) == sorted(a.id for a in pieces)


def test_end_to_end_on_found_mentions() -> None:
    missed = replace(GOLD, mentions=tuple(m for m in GOLD.mentions if m.text != "طفلان"))
    found = record_scores.end_to_end([GOLD], [missed], Fixed(), REGISTRY)
    assert (found["correct"], found["predicted"], found["gold"]) == (2, 2, 3)
    assert found["record f1"] == 0.8
    # The gold adds 5 and 9; the prediction takes the 9 for a part of something.
    assert found["tolls"] == [
        {"article": "g", "harm": "killed", "gold": "14", "found": "5", "within": False, "error": -9}
    ]


def test_a_toll_within_an_open_range_is_within() -> None:
    gold = parse("قتل [[KILLED 5..|5 جنود على الأقل]]", "g")
    more = replace(gold, text=gold.text, mentions=(Mention(4, 10, "KILLED", "6 جنود"),))
    (row,) = record_scores.end_to_end([gold], [more], Fixed(), REGISTRY)["tolls"]
    assert (row["gold"], row["found"], row["within"], row["error"]) == ("5..", "6", True, 0)
