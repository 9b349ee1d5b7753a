"""The baseline without a network: lists learned from the training articles, and two rules.

An actor is the longest run of words that was an actor there, conjunctions and prepositions at its
front taken off. A casualty is a number or quantifier before a noun that was counted there, within
reach of a word of harm.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hasila.mention import CASUALTIES, LABELS, Article, Mention
from hasila.words import fold, words

CLITICS = ("وال", "فال", "بال", "كال", "ولل", "لل", "ال", "و", "ف", "ب", "ل", "ك")
HARMS = {
    "KILLED": ("قتل", "مقتل", "استشه", "شهيد", "مصرع", "حتف", "سقط", "سقوط"),
    "WOUNDED": ("جرح", "جريح", "اصاب", "اصيب", "مصاب"),
    "CAPTURED": ("اسر", "خطف", "اعتقل", "اعتقال", "احتجز"),
    "MISSING": ("فقدان", "مفقود", "مجهول"),
}
REACH = 6  # words before or after the count
Surface = tuple[str, ...]


def stem(word: str) -> str:
    """A word folded, without its proclitics."""
    folded = fold(word)
    clitic = next((c for c in CLITICS if folded.startswith(c) and len(folded) - len(c) > 2), "")
    return folded[len(clitic) :]


@dataclass(frozen=True)
class Gazetteer:
    """What training articles taught: actor surfaces, and the words that casualty phrases begin and go on with."""

    actors: frozenset[Surface]
    first: frozenset[str]
    nouns: frozenset[str]

    def tag(self, text: str) -> list[Mention]:
        """Mentions of a raw text, none overlapping."""
        spans = words(text)
        stems = [stem(text[a:b]) for a, b in spans]
        found, at = [], 0
        while at < len(spans):
            length, label = self._casualty(stems, at) or self._actor(stems, at)
            if length:
                start, end = spans[at][0], spans[at + length - 1][1]
                found.append(Mention(start, end, label, text[start:end]))
            at += max(1, length)
        return found

    def _actor(self, stems: Sequence[str], at: int) -> tuple[int, str]:
        longest = max(map(len, self.actors), default=0)
        lengths = (n for n in range(longest, 0, -1) if tuple(stems[at : at + n]) in self.actors)
        return next(lengths, 0), "ACTOR"

    def _casualty(self, stems: Sequence[str], at: int) -> tuple[int, str] | None:
        if not (stems[at].isdigit() or stems[at] in self.first):
            return None
        length = 1
        while at + length < len(stems) and length < 4 and stems[at + length] in self.nouns:
            length += 1
        label = _harm([*stems[max(0, at - REACH) : at][::-1], *stems[at + 1 : at + length + 2]])
        return (length, label) if label and length > 1 else None


def _harm(near: Iterable[str]) -> str | None:
    """The harm that the nearest word of harm names."""
    for word in near:
        for label, beginnings in HARMS.items():
            if word.startswith(tuple(stem(b) for b in beginnings)):
                return label
    return None


def learn(articles: Sequence[Article]) -> Gazetteer:
    """Read the lists off the mentions of `articles`; a word seen outside as often is no actor by itself."""
    surfaces = {label: [_stems(m.text) for a in articles for m in a.mentions if m.label == label] for label in LABELS}
    all_words = Counter(stem(a.text[s:e]) for a in articles for s, e in words(a.text))
    single = Counter(s for s in surfaces["ACTOR"] if len(s) == 1)
    actors = {s for s in surfaces["ACTOR"] if len(s) > 1 or single[s] * 2 > all_words[s[0]]}
    counted = [s for label in CASUALTIES for s in surfaces[label] if s]
    first = {s[0] for s in counted if len(s) > 1}
    return Gazetteer(frozenset(actors), frozenset(first), frozenset(w for s in counted for w in s[1:]))


def _stems(surface: str) -> Surface:
    return tuple(stem(surface[a:b]) for a, b in words(surface))
