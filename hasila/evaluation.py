"""A tagger's predictions against gold: numbers, a table, a confusion matrix, errors to read."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hasila import dataset, metric, plots
from hasila.errors import UserError
from hasila.files import write_json, write_text
from hasila.mention import Article, Mention
from hasila.tables import markdown
from hasila.tagger import Tagger

CONTEXT = 60  # characters on each side of an error
KINDS = ("missed", "invented", "wrong label", "wrong extent")
NOTHING = "(nothing)"


@dataclass(frozen=True)
class Mistake:
    """A gold mention without an equal prediction, or a prediction without gold."""

    kind: str
    article: Article
    gold: Mention | None
    predicted: Mention | None


def mistakes(article: Article, predicted: Sequence[Mention]) -> list[Mistake]:
    """Every difference once: overlapping spans pair up as wrong label or extent, the rest stand alone."""
    gold = [m for m in article.mentions if m not in set(predicted)]
    waiting = [m for m in predicted if m not in set(article.mentions)]
    found = []
    for mention in gold:
        other = next((p for p in waiting if p.start < mention.end and mention.start < p.end), None)
        if other:
            waiting.remove(other)
        found.append(Mistake(_kind(mention, other), article, mention, other))
    return found + [Mistake("invented", article, None, p) for p in waiting]


def _kind(gold: Mention, predicted: Mention | None) -> str:
    if predicted is None:
        return "missed"
    return "wrong label" if gold.label != predicted.label else "wrong extent"


def confusion(articles: Sequence[Article], predictions: Sequence[Sequence[Mention]]) -> Counter[tuple[str, str]]:
    """(gold label, predicted label) of overlapping spans; `(nothing)` where there is no counterpart."""
    counts: Counter[tuple[str, str]] = Counter()
    for article, predicted in zip(articles, predictions, strict=True):
        counts.update((m.label, m.label) for m in set(article.mentions) & set(predicted))
        for mistake in mistakes(article, predicted):
            sides = (mistake.gold, mistake.predicted)
            counts[tuple(m.label if m else NOTHING for m in sides)] += 1  # type: ignore[index]
    return counts


def about(tagger: Tagger, checkpoint: Path, data: Path, articles: Sequence[Article]) -> dict[str, Any]:
    """What a score needs beside it: encoder, checkpoint, data, gold that the tokenizer cannot reach.

    Raises `UserError` where the data has labels that the checkpoint does not know.
    """
    unknown = {m.label for a in articles for m in a.mentions} - set(tagger.labels)
    if unknown:
        raise UserError(
            f"{data}: labels {', '.join(sorted(unknown))} are not this checkpoint's ({', '.join(tagger.labels)})"
        )
    return {
        "encoder": tagger.encoder,
        "checkpoint": str(checkpoint),
        "data": dataset.checksums(data),
        "unreachable": dataset.unreachable(articles, tagger.pieces),
    }


def report(
    articles: Sequence[Article], predictions: Sequence[Sequence[Mention]], folder: Path, about: dict[str, Any]
) -> dict[str, Any]:
    """Score and write metrics.json, scores.md, confusion.png and errors.md; returns the metrics."""
    scores = metric.score(predictions, [article.mentions for article in articles])
    metrics = about | scores
    write_json(folder / "metrics.json", metrics)
    write_text(folder / "scores.md", f"Encoder: {about['encoder']}\n\n{table(scores)}")
    write_text(folder / "errors.md", errors(articles, predictions))
    plots.confusion(confusion(articles, predictions), folder / "confusion.png", about["encoder"])
    return metrics


def table(scores: dict[str, Any]) -> str:
    """Markdown: a line a label, fine and coarse, micro and macro."""
    lines = []
    for grain in ("fine", "coarse"):
        rows = scores[grain]["labels"] | {
            f"{grain} micro": scores[grain]["micro"],
            f"{grain} macro": scores[grain]["macro"],
        }
        for name, row in rows.items():
            if grain == "fine" or name != "ACTOR":
                numbers = [f"{row[key]:.3f}" for key in ("precision", "recall", "f1")]
                lines.append([name, *numbers, row.get("support", "")])
    return markdown(["", "precision", "recall", "F1", "support"], lines) + "\n"


def errors(articles: Sequence[Article], predictions: Sequence[Sequence[Mention]]) -> str:
    """Markdown: all mistakes by kind, each in its context."""
    found = [m for a, p in zip(articles, predictions, strict=True) for m in mistakes(a, p)]
    parts = []
    for kind in KINDS:
        of_kind = [m for m in found if m.kind == kind]
        parts += [f"## {kind}: {len(of_kind)}\n", *(_in_context(m) for m in of_kind), ""]
    return "\n".join(parts)


def _in_context(mistake: Mistake) -> str:
    shown = [("gold", mistake.gold), ("predicted", mistake.predicted)]
    lines = [f"- {name} {m.label} {m.start}–{m.end}: {context(mistake.article.text, m)}" for name, m in shown if m]
    return f"{mistake.article.id}\n" + "\n".join(lines) + "\n"


def context(text: str, mention: Mention) -> str:
    """The mention between some characters of its text, on one line."""
    left = text[max(0, mention.start - CONTEXT) : mention.start].replace("\n", " ")
    right = text[mention.end : mention.end + CONTEXT].replace("\n", " ")
    return f"…{left}**[{text[mention.start : mention.end]}]**{right}…"
