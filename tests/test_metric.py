import random

import pytest
from seqeval.metrics import classification_report
from seqeval.scheme import IOB2

from hasila.decode import chunks, iob2, legal
from hasila.mention import Mention
from hasila.metric import exact, relaxed, score

Spans = set[tuple[int, int, str]]

GOLD: list[Spans] = [{(0, 5, "ACTOR"), (6, 10, "KILLED"), (11, 15, "WOUNDED")}, {(0, 3, "ACTOR")}]
PREDICTED: list[Spans] = [{(0, 5, "ACTOR"), (6, 10, "WOUNDED"), (20, 25, "ACTOR")}, set()]


def mentions(articles: list[Spans]) -> list[list[Mention]]:
    return [[Mention(*span) for span in sorted(article)] for article in articles]


def prf(scores: dict[str, float]) -> list[float]:
    return [scores["precision"], scores["recall"], scores["f1"]]


def test_fine_scores() -> None:
    fine = score(mentions(PREDICTED), mentions(GOLD))["fine"]
    assert prf(fine["micro"]) == pytest.approx([1 / 3, 1 / 4, 2 / 7])
    assert fine["micro"]["support"] == 4
    assert prf(fine["macro"]) == pytest.approx([1 / 6, 1 / 6, 1 / 6])
    assert fine["labels"] == {
        "ACTOR": {"precision": 0.5, "recall": 0.5, "f1": 0.5, "support": 2},
        "KILLED": {"precision": 0.0, "recall": 0.0, "f1": 0.0, "support": 1},
        "WOUNDED": {"precision": 0.0, "recall": 0.0, "f1": 0.0, "support": 1},
    }


def test_coarse_scores_forgive_the_harm() -> None:
    coarse = score(mentions(PREDICTED), mentions(GOLD))["coarse"]
    assert prf(coarse["micro"]) == pytest.approx([2 / 3, 2 / 4, 4 / 7])
    assert prf(coarse["labels"]["CASUALTY"]) == pytest.approx([1.0, 0.5, 2 / 3])
    assert set(coarse["labels"]) == {"ACTOR", "CASUALTY"}


def test_a_boundary_off_by_one_is_wrong() -> None:
    assert prf(exact([{(0, 5, "ACTOR")}], [{(0, 4, "ACTOR")}], 1, 0)["micro"]) == [0.0, 0.0, 0.0]


def test_the_same_span_of_another_article_is_wrong() -> None:
    article: Spans = {(0, 5, "ACTOR")}
    assert prf(exact([article, set()], [set(), article], 1, 0)["micro"]) == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("scheme", "expected"),
    [
        ("strict", [1 / 6, 1 / 5, 2 / 11]),
        ("exact", [2 / 6, 2 / 5, 4 / 11]),
        ("partial", [3 / 6, 3 / 5, 6 / 11]),
        ("type", [2 / 6, 2 / 5, 4 / 11]),
    ],
)
def test_relaxed_scores(scheme: str, expected: list[float]) -> None:
    gold: Spans = {(0, 5, "ACTOR"), (6, 10, "KILLED"), (11, 20, "ACTOR"), (30, 35, "WOUNDED"), (40, 50, "KILLED")}
    predicted: Spans = {
        (0, 5, "ACTOR"),  # right
        (6, 10, "WOUNDED"),  # wrong label
        (11, 15, "ACTOR"),  # wrong end
        (35, 39, "WOUNDED"),  # touches gold but shares no character with it: spurious
        (44, 50, "ACTOR"),  # wrong start and label
        (60, 65, "ACTOR"),  # spurious
    }
    assert prf(relaxed([predicted], [gold])[scheme]) == pytest.approx(expected)
    assert prf(score(mentions([predicted]), mentions([gold]))["relaxed"][scheme]) == pytest.approx(expected)


def test_exact_scores_are_those_of_strict_seqeval() -> None:
    draw = random.Random(7)
    for _ in range(30):
        lengths = [draw.randint(1, 12) for _ in range(4)]
        sides = [[legal(draw.choices(iob2(["ACTOR", "KILLED"]), k=n)) for n in lengths] for _ in range(2)]
        predicted, gold = ([set(chunks(tags)) for tags in side] for side in sides)
        ours = exact(predicted, gold, 1, 0)
        theirs = classification_report(
            sides[1], sides[0], mode="strict", scheme=IOB2, output_dict=True, zero_division=0
        )
        for name, scores in {"micro avg": ours["micro"], "macro avg": ours["macro"], **ours["labels"]}.items():
            assert prf(scores) == pytest.approx([theirs[name][key] for key in ("precision", "recall", "f1-score")])
        assert set(ours["labels"]) == {name for name in theirs if not name.endswith(" avg")}
        assert all(ours["labels"][label]["support"] == theirs[label]["support"] for label in ours["labels"])


NONE: list[Spans] = [set(), set()]


@pytest.mark.parametrize(("predicted", "gold"), [(NONE, GOLD), (GOLD, NONE), (NONE, NONE)])
def test_nothing_predicted_or_nothing_to_find_scores_zero(predicted: list[Spans], gold: list[Spans]) -> None:
    result = score(mentions(predicted), mentions(gold))
    for name in ("fine", "coarse"):
        assert prf(result[name]["micro"]) == prf(result[name]["macro"]) == [0.0, 0.0, 0.0]
        assert result[name]["micro"]["support"] == sum(map(len, gold))
    assert all(prf(scheme) == [0.0, 0.0, 0.0] for scheme in result["relaxed"].values())


def test_perfect_predictions_score_one() -> None:
    result = score(mentions(GOLD), mentions(GOLD))
    schemes = [result["fine"]["micro"], result["fine"]["macro"], result["coarse"]["micro"], result["coarse"]["macro"]]
    assert len(result["relaxed"]) == 4
    for scheme in [*schemes, *result["relaxed"].values()]:
        assert prf(scheme) == [1.0, 1.0, 1.0]
    assert (result["fine"]["micro"]["low"], result["fine"]["micro"]["high"]) == (1.0, 1.0)


def test_the_interval_holds_the_score_and_is_reproducible() -> None:
    gold, predicted = GOLD * 4, [*PREDICTED, *GOLD] * 2
    first, second = (exact(predicted, gold, 200, 3)["micro"] for _ in range(2))
    assert 0 < first["low"] < first["f1"] < first["high"] < 1
    assert first == second
    assert exact(predicted, gold, 200, 4)["micro"] != first


def test_one_article_has_no_spread() -> None:
    micro = exact(PREDICTED[:1], GOLD[:1], 50, 0)["micro"]
    assert micro["low"] == micro["high"] == micro["f1"] == pytest.approx(1 / 3)
