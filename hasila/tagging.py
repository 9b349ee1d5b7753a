"""One measurement of `hasila.throughput`, in a process of its own: `python -m hasila.tagging FOLDER KIND HOW DEVICE`.

Nothing is imported that the measured form does not need, so that the time to load it is its own.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from hasila import formats, memory
from hasila.config import ROOT
from hasila.files import read_json
from hasila.mention import Article
from hasila.parties import linked
from hasila.prediction import complete
from hasila.records import records
from hasila.tagger import Tagger
from hasila.windows import Pieces, all_units
from hasila.words import words

STRIDE = 32  # pieces that the pipeline's windows share: a whole article is more than AraBERT-base can read


def measure(folder: str, kind: str, how: str, device: str) -> dict[str, float]:
    """Load, tag two articles unmeasured, then the five gold articles (four times over if it is small); what it took."""
    copies = max(1, 1024 // read_json(Path(folder) / "config.json")["hidden_size"])
    texts = [article.text for article in formats.load(ROOT / "data/gold")] * copies
    count = sum(len(words(text)) for text in texts)
    started = time.perf_counter()
    make = {"pipeline": _pipeline, "records": _records}.get(kind, _tagger)
    mark = make(folder, kind, how, device)
    mark(texts[:1])
    loaded = time.perf_counter() - started
    mark(texts[:2])
    started = time.perf_counter()
    mark(texts)
    seconds = time.perf_counter() - started
    return {
        "words_a_second": round(count / seconds, 1),
        "articles_a_second": round(len(texts) / seconds, 2),
        "peak_mb": memory.peak(),
        "load_seconds": round(loaded, 2),
        "share_of_peak": round(_arithmetic(folder, texts) / seconds / _peak(how, device), 3),
    }


def _tagger(folder: str, backend: str, dtype: str, device: str) -> Callable[[Sequence[str]], object]:
    tagger = Tagger.from_pretrained(folder, device, backend, dtype)
    return lambda texts: list(tagger.tag_all(texts))


def _records(folder: str, _: str, dtype: str, device: str) -> Callable[[Sequence[str]], object]:
    tagger = Tagger.from_pretrained(folder, device, "onnx", dtype)

    def mark(texts: Sequence[str]) -> list[object]:
        articles = (Article("", text, tuple(found)) for text, found in zip(texts, tagger.tag_all(texts), strict=True))
        return [records(article, linked(article)) for article in map(complete, articles)]

    return mark


def _pipeline(folder: str, _: str, batch: str, device: str) -> Callable[[Sequence[str]], object]:
    """One call an article for batches of 1, else one call for all of them."""
    from transformers import pipeline  # a form's time to load is its own

    size = int(batch)
    mark = pipeline("token-classification", model=folder, aggregation_strategy="first", stride=STRIDE, device=device)
    if size == 1:
        return lambda texts: [mark(text) for text in texts]
    return lambda texts: mark(list(texts), batch_size=size)


def _arithmetic(folder: str, texts: Sequence[str]) -> float:
    """Floating-point operations of the encoder's matrix products on the texts' pieces, attention's aside."""
    shape = read_json(Path(folder) / "config.json")
    hidden, inner = shape["hidden_size"], shape["intermediate_size"]
    gated = 3 if shape["model_type"] == "modernbert" else 2
    a_piece = 2 * shape["num_hidden_layers"] * (4 * hidden**2 + gated * hidden * inner)
    pieces = sum(len(unit) for source in all_units(texts, Pieces.read(Path(folder))) for unit in source.pieces)
    return float(a_piece * pieces)


def _peak(how: str, device: str) -> float:
    """Operations a second of a large matrix product here, in the form's precision (that of fp32 for int8)."""
    import torch

    dtype = torch.bfloat16 if how == "bf16" else torch.float32
    a = torch.randn(2048, 2048, dtype=dtype, device=device)
    times = []
    for _ in range(8):
        started = time.perf_counter()
        (a @ a).sum().item()
        times.append(time.perf_counter() - started)
    return 2 * 2048**3 / min(times)


if __name__ == "__main__":
    print(json.dumps(measure(*sys.argv[1:])))
