"""The authored training text: read and checked, and what it covers, counted from its files for the dataset card.

A file is named `<conflict>-<register>-<number>.txt`. Forms of counts are told from the surface and
the marked count, roughly; a mention can have several.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from hasila import corpus, markup
from hasila.errors import UserError
from hasila.mention import CASUALTIES, Article, Mention
from hasila.tables import markdown
from hasila.words import fold, words

OVERLAP = 8  # words in a row that no authored text may share with a text by others
CONFLICTS = {
    "syria1": "Syria, 2011–17",
    "syria2": "Syria, 2018–25",
    "lebanon": "Lebanon",
    "iraq": "Iraq",
    "yemen": "Yemen",
    "gaza": "Gaza, West Bank",
    "sudan": "Sudan",
    "libya": "Libya",
    "sahel": "Sahel",
    "somalia": "Somalia",
    "other": "others",
    "mixed": "mixed",
}
REGISTERS = {
    "agency": "agency",
    "monitor": "monitor's report",
    "communique": "communiqué",
    "local": "local page",
    "rights": "human rights",
    "feature": "feature",
    "official": "official",
    "roundup": "round-up",
    "denial": "denial",
    "toll": "growing toll",
    "negative": "no conflict or no casualties",
}
NAME = re.compile(rf"({'|'.join(CONFLICTS)})-({'|'.join(REGISTERS)})-\d\d")
VAGUE = re.compile(r"\b\S{0,3}(عشرات|مئات|مءات|الاف|ملايين|عدد|العديد|بضع|بضعه|كثير)\b")
NUMBER = re.compile(
    r"\b[وبلف]?(?:ال)?(واحد|احد|اثن|ثلاث|اربع|خمس|ست|سبع|ثمان|تسع|عشر|مئ|مائ|ميت|تلات|تنين|تمان|الف|مليون)"
)


def read(folder: Path) -> list[Article]:
    """The authored articles; `UserError` for broken markup or a name of another form."""
    articles = markup.read_folder(folder)
    problems = [f"{a.id}: expected a name like syria1-agency-01" for a in articles if not NAME.fullmatch(a.id)]
    if problems:
        raise UserError("\n".join(f"{folder}/{problem}" for problem in problems))
    return articles


def shared(articles: Sequence[Article], others: Iterable[str]) -> dict[str, list[str]]:
    """Runs of eight words that authored articles share with texts by others, by article."""
    theirs: set[tuple[str, ...]] = set()
    own = {a.id: corpus.ngrams(a.text, OVERLAP) for a in articles}
    everything = set().union(*own.values())
    for text in others:
        theirs |= everything & corpus.ngrams(text, OVERLAP)
    return {key: sorted(" ".join(run) for run in runs & theirs) for key, runs in own.items() if runs & theirs}


def tables(articles: Sequence[Article]) -> dict[str, str]:
    """The dataset card's tables of the authored text, by name."""
    return {"conflicts": by_conflict(articles), "harms": by_harm(articles), "forms": by_form(articles)}


def _count(mention: Mention) -> str:
    return mention.attributes.count or "?"


def _value(mention: Mention) -> int:
    return max(map(int, re.findall(r"\d+", _count(mention))), default=0)


def _spelled(mention: Mention) -> bool:
    return bool(NUMBER.search(fold(mention.text))) and not _digits(mention) and not _vague(mention)


def _vague(mention: Mention) -> bool:
    return bool(VAGUE.search(fold(mention.text)))


def _digits(mention: Mention) -> bool:
    return _has_digit(mention.text)


def _has_digit(text: str) -> bool:
    return any(c.isdigit() for c in text)


def _quantity_last(mention: Mention) -> bool:
    first = mention.text.split()[0]
    return (
        _value(mention) > 1
        and len(mention.text.split()) > 1
        and not (_has_digit(first) or NUMBER.search(fold(first)) or _bounded(mention) or _two(mention))
    )


def _bounded(mention: Mention) -> bool:
    return bool(re.search(r"\.\.|~", _count(mention)))


def _two(mention: Mention) -> bool:
    return _count(mention) == "2" and not _digits(mention)


FORMS: dict[str, Callable[[Mention], bool]] = {
    "digits": lambda m: bool(re.search("[0-9]", m.text)),
    "Arabic-Indic digits": lambda m: bool(re.search("[٠-٩]", m.text)),
    "number words": _spelled,
    "duals": lambda m: _two(m) and not NUMBER.search(fold(m.text)),
    "single victims": lambda m: _count(m) == "1" and not _digits(m),
    "vague quantities": _vague,
    "plurals without a number": lambda m: _count(m) == "?" and not _vague(m),
    "at least, more than": lambda m: _count(m).endswith(".."),
    "at most": lambda m: _count(m).startswith(".."),
    "between": lambda m: bool(re.fullmatch(r"\d+\.\.\d+", _count(m))) and not _vague(m),
    "about": lambda m: _count(m).startswith("~"),
    "thousands and more": lambda m: _value(m) >= 1000,
    "number after the noun": _quantity_last,
    "two harms on one count": lambda m: bool(re.search("بين .*(قتيل|جريح|شهيد)|. و(ال)?(جريح|مصاب)", fold(m.text))),
}


def by_conflict(articles: Sequence[Article]) -> str:
    """Markdown: pieces of each conflict in each register."""
    found = Counter(tuple(a.id.split("-")[:2]) for a in articles)
    rows = [[name, *(found[key, register] for register in REGISTERS)] for key, name in CONFLICTS.items()]
    total = ["all", *(sum(found[key, register] for key in CONFLICTS) for register in REGISTERS)]
    return _table(["conflict", *REGISTERS.values(), "pieces"], [[*row, sum(row[1:])] for row in [*rows, total]])


def by_harm(articles: Sequence[Article]) -> str:
    """Markdown: words and mentions of each conflict."""
    rows = [_harms(name, [a for a in articles if a.id.split("-")[0] == key]) for key, name in CONFLICTS.items()]
    head = ["conflict", "words", "ACTOR", "different ACTOR", *CASUALTIES, "denied"]
    return _table(head, [*rows, _harms("all", articles)])


def _harms(name: str, articles: Sequence[Article]) -> list[str | int]:
    mentions = [m for a in articles for m in a.mentions]
    labels = Counter(m.label for m in mentions)
    actors = {fold(m.text) for m in mentions if m.label == "ACTOR"}
    length = sum(len(words(a.text)) for a in articles)
    denied = sum("denied" in m.attributes.flags for m in mentions)
    return [name, length, labels["ACTOR"], len(actors), *(labels[label] for label in CASUALTIES), denied]


def by_form(articles: Sequence[Article]) -> str:
    """Markdown: casualty mentions with each form of count."""
    mentions = [m for a in articles for m in a.mentions if m.label in CASUALTIES]
    rows = [[name, sum(map(is_it, mentions))] for name, is_it in FORMS.items()]
    return _table(["form of the count", "mentions"], rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str | int]]) -> str:
    return markdown(head, [[cell if cell != 0 else "·" for cell in row] for row in rows])
