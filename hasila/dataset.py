"""Marked-up articles as `datasets.Dataset`s: one row an article, or one row a window for training."""

import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from datasets import Dataset

from hasila import formats, markup
from hasila.decode import encode, reachable
from hasila.errors import UserError
from hasila.files import read_json, sha256, write_text
from hasila.mention import LABELS, Article, Mention
from hasila.tables import markdown
from hasila.tagger import SETTINGS
from hasila.windows import Pieces, units, windows
from hasila.words import words

IGNORED = -100  # what the loss leaves out: special tokens and all pieces of a unit but its first


def to_dataset(articles: Sequence[Article]) -> Dataset:
    """One row an article: id, text, mentions (start, end, label, surface, count, key, of, by, flags)."""
    rows = [{"id": a.id, "text": a.text, "mentions": [_row(m) for m in a.mentions]} for a in articles]
    return Dataset.from_list(rows)


def _row(mention: Mention) -> dict[str, object]:
    a = mention.attributes
    span = {"start": mention.start, "end": mention.end, "label": mention.label, "surface": mention.text}
    return span | {"count": a.count, "key": a.key, "of": list(a.of), "by": a.by, "flags": list(a.flags)}


def training_rows(articles: Sequence[Article], pieces: Pieces, tags: Sequence[str], size: int, overlap: int) -> Dataset:
    """One row a window: `input_ids` and `labels`, both as long as the window in pieces."""
    rows = []
    for article in articles:
        source = units(article.text, pieces)
        gold = encode(source.spans, article.mentions)
        for window in windows(source, pieces, size, overlap):
            labels = [IGNORED] * len(window.input_ids)
            for position, tag in zip(window.positions, gold[window.first : window.last], strict=True):
                labels[position] = tags.index(tag)
            rows.append({"input_ids": window.input_ids, "labels": labels})
    return Dataset.from_list(rows)


def unreachable(articles: Sequence[Article], pieces: Pieces) -> dict[str, list[str]]:
    """Gold that no prediction over this tokenizer's units can match, by article: it counts as missed."""
    lost = {}
    for article in articles:
        found = reachable(article.text, units(article.text, pieces).spans, article.mentions)
        missing = [m.text for m in article.mentions if m not in found]
        lost |= {article.id: missing} if missing else {}
    return lost


def hold_out(articles: Sequence[Article], held_out: Sequence[str]) -> tuple[list[Article], list[Article]]:
    """Articles to train on and to score, the latter by the beginning of their id.

    `UserError` for a beginning that fits none.
    """
    for beginning in held_out:
        if not any(a.id.startswith(beginning) for a in articles):
            raise UserError(f"held_out: no article begins with {beginning!r}")
    scored = [a for a in articles if a.id.startswith(tuple(held_out))] if held_out else []
    return [a for a in articles if a not in scored], scored


def sample(articles: Sequence[Article], share: float, seed: int) -> list[Article]:
    """A share of the articles, drawn at random, in their order."""
    chosen = random.Random(seed).sample(range(len(articles)), round(share * len(articles)))
    return [articles[i] for i in sorted(chosen)]


def validated(data: Path) -> list[Article]:
    """The gold articles, after every check: checksums of the sources, markup of gold and both passes.

    Raises `UserError` with all that is wrong.
    """
    sources = data / "articles"
    sums = dict(line.split()[::-1] for line in markup.read_utf8(sources / "SHA256SUMS").splitlines())
    folders = [data / "gold", data / "agreement/first", data / "agreement/second"]
    problems = [
        f"{folder / name}: missing" for folder in [sources, *folders] for name in sums if not (folder / name).exists()
    ]
    problems += [
        f"{sources / name}: not the article that SHA256SUMS names; restore it"
        for name, expected in sums.items()
        if (sources / name).exists() and sha256(sources / name) != expected
    ]
    for folder in folders:
        try:
            markup.read_folder(folder, sources)
        except UserError as error:
            problems.append(str(error))
    if problems:
        raise UserError("\n".join(problems))
    return markup.read_folder(folders[0], sources)


def counts(articles: Sequence[Article]) -> str:
    """Markdown: words and mentions of each label, a line an article."""
    rows = [(a.id, len(words(a.text)), Counter(m.label for m in a.mentions)) for a in articles]
    total = ("all", sum(row[1] for row in rows), sum((row[2] for row in rows), Counter()))
    cells = [(name, length, *(found[label] for label in LABELS)) for name, length, found in [*rows, total]]
    return markdown(["article", "words", *LABELS], cells)


def export(articles: Sequence[Article], folder: Path) -> None:
    """Write gold.conll, gold.jsonl and brat/."""
    write_text(folder / "gold.conll", "".join(map(formats.to_conll, articles)))
    write_text(folder / "gold.jsonl", "".join(map(formats.to_jsonl, articles)))
    formats.write_folder(articles, "brat", folder / "brat")


def seen_in_training(checkpoint: Path, articles: Sequence[Article]) -> list[str]:
    """Ids of articles that a checkpoint says it was trained on."""
    trained = read_json(checkpoint / SETTINGS).get("trained_on", [])
    return [article.id for article in articles if article.id in trained]


def checksums(folder: Path) -> dict[str, str]:
    """SHA-256 of every data file of a run."""
    kinds = (".txt", ".ann", ".conll", ".jsonl")
    paths = sorted(path for path in folder.iterdir() if path.suffix in kinds) if folder.is_dir() else [folder]
    return {path.name: sha256(path) for path in paths}
