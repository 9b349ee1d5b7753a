"""One self-contained page to read: the article with its mentions, its tolls, its records, linked both ways."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from jinja2 import Environment, StrictUndefined, Template

from hasila.mention import Article, Mention
from hasila.parties import linked
from hasila.records import Record, records
from hasila.tolls import tolls

HEAD = """<!doctype html>
<html lang="ar" dir="rtl">
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>حصيلة · Hasila</title>
"""
HARMS = {"killed": "قتلى", "wounded": "جرحى", "captured": "أسرى ومحتجزون", "missing": "مفقودون"}
SOURCES = {"monitor": "جهة رصد", "medium": "وسيلة إعلام", "official": "جهة رسمية", "party": "طرف", None: ""}
CLASSES = {
    "child": "أطفال",
    "woman": "نساء",
    "journalist": "صحفيون",
    "medic": "طواقم طبية",
    "rescuer": "منقذون",
    "aid worker": "عاملون في الإغاثة",
    "combatant": "مقاتلون وعسكريون",
    "police": "شرطة",
    "civilian": "مدنيون",
    "unknown": "",
}


@dataclass(frozen=True)
class Piece:
    """A stretch of text: plain, an actor, or a casualty with its record."""

    text: str
    mention: Mention | None = None
    record: Record | None = None
    title: str = ""


def head() -> str:
    """What stands before the first article."""
    style = resources.files("hasila").joinpath("page.css").read_text(encoding="utf-8")
    return f"{HEAD}<style>\n{style}</style>\n"


def body(article: Article, about: Mapping[str, str]) -> str:
    """One article's part of the page; `about` says what made its records."""
    parties = linked(article)
    found = records(article, parties)
    titles = {m: f"{party.en} ({party.kind})" for m, party in parties.items()}
    sums = tolls(found)
    most = max((toll.high or toll.low for toll in sums), default=0) or 1
    return _template().render(
        article=article,
        anchor=re.sub(r"[^\w-]", "-", article.id),
        paragraphs=[list(_pieces(article, found, titles, *span)) for span in _lines(article.text)],
        records=found,
        tolls=sums,
        share=lambda number: round(100 * number / most, 2),
        harms=HARMS,
        classes=CLASSES,
        sources=SOURCES,
        about=about,
    )


@cache
def _template() -> Template:
    engine = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return engine.from_string(resources.files("hasila").joinpath("page.html.j2").read_text(encoding="utf-8"))


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Character spans of the lines that are not empty."""
    return (match.span() for match in re.finditer(r"[^\n]*\S[^\n]*", text))


def _pieces(
    article: Article, found: list[Record], titles: Mapping[Mention, str], start: int, end: int
) -> Iterator[Piece]:
    by_start = {record.start: record for record in found}
    last = start
    for mention in article.mentions:
        if start <= mention.start < end:
            yield Piece(article.text[last : mention.start])
            title = titles.get(mention, f"{mention.score:.2f}")
            yield Piece(mention.text, mention, by_start.get(mention.start), title)
            last = mention.end
    yield Piece(article.text[last:end])
