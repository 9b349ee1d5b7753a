"""A fine-tuned checkpoint that marks raw text."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Self

import torch
from transformers import AutoConfig, AutoModelForTokenClassification, PreTrainedModel, PreTrainedTokenizerFast

from hasila.config import ROOT
from hasila.decode import decode, iob2
from hasila.device import attention, pick_device, use_bf16
from hasila.encoder import load_tokenizer
from hasila.errors import UserError
from hasila.files import read_json
from hasila.mention import Mention
from hasila.windows import Units, Window, units, windows

DEFAULT = ROOT / "models/mini-ner"
SETTINGS = "hasila.json"  # beside config.json: window, overlap, and which encoder was fine-tuned

UNKNOWN = {"window": 128, "overlap": 32}  # for a checkpoint that Hasila did not write


class Tagger:
    """Marks mentions in raw text: `Tagger.from_pretrained(path).tag(text)`.

    `window` and `overlap` are in word pieces, `batch_tokens` bounds pieces a batch, padding included.
    """

    def __init__(
        self,
        model: PreTrainedModel,
        tokenizer: PreTrainedTokenizerFast,
        window: int,
        overlap: int,
        batch_tokens: int = 4096,
        precision: str = "fp32",
        encoder: str = "unknown",
    ) -> None:
        self.model = model.eval()
        self.encoder = encoder
        self.tokenizer = tokenizer
        self.window, self.overlap, self.batch_tokens = window, overlap, batch_tokens
        self.bf16 = use_bf16(precision, model.device)
        self.model.set_attn_implementation(attention(model.device, self.bf16))
        self.tags = [model.config.id2label[i] for i in range(model.config.num_labels)]

    @classmethod
    def from_pretrained(cls, path: str | Path = DEFAULT, device: str | None = None, precision: str = "fp32") -> Self:
        """Load a checkpoint that `scripts/train.py` wrote.

        Another checkpoint for token classification will do if its labels are IOB2 tags. Raises `UserError`
        if the folder holds no checkpoint, or one of another task.
        """
        folder = Path(path)
        _check_labels(folder)
        settings = UNKNOWN | (read_json(folder / SETTINGS) if (folder / SETTINGS).exists() else {"encoder": str(path)})
        model = AutoModelForTokenClassification.from_pretrained(folder, dtype="float32", use_safetensors=True)
        where = torch.device(device) if device else pick_device()
        tokenizer = load_tokenizer(folder)
        sizes = settings["window"], settings["overlap"]
        return cls(model.to(where), tokenizer, *sizes, precision=precision, encoder=settings["encoder"])

    @property
    def labels(self) -> list[str]:
        """The labels that this tagger can give, in its own order."""
        return [tag[2:] for tag in self.tags if tag.startswith("B-")]

    def tag(self, text: str) -> list[Mention]:
        """Mentions of one text in reading order, none overlapping; `text[m.start:m.end] == m.text`."""
        return next(iter(self.tag_all([text])))

    def tag_all(self, texts: Iterable[str]) -> Iterator[list[Mention]]:
        """Mentions of each text, batched across the windows of a text."""
        for text in texts:
            source = units(text, self.tokenizer)
            tags, scores = self._predict(source)
            yield decode(text, source.spans, tags, scores)

    @torch.inference_mode()
    def _predict(self, source: Units) -> tuple[list[str], list[float]]:
        """The best tag of every unit and its probability."""
        found = windows(source, self.tokenizer, self.window, self.overlap)
        read = {
            w.first: best for batch in self._batches(found) for w, best in zip(batch, self._forward(batch), strict=True)
        }
        tags, scores = ["O"] * len(source.spans), [1.0] * len(source.spans)
        start = 0
        for window, following in zip(found, [*found[1:], None], strict=False):
            probabilities, ids = read[window.first]
            names = [self.tags[i] for i in ids]
            stop = window.last
            if following and following.first < window.last:
                after = [self.tags[i] for i in read[following.first][1]]
                stop = _seam(window, names, following, after)
            tags[start:stop] = names[start - window.first : stop - window.first]
            scores[start:stop] = probabilities[start - window.first : stop - window.first]
            start = stop
        return tags, scores

    def _batches(self, source: list[Window]) -> Iterator[list[Window]]:
        """Windows of like length together, at most `batch_tokens` pieces a batch, padding included."""
        batch: list[Window] = []
        for window in sorted(source, key=lambda w: len(w.input_ids)):
            if batch and (len(batch) + 1) * len(window.input_ids) > self.batch_tokens:
                yield batch
                batch = []
            batch.append(window)
        if batch:
            yield batch

    def _forward(self, batch: list[Window]) -> list[tuple[list[float], list[int]]]:
        """Probability and tag id of each window's units."""
        padded = self.tokenizer.pad({"input_ids": [w.input_ids for w in batch]}, return_tensors="pt")
        with torch.autocast(self.model.device.type, torch.bfloat16, enabled=self.bf16):
            logits = self.model(**padded.to(self.model.device)).logits  # (batch, pieces, tags)
        probabilities, ids = logits.float().softmax(-1).max(-1)
        return [
            (probabilities[row, w.positions].tolist(), ids[row, w.positions].tolist()) for row, w in enumerate(batch)
        ]


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


def _check_labels(folder: Path) -> None:
    """Whether the checkpoint's labels are IOB2 tags as Hasila writes them."""
    if not (folder / "config.json").exists():
        raise UserError(f"{folder}: no checkpoint there (no config.json)")
    tags = list(AutoConfig.from_pretrained(folder).id2label.values())
    if tags != iob2([tag[2:] for tag in tags if tag.startswith("B-")]):
        raise UserError(f"{folder}: not a checkpoint of Hasila's: its labels are {', '.join(tags)}")
