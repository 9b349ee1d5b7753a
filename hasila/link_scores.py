"""How right whose casualties, flags and source are: fitted, by rules, and always the commonest answer.

Scored on mentions as the gold has them. On the authored text the fitted decisions are cross-validated: five folds of
whole pieces. On the gold articles they are those fitted on all of the authored text.
"""

import dataclasses
import random
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from hasila import counts, links
from hasila.link_rules import Rules
from hasila.links import FLAGS, Links
from hasila.mention import CASUALTIES, SOURCES, Article, Attributes, Mention
from hasila.parties import Registry

Facts = set[tuple[str, int, str]]  # (article, offset, what is said of the mention there)
FOLDS = 5


def compare(articles: Sequence[Article], fitted: Sequence[Article], registry: Registry) -> dict[str, Any]:
    """Precision, recall, F1 of each decision in `fitted` (the articles as `Links.fill` left them) and of the others."""
    ruled = [fill(Rules(), article, registry) for article in articles]
    found = {"fitted": scores(articles, fitted), "rules": scores(articles, ruled)}
    return found | {"commonest": _commonest(articles)}


def cross_validated(articles: Sequence[Article], registry: Registry, seed: int = 0) -> list[Article]:
    """Each article as links fitted on four fifths of the others fill it."""
    order = random.Random(seed).sample(range(len(articles)), len(articles))
    filled = list(articles)
    for fold in range(FOLDS):
        own = links.fit([articles[i] for place, i in enumerate(order) if place % FOLDS != fold])
        for i in order[fold::FOLDS]:
            filled[i] = fill(own, articles[i], registry)
    return filled


def fill(own: Links, article: Article, registry: Registry) -> Article:
    """The article's mentions with nothing but what `own` and the counts' reader say of them."""
    blank = counts.fill(dataclasses.replace(article, mentions=tuple(map(bare, article.mentions))))
    return own.fill(blank, registry.link(blank))


def counted(articles: Sequence[Article], filled: Sequence[Article]) -> dict[str, int]:
    """How many casualties have the same count in both."""
    pairs = [pair for a, f in zip(articles, filled, strict=True) for pair in zip(a.mentions, f.mentions, strict=True)]
    right = [m.attributes.count == f.attributes.count for m, f in pairs if m.label in CASUALTIES]
    return {"right": sum(right), "of": len(right)}


def bare(mention: Mention) -> Mention:
    """The mention without attributes."""
    return dataclasses.replace(mention, attributes=Attributes())


def scores(articles: Sequence[Article], filled: Sequence[Article]) -> dict[str, dict[str, float]]:
    """Precision, recall, F1 and support of `of`, the flags, and `by` where an article's casualties bear it."""
    found = {"of": prf(_of(filled, articles), _of(articles, articles))}
    for flag in FLAGS:
        found[flag] = prf(_facts(filled, _has(flag)), _facts(articles, _has(flag)))
    sourced = {a.id for a in articles if any(m.attributes.by for m in a.mentions)}
    own = _facts((a for a in filled if a.id in sourced), lambda m: m.attributes.by)
    return found | {"by": prf(own, _facts(articles, lambda m: m.attributes.by))}


def _commonest(articles: Sequence[Article]) -> dict[str, Any]:
    """`by` if it is always the commonest kind; the other decisions are "no" far more often than not."""
    wanted = _facts(articles, lambda m: m.attributes.by)
    common = max(SOURCES, key=[fact[2] for fact in wanted].count)
    sourced = [a for a in articles if any(m.attributes.by for m in a.mentions)]
    always = prf(_facts(sourced, lambda m: common), wanted)
    return {**dict.fromkeys(("of", *FLAGS), "none: F1 0"), "by": {"answer": common} | always}


def _facts(articles: Iterable[Article], say: Callable[[Mention], str | None]) -> Facts:
    return {(a.id, m.start, said) for a in articles for m in a.mentions if m.label in CASUALTIES and (said := say(m))}


def _has(flag: str) -> Callable[[Mention], str | None]:
    return lambda mention: flag if flag in mention.attributes.flags else None


def _of(articles: Sequence[Article], gold: Sequence[Article]) -> Facts:
    """Parties as the gold's keys: a predicted key is right if a mention that bears it bears the gold's."""
    facts: Facts = set()
    for article, wanted in zip(articles, gold, strict=True):
        keys = {m.start: m.attributes.key for m in wanted.mentions}
        named = {m.attributes.key: keys[m.start] or f"other {m.text}" for m in reversed(article.mentions)}
        for m in article.mentions:
            facts |= {(article.id, m.start, named[key]) for key in m.attributes.of}
    return facts


def prf(found: Facts, wanted: Facts) -> dict[str, float]:
    """Precision, recall, F1 and support of a set of facts."""
    right = len(found & wanted)
    ratios = (right / max(1, len(found)), right / max(1, len(wanted)), 2 * right / max(1, len(found) + len(wanted)))
    named = dict(zip(("precision", "recall", "f1"), (round(r, 4) for r in ratios), strict=True))
    return named | {"support": len(wanted)}
