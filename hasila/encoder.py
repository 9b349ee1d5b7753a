"""Encoders by name: from a model hub, from a folder, or the one that the repository carries."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import httpx2
from huggingface_hub import constants, snapshot_download
from huggingface_hub.errors import LocalEntryNotFoundError
from tokenizers.normalizers import BertNormalizer
from transformers import (
    AutoConfig,
    AutoModelForTokenClassification,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerFast,
)
from transformers.utils import logging

from hasila.config import ROOT, shown
from hasila.decode import iob2
from hasila.errors import UserError
from hasila.tokenizer import with_arabert_normalisation

logging.disable_progress_bar()
logging.set_verbosity_error()  # a new head is expected; `load_model` looks for anything else that is missing
PATIENCE = 8.0  # seconds until a hub that does not answer counts as out of reach
NEEDED = ["*.json", "*.safetensors", "vocab.txt"]


class HubUnreachableError(UserError):
    """A hub encoder is not cached and the hub does not answer; `reason` is the short form."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason}. {remedy}")
        self.reason = reason


@dataclass(frozen=True)
class Encoder:
    """An encoder found: the name it goes by in every record, and the folder that holds it."""

    name: str
    folder: Path


def find(source: str) -> Encoder:
    """Find the encoder that a config names: a folder (absolute or in the repository) or a hub id.

    `HubUnreachableError` within ten seconds where a hub id is not cached and the hub does not answer.
    """
    folder = ROOT / source
    if (folder / "config.json").exists():
        return Encoder(shown(folder), folder)
    if source.count("/") != 1 or folder.exists() or source.startswith((".", "/", "models/")):
        raise UserError(f"encoder {source}: no such folder with a config.json")
    return Encoder(source, _cached(source) or _download(source))


def _cached(source: str) -> Path | None:
    try:
        folder = Path(snapshot_download(source, local_files_only=True, allow_patterns=NEEDED))
    except LocalEntryNotFoundError:
        return None
    complete = (folder / "config.json").exists() and any(folder.glob("*.safetensors"))
    return folder if complete else None


def _download(source: str) -> Path:
    if constants.is_offline_mode() or not _answers(f"{constants.ENDPOINT}/{source}/resolve/main/config.json"):
        raise HubUnreachableError(
            f"encoder {source}: not cached, and the model hub cannot be reached",
            f"On a machine with network run `hf download {source} --local-dir FOLDER`, copy the folder here "
            "and set encoder=FOLDER; or set encoder=models/mini-encoder",
        )
    try:
        return Path(snapshot_download(source, allow_patterns=NEEDED))
    except (OSError, httpx2.HTTPError) as error:
        reason = f"encoder {source}: download failed ({type(error).__name__}: {_first_line(error)})"
        raise HubUnreachableError(reason, "Check the name and the network, then run again") from None


def _answers(url: str) -> bool:
    """Whether a hub answers at all, asked once: its client's own retries take most of a minute."""

    def ask() -> None:
        try:
            urlopen(Request(url, method="HEAD"), timeout=PATIENCE).close()
            replies.append(True)
        except HTTPError as error:  # it answers, if only that there is no such model
            replies.append(error.code < 500)
        except OSError:
            replies.append(False)

    replies: list[bool] = []
    # A thread, because a name look-up heeds no timeout.
    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(PATIENCE)
    return replies == [True]


def load_tokenizer(folder: Path) -> PreTrainedTokenizerFast:
    """The fast tokenizer of an encoder, its normalisation inside.

    AraBERT's comes without what its authors' preprocessor does: it is put in here.
    """
    tokenizer = _read(lambda: AutoTokenizer.from_pretrained(folder), folder)
    return with_arabert_normalisation(tokenizer) if _is_plain_bert(tokenizer) else tokenizer


def _is_plain_bert(tokenizer: PreTrainedTokenizerFast) -> bool:
    """A BERT vocabulary with BERT's own normaliser, as AraBERT's and other Arabic BERTs' come from the hub."""
    return isinstance(tokenizer.backend_tokenizer.normalizer, BertNormalizer)


def label_names(labels: list[str]) -> dict[str, Any]:
    """`id2label` and `label2id` of a model's config over `labels` (IOB2)."""
    tags = iob2(labels)
    return {"id2label": dict(enumerate(tags)), "label2id": {tag: i for i, tag in enumerate(tags)}}


def load_model(folder: Path, labels: list[str], dropout: float = 0.0, random_weights: bool = False) -> PreTrainedModel:
    """The encoder in fp32 with a token-classification head over `labels` (IOB2): a fresh one, or that of a
    checkpoint with as many labels.
    """
    config = _read(lambda: AutoConfig.from_pretrained(folder, **label_names(labels)), folder)
    for key in ("hidden_dropout_prob", "mlp_dropout", "classifier_dropout"):
        if hasattr(config, key):
            setattr(config, key, dropout)
    if hasattr(config, "attention_probs_dropout_prob"):
        config.attention_probs_dropout_prob = 0.0  # the CPU's fast attention kernel has no dropout
    if random_weights:
        return AutoModelForTokenClassification.from_config(config).float()
    model, found = _read(
        lambda: AutoModelForTokenClassification.from_pretrained(
            folder,
            config=config,
            dtype="float32",
            use_safetensors=True,
            output_loading_info=True,
            ignore_mismatched_sizes=True,  # the head of a checkpoint with other labels
        ),
        folder,
    )
    missing = [name for name in found["missing_keys"] if not name.startswith(("classifier.", "head."))]
    if missing:
        raise UserError(f"{folder}: weights are missing: {', '.join(sorted(missing)[:3])} …")
    return model


def _read(load: Callable[[], Any], folder: Path) -> Any:
    try:
        return load()
    except (OSError, ValueError) as error:
        raise UserError(f"{folder}: not a model that can be loaded ({_first_line(error)})") from None


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0]
