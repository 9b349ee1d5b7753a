"""Whose casualties, flags and source by rules alone: what the fitted decisions are measured against."""

import re

from hasila import sources
from hasila.links import FLAGS, Links, own_words, sentence
from hasila.mention import CASUALTIES, Article, Mention
from hasila.words import fold

# The words between a casualty and its party: "three soldiers of", "in the ranks of", "from among", "belonging to".
_OF = re.compile(r"\s*(?:(?:من|في|بين|ضمن)?\s*(?:صفوف|عناصر|افراد|قوات)?|من بين|(?:ال)?تابع\w* ل\w*)?\W*")
_PART = re.compile(r"(?:بينه[مان]+|منه[مان]+|ضمنهم|احدهم|اغلبهم|معظمهم|من بين)(?:\s+\S+){0,6}\s*$")
_DENIED = re.compile(r"(?:نف[يت]ت?\w*|ينف[يو]ن?|لم|لن|دون|بلا|عدم|لا صحه|لا وجود|كذب)(?:\s+\S+){0,5}\s*$")


class Rules(Links):
    """`Links` without anything learnt."""

    def __init__(self) -> None:
        super().__init__({})

    def _of(self, article: Article, casualty: Mention) -> Mention | None:
        """The party right behind, or for "their fighters" the last one before."""
        actors = [m for m in article.mentions if m.label == "ACTOR"]
        after = next((m for m in actors if m.start >= casualty.end), None)
        if after and _OF.fullmatch(fold(article.text[casualty.end : after.start])):
            return after
        before = [m for m in actors if m.end <= casualty.start and "\n" not in article.text[m.end : casualty.start]]
        return before[-1] if before and own_words(casualty) else None

    def _flags(self, article: Article, mention: Mention) -> tuple[str, ...]:
        before = fold(sentence(article.text, mention)[0])
        earlier = [m for m in article.mentions if m.label in CASUALTIES and m.end <= mention.start]
        again = any((m.label, fold(m.text)) == (mention.label, fold(mention.text)) for m in earlier)
        found = {"part": bool(_PART.search(before)), "again": again, "denied": bool(_DENIED.search(before))}
        return tuple(flag for flag in FLAGS if found[flag])

    def _by(self, article: Article, casualty: Mention) -> str | None:
        return sources.nearest(article, casualty, *sentence(article.text, casualty))
