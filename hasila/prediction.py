"""Many inputs through a tagger, into one output."""

import csv
import io
import json
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

from tqdm import tqdm

from hasila import counts, formats, links, page, records, texts
from hasila.config import shown
from hasila.errors import UserError
from hasila.files import write_text
from hasila.mention import Article
from hasila.parties import linked
from hasila.tagger import Tagger

T = TypeVar("T")
FORMATS = (*formats.WRITERS, "records-jsonl", "records-csv", "html")


def mark(tagger: Tagger, id_: str, text: str) -> Article:
    """The article with its mentions, their counts, whose casualties they are, their flags and source."""
    return complete(Article(id_, text, tuple(tagger.tag(text))))


def complete(article: Article) -> Article:
    """The same of an article whose mentions are there."""
    counted = counts.fill(article)
    return links.load().fill(counted, linked(counted))


def about(tagger: Tagger, checkpoint: Path) -> dict[str, str]:
    """What made a record."""
    return {"checkpoint": shown(checkpoint), "encoder": tagger.encoder, "version": version("hasila")}


def predict(tagger: Tagger, names: Sequence[str], form: str, out: Path | None, made_by: dict[str, str]) -> int:
    """Mark every input (`texts.inputs`) and write it as `form` to `out` or standard output.

    `made_by` (`about`) stands in every record. An input that cannot be read, or not be written in this form,
    is reported on standard error and does not stop the others; returns how many there were. A file appears
    only when all is done; to standard output each article goes as soon as it is marked.
    """
    failures: list[str] = []
    header, write = formats.WRITERS.get(form) or _record_writer(form, made_by)
    if form in formats.SETTINGS:
        if out is None:
            raise UserError(f"--format {form}: name the folder for its files with --out")
        formats.write_settings(form, out)
        list(_each(tagger, names, lambda article: formats.write_article(article, form, out), failures))
    elif out is None:
        _print(header, _each(tagger, names, write, failures))
    else:
        write_text(out, header + "".join(_each(tagger, names, write, failures)))
    return len(failures)


def _record_writer(form: str, made_by: dict[str, str]) -> tuple[str, Callable[[Article], str]]:
    """Header and writer of records, a line each, or of the page that shows them."""

    def to_jsonl(article: Article) -> str:
        found = records.records(article, linked(article))
        return "".join(json.dumps(records.to_row(r, made_by), ensure_ascii=False) + "\n" for r in found)

    def to_csv(article: Article) -> str:
        lines = io.StringIO()
        writer = csv.writer(lines, lineterminator="\n")
        for record in records.records(article, linked(article)):
            writer.writerow([formats.cell(value) for value in records.to_cells(record, made_by).values()])
        return lines.getvalue()

    return {
        "records-jsonl": ("", to_jsonl),
        # The mark at the front makes spreadsheet programs read UTF-8.
        "records-csv": (f"\ufeff{','.join(records.COLUMNS)}\n", to_csv),
        "html": (page.head(), lambda article: page.body(article, made_by)),
    }[form]


def _each(tagger: Tagger, names: Sequence[str], use: Callable[[Article], T], failures: list[str]) -> Iterator[T]:
    """What `use` makes of each input's article; articles of one file name get a number behind it."""
    waiting: deque[tuple[str, str]] = deque()  # read, but not yet marked

    def contents() -> Iterator[str]:
        for id_, text in _read(names, failures):
            waiting.append((id_, text))
            yield text

    for mentions in tagger.tag_all(contents()):
        article = Article(*waiting.popleft(), tuple(mentions))
        try:
            yield use(complete(article))
        except UserError as error:
            _failed(error, failures)


def _read(names: Sequence[str], failures: list[str]) -> Iterator[tuple[str, str]]:
    """Id and text of each input that can be read."""
    found = texts.inputs(names)
    ids = texts.numbered(path.stem if path else "stdin" for path in found)
    for id_, path in zip(ids, tqdm(found, unit="article", disable=len(found) < 2), strict=True):
        try:
            text = texts.read(path)
        except UserError as error:
            _failed(error, failures)
            continue
        yield id_, text


def _failed(error: UserError, failures: list[str]) -> None:
    failures.append(str(error))
    print(f"error: {error}", file=sys.stderr)


def _print(header: str, parts: Iterable[str]) -> None:
    sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]
    sys.stdout.write(header)
    for part in parts:
        sys.stdout.write(part)
        sys.stdout.flush()
