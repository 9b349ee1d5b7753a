"""Which party an ACTOR mention names: the registry `data/actors.yaml`, and matching against it.

A mention's words are compared folded, without clitics and article. Names that mean one party everywhere come
first, longer ones before shorter ones; then, what an article's other parties make clear (`النظام`).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from hasila.config import ROOT
from hasila.errors import UserError
from hasila.mention import Article, Mention
from hasila.words import WORD, fold

REGISTRY = ROOT / "data/actors.yaml"
# ACLED's actor types (ACLED Codebook 2023, "Actor Types"), then our own for what it does not type.
ACLED_KINDS = ("state forces", "rebel group", "political militia", "identity militia", "external forces")
KINDS = (*ACLED_KINDS, "state", "government body", "political body", "coalition", "leader", "armed group")
# What stands before a party's name and says no more than that somebody of it is meant.
_HEADS = frozenset(
    fold(
        """
        قوات قوة مقاتلي مقاتلو مقاتلين مقاتلون عناصر عنصر مسلحي مسلحو مسلحين مسلحون جنود ضباط وضباط جماعة جماعات
        حركة تنظيم ميليشيا ميليشيات مليشيا مليشيات فصائل فصيل مجموعات مجموعة كتائب كتيبة لواء ألوية وحدات وحدة
        جيش قيادة قيادات قادة سلطات سلطة حكومة نظام طيران طائرات مقاتلات مدفعية مدفعيات حزب هيئة تحالف منظمة
        جبهة حلفاء أنصار رجال زعيم إرهابيي إرهابيو متمردي متمردو دوريات مستشاري مستشارين خلايا خلية فلول أفراد
        أجهزة ثوار مرتزقة مجاهدي مجاهدو شرطة استخبارات مخابرات حرس
        """
    ).split()
)
_JUDGING = frozenset(
    fold("إرهابي إرهابية مجرم مجرمة مسلح مسلحة مسلحين أخرى آخر متطرف متطرفة متشدد متشددة محلي محلية").split()
)


@dataclass(frozen=True)
class Party:
    """An entry of the registry; `context` names mean it only where the article is about its country."""

    id: str
    ar: str
    en: str
    kind: str
    country: tuple[str, ...]
    parent: str | None = None
    years: str | None = None
    aliases: tuple[str, ...] = field(default=())
    context: tuple[str, ...] = field(default=())

    @property
    def names(self) -> tuple[str, ...]:
        """What means this party in every article."""
        return (self.ar, *self.aliases)


@cache
def registry(path: Path = REGISTRY) -> "Registry":
    """The registry of a file, read once. `UserError` names everything that is wrong with it."""
    try:
        rows = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except FileNotFoundError:
        raise UserError(f"{path}: no such registry of parties") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: not valid YAML ({' '.join(str(error).split())})") from None
    parties = [_party(row, path) for row in rows]
    problems = list(_problems(parties))
    if problems:
        raise UserError("\n".join(f"{path}: {problem}" for problem in problems))
    return Registry(parties)


@lru_cache(maxsize=4)  # records ask for what links have asked for; attributes make no other article
def linked(article: Article) -> dict[Mention, Party]:
    """The party of every ACTOR mention of an article that names one of the repository's registry."""
    return registry().link(article)


def _party(row: dict[str, Any], path: Path) -> Party:
    known = set(Party.__dataclass_fields__)
    if not isinstance(row, dict) or not {"id", "ar", "en", "kind", "country"} <= set(row) <= known:
        raise UserError(
            f"{path}: expected id, ar, en, kind, country and perhaps parent, years, aliases, context: {row}"
        )
    return Party(**{key: tuple(value) if isinstance(value, list) else value for key, value in row.items()})


def _problems(parties: Sequence[Party]) -> Iterable[str]:
    ids, names = Counter(p.id for p in parties), defaultdict(set)
    for party in parties:
        for name in party.names:
            names[key(name)].add(party.id)
        if party.kind not in KINDS:
            yield f"{party.id}: unknown kind {party.kind!r}; known: {', '.join(KINDS)}"
        if party.parent and party.parent not in ids:
            yield f"{party.id}: parent {party.parent!r} is no entry"
        if party.years and not re.fullmatch(r"\d{4}-(\d{4})?", party.years):
            yield f"{party.id}: years {party.years!r}, expected 2012-2017 or 2012-"
    yield from (f"{id_}: stands {count} times" for id_, count in ids.items() if count > 1)
    yield from (f"{' '.join(name)}: a name of {', '.join(sorted(of))}" for name, of in names.items() if len(of) > 1)
    if [p.id for p in parties] != sorted(p.id for p in parties):
        yield "not sorted by id"


def key(name: str) -> tuple[str, ...]:
    """A name's words for comparing: folded, without article."""
    return tuple(_plain(word) for word in WORD.findall(fold(name)))


def _plain(word: str) -> str:
    return re.sub("^ال(?=..)", "", word)


@lru_cache(maxsize=8192)
def _forms(surface: str) -> list[tuple[str, ...]]:
    """A mention's words as they are, and with a clitic less at the front: و or ف, then ب, ل or ك."""
    found = WORD.findall(fold(surface))
    if not found:
        return []
    firsts = [found[0]]
    for clitic, rest in (("[وف]", ""), ("[وف]?[بك]", ""), ("[وف]?لل", "ال"), ("[وف]?ل", "")):
        shorter = re.sub(f"^{clitic}(?=..)", rest, found[0])
        firsts += [shorter] if shorter not in firsts else []
    return [tuple(map(_plain, [first, *found[1:]])) for first in firsts]


class Registry:
    """Parties by id, and the names that lead to them."""

    def __init__(self, parties: Sequence[Party]) -> None:
        self.parties = {party.id: party for party in parties}
        self.sure = {key(name): party for party in parties for name in party.names}
        self.unsure: dict[tuple[str, ...], list[Party]] = defaultdict(list)
        for party in parties:
            for name in party.context:
                self.unsure[key(name)].append(party)
        self._by_last_name()
        states = {fold(party.ar): party.country[0] for party in parties if party.kind == "state"}
        self._states = {name: country for name, country in states.items() if " " not in name}
        self._state = re.compile(rf"(?<!\w)[وفبلك]{{0,2}}({'|'.join(self._states) or '(?!)'})(?!\w)")

    def _by_last_name(self) -> None:
        """A leader's last name alone means him where no other leader and no party has it."""
        last = defaultdict(list)
        for party in self.parties.values():
            if party.kind == "leader":
                last[key(party.ar)[-1:]].append(party)
        for name, found in last.items():
            if name not in self.sure:
                self.unsure[name] += [party for party in found if party not in self.unsure[name]]

    def link(self, article: Article) -> dict[Mention, Party]:
        """The party of every ACTOR mention that names one; the others are left out."""
        actors = [mention for mention in article.mentions if mention.label == "ACTOR"]
        found = {mention: party for mention in actors if (party := self.match(mention.text))}
        evidence = self._evidence(article.text, found.values())
        for mention in actors:
            if mention not in found and (party := self._by_context(mention.text, evidence)):
                found[mention] = party
        return found

    def match(self, surface: str) -> Party | None:
        """The party that a surface names in any article: by all its words, then without heads and judging words,
        then by the longest name in it."""
        forms = _forms(surface)
        for form in forms:
            for shorter in _shortened(form):
                if shorter in self.sure:
                    return self.sure[shorter]
        inner = [part for form in forms for part in _parts(form) if part in self.sure]
        # Of two as long, the person and not his office, which others have held.
        return self.sure[max(inner, key=lambda n: (len(n), self.sure[n].kind == "leader"))] if inner else None

    def _evidence(self, text: str, found: Iterable[Party]) -> Counter[str]:
        """How much an article speaks of each country: parties named, and the country's own name; of each party, too."""
        evidence = Counter(self._states[match[1]] for match in self._state.finditer(fold(text)))
        for party in found:
            evidence.update([*party.country, f"party {party.id}", f"party {party.parent}"])
        return evidence

    def _by_context(self, surface: str, evidence: Counter[str]) -> Party | None:
        most = max((count for name, count in evidence.items() if not name.startswith("party ")), default=0)
        for form in _forms(surface):
            for shorter in _shortened(form):
                near = [p for p in self.unsure.get(shorter, ()) if _weight(p, evidence) > most / 3]
                weighed = sorted(near, key=lambda p: _preference(p, evidence))
                if weighed and (
                    len(near) == 1 or _preference(weighed[-1], evidence) > _preference(weighed[-2], evidence)
                ):
                    return weighed[-1]
        return None


def _weight(party: Party, evidence: Counter[str]) -> int:
    return max(evidence[country] for country in party.country)


def _preference(party: Party, evidence: Counter[str]) -> tuple[int, int, bool]:
    """By country, then by the party itself and its members, then the generic before the particular."""
    return _weight(party, evidence), evidence[f"party {party.id}"], party.kind == "armed group"


def _shortened(form: tuple[str, ...]) -> Iterable[tuple[str, ...]]:
    """The words, then without judging words behind, then without one head after the other in front."""
    yield form
    while len(form) > 1 and form[-1] in _JUDGING:
        form = form[:-1]
        yield form
    while len(form) > 1 and form[0] in _HEADS:
        form = form[1:]
        yield form


def _parts(form: tuple[str, ...]) -> Iterable[tuple[str, ...]]:
    """All runs of two words or more."""
    return (form[a:b] for a in range(len(form)) for b in range(a + 2, len(form) + 1))
