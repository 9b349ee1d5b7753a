"""How right records are: each step on gold mentions, and all of them on mentions that a tagger found.

The steps are scored on mentions as the gold has them, so that each shows its own mistakes. End to end, a record is
right if the article's gold has one of the same harm, count and party.
"""

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from hasila import counts, formats, parties
from hasila.config import ROOT
from hasila.files import read_json, write_json
from hasila.links import FLAGS, Links, load
from hasila.markup import read_utf8
from hasila.mention import CASUALTIES, SOURCES, Article, Attributes, Mention
from hasila.parties import Registry
from hasila.records import Record, records
from hasila.tolls import Toll, tolls

Facts = set[tuple[str, int, str]]  # (article, offset, what is said of the mention there)


def report(crossvalidation: Path, target: Path) -> str:
    """Score the gold, and the gold as the cross-validation's taggers marked it; write `target`, say the headlines."""
    gold, links, registry = formats.load(ROOT / "data/gold"), load(), parties.registry()
    made = read_json(crossvalidation)
    found = {"encoder": made["encoder"], "crossvalidation": crossvalidation.name, "steps": steps(gold, links, registry)}
    found["parties"] = named(gold, registry)
    found["seeds"] = {}
    for seed in map(str, made["seeds"]):
        tagged = [_tagged(article, made["predictions"][f"{seed} {article.id}"]) for article in gold]
        found["seeds"][seed] = end_to_end(gold, tagged, links, registry)
    write_json(target, found)
    return _headlines(found)


def _tagged(article: Article, spans: Sequence[Sequence[Any]]) -> Article:
    mentions = tuple(Mention(start, end, label, article.text[start:end]) for start, end, label in spans)
    return dataclasses.replace(article, mentions=mentions)


def _headlines(found: dict[str, Any]) -> str:
    links = {name: scores["f1"] for name, scores in found["steps"]["links"].items()}
    f1 = [one["record f1"] for one in found["seeds"].values()]
    rows = [[row for row in one["tolls"] if row["harm"] == "killed"] for one in found["seeds"].values()]
    within = [sum(row["within"] for row in each) for each in rows]
    return (
        f"encoder: {found['encoder']}\ncounts {found['steps']['counts']}, parties {found['parties']['right']} of "
        f"{found['parties']['of']}, F1 on gold mentions {links}\nend to end, by seed: record F1 {f1}, "
        f"articles whose toll of killed lies within the gold's {within} of {len(rows[0])}"
    )


def named(articles: Sequence[Article], registry: Registry) -> dict[str, Any]:
    """ACTOR mentions whose party is the one that `data/gold-parties.tsv` has (`-`: the registry has none)."""
    wanted = dict(_rows(ROOT / "data/gold-parties.tsv"))
    actors = [(article, m) for article in articles for m in article.mentions if m.label == "ACTOR"]
    linked = {article.id: registry.link(article) for article in articles}
    wrong, unresolved = [], []
    for article, mention in actors:
        party = linked[article.id].get(mention)
        expected, said = wanted[article.id, mention.start], party.id if party else "-"
        if said != expected:
            (unresolved if said == "-" else wrong).append([article.id, mention.start, mention.text, expected, said])
    right = len(actors) - len(wrong) - len(unresolved)
    return {"right": right, "of": len(actors), "wrong": wrong, "unresolved": unresolved}


def _rows(path: Path) -> Iterator[tuple[tuple[str, int], str]]:
    """((article, offset), party) of each line: article, offset, surface, party."""
    for line in read_utf8(path).splitlines():
        article, start, _, party = line.split("\t")
        yield (article, int(start)), party


def steps(articles: Sequence[Article], links: Links, registry: Registry) -> dict[str, Any]:
    """Counts right, and precision, recall, F1 of party, flags and source, each beside the commonest answer."""
    blank = [dataclasses.replace(a, mentions=tuple(map(_bare, a.mentions))) for a in articles]
    filled = [links.fill(a, registry.link(a)) for a in map(counts.fill, blank)]
    casualties = [m for a in articles for m in a.mentions if m.label in CASUALTIES]
    read = [m for a in filled for m in a.mentions if m.label in CASUALTIES]
    right = sum(m.attributes.count == f.attributes.count for m, f in zip(casualties, read, strict=True))
    scores = {"of": _prf(_of(filled, articles), _of(articles, articles))}
    for flag in FLAGS:
        scores[flag] = _prf(_facts(filled, _has(flag)), _facts(articles, _has(flag)))
    sourced = _facts(articles, lambda m: m.attributes.by)
    scores["by"] = _prf(_facts(filled, lambda m: m.attributes.by), sourced)
    common = max(SOURCES, key=[fact[2] for fact in sourced].count)
    return {
        "counts": {"right": right, "of": len(casualties)},
        "links": scores,
        "commonest answer": {
            **dict.fromkeys(("of", *FLAGS), "none: F1 0"),
            "by": {"answer": common} | _prf(_facts(articles, lambda m: common), sourced),
        },
    }


def _bare(mention: Mention) -> Mention:
    return dataclasses.replace(mention, attributes=Attributes())


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


def _prf(found: Facts, wanted: Facts) -> dict[str, float]:
    right = len(found & wanted)
    ratios = (right / max(1, len(found)), right / max(1, len(wanted)), 2 * right / max(1, len(found) + len(wanted)))
    return dict(zip(("precision", "recall", "f1"), (round(r, 4) for r in ratios), strict=True)) | {
        "support": len(wanted)
    }


def end_to_end(gold: Sequence[Article], found: Sequence[Article], links: Links, registry: Registry) -> dict[str, Any]:
    """Record F1 (harm, count and party), and each article's tolls beside the gold's; `found` has the mentions only."""
    total, rows = Counter(), []
    for wanted, bare in zip(gold, found, strict=True):
        predicted = counts.fill(dataclasses.replace(bare, mentions=tuple(map(_bare, bare.mentions))))
        own = records(links.fill(predicted, registry.link(predicted)), registry.link(predicted))
        theirs = records(wanted, registry.link(wanted))
        left, right = Counter(map(_content, own)), Counter(map(_content, theirs))
        total.update(correct=(left & right).total(), predicted=left.total(), gold=right.total())
        rows += _tolls(wanted.id, tolls(theirs), tolls(own))
    f1 = 2 * total["correct"] / max(1, total["predicted"] + total["gold"])
    return {"record f1": round(f1, 4)} | dict(total) | {"tolls": rows}


def _content(record: Record) -> tuple[str, str, tuple[str, ...]]:
    return record.harm, record.count, tuple(sorted(named.id or named.surface for named in record.party))


def _tolls(article: str, gold: Sequence[Toll], found: Sequence[Toll]) -> list[dict[str, Any]]:
    """One row a harm: the gold's toll, the predicted one, and whether its lower end lies in the gold's range."""
    whole = [{toll.harm: toll for toll in side if not toll.party} for side in (gold, found)]
    return [
        _compared(article, harm, whole[0].get(harm), whole[1].get(harm))
        for harm in dict.fromkeys([*whole[0], *whole[1]])
    ]


def _compared(article: str, harm: str, gold: Toll | None, found: Toll | None) -> dict[str, Any]:
    low, high = (gold.low, gold.high) if gold else (0, 0)
    number = found.low if found else 0
    return {
        "article": article,
        "harm": harm,
        "gold": gold.written if gold else "0",
        "found": found.written if found else "0",
        "within": low <= number and (high is None or number <= high or bool(gold and gold.unnumbered)),
        "error": number - low if number < low else max(0, number - high) if high is not None else 0,
    }
