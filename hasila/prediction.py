"""Many inputs through a tagger, into one output."""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from tqdm import tqdm

from hasila import counts, formats, texts
from hasila.errors import UserError
from hasila.files import write_text
from hasila.mention import Article
from hasila.tagger import Tagger

T = TypeVar("T")


def predict(tagger: Tagger, names: Sequence[str], form: str, out: Path | None) -> int:
    """Mark every input (`texts.inputs`) and write it as `form` to `out` or standard output.

    An input that cannot be read, or not be written in this form, is reported on standard error and does
    not stop the others; returns how many there were. A file appears only when all is done; to standard
    output each article goes as soon as it is marked.
    """
    failures: list[str] = []
    header, write = formats.WRITERS[form]
    if form == "brat":
        if out is None:
            raise UserError("--format brat: name the folder for the .txt and .ann files with --out")
        list(_each(tagger, names, lambda article: formats.write_brat([article], out), failures))
    elif out is None:
        _print(header, _each(tagger, names, write, failures))
    else:
        write_text(out, header + "".join(_each(tagger, names, write, failures)))
    return len(failures)


def _each(tagger: Tagger, names: Sequence[str], use: Callable[[Article], T], failures: list[str]) -> Iterator[T]:
    """What `use` makes of each input's article; articles of one file name get a number behind it."""
    found, seen = texts.inputs(names), Counter[str]()
    for path in tqdm(found, unit="article", disable=len(found) < 2):
        name = path.stem if path else "stdin"
        seen[name] += 1
        try:
            text = texts.read(path)
            id_ = name if seen[name] == 1 else f"{name}-{seen[name]}"
            result = use(counts.fill(Article(id_, text, tuple(tagger.tag(text)))))
        except UserError as error:
            failures.append(str(error))
            print(f"error: {error}", file=sys.stderr)
            continue
        yield result


def _print(header: str, parts: Iterable[str]) -> None:
    sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]
    sys.stdout.write(header)
    for part in parts:
        sys.stdout.write(part)
        sys.stdout.flush()
