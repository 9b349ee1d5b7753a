"""Many inputs through a tagger, into one output."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tqdm import tqdm

from hasila import formats, texts
from hasila.errors import UserError
from hasila.files import write_text
from hasila.mention import Article
from hasila.tagger import Tagger


def predict(tagger: Tagger, found: Sequence[Path | None], form: str, out: Path | None) -> int:
    """Mark every input (`texts.inputs`) and write it as `form` to `out` or standard output; returns how many failed.

    An input that cannot be read is reported on standard error and does not stop the others. A file
    appears only when all is done; to standard output each article goes as soon as it is marked.
    """
    if form == "brat" and out is None:
        raise UserError("--format brat: name the folder for the .txt and .ann files with --out")
    failures: list[str] = []
    marked = _mark(tagger, found, failures)
    if form == "brat":
        formats.write_brat(marked, out)
    elif out is None:
        _print(marked, form)
    else:
        header, write = formats.WRITERS[form]
        write_text(out, header + "".join(map(write, marked)))
    return len(failures)


def _mark(tagger: Tagger, found: Sequence[Path | None], failures: list[str]) -> Iterator[Article]:
    for path in tqdm(found, unit="article", disable=len(found) < 2):
        try:
            text = texts.read(path)
        except UserError as error:
            failures.append(str(error))
            print(f"error: {error}", file=sys.stderr)
            continue
        yield Article(path.stem if path else "stdin", text, tuple(tagger.tag(text)))


def _print(marked: Iterator[Article], form: str) -> None:
    header, write = formats.WRITERS[form]
    sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]
    sys.stdout.write(header)
    for article in marked:
        sys.stdout.write(write(article))
        sys.stdout.flush()
