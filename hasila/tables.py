"""Markdown tables, and their places in a README."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from hasila.files import write_text


def markdown(head: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    """A table with a line a row."""
    lines = [f"| {' | '.join(map(str, row))} |" for row in rows]
    return "\n".join([f"| {' | '.join(head)} |", "|---" * len(head) + "|", *lines])


def fill(path: Path, tables: dict[str, str]) -> bool:
    """Put each table between its markers, `<!-- name -->` and `<!-- /name -->`; whether anything changed."""
    old = text = path.read_text(encoding="utf-8")
    for name, table in tables.items():
        pattern = re.compile(f"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        text = pattern.sub(lambda found, t=table: f"{found[1]}\n{t}\n\n{found[2]}", text)
    if text != old:
        write_text(path, text)
    return text != old
