"""Raw text to windows of word pieces that an encoder can read, nothing cut off.

The tokenizer's own words (`unit`s: runs of letters, runs of digits, single punctuation marks) are what
is labelled: each by the prediction at its first piece. A window holds as many paragraphs as fit; a
paragraph that does not fit is cut at sentence ends, a sentence that is still too long into
overlapping windows.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from tokenizers import Encoding, Tokenizer

from hasila.errors import UserError
from hasila.files import read_json
from hasila.words import SENTENCE_END


@dataclass(frozen=True)
class Pieces:
    """A tokenizer as windows need it: its backend, the ids of the special tokens that it puts before and behind a
    text, and the padding's."""

    backend: Tokenizer
    before: list[int]
    behind: list[int]
    pad: int

    @classmethod
    def of(cls, tokenizer: Any) -> Self:
        """From a fast tokenizer of `transformers`."""
        return cls._framed(tokenizer.backend_tokenizer, tokenizer.pad_token_id)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """From a folder in which Hasila saved a tokenizer; `transformers` is not needed for that."""
        backend = Tokenizer.from_file(str(folder / "tokenizer.json"))
        backend.no_truncation()
        backend.no_padding()
        return cls._framed(backend, backend.token_to_id(read_json(folder / "tokenizer_config.json")["pad_token"]))

    @classmethod
    def _framed(cls, backend: Tokenizer, pad: int) -> Self:
        framed = backend.encode(".")  # any text
        first, length = framed.special_tokens_mask.index(0), framed.special_tokens_mask.count(0)
        return cls(backend, framed.ids[:first], framed.ids[first + length :], pad)


@dataclass(frozen=True)
class Units:
    """A text as `n` units: character spans, and the ids of each one's word pieces."""

    text: str
    spans: list[tuple[int, int]]
    pieces: list[list[int]]


@dataclass(frozen=True)
class Window:
    """Units `first:last` of a text (`input_ids` with special tokens; `positions` of the first pieces).

    Overlapping windows meet at `keep_to` and `keep_from`, the middle of what they share.
    """

    input_ids: list[int]
    positions: list[int]
    first: int
    last: int
    keep_from: int
    keep_to: int


def units(text: str, pieces: Pieces) -> Units:
    """Tokenize raw text into units; offsets are characters of `text`."""
    return all_units([text], pieces)[0]


def all_units(texts: Sequence[str], pieces: Pieces) -> list[Units]:
    """Tokenize many raw texts at once, on all cores."""
    encodings = pieces.backend.encode_batch(list(texts), add_special_tokens=False)
    return [_units(text, encoding) for text, encoding in zip(texts, encodings, strict=True)]


def _units(text: str, encoding: Encoding) -> Units:
    spans: list[tuple[int, int]] = []
    pieces: list[list[int]] = []
    previous = None
    for word, piece, (start, end) in zip(encoding.word_ids, encoding.ids, encoding.offsets, strict=True):
        if word == previous:
            pieces[-1].append(piece)
            spans[-1] = (spans[-1][0], end)
        else:
            pieces.append([piece])
            spans.append((start, end))
        previous = word
    return Units(text, spans, pieces)


def windows(source: Units, pieces: Pieces, size: int, overlap: int) -> list[Window]:
    """Cut into windows of at most `size` pieces, special tokens included.

    Only a sentence longer than that is cut into windows that share about `overlap` pieces.
    """
    budget = size - len(pieces.before) - len(pieces.behind)
    if not 0 <= overlap < budget:
        raise UserError(f"window: overlap {overlap} must be smaller than the {budget} pieces of a window")
    return [_window(source, pieces, budget, *ranges) for ranges in _ranges(source, budget, overlap)]


def _window(source: Units, frame: Pieces, budget: int, first: int, last: int, keep_from: int, keep_to: int) -> Window:
    ids: list[int] = []
    positions = []
    for pieces in source.pieces[first:last]:
        positions.append(len(frame.before) + len(ids))
        # A unit of more pieces than a window is alone in it; its label sits on its first piece.
        ids.extend(pieces[:budget])
    return Window([*frame.before, *ids, *frame.behind], positions, first, last, keep_from, keep_to)


def _paragraphs(source: Units) -> Iterator[tuple[int, int]]:
    """Unit ranges of the paragraphs."""
    return _runs(source, lambda gap, _: "\n" in gap, 0, len(source.spans))


def _sentences(source: Units, first: int, last: int) -> Iterator[tuple[int, int]]:
    """Unit ranges of the sentences of a paragraph; a full stop inside a word or number ends none."""
    return _runs(source, lambda gap, mark: bool(gap) and mark in SENTENCE_END, first, last)


def _runs(source: Units, ends: Callable[[str, str], bool], first: int, last: int) -> Iterator[tuple[int, int]]:
    """Ranges of units between which `ends` is true of the gap and the unit before it."""
    start = first
    for i in range(first, last - 1):
        (a, b), (c, _) = source.spans[i], source.spans[i + 1]
        if ends(source.text[b:c], source.text[a:b]):
            yield start, i + 1
            start = i + 1
    if start < last:
        yield start, last


def _blocks(source: Units, budget: int) -> Iterator[tuple[int, int, int]]:
    """Unit ranges that should not be cut, and their lengths in pieces: paragraphs, or their sentences."""
    for paragraph in _paragraphs(source):
        fits = _length(source, *paragraph) <= budget
        for a, b in [paragraph] if fits else _sentences(source, *paragraph):
            yield a, b, _length(source, a, b)


def _length(source: Units, first: int, last: int) -> int:
    return sum(len(pieces) for pieces in source.pieces[first:last])


def _ranges(source: Units, budget: int, overlap: int) -> Iterator[tuple[int, int, int, int]]:
    """(first, last, keep_from, keep_to) of the windows of a text."""
    start, used, last = 0, 0, len(source.spans)
    for a, b, length in _blocks(source, budget):
        if used + length > budget and start < a:
            yield start, a, start, a
            start, used = a, 0
        if length > budget:
            yield from _overlapping(source.pieces, a, b, budget, overlap)
            start = b
        else:
            used += length
    if start < last:
        yield start, last, start, last


def _overlapping(
    pieces: Sequence[list[int]], first: int, last: int, budget: int, overlap: int
) -> Iterator[tuple[int, int, int, int]]:
    """Windows over a sentence longer than `budget`; neighbours meet in the middle of what they share."""
    ends = [0]
    for unit in pieces[first:last]:
        ends.append(ends[-1] + min(len(unit), budget))
    start, kept = 0, 0
    while True:
        stop = bisect_left(ends, ends[start] + budget + 1) - 1
        if stop == last - first:
            yield first + start, last, first + kept, last
            return
        after = max(start + 1, bisect_left(ends, ends[stop] - overlap))
        middle = max(after, (after + stop) // 2)
        yield first + start, first + stop, first + kept, first + middle
        start, kept = after, middle
