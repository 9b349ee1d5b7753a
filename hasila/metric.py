"""Span scores as an `evaluate.Metric` that needs no network.

Exact: a prediction counts if start, end and label are gold's, as in CoNLL-2003 (Tjong Kim Sang &
De Meulder 2003). Relaxed: the four schemes of SemEval-2013 task 9.1 (Segura-Bedmar et al. 2013), by
`nervaluate`. Intervals: percentile bootstrap over articles (Efron & Tibshirani 1993, chapter 13).
"""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import datasets
import evaluate
import numpy as np
from nervaluate import Evaluator

from hasila.mention import Mention, coarse

Span = dict[str, Any]  # start, end, label: half-open, in characters
Counts = Counter[tuple[str, str]]  # (label, "correct" | "predicted" | "gold")

SPAN = [{"start": datasets.Value("int64"), "end": datasets.Value("int64"), "label": datasets.Value("string")}]
INFO = evaluate.MetricInfo(
    description="Exact and relaxed span scores, fine and coarse, with bootstrap intervals over articles.",
    citation="",
    inputs_description="predictions, references: one list of spans (start, end, label) an article.",
    features=datasets.Features({"predictions": SPAN, "references": SPAN}),
)


class SpanMetric(evaluate.Metric):
    """`SpanMetric().compute(predictions=…, references=…)`, one list of spans an article."""

    def __init__(self, **options: Any) -> None:
        super().__init__(config_name="default", **options)

    def _info(self) -> evaluate.MetricInfo:
        return INFO

    def _compute(
        self, predictions: list[list[Span]], references: list[list[Span]], resamples: int = 1000, seed: int = 0
    ) -> dict[str, Any]:
        fine = [_keys(article, str) for article in predictions], [_keys(article, str) for article in references]
        rough = [_keys(article, coarse) for article in predictions], [_keys(article, coarse) for article in references]
        return {
            "fine": exact(*fine, resamples, seed),
            "coarse": exact(*rough, resamples, seed),
            "relaxed": relaxed(*fine),
        }


def score(predictions: Iterable[Iterable[Mention]], references: Iterable[Iterable[Mention]]) -> dict[str, Any]:
    """Score mentions, one collection an article; the result's shape is `exact`'s for fine and coarse."""
    spans = [
        [[{"start": m.start, "end": m.end, "label": m.label} for m in a] for a in side]
        for side in (predictions, references)
    ]
    with tempfile.TemporaryDirectory() as cache:  # `evaluate` wants a place to write, and home may not be one
        return SpanMetric(keep_in_memory=True, cache_dir=cache).compute(predictions=spans[0], references=spans[1])


def _keys(article: Iterable[Span], name: Callable[[str], str]) -> set[tuple[int, int, str]]:
    return {(int(span["start"]), int(span["end"]), name(span["label"])) for span in article}


def exact(
    predictions: Sequence[set[tuple[int, int, str]]],
    references: Sequence[set[tuple[int, int, str]]],
    resamples: int,
    seed: int,
) -> dict[str, Any]:
    """`micro` (with `low` and `high`, a 95 % interval), `macro`, `labels`: precision, recall, f1, support."""
    articles = [_count(p, r) for p, r in zip(predictions, references, strict=True)]
    total = sum(articles, Counter())
    labels = sorted({label for label, _ in total})
    each = {label: _prf(total, [label]) for label in labels}
    macro = {key: float(np.mean([s[key] for s in each.values()] or [0.0])) for key in ("precision", "recall", "f1")}
    return {
        "micro": _prf(total, labels) | _interval(articles, labels, resamples, seed),
        "macro": macro,
        "labels": each,
    }


def _count(predicted: set[tuple[int, int, str]], gold: set[tuple[int, int, str]]) -> Counts:
    sides = {"correct": predicted & gold, "predicted": predicted, "gold": gold}
    return Counter((label, side) for side, spans in sides.items() for _, _, label in spans)


def _prf(counts: Counts, labels: Sequence[str]) -> dict[str, float]:
    correct, predicted, gold = (
        sum(counts[label, side] for label in labels) for side in ("correct", "predicted", "gold")
    )
    return {
        "precision": correct / predicted if predicted else 0.0,
        "recall": correct / gold if gold else 0.0,
        "f1": 2 * correct / (predicted + gold) if predicted + gold else 0.0,
        "support": gold,
    }


def _interval(articles: Sequence[Counts], labels: Sequence[str], resamples: int, seed: int) -> dict[str, float]:
    """95 % of micro F1 over articles drawn with replacement."""
    if not articles:
        return {"low": 0.0, "high": 0.0}
    draw = np.random.default_rng(seed)
    picks = draw.integers(len(articles), size=(resamples, len(articles)))
    f1 = [_prf(sum((articles[i] for i in pick), Counter()), labels)["f1"] for pick in picks]
    low, high = np.percentile(f1, [2.5, 97.5])
    return {"low": float(low), "high": float(high)}


def relaxed(
    predictions: Sequence[set[tuple[int, int, str]]], references: Sequence[set[tuple[int, int, str]]]
) -> dict[str, dict[str, float]]:
    """Precision, recall, F1 by SemEval-2013: strict, exact (label ignored), partial, type."""
    labels = sorted({label for side in (predictions, references) for article in side for *_, label in article})
    if not labels:
        return {}
    # nervaluate's ends are inclusive.
    sides = [
        [[{"start": s, "end": e - 1, "label": label} for s, e, label in sorted(article)] for article in side]
        for side in (references, predictions)
    ]
    overall = Evaluator(sides[0], sides[1], tags=labels, loader="dict").evaluate()["overall"]
    names = {"strict": "strict", "exact": "exact", "partial": "partial", "type": "ent_type"}
    return {
        name: {key: float(getattr(overall[theirs], key)) for key in ("precision", "recall", "f1")}
        for name, theirs in names.items()
    }
