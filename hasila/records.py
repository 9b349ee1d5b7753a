"""Casualty mentions as records: how many, whose, reported by whom, and where the text says so.

data/RECORDS.md documents every field.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from hasila import counts
from hasila.counts import Count
from hasila.mention import CASUALTIES, Article, Mention
from hasila.parties import Party
from hasila.words import SENTENCE_END, WORD, fold

# The first class whose word is in the victims' noun phrase; spelling folded, beginnings of words.
CLASSES = {
    "child": "طفل اطفال رضيع رضع صبي صبيه فتي فتيه تلميذ تلاميذ تلامذه قاصر قصر مراهق ولد اولاد بنت بنات",
    "woman": "امراه امراتان امراتين نساء نسوه سيده سيدات فتاه فتيات ام حامل",
    "journalist": "صحفي صحافي مصور مراسل اعلامي",
    "medic": "مسعف طبيب اطباء ممرض صيدل",
    "rescuer": "منقذ اطفائي دفاع",
    "aid worker": "اغاثه متطوع انساني",
    "combatant": "جندي جنود ضابط ضباط عنصر عناصر مقاتل مسلح قيادي قائد قاده عسكري مجند ارهابي متمرد امير طيار قناص"
    " عقيد عميد لواء رائد نقيب ملازم عريف رقيب مجاهد ميليشي ثوار ثائر حارس حراس",
    "police": "شرطي شرطه دركي",
    "civilian": "مدني مواطن نازح لاجئ طالب طلاب طلبه عامل عمال سائق مزارع فلاح صياد راع رعاه سكان اهالي متظاهر مصل"
    " مسافر راكب ركاب معلم مدرس تاجر تجار بائع باعه عائله اسره شيخ زوج زوجه شقيق اخ ابن ابناء حفيد جد",
}
UNKNOWN_CLASS = "unknown"


@dataclass(frozen=True)
class Named:
    """A party as an article names it; `id`, `ar`, `en`, `kind` are None where the registry does not have it."""

    surface: str
    id: str | None = None
    ar: str | None = None
    en: str | None = None
    kind: str | None = None


@dataclass(frozen=True)
class Record:
    """One casualty mention; numbers of paragraphs and sentences begin with 1, offsets count characters."""

    article: str
    paragraph: int
    sentence: int
    start: int
    end: int
    harm: str
    low: int | None
    best: int | None
    high: int | None
    count: str
    victims: str
    victim_class: str
    party: tuple[Named, ...]
    reported_by: str | None
    part: bool
    again: bool
    denied: bool
    confidence: float

    @property
    def counted(self) -> bool:
        """Whether it adds to the article's toll."""
        return not (self.part or self.again or self.denied)


def records(article: Article, parties: Mapping[Mention, Party]) -> list[Record]:
    """The records of an article whose casualties have their attributes; `parties` are those of its ACTORs."""
    named = _by_key(article.mentions, parties)
    return [_record(article, mention, named) for mention in article.mentions if mention.label in CASUALTIES]


def _by_key(mentions: Sequence[Mention], parties: Mapping[Mention, Party]) -> dict[str, Named]:
    """Each key's party: the first of its mentions that the registry knows, else its first mention."""
    found: dict[str, Named] = {}
    for mention in mentions:
        key, party = mention.attributes.key, parties.get(mention)
        if key and (key not in found or (party and found[key].id is None)):
            known = (party.id, party.ar, party.en, party.kind) if party else ()
            found[key] = Named(mention.text, *known)
    return found


def _record(article: Article, mention: Mention, named: Mapping[str, Named]) -> Record:
    own, count = mention.attributes, counts.parse(mention.attributes.count or "?")
    paragraph, sentence = place(article.text, mention.start)
    return Record(
        article=article.id,
        paragraph=paragraph,
        sentence=sentence,
        start=mention.start,
        end=mention.end,
        harm=mention.label.lower(),
        low=count.low,
        best=best(count),
        high=count.high,
        count=str(count),
        victims=mention.text,
        victim_class=victim_class(mention.text),
        party=tuple(named[key] for key in own.of),
        reported_by=own.by,
        part="part" in own.flags,
        again="again" in own.flags,
        denied="denied" in own.flags,
        confidence=round(mention.score, 4),
    )


def best(count: Count) -> int | None:
    """The one number to use if one must: the middle of a range, else the only bound; None if unknown."""
    known = [bound for bound in (count.low, count.high) if bound is not None]
    return sum(known) // len(known) if known else None


def place(text: str, offset: int) -> tuple[int, int]:
    """Number of the paragraph (lines that are not empty), and of the sentence in it, both from 1."""
    before = text[:offset]
    lines = before.split("\n")
    paragraph = sum(1 for line in lines[:-1] if line.strip()) + 1
    return paragraph, len(re.findall(rf"[{SENTENCE_END}](?=\s)", lines[-1])) + 1


@lru_cache(maxsize=4096)
def victim_class(surface: str) -> str:
    """What the noun phrase says of the victims."""
    words = WORD.findall(fold(surface))
    return next((name for name, noun in _NOUNS.items() if any(map(noun.fullmatch, words))), UNKNOWN_CLASS)


def _noun(beginning: str) -> str:
    """A pattern of this noun with clitics and an ending; of a short noun only with a dual's or a pronoun."""
    ending = ".{0,3}" if len(beginning) > 3 else "(?:ان|ين|ون|ي|ا|و)?(?:ه|ها|هم)?"
    return f"[وفبلك]{{0,2}}(?:ال)?{beginning}{ending}"


_NOUNS = {name: re.compile("|".join(map(_noun, beginnings.split()))) for name, beginnings in CLASSES.items()}


def to_row(record: Record, about: Mapping[str, str]) -> dict[str, Any]:
    """A record as JSON holds it, with what made it (`about`: checkpoint, encoder, version)."""
    return asdict(record) | dict(about)


def to_cells(record: Record, about: Mapping[str, str]) -> dict[str, Any]:
    """A record as one line of a table: the parties' names joined by semicolons."""
    row = to_row(record, about)
    named = row.pop("party")
    joined = {f"party_{name}": "; ".join(party[name] or "" for party in named) for name in Named.__dataclass_fields__}
    return {key: "" if value is None else value for key, value in (row | joined).items()}


# The columns of the table, in order.
COLUMNS = (
    *(name for name in Record.__dataclass_fields__ if name != "party"),
    *("checkpoint", "encoder", "version"),
    *(f"party_{name}" for name in Named.__dataclass_fields__),
)
