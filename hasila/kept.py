"""Fine-tuned models kept under `runs/kept/`, by what they depend on, so that no run does another's work again."""

import dataclasses
import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path

from accelerate import PartialState
from transformers import PreTrainedModel

from hasila import encoder, formats
from hasila.config import ROOT, TrainConfig, project_path
from hasila.device import pick_device
from hasila.files import sha256, whole_folder
from hasila.mention import Article

FREE = ("name", "output", "held_out", "data", "fallback", "half")  # of a config: what the weights do not depend on


def model(
    settings: TrainConfig, source: encoder.Encoder, articles: Sequence[Article], make: Callable[[], PreTrainedModel]
) -> PreTrainedModel:
    """What `make` makes of a config, an encoder and articles, or what it made of the same with the same code."""
    folder = project_path(settings.output) / "kept" / digest(settings, source, articles)
    if not folder.exists():
        made = make()
        processes = PartialState(cpu=pick_device().type == "cpu")
        if processes.is_main_process:
            with whole_folder(folder) as new:
                made.save_pretrained(new)
        processes.wait_for_everyone()
    return encoder.load_model(folder, settings.labels, settings.dropout)


def digest(settings: TrainConfig, source: encoder.Encoder, articles: Sequence[Article]) -> str:
    """A name for the config, the encoder's weights and vocabulary, the articles and this library's code."""
    config = {key: value for key, value in dataclasses.asdict(settings).items() if key not in FREE}
    files = [*source.folder.glob("*.safetensors"), source.folder / "tokenizer.json", *_code()]
    parts = [json.dumps(config, sort_keys=True), *(sha256(path) for path in files if path.exists())]
    return hashlib.sha256("".join([*parts, *map(formats.to_jsonl, articles)]).encode()).hexdigest()[:16]


def _code() -> list[Path]:
    return [
        ROOT / f"hasila/{name}.py" for name in ("training", "dataset", "decode", "encoder", "selftraining", "windows")
    ]
