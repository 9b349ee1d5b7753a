"""What tagging costs: this project's tagger in each of its forms against `transformers.pipeline`, the same checkpoint.

Every measurement is a process of its own, on the same articles with the same threads, one form after the other in
each round. AraBERT-base's real architecture with random weights stands in for AraBERT.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from hasila import encoder, export, formats, metric
from hasila.benchmark import STAND_IN, arabert_base
from hasila.config import ROOT
from hasila.device import describe
from hasila.files import read_json, write_json
from hasila.mention import LABELS, Mention
from hasila.tagger import DEFAULT, SETTINGS, Tagger

BATCHES = (1, 4, 16)  # the pipeline's batch sizes
RECORDS = "tagger, onnx fp32, and records"  # of the released tagger only: random weights mark words at random
FORMS = {
    "pipeline, article by article": "pipeline 1",
    "pipeline, best batch size": "pipeline",  # one of BATCHES, found before the rounds
    "tagger, torch fp32": "torch fp32",
    "tagger, torch bf16": "torch bf16",
    "tagger, onnx fp32": "onnx fp32",
    "tagger, onnx int8": "onnx int8",
    RECORDS: "records fp32",
}
KEYS = ("words_a_second", "articles_a_second", "peak_mb", "load_seconds", "share_of_peak")


def measure(rounds: int, target: Path, device: str = "cpu") -> dict[str, Any]:
    """Tables of all forms for the released tagger and at AraBERT-base's size; written to `target`."""
    large = _stand_in(ROOT / "runs/benchmark/arabert-base")
    export.export(large, int8=True)
    small = Path(shutil.copytree(DEFAULT, ROOT / "runs/benchmark/mini-ner", dirs_exist_ok=True))
    export.export(small, int8=True)
    encoders = {read_json(small / SETTINGS)["encoder"]: small, STAND_IN: large}
    result: dict[str, Any] = {
        "encoder": " and ".join(encoders),
        "device": describe(torch.device(device)),
        "torch": torch.__version__,
        "rounds": rounds,
        "encoders": {},
    }
    for name, folder in encoders.items():
        result["encoders"][name] = _rounds(name, folder, rounds, device)
        write_json(target, result)
    result["same answers"] = same_answers(small)
    write_json(target, result)
    return result


def same_answers(folder: Path) -> dict[str, dict[str, float]]:
    """Of each of the tagger's forms: F1 of its mentions against torch's in fp32, and against the gold articles.

    The released tagger was trained on these texts; what is compared is the arithmetic.
    """
    gold = formats.load(ROOT / "data/gold")
    texts = [a.text for a in [*gold, *formats.load(ROOT / "data/authored")[::5]]]
    found, plain = {}, None
    for name, form in FORMS.items():
        backend, _, dtype = form.partition(" ")
        if backend in ("torch", "onnx"):
            marked = list(Tagger.from_pretrained(folder, "cpu", backend, dtype).tag_all(texts))
            plain = plain or marked
            found[name] = {"f1 to fp32": _f1(marked, plain), "gold f1": _f1(marked[:5], [a.mentions for a in gold])}
    return found


def _f1(found: Sequence[Sequence[Mention]], wanted: Sequence[Sequence[Mention]]) -> float:
    return round(metric.score(found, wanted)["fine"]["micro"]["f1"], 4)


def _stand_in(folder: Path) -> Path:
    """A checkpoint of AraBERT-base's size with the embedded encoder's tokenizer."""
    arabert_base(list(LABELS)).half().save_pretrained(folder)
    encoder.load_tokenizer(DEFAULT).save_pretrained(folder)
    write_json(folder / SETTINGS, read_json(DEFAULT / SETTINGS) | {"trained_on": []})
    return folder


def _rounds(name: str, folder: Path, rounds: int, device: str) -> dict[str, Any]:
    tried = {size: _in_own_process(folder, f"pipeline {size}", device)["words_a_second"] for size in BATCHES}
    best = max(tried, key=lambda size: tried[size])
    forms = FORMS | {"pipeline, best batch size": f"pipeline {best}"}
    if name == STAND_IN:
        del forms[RECORDS]
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in forms}
    for _ in range(rounds):
        for form, call in forms.items():
            runs[form].append(_in_own_process(folder, call, device))
            print(folder.name, form, runs[form][-1], flush=True)
    return {"best batch size": best, "batch sizes tried": tried} | summary(runs)


def summary(runs: dict[str, list[dict[str, float]]]) -> dict[str, Any]:
    """Medians and spread of every form, and how many times faster than the pipeline in the same round."""
    found = {}
    for name, own in runs.items():
        row = {key: float(np.median([run[key] for run in own])) for key in KEYS}
        row["low"], row["high"] = (pick(run["words_a_second"] for run in own) for pick in (min, max))
        for short, reference in zip(("default", "best"), list(runs)[:2], strict=True):
            pairs = zip(own, runs[reference], strict=True)
            row[f"faster_than_{short}"] = round(
                float(np.median([a["words_a_second"] / b["words_a_second"] for a, b in pairs])), 2
            )
        found[name] = row
    return {"forms": found, "runs": runs}


def _in_own_process(folder: Path, form: str, device: str) -> dict[str, float]:
    call = [sys.executable, "-m", "hasila.tagging", str(folder), *form.split(), device]
    output = subprocess.run(call, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    return json.loads(output.strip().split("\n")[-1])
