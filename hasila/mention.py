"""The one currency between modules: a labelled span of raw text."""

from dataclasses import dataclass, field

SOURCES = ("monitor", "medium", "official", "party")
CASUALTIES = ("KILLED", "WOUNDED", "CAPTURED", "MISSING")
LABELS = ("ACTOR", *CASUALTIES)


@dataclass(frozen=True, order=True)
class Attributes:
    """What the structured record needs beside the span (data/GUIDELINES.md, section 4).

    `count` is as written in the markup (`43..`), `of` the keys of the victims' parties, `key` the
    short name of an ACTOR's party, `by` the kind of source that reports a casualty, `flags` the rest: part, again,
    denied, or an ACTOR's own harm. `written` is how the markup had them where that was in another order than
    count, key, of, by, flags.
    """

    count: str | None = None
    key: str | None = None
    of: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    by: str | None = None
    written: str = field(compare=False, default="")


@dataclass(frozen=True, order=True)
class Mention:
    """A labelled span: `start` and `end` are character offsets into the raw text."""

    start: int
    end: int
    label: str
    text: str = field(compare=False, default="")
    score: float = field(compare=False, default=1.0)
    attributes: Attributes = field(compare=False, default=Attributes())


@dataclass(frozen=True)
class Article:
    """A raw text with the mentions in it, in reading order."""

    id: str
    text: str
    mentions: tuple[Mention, ...] = ()


def coarse(label: str) -> str:
    """ACTOR stays; the four harms become CASUALTY."""
    return label if label == "ACTOR" else "CASUALTY"
