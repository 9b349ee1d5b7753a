"""A fine-tuned checkpoint that marks raw text."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Protocol, Self

import numpy as np

from hasila.config import ROOT
from hasila.decode import decode, iob2
from hasila.errors import UserError
from hasila.files import read_json
from hasila.mention import Mention
from hasila.onnx_model import GRAPH, OnnxModel
from hasila.windows import Pieces, Units, Window, all_units, windows

DEFAULT = ROOT / "models/mini-ner"
SETTINGS = "hasila.json"  # beside config.json: window, overlap, and which encoder was fine-tuned
UNKNOWN = {"window": 128, "overlap": 32}  # for a checkpoint that Hasila did not write
AHEAD = 50_000  # characters that are cut into windows together; the first text is alone, so that it is there soon
BACKENDS = ("auto", "torch", "onnx")
DTYPES = ("auto", "fp32", "bf16", "int8")
GPU = Path("/dev/nvidiactl")  # asking torch would take a second


class Model(Protocol):
    """A token classifier: ids of pieces, and 1 where they are no padding, to the tags' logits.

    Shapes: (rows, pieces), (rows, pieces) → (rows, pieces, tags).
    """

    def __call__(self, ids: np.ndarray, mask: np.ndarray) -> np.ndarray: ...


class Tagger:
    """Marks mentions in raw text: `Tagger.from_pretrained(path).tag(text)`.

    `tags` are the model's, IOB2, in its order; `window` and `overlap` are in word pieces, `batch_tokens` bounds
    pieces a batch, padding included.
    """

    def __init__(
        self,
        model: Model,
        tags: Sequence[str],
        pieces: Pieces,
        window: int,
        overlap: int,
        batch_tokens: int = 2048,
        encoder: str = "unknown",
    ) -> None:
        self.model, self.tags, self.pieces = model, list(tags), pieces
        self.window, self.overlap, self.batch_tokens = window, overlap, batch_tokens
        self.encoder = encoder

    @classmethod
    def from_pretrained(
        cls, path: str | Path = DEFAULT, device: str | None = None, backend: str = "auto", dtype: str = "fp32"
    ) -> Self:
        """Load a checkpoint that `scripts/train.py` wrote, or another whose labels are IOB2 tags.

        `backend` is torch or onnx (a graph that `scripts/export.py` wrote beside the weights; CPU only); auto
        takes the graph where there is one and no GPU. `dtype` is fp32, bf16 (torch), int8 (onnx) or auto (bf16
        where it is native): all but fp32 may change a mention in hundreds. Raises `UserError` if the folder
        holds no such checkpoint, or not in that form.
        """
        folder = Path(path)
        tags = _tags(folder)
        settings = UNKNOWN | (read_json(folder / SETTINGS) if (folder / SETTINGS).exists() else {"encoder": str(path)})
        sizes = settings["window"], settings["overlap"]
        if _picked(backend, folder, device, dtype) == "onnx":
            return cls(OnnxModel(folder, dtype), tags, Pieces.read(folder), *sizes, encoder=settings["encoder"])
        from hasila import torch_model  # takes seconds to import, which a graph does not need

        loaded = torch_model.load(folder, device, dtype)
        return cls(loaded, tags, torch_model.pieces(folder), *sizes, encoder=settings["encoder"])

    @property
    def labels(self) -> list[str]:
        """The labels that this tagger can give, in its own order."""
        return [tag[2:] for tag in self.tags if tag.startswith("B-")]

    def tag(self, text: str) -> list[Mention]:
        """Mentions of one text in reading order, none overlapping; `text[m.start:m.end] == m.text`."""
        return next(iter(self.tag_all([text])))

    def tag_all(self, texts: Iterable[str]) -> Iterator[list[Mention]]:
        """Mentions of each text, in order.

        Texts are taken some way ahead: windows of many share batches, and while the caller is busy with some, the
        model reads the next, and those after them are cut.
        """
        waiting: deque[Future[list[list[Mention]]]] = deque()
        with ThreadPoolExecutor(1) as cutter, ThreadPoolExecutor(1) as reader:
            for group in _groups(texts):
                waiting.append(reader.submit(self._marked, cutter.submit(self._cut, group)))
                if len(waiting) > 1:
                    yield from waiting.popleft().result()
            for marked in waiting:
                yield from marked.result()

    def _cut(self, texts: Sequence[str]) -> list[tuple[Units, list[Window]]]:
        return [
            (source, windows(source, self.pieces, self.window, self.overlap))
            for source in all_units(texts, self.pieces)
        ]

    def _marked(self, cutting: Future[list[tuple[Units, list[Window]]]]) -> list[list[Mention]]:
        """Mentions of texts that are, or are being, cut into windows."""
        cut = cutting.result()
        places = [(number, window) for number, (_, found) in enumerate(cut) for window in found]
        read: dict[tuple[int, int], tuple[list[float], list[int]]] = {}
        for batch in self._batches(places):
            for (number, window), best in zip(batch, self._forward([w for _, w in batch]), strict=True):
                read[number, window.first] = best
        joined = (self._joined(*both, [read[n, w.first] for w in both[1]]) for n, both in enumerate(cut))
        return [decode(s.text, s.spans, tags, scores) for (s, _), (tags, scores) in zip(cut, joined, strict=True)]

    def _joined(
        self, source: Units, found: Sequence[Window], read: Sequence[tuple[list[float], list[int]]]
    ) -> tuple[list[str], list[float]]:
        """The best tag of every unit and its probability, from those of the windows."""
        tags, scores = ["O"] * len(source.spans), [1.0] * len(source.spans)
        named = [[self.tags[i] for i in ids] for _, ids in read]
        start = 0
        for i, window in enumerate(found):
            stop = window.last
            if i + 1 < len(found) and found[i + 1].first < window.last:
                stop = _seam(window, named[i], found[i + 1], named[i + 1])
            tags[start:stop] = named[i][start - window.first : stop - window.first]
            scores[start:stop] = read[i][0][start - window.first : stop - window.first]
            start = stop
        return tags, scores

    def _batches(self, places: Sequence[tuple[int, Window]]) -> Iterator[list[tuple[int, Window]]]:
        """Windows of like length together, at most `batch_tokens` pieces a batch, padding included."""
        batch: list[tuple[int, Window]] = []
        for number, window in sorted(places, key=lambda place: len(place[1].input_ids)):
            if batch and (len(batch) + 1) * len(window.input_ids) > self.batch_tokens:
                yield batch
                batch = []
            batch.append((number, window))
        if batch:
            yield batch

    def _forward(self, batch: Sequence[Window]) -> list[tuple[list[float], list[int]]]:
        """Probability and tag id of each window's units."""
        lengths = np.array([len(w.input_ids) for w in batch])
        mask = np.arange(lengths.max()) < lengths[:, None]
        ids = np.full(mask.shape, self.pieces.pad)
        ids[mask] = np.concatenate([w.input_ids for w in batch])
        counts = [len(w.positions) for w in batch]
        columns = np.concatenate([w.positions for w in batch])
        logits = self.model(ids, mask.astype(np.int64))[np.repeat(np.arange(len(batch)), counts), columns]
        powers = np.exp(logits - logits.max(1, keepdims=True))  # (units, tags)
        best = powers.argmax(1)
        probabilities = powers.max(1) / powers.sum(1)
        cuts = np.cumsum(counts)[:-1]
        pairs = zip(np.split(probabilities, cuts), np.split(best, cuts), strict=True)
        return [(scores.tolist(), tags.tolist()) for scores, tags in pairs]


def _groups(texts: Iterable[str]) -> Iterator[list[str]]:
    """Runs of texts of about `AHEAD` characters together, the first one a single text."""
    group: list[str] = []
    limit, length = 0, 0
    for text in texts:
        group.append(text)
        length += len(text)
        if length >= limit:
            yield group
            group, limit, length = [], AHEAD, 0
    if group:
        yield group


def _seam(left: Window, left_tags: list[str], right: Window, right_tags: list[str]) -> int:
    """The unit from which the right of two overlapping windows is believed.

    Nearest to the middle of what they share, but inside no mention of either, so that none is cut.
    """
    shared = range(right.first, left.last)
    outside = [
        unit
        for unit in shared
        if not left_tags[unit - left.first].startswith("I-") and not right_tags[unit - right.first].startswith("I-")
    ]
    return min(outside, key=lambda unit: abs(unit - right.keep_from), default=right.keep_from)


def _tags(folder: Path) -> list[str]:
    """The checkpoint's tags by their ids; `UserError` unless they are IOB2 tags as Hasila writes them."""
    if not (folder / "config.json").exists():
        raise UserError(f"{folder}: no checkpoint there (no config.json)")
    names = read_json(folder / "config.json").get("id2label") or {"0": "LABEL_0", "1": "LABEL_1"}
    tags = [names[str(i)] for i in range(len(names))]
    if tags != iob2([tag[2:] for tag in tags if tag.startswith("B-")]):
        raise UserError(f"{folder}: not a checkpoint of Hasila's: its labels are {', '.join(tags)}")
    return tags


def _picked(backend: str, folder: Path, device: str | None, dtype: str) -> str:
    """torch or onnx; `UserError` for a name that is neither."""
    if backend not in BACKENDS:
        raise UserError(f"backend: expected one of {', '.join(BACKENDS)}, got {backend!r}")
    if backend != "auto":
        return backend
    on_cpu = device == "cpu" or (device is None and not GPU.exists())
    return "onnx" if on_cpu and dtype in ("fp32", "int8") and (folder / GRAPH).exists() else "torch"
