"""How right records are: each step on gold mentions, and all of them on mentions that a tagger found.

Counts, parties and links (`hasila.link_scores`) are scored on mentions as the gold has them, so that each shows its own
mistakes. End to end, a record is right if the article's gold has one of the same harm, count and party.
"""

import dataclasses
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from hasila import formats, link_scores, parties
from hasila.config import ROOT
from hasila.files import read_json, write_json
from hasila.links import Links, load
from hasila.markup import read_utf8
from hasila.mention import Article, Mention
from hasila.parties import Registry
from hasila.records import Record, records
from hasila.tolls import Toll, tolls


def report(crossvalidation: Path, target: Path) -> str:
    """Score the gold, and the gold as the cross-validation's taggers marked it; write `target`, say the headlines."""
    gold, links, registry = formats.load(ROOT / "data/gold"), load(), parties.registry()
    made = read_json(crossvalidation)
    filled = [link_scores.fill(links, article, registry) for article in gold]
    found = {"encoder": made["encoder"], "crossvalidation": crossvalidation.name}
    found |= {"counts": link_scores.counted(gold, filled)}
    found |= {"parties": named(gold, registry), "links": link_scores.compare(gold, filled, registry)}
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
    links = {name: scores["f1"] for name, scores in found["links"]["fitted"].items()}
    f1 = [one["record f1"] for one in found["seeds"].values()]
    rows = [[row for row in one["tolls"] if row["harm"] == "killed"] for one in found["seeds"].values()]
    within = [sum(row["within"] for row in each) for each in rows]
    return (
        f"encoder: {found['encoder']}\ncounts {found['counts']}, parties {found['parties']['right']} of "
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


def end_to_end(gold: Sequence[Article], found: Sequence[Article], links: Links, registry: Registry) -> dict[str, Any]:
    """Record F1 (harm, count and party), and each article's tolls beside the gold's; `found` has the mentions only."""
    total, rows = Counter(), []
    for wanted, bare in zip(gold, found, strict=True):
        predicted = link_scores.fill(links, bare, registry)
        own = records(predicted, registry.link(predicted))
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
