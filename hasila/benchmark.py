"""What a training epoch costs, this project's recipe against the plain one: same data, same machine, interleaved.

AraBERT-base's real architecture with random weights stands in for AraBERT: the arithmetic is the
same, the scores would not be. Its vocabulary is not at hand, so the embedded encoder's tokenizer cuts
the text, into rather more pieces than AraBERT's would.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.utils.data import DataLoader
from transformers import BertConfig, BertForTokenClassification, DataCollatorForTokenClassification

from hasila import dataset, encoder, formats, memory
from hasila.config import ROOT, TrainConfig, project_path
from hasila.decode import iob2
from hasila.device import describe, keep_freed_memory, pick_device, use_bf16
from hasila.files import write_json
from hasila.mention import Article, Mention
from hasila.training import TokenBatches
from hasila.windows import Pieces

RECIPES = ("plain", "hasila")
STAND_IN = "AraBERT-base architecture (random weights; no AraBERT weights were used)"
PLAIN_BATCH = 16


def train(settings: TrainConfig, rounds: int, target: Path) -> dict[str, Any]:
    """Seconds and peak memory of one epoch on all articles, interleaved, each in its own process."""
    runs: dict[str, list[dict[str, float]]] = {recipe: [] for recipe in RECIPES}
    for _ in range(rounds):
        for recipe in RECIPES:
            runs[recipe].append(_in_own_process(recipe, settings))
            print(recipe, runs[recipe][-1], flush=True)
    result = {
        "encoder": STAND_IN,
        "device": describe(pick_device()),
        "torch": torch.__version__,
        "bf16": use_bf16(settings.precision, pick_device()),
    }
    result |= summary(runs)
    write_json(target, result)
    return result


def summary(runs: dict[str, list[dict[str, float]]]) -> dict[str, Any]:
    """Medians, and how many times faster in each round: the two runs of a round share the machine's mood."""
    ratios = [a["seconds"] / b["seconds"] for a, b in zip(runs["plain"], runs["hasila"], strict=True)]
    return {
        "median_seconds": {recipe: float(np.median([run["seconds"] for run in runs[recipe]])) for recipe in RECIPES},
        "faster": _spread(ratios),
        "peak_mb": {recipe: max(run["peak_mb"] for run in runs[recipe]) for recipe in RECIPES},
        "runs": runs,
    }


def _in_own_process(recipe: str, settings: TrainConfig) -> dict[str, float]:
    call = (
        f"from hasila import benchmark, config; benchmark.child({recipe!r}, config.TrainConfig(**{vars(settings)!r}))"
    )
    output = subprocess.run([sys.executable, "-c", call], capture_output=True, text=True, check=True).stdout
    return json.loads(output.strip().split("\n")[-1])


def child(recipe: str, settings: TrainConfig) -> None:
    """Time one epoch and print seconds, peak memory and pieces (padding included) as JSON."""
    loader, bf16 = _loader(recipe, settings), recipe == "hasila" and use_bf16(settings.precision, pick_device())
    attention_dropout = 0.1
    if recipe == "hasila":
        keep_freed_memory()
        attention_dropout = 0.0  # as `encoder.load_model` sets it
    model = arabert_base(settings.labels, attention_dropout).to(pick_device()).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=settings.learning_rate, fused=True)
    _step(model, optimizer, next(iter(loader)), bf16)  # not timed: memory is laid out, kernels are chosen
    started, pieces = time.perf_counter(), 0
    for batch in loader:
        _step(model, optimizer, batch, bf16)
        pieces += batch["input_ids"].numel()
    seconds = time.perf_counter() - started
    took = {"seconds": round(seconds, 2), "peak_mb": memory.peak(), "pieces": pieces, "steps": len(loader)}
    print(json.dumps(took))


def arabert_base(labels: list[str], attention_dropout: float = 0.0) -> BertForTokenClassification:
    """AraBERT-base's architecture with random weights."""
    names = encoder.label_names(labels)
    shape = BertConfig(vocab_size=64_000, attention_probs_dropout_prob=attention_dropout, **names)
    return BertForTokenClassification(shape)


def _spread(ratios: list[float]) -> dict[str, float]:
    picks = (("median", np.median), ("low", min), ("high", max))
    return {name: round(float(pick(ratios)), 2) for name, pick in picks}


def _step(model: torch.nn.Module, optimizer: torch.optim.Optimizer, batch: dict[str, torch.Tensor], bf16: bool) -> None:
    inputs = {key: value.to(model.device) for key, value in batch.items()}
    with torch.autocast(model.device.type, torch.bfloat16, enabled=bf16):
        loss = model(**inputs).loss
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    loss.item()


def _loader(recipe: str, settings: TrainConfig) -> DataLoader:
    tokenizer = encoder.load_tokenizer(ROOT / "models/mini-encoder")
    articles = formats.load(project_path(settings.data))
    examples = articles if recipe == "hasila" else [p for article in articles for p in _paragraphs(article)]
    rows = dataset.training_rows(
        examples, Pieces.of(tokenizer), iob2(settings.labels), settings.window, settings.overlap
    )
    lengths = [len(ids) for ids in rows["input_ids"]]
    if recipe == "hasila":
        batches = TokenBatches(lengths, settings.batch_tokens, settings.seed)
        return DataLoader(rows, batch_sampler=batches, collate_fn=DataCollatorForTokenClassification(tokenizer))
    # The plain recipe: a paragraph an example, each padded to the longest of the data set (kinder than to 512).
    collate = DataCollatorForTokenClassification(tokenizer, padding="max_length", max_length=max(lengths))
    return DataLoader(rows, batch_size=PLAIN_BATCH, shuffle=True, collate_fn=collate)


def _paragraphs(article: Article) -> Iterator[Article]:
    """Each paragraph as an article of its own."""
    start = 0
    for number, line in enumerate(article.text.split("\n")):
        inside = (m for m in article.mentions if start <= m.start < start + len(line))
        mentions = tuple(Mention(m.start - start, m.end - start, m.label) for m in inside)
        yield Article(f"{article.id}-{number}", line, mentions)
        start += len(line) + 1
