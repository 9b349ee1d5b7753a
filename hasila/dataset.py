"""Marked-up articles as `datasets.Dataset`s: one row an article, or one row a window for training."""

from collections.abc import Sequence
from pathlib import Path

from datasets import Dataset
from transformers import PreTrainedTokenizerFast

from hasila.decode import encode, reachable
from hasila.mention import Article, Mention
from hasila.windows import units, windows

IGNORED = -100  # what the loss leaves out: special tokens and all pieces of a unit but its first


def to_dataset(articles: Sequence[Article]) -> Dataset:
    """One row an article: id, text, mentions (start, end, label, surface, count, key, of, flags)."""
    rows = [{"id": a.id, "text": a.text, "mentions": [_row(m) for m in a.mentions]} for a in articles]
    return Dataset.from_list(rows)


def _row(mention: Mention) -> dict[str, object]:
    a = mention.attributes
    span = {"start": mention.start, "end": mention.end, "label": mention.label, "surface": mention.text}
    return span | {"count": a.count, "key": a.key, "of": list(a.of), "flags": list(a.flags)}


def training_rows(
    articles: Sequence[Article], tokenizer: PreTrainedTokenizerFast, tags: Sequence[str], size: int, overlap: int
) -> Dataset:
    """One row a window: `input_ids` and `labels`, both as long as the window in pieces."""
    rows = []
    for article in articles:
        source = units(article.text, tokenizer)
        gold = encode(source.spans, article.mentions)
        for window in windows(source, tokenizer, size, overlap):
            labels = [IGNORED] * len(window.input_ids)
            for position, tag in zip(window.positions, gold[window.first : window.last], strict=True):
                labels[position] = tags.index(tag)
            rows.append({"input_ids": window.input_ids, "labels": labels})
    return Dataset.from_list(rows)


def unreachable(articles: Sequence[Article], tokenizer: PreTrainedTokenizerFast) -> dict[str, list[str]]:
    """Gold that no prediction over this tokenizer's units can match, by article: it counts as missed."""
    lost = {}
    for article in articles:
        found = reachable(article.text, units(article.text, tokenizer).spans, article.mentions)
        missing = [m.text for m in article.mentions if m not in found]
        lost |= {article.id: missing} if missing else {}
    return lost


def hold_out(articles: Sequence[Article], held_out: Sequence[str]) -> tuple[list[Article], list[Article]]:
    """Articles to train on and to score, the latter by the beginning of their id."""
    scored = [a for a in articles if a.id.startswith(tuple(held_out))] if held_out else []
    return [a for a in articles if a not in scored], scored


def checksums(folder: Path) -> dict[str, str]:
    """SHA-256 of every data file of a run."""
    from hasila.files import sha256

    paths = sorted(folder.glob("*.txt")) if folder.is_dir() else [folder]
    return {path.name: sha256(path) for path in paths}
