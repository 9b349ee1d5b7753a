"""Label sequences to mentions and back: IOB2 over units (Tjong Kim Sang & Veenstra 1999).

One decoder serves training-time scores, `evaluate.py` and `predict.py`.
"""

from collections.abc import Iterator, Sequence

from hasila.mention import Mention
from hasila.words import snap


def iob2(labels: Sequence[str]) -> list[str]:
    """The tags of a label set: O, B-X, I-X, …"""
    return ["O", *(f"{prefix}-{label}" for label in labels for prefix in "BI")]


def legal(tags: Sequence[str]) -> list[str]:
    """Make a tag sequence legal: an I-X that continues no X begins one (B-X).

    This is what `transformers.pipeline` does, too, so that both find the same mentions.
    """
    result: list[str] = []
    for tag in tags:
        orphan = tag.startswith("I-") and (not result or result[-1][2:] != tag[2:])
        result.append("B-" + tag[2:] if orphan else tag)
    return result


def decode(text: str, spans: Sequence[tuple[int, int]], tags: Sequence[str], scores: Sequence[float]) -> list[Mention]:
    """Mentions of `text` from one tag and score per unit, snapped to whole words, none overlapping.

    A mention ends with its paragraph.
    """
    mentions: list[Mention] = []
    for first, last, label in chunks(legal(_cut(text, spans, tags))):
        whole = snap(text, spans[first][0], spans[last - 1][1])
        if whole is None or (mentions and whole[0] < mentions[-1].end):
            continue
        score = sum(scores[first:last]) / (last - first)
        mentions.append(Mention(*whole, label, text[slice(*whole)], score))
    return mentions


def _cut(text: str, spans: Sequence[tuple[int, int]], tags: Sequence[str]) -> list[str]:
    """The tags with every I- after a paragraph's end made a B-."""
    before = [0, *(end for _, end in spans)]
    return [
        "B" + tag[1:] if tag.startswith("I-") and "\n" in text[end:start] else tag
        for tag, end, (start, _) in zip(tags, before, spans, strict=False)
    ]


def chunks(tags: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """(first, last, label) of the chunks of a legal tag sequence."""
    start = 0
    for i, tag in enumerate([*tags, "O"]):
        if not tag.startswith("I-"):
            if i > start and tags[start] != "O":
                yield start, i, tags[start][2:]
            start = i


def encode(spans: Sequence[tuple[int, int]], mentions: Sequence[Mention]) -> list[str]:
    """One IOB2 tag per unit: a unit belongs to the mention that it shares characters with."""
    tags, waiting, begun = [], sorted(mentions), None
    for start, end in spans:
        while waiting and waiting[0].end <= start:
            waiting.pop(0)
        inside = bool(waiting) and waiting[0].start < end
        tags.append(f"{'I' if waiting[0] is begun else 'B'}-{waiting[0].label}" if inside else "O")
        begun = waiting[0] if inside else None
    return tags


def reachable(text: str, spans: Sequence[tuple[int, int]], mentions: Sequence[Mention]) -> list[Mention]:
    """The gold mentions that perfect predictions would give back: what the units cannot say is lost."""
    tags = encode(spans, mentions)
    return sorted(set(mentions) & set(decode(text, spans, tags, [1.0] * len(tags))))
