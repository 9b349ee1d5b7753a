"""Whose casualties they are, whether they are already counted or denied, and who reports them.

Four decisions about each casualty mention, each by logistic regression over the words around it, fitted on the
authored text: `of` weighs every ACTOR mention of its paragraph and the one before, the flags look at the sentence
and at the article's other casualties, `by` at what the text says of sources (`hasila.sources`) where the sentence
names none. Keys are given to the parties that are pointed at.
"""

import dataclasses
import json
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import combinations
from pathlib import Path

from hasila import counts, sources
from hasila.config import ROOT
from hasila.files import read_json, write_text
from hasila.linear import Linear
from hasila.mention import CASUALTIES, Article, Mention
from hasila.parties import Party, key
from hasila.records import UNKNOWN_CLASS, victim_class
from hasila.words import SENTENCE_END, WORD, fold

DEFAULT = ROOT / "models/links.json"
FLAGS = ("part", "again", "denied")
NONE = "none"
NEAR = 60  # characters in which the word before a mention is looked for
FAR = 1  # paragraphs: how far back a party may stand
POINTED_AT = 0.35  # least probability of a party; from 0.2 to 0.5 F1 on left-out authored pieces is within 0.03
SINCE = 250  # characters in which the casualty before is looked for
# Least probability of a flag, chosen by the tolls of left-out authored pieces: of thirty triples the second in the mean
# error of the toll of killed, and one of the best in how many are within a tenth.
SAID_AT = {"part": 0.4, "again": 0.5, "denied": 0.3}
SUMMED_LINES, SUMMED = 3, 6  # lines and following casualties among which summands of a number are looked for
LARGE = 10  # a sum that is hardly one by chance
_OWN = re.compile("(?:ه|ها|هم|نا)$")
_BEFORE, _AFTER = re.compile(rf"[{SENTENCE_END}](?=\s)"), re.compile(rf"[{SENTENCE_END}](?=\s|$)")


@lru_cache(maxsize=4096)  # the same mentions and gaps are looked at from every casualty
def _words(text: str) -> tuple[str, ...]:
    return tuple(WORD.findall(fold(text)))


def _last_word(text: str, end: int) -> str:
    """The word before an offset, `^` at the beginning of the text."""
    return (_words(text[max(0, end - NEAR) : end])[-1:] or ["^"])[0]


def sentence(text: str, mention: Mention) -> tuple[str, str]:
    """The text of the mention's sentence before and after it."""
    return _around(text, mention.start, mention.end)


@lru_cache(maxsize=4096)  # each decision asks for it
def _around(text: str, start: int, end: int) -> tuple[str, str]:
    line, stop = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    after = text[end : stop if stop >= 0 else len(text)]
    return _BEFORE.split(text[line:start])[-1], _AFTER.split(after, maxsplit=1)[0]


def _paragraph(article: Article, mention: Mention) -> int:
    return bisect_left(_breaks(article.text), mention.start)


@lru_cache(maxsize=64)
def _breaks(text: str) -> list[int]:
    """Where the lines of a text end."""
    return [match.start() for match in re.finditer("\n", text)]


def own_words(casualty: Mention) -> bool:
    """Whether the victims are "its fighters", "their men", "our martyrs"."""
    return bool(_OWN.search(_words(casualty.text)[-1]))


def _kind(mention: Mention) -> str:
    found = victim_class(mention.text)
    return {"combatant": "fighter", "police": "fighter", UNKNOWN_CLASS: "person"}.get(found, "civilian")


def _distance(count: int) -> str:
    return str(count) if count < 4 else "4-6" if count < 7 else "7-12" if count < 13 else "far"


# --- whose ---------------------------------------------------------------------------------------------------------


def candidates(article: Article, casualty: Mention) -> list[Mention]:
    """ACTOR mentions of the casualty's paragraph and the one before."""
    own = _paragraph(article, casualty)
    return [m for m in article.mentions if m.label == "ACTOR" and own - FAR <= _paragraph(article, m) <= own]


def of_features(article: Article, casualty: Mention, actor: Mention, near: Sequence[Mention]) -> list[str]:
    """What relates one ACTOR mention, of the candidates `near`, to a casualty: order, distance, the words between and
    around."""
    text, after = article.text, actor.start >= casualty.end
    gap = text[casualty.end : actor.start] if after else text[actor.end : casualty.start]
    between = _words(gap)
    side, kind = ("after" if after else "before"), _kind(casualty)
    others = sum(1 for m in near if _inside(m, casualty, actor))
    lines = gap.count("\n")
    crossed = "paragraph" if lines else "sentence" if re.search(rf"[{SENTENCE_END}]\s", gap) else "no end"
    own = " own" if own_words(casualty) else ""
    last, previous = _last_word(text, actor.start), _last_word(text, casualty.start)
    where = f"{side} {_distance(len(between))} {crossed}"
    found = [where, f"{where} {kind}", f"{side}{own} {kind}", f"{side} {crossed} others {min(others, 3)}", kind]
    found += [f"{side} gap {' '.join(between)}"] if len(between) < 4 and not lines else []
    found += [f"{side} gap starts {between[0]}", f"{side} gap ends {between[-1]}"] if between and not lines else []
    found += [f"{side} before actor {last}", f"{side} before casualty {previous}", casualty.label + side]
    found += [f"{side} actor starts {_words(actor.text)[0][:2]}", f"{side} actor {_words(actor.text)[0]}"]
    found += [f"{side} casualty ends {_words(casualty.text)[-1]} {_distance(len(between))}"]
    return found


def _inside(mention: Mention, left: Mention, right: Mention) -> bool:
    low, high = min(left.end, right.end), max(left.start, right.start)
    return low <= mention.start and mention.end <= high


def _of_examples(article: Article) -> Iterator[tuple[list[str], str]]:
    for casualty in _casualties(article):
        near = candidates(article, casualty)
        for actor in near:
            yours = actor.attributes.key in casualty.attributes.of if actor.attributes.key else False
            yield of_features(article, casualty, actor, near), "yes" if yours else "no"


# --- flags and source ----------------------------------------------------------------------------------------------


def _casualties(article: Article) -> list[Mention]:
    return [m for m in article.mentions if m.label in CASUALTIES]


def flag_features(article: Article, casualty: Mention) -> list[str]:
    """The words around a casualty, and how its count stands to those of the same harm elsewhere."""
    before, after = sentence(article.text, casualty)
    left, right, kind = _words(before), _words(after), _kind(casualty)
    line = _paragraph(article, casualty)
    found = [f"word {word}" for word in set(left)] + [f"after {word}" for word in set(right[:6])]
    found += [f"last {' '.join(left[-n:])}" for n in (1, 2, 3)] + [f"next {' '.join(right[:n])}" for n in (1, 2)]
    found += [f"own {word}" for word in set(_words(casualty.text))] + [f"begins {_words(casualty.text)[0]}"]
    found += [kind, casualty.label, "headline" if line == 0 else "second line" if line < 3 else "body"]
    found += [f"{kind} headline"] if line == 0 else []
    everyone = _casualties(article)
    same = [m for m in everyone if m.label == casualty.label]
    at = same.index(casualty)
    found += [*_since_last(article, casualty, everyone), *_so_far(article, casualty, same[:at], line)]
    found += _sums(article, casualty, same, line)
    return found + list(_against_others(article, casualty, same[:at], same[at + 1 :], line))


def _since_last(article: Article, casualty: Mention, everyone: Sequence[Mention]) -> Iterator[str]:
    """The words since the casualty before, of whatever harm, if it is not far."""
    last = everyone[everyone.index(casualty) - 1]
    gap = article.text[last.end : casualty.start]
    if last.start < casualty.start and len(gap) < SINCE:
        where = "elsewhere" if re.search(rf"[{SENTENCE_END}\n]", gap) else "in the sentence"
        words = _words(gap)
        yield from (f"since {where} {word}" for word in set(words))
        yield f"since {where} {_distance(len(words))} {last.label == casualty.label}"


def _sums(article: Article, casualty: Mention, same: Sequence[Mention], line: int) -> Iterator[str]:
    """Whether its number is the sum of some that follow, or with some that follow the same sum makes one before."""
    near = [m for m in same if abs(_paragraph(article, m) - line) <= SUMMED_LINES]
    if len(near) < 3:
        return
    numbers = [(m, counts.read(m.text).low or 0) for m in near]
    for total, number in numbers:
        later = [pair for pair in numbers if pair[0].start > total.start and pair[1]][:SUMMED]
        sets = [chosen for n in (2, 3, 4) for chosen in combinations(later, n)]
        parts = [chosen for chosen in sets if sum(value for _, value in chosen) == number > 2]
        size = "large" if number >= LARGE else "small"
        if parts and total is casualty:
            yield f"sum of {size}"
        if any(casualty is m for chosen in parts for m, _ in chosen):
            yield f"summand of {size}"


def _so_far(article: Article, casualty: Mention, before: Sequence[Mention], line: int) -> Iterator[str]:
    """How many casualties of this harm stand before, whether a larger one does, and of what class the last is."""
    own = counts.read(casualty.text)
    larger = [m for m in before if _relation(own, counts.read(m.text)) in ("smaller", "unknown")]
    near = any(_paragraph(article, m) == line for m in larger)
    yield f"larger before: {'in the line' if near else 'elsewhere' if larger else 'none'}"
    yield f"so far {min(len(before), 5)}"
    yield f"class {victim_class(casualty.text)}"
    if before:
        yield f"class {victim_class(casualty.text)} after {victim_class(before[-1].text)}"


def _against_others(
    article: Article, casualty: Mention, earlier: Sequence[Mention], later: Sequence[Mention], line: int
) -> Iterator[str]:
    """How its count stands to each of the same harm, and how far from it that is."""
    own = counts.read(casualty.text)
    for name, others in (("earlier", earlier), ("later", later)):
        for m in others:
            how = _relation(own, counts.read(m.text))
            apart = (
                "same line" if _paragraph(article, m) == line else "headline" if _paragraph(article, m) == 0 else "else"
            )
            yield f"{name} {how} {apart}"
            if own != counts.UNKNOWN and set(_words(m.text)) == set(_words(casualty.text)):
                yield f"{name} the same words {apart}"
    if earlier:
        gap = article.text[earlier[-1].end : casualty.start]
        if len(gap) < 60:
            yield f"gap {' '.join(_words(gap)[:4])} {_relation(own, counts.read(earlier[-1].text))}"
            yield f"near {_relation(own, counts.read(earlier[-1].text))}"
    yield "headline only" if line == 0 and any(_paragraph(article, m) for m in later) else "no headline"
    yield "unknown count" if own == counts.UNKNOWN else "one" if own.high == 1 else "many"


def _relation(own: counts.Count, other: counts.Count) -> str:
    if counts.UNKNOWN in (own, other):
        return "unknown"
    left, right = own.low or own.high or 0, other.low or other.high or 0
    return "equal" if left == right else "smaller" if left < right else "larger"


def by_features(article: Article, casualty: Mention) -> list[str]:
    """What the sentence, its paragraph and its article say of sources."""
    found = list(sources.features(article, casualty, *sentence(article.text, casualty)))
    return [*found, "body" if _paragraph(article, casualty) else "headline"]


# --- all four ------------------------------------------------------------------------------------------------------


def _name(actor: Mention, parties: Mapping[Mention, Party]) -> str:
    """What mentions of one party have in common: the registry's id, else their spelling without clitics."""
    return parties[actor].id if actor in parties else " ".join(key(actor.text))


@dataclasses.dataclass(frozen=True)
class Links:
    """The fitted decisions: `of` (yes, no), `part`, `again`, `denied` (yes, no), `by` (a kind of source or none)."""

    models: dict[str, Linear]

    def fill(self, article: Article, parties: Mapping[Mention, Party]) -> Article:
        """The article with of, flags and by of every casualty predicted, and keys on the parties pointed at.

        `parties` are those that the article's ACTORs name: one party has one key, its id in the registry.
        """
        pointed = {m: self._of(article, m) for m in _casualties(article)}
        keys: dict[str, str] = {}
        for actor in filter(None, pointed.values()):
            keys.setdefault(_name(actor, parties), parties[actor].id if actor in parties else f"p{len(keys) + 1}")
        filled = (self._filled(article, m, pointed.get(m), keys, parties) for m in article.mentions)
        return dataclasses.replace(article, mentions=tuple(filled))

    def _filled(
        self,
        article: Article,
        mention: Mention,
        actor: Mention | None,
        keys: Mapping[str, str],
        parties: Mapping[Mention, Party],
    ) -> Mention:
        own = mention.attributes
        if mention.label == "ACTOR":
            own = dataclasses.replace(own, written="", key=keys.get(_name(mention, parties)))
        elif mention.label in CASUALTIES:
            of = (keys[_name(actor, parties)],) if actor else ()
            flags = self._flags(article, mention)
            own = dataclasses.replace(own, written="", of=of, by=self._by(article, mention), flags=flags)
        return mention if own == mention.attributes else dataclasses.replace(mention, attributes=own)

    def _of(self, article: Article, casualty: Mention) -> Mention | None:
        near = candidates(article, casualty)
        weighed = [
            (self.models["of"].probabilities(of_features(article, casualty, actor, near)).get("yes", 0.0), -n, actor)
            for n, actor in enumerate(near)
        ]
        best = max(weighed, default=None)
        return best[2] if best and best[0] > POINTED_AT else None

    def _flags(self, article: Article, casualty: Mention) -> tuple[str, ...]:
        features = flag_features(article, casualty)
        return tuple(
            flag for flag in FLAGS if self.models[flag].probabilities(features).get("yes", 0.0) > SAID_AT[flag]
        )

    def _by(self, article: Article, casualty: Mention) -> str | None:
        """The source that the sentence names, if it names one; else by what is around."""
        named = sources.nearest(article, casualty, *sentence(article.text, casualty))
        if named:
            return named
        name, _ = self.models["by"].best(by_features(article, casualty))
        return None if name == NONE else name


def fit(articles: Sequence[Article]) -> Links:
    """Fit all decisions on marked-up articles; `by` on those in which some casualty bears one."""
    from hasila import regression  # torch takes seconds to import, and what is fitted does not need it

    examples = {"of": [pair for article in articles for pair in _of_examples(article)]}
    everything = [(a, m, flag_features(a, m)) for a in articles for m in _casualties(a)]
    for flag in FLAGS:
        examples[flag] = [(features, "yes" if flag in m.attributes.flags else "no") for _, m, features in everything]
    sourced = [a for a in articles if any(m.attributes.by for m in a.mentions)]
    examples["by"] = [(by_features(a, m), m.attributes.by or NONE) for a in sourced for m in _casualties(a)]
    return Links({name: regression.fit(pairs) for name, pairs in examples.items() if pairs})


def save(links: Links, path: Path) -> None:
    """Write all weights as one JSON file, a line a decision."""
    lines = (f'"{name}": {json.dumps(model.to_json(), ensure_ascii=False)}' for name, model in links.models.items())
    write_text(path, "{\n" + ",\n".join(lines) + "\n}\n")


@cache
def load(path: Path = DEFAULT) -> Links:
    """Read what `save` wrote."""
    return Links({name: Linear.from_json(saved) for name, saved in read_json(path).items()})
