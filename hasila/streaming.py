"""Whether memory stays flat while a stream of articles is tagged: `scripts/benchmark.py stream`."""

import time
from collections.abc import Iterator
from itertools import cycle, islice, tee
from pathlib import Path
from typing import Any

from hasila import formats
from hasila.config import ROOT
from hasila.files import write_json
from hasila.memory import resident
from hasila.mention import Article
from hasila.prediction import complete
from hasila.tagger import Tagger

FIRST = 1_000  # articles after which caches are full
EVERY = 5_000


def measure(count: int, target: Path) -> dict[str, Any]:
    """Resident memory after the first thousand and every five thousand of `count` articles, records included."""
    tagger = Tagger.from_pretrained(device="cpu")
    memory, started = {}, time.perf_counter()
    texts, marked = tee(islice(_articles(), count))
    for number, (text, mentions) in enumerate(zip(texts, tagger.tag_all(marked), strict=True), 1):
        complete(Article(str(number), text, tuple(mentions)))
        if number == FIRST or number % EVERY == 0:
            memory[number] = resident()
            print(f"{number} articles: {memory[number]} MB", flush=True)
    result = {"encoder": tagger.encoder, "articles": count, "memory_mb": memory}
    result["seconds"] = round(time.perf_counter() - started, 1)
    result["growth_mb"] = max(abs(now - memory[FIRST]) for now in memory.values())
    write_json(target, result)
    return result


def _articles() -> Iterator[str]:
    """Beginnings of the gold articles' paragraphs, each with another number in it, so that no two are the same."""
    paragraphs = [
        line[:120] for a in formats.load(ROOT / "data/gold") for line in a.text.split("\n") if len(line) > 100
    ]
    for number, paragraph in enumerate(cycle(paragraphs)):
        yield f"الخبر رقم {number}: {paragraph}"
