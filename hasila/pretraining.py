"""Masked-language-model pre-training, from scratch or from a given encoder, resumable anywhere.

The objective is BERT's (Devlin et al. 2019, section 3.1): of the masked positions 80 % become
[MASK], 10 % a random piece, 10 % stay. The encoder is ModernBERT's architecture (Warner et al.
2024) with full attention in every layer; the learning rate warms up, stays, and decays linearly
(Hägele et al. 2024). From scratch the piece embeddings begin with what co-occurrence tells.
"""

import copy
import dataclasses
import functools
import hashlib
import io
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from tqdm import tqdm
from transformers import (
    AutoModelForMaskedLM,
    BertConfig,
    BertForMaskedLM,
    ModernBertConfig,
    ModernBertForMaskedLM,
    PreTrainedModel,
    PreTrainedTokenizerFast,
)

from hasila import card, cooccurrence, corpus, plots
from hasila.config import PretrainConfig, project_path
from hasila.device import attention, describe, keep_freed_memory, pick_device, use_bf16
from hasila.encoder import find, load_tokenizer
from hasila.errors import UserError
from hasila.files import read_json, whole_folder, write_bytes, write_json, write_text
from hasila.tokenizer import train_wordpiece

IGNORED = -100
MEASURED_MASKING = 0.15


def pretrain(config: PretrainConfig) -> Path:
    """Prepare the text, train until `config.tokens` pieces were seen, and save the encoder.

    Called again after an interruption it goes on from the last checkpoint. Returns the folder.
    """
    return save(config, *run(config, project_path(config.work) / config.name))


def run(config: PretrainConfig, work: Path) -> tuple[PreTrainedModel, PreTrainedTokenizerFast, list[dict[str, float]]]:
    """Prepare and train, or go on with what `work` holds; the model, its tokenizer, the log."""
    tokenizer, windows = prepare(config, work)
    keep_freed_memory()
    resumed = (work / "checkpoint").exists()
    model = new_model(config, tokenizer, None if resumed else windows).to(pick_device())
    model.set_attn_implementation(attention(model.device, use_bf16(config.precision, model.device)))
    return model, tokenizer, train(config, model, tokenizer, windows, work)


def prepare(config: PretrainConfig, work: Path) -> tuple[PreTrainedTokenizerFast, np.ndarray]:
    """The tokenizer and the text as windows of piece ids, (windows, window); made once, then read.

    Runs over the same text share it. `UserError` where `work` holds a run of another config.
    """
    text = text_folder(config)
    if not (text / "text.npy").exists():
        paragraphs, counts = corpus.clean(config)
        tokenizer = (
            load_tokenizer(find(config.init).folder)
            if config.init
            else train_wordpiece(paragraphs[::3], config.vocab_size, config.window)
        )
        text.mkdir(parents=True, exist_ok=True)
        tokenizer.save_pretrained(text / "tokenizer")
        ids = pack(paragraphs, tokenizer, config.window)
        write_json(text / "text.json", counts | {"windows": len(ids)})
        packed = io.BytesIO()
        np.save(packed, ids)
        write_bytes(text / "text.npy", packed.getvalue())
    if not (work / "config.json").exists():
        write_json(work / "config.json", _identity(config))
    if read_json(work / "config.json") != _identity(config):
        raise UserError(f"{work}: holds a run of another config; remove it, or give this one another name")
    return load_tokenizer(text / "tokenizer"), np.load(text / "text.npy", mmap_mode="r")


def text_folder(config: PretrainConfig) -> Path:
    """Where the prepared text of a config is kept, by what it depends on."""
    keys = ("text", "sources", "conflict", "exclude", "init", "vocab_size", "window", "seed")
    wanted = {key: dataclasses.asdict(config)[key] for key in keys}
    digest = hashlib.sha256(json.dumps(wanted, sort_keys=True).encode()).hexdigest()[:12]
    return project_path(config.work) / f"text-{digest}"


def _identity(config: PretrainConfig) -> dict[str, Any]:
    """What must be the same for a run to go on: all but its length and where it is written."""
    free = ("tokens", "log_steps", "milestones", "work", "output")
    return {key: value for key, value in dataclasses.asdict(config).items() if key not in free}


def pack(paragraphs: list[str], tokenizer: PreTrainedTokenizerFast, window: int) -> np.ndarray:
    """Concatenate paragraphs, [SEP] between them, and cut into (windows, window) with [CLS] … [SEP]."""
    pieces: list[np.ndarray] = []
    for start in tqdm(range(0, len(paragraphs), 10_000), desc="tokenizing", unit="×10k paragraphs"):
        batch = tokenizer(paragraphs[start : start + 10_000], add_special_tokens=False, verbose=False)["input_ids"]
        pieces.extend(np.array([*ids, tokenizer.sep_token_id], dtype=np.uint16) for ids in batch)
    stream, inner = np.concatenate(pieces), window - 2
    body = stream[: len(stream) // inner * inner].reshape(-1, inner)
    edges = [np.full((len(body), 1), i, np.uint16) for i in (tokenizer.cls_token_id, tokenizer.sep_token_id)]
    return np.concatenate([edges[0], body, edges[1]], axis=1)


def new_model(
    config: PretrainConfig, tokenizer: PreTrainedTokenizerFast, windows: np.ndarray | None
) -> PreTrainedModel:
    """The encoder that `config.init` names, or a new one, its embeddings from counts over `windows` if it shall."""
    torch.manual_seed(config.seed)
    if config.init:
        folder = find(config.init).folder
        return AutoModelForMaskedLM.from_pretrained(folder, dtype="float32", use_safetensors=True)
    model = _from_scratch(config, tokenizer)
    if config.cooccurrence and windows is not None:
        _begin_with_cooccurrence(model, windows, config.seed)
    return model


def _from_scratch(config: PretrainConfig, tokenizer: PreTrainedTokenizerFast) -> PreTrainedModel:
    shape: dict[str, Any] = {
        "vocab_size": len(tokenizer),
        "hidden_size": config.hidden,
        "intermediate_size": config.intermediate,
        "num_hidden_layers": config.layers,
        "num_attention_heads": config.heads,
        "max_position_embeddings": 512,
        "pad_token_id": tokenizer.pad_token_id,
    }
    if config.architecture == "bert":
        return BertForMaskedLM(BertConfig(**shape, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0))
    if config.architecture != "modernbert":
        raise UserError(f"architecture: expected modernbert or bert, got {config.architecture!r}")
    shape |= dict(
        layer_types=["full_attention"] * config.layers,
        cls_token_id=tokenizer.cls_token_id,
        sep_token_id=tokenizer.sep_token_id,
        bos_token_id=tokenizer.cls_token_id,
        eos_token_id=tokenizer.sep_token_id,
        sparse_prediction=True,
    )
    return ModernBertForMaskedLM(ModernBertConfig(**shape))


def _begin_with_cooccurrence(model: PreTrainedModel, windows: np.ndarray, seed: int) -> None:
    """Embeddings of the length that random ones would have, and an output that begins at the pieces' frequencies."""
    matrix = model.get_input_embeddings().weight
    vectors = cooccurrence.embeddings(windows, *matrix.shape, seed)
    known = vectors.norm(dim=1) > 0
    length = model.config.initializer_range * matrix.shape[1] ** 0.5
    with torch.no_grad():
        matrix[known] = vectors[known] * length
        model.get_output_embeddings().bias.copy_(cooccurrence.log_frequencies(windows, len(matrix)))


def mask(
    ids: torch.Tensor, tokenizer: PreTrainedTokenizerFast, masking: float, seed: int, whole_words: bool = False
) -> tuple[torch.Tensor, torch.Tensor]:
    """Inputs and labels, both (batch, window); labels are -100 where nothing is to be predicted.

    With `whole_words` all pieces of a word share their fate (Cui et al. 2021, section 3.1).
    """
    chance = torch.Generator().manual_seed(seed)
    draw = torch.rand(ids.shape, generator=chance)
    if whole_words:
        draw = draw.gather(1, _beginnings(tokenizer)[ids].cumsum(1) - 1)
    special = (ids == tokenizer.cls_token_id) | (ids == tokenizer.sep_token_id)
    masked = (draw < masking) & ~special
    labels = ids.masked_fill(~masked, IGNORED)
    inputs = ids.masked_fill(masked & (draw < 0.8 * masking), tokenizer.mask_token_id)
    random_ids = torch.randint(len(tokenizer), ids.shape, generator=chance)
    randomised = masked & (draw >= 0.8 * masking) & (draw < 0.9 * masking)
    return torch.where(randomised, random_ids, inputs), labels


@functools.lru_cache(maxsize=1)  # the same in every step
def _beginnings(tokenizer: PreTrainedTokenizerFast) -> torch.Tensor:
    """1 for each piece of the vocabulary that begins a word, else 0: (vocab_size,)."""
    pieces = tokenizer.convert_ids_to_tokens(range(len(tokenizer)))
    return torch.tensor([not piece.startswith("##") for piece in pieces]).long()


def split(windows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Row numbers of the windows to train on, and of about a hundred, evenly spread, to measure the loss on."""
    rows = np.arange(len(windows))
    measured = rows % max(50, len(windows) // 96) == 0
    return rows[~measured], rows[measured]


def rate(config: PretrainConfig, progress: float) -> float:
    """The learning rate at `progress` (0 to 1): warm-up, plateau, linear decay to zero."""
    return config.learning_rate * min(1.0, progress / config.warmup, (1 - progress) / config.decay)


def batches(config: PretrainConfig, windows: np.ndarray, first: int) -> Iterator[torch.Tensor]:
    """Batches of (batch, window) ids from step `first` on; every epoch has its own order."""
    rows, _ = split(windows)
    size = config.batch_tokens // config.window
    per_epoch = len(rows) // size
    for step in range(first, config.tokens // (size * config.window)):
        epoch, place = divmod(step, per_epoch)
        if place == 0 or step == first:
            order = np.random.default_rng((config.seed, epoch)).permutation(rows)
        chosen = np.sort(order[place * size : (place + 1) * size])
        yield torch.from_numpy(windows[chosen].astype(np.int64))


def train(
    config: PretrainConfig,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerFast,
    windows: np.ndarray,
    work: Path,
) -> list[dict[str, float]]:
    """Train in place, from the last checkpoint in `work` on.

    Returns the log: pieces seen, seconds spent, mean loss since the last entry, loss on held-out windows.
    """
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=0.0, betas=(0.9, 0.98), weight_decay=config.weight_decay, fused=True
    )
    step, log = _restore(work, model, optimizer)
    per_step = config.batch_tokens // config.window * config.window
    total = config.tokens // per_step
    spent, since, losses = (log[-1]["seconds"] if log else 0.0), time.monotonic(), []
    for ids in tqdm(batches(config, windows, step), initial=step, total=total, desc="pre-training", mininterval=10):
        for group in optimizer.param_groups:
            group["lr"] = rate(config, (step + 1) * per_step / config.tokens)
        losses.append(_step(config, model, tokenizer, optimizer, ids, step))
        step += 1
        if step % config.log_steps == 0 or step == total:
            spent += time.monotonic() - since
            seen = {"tokens": step * per_step, "seconds": round(spent, 1)}
            known = {"loss": torch.stack(losses).mean(), "held_out": _held_out_loss(config, model, tokenizer, windows)}
            log.append(seen | {name: round(value.item(), 4) for name, value in known.items()})
            _checkpoint(work, model, optimizer, step, log)
            if _passed(config.milestones, log):
                with whole_folder(work / f"seen-{step * per_step}") as folder:
                    _write(copy.deepcopy(model), tokenizer, folder)
            since, losses = time.monotonic(), []
    return log


def _passed(milestones: list[int], log: list[dict[str, float]]) -> bool:
    """Whether a milestone lies between the last two entries of the log."""
    before = log[-2]["tokens"] if len(log) > 1 else 0
    return any(before < milestone <= log[-1]["tokens"] for milestone in milestones)


def _write(model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
    """Write tokenizer and weights, these made half precision in place."""
    model.half().save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def _step(
    config: PretrainConfig,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerFast,
    optimizer: torch.optim.Optimizer,
    ids: torch.Tensor,
    step: int,
) -> torch.Tensor:
    """One update; its loss."""
    model.train()
    torch.manual_seed(config.seed + step)  # dropout, where an encoder that is given has it
    masked = mask(ids, tokenizer, config.masking, config.seed + step, config.whole_words)
    loss = _loss(config, model, *masked)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    return loss.detach()


def _loss(config: PretrainConfig, model: PreTrainedModel, inputs: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    inputs, labels = inputs.to(model.device), labels.to(model.device)
    with torch.autocast(model.device.type, torch.bfloat16, enabled=use_bf16(config.precision, model.device)):
        return model(input_ids=inputs, labels=labels).loss


@torch.inference_mode()
def _held_out_loss(
    config: PretrainConfig, model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast, windows: np.ndarray
) -> torch.Tensor:
    """Loss on windows never trained on, masked the same way in every run, so that recipes can be compared."""
    model.eval()
    ids = torch.from_numpy(windows[split(windows)[1]].astype(np.int64))
    return _loss(config, model, *mask(ids, tokenizer, MEASURED_MASKING, seed=0))


def _checkpoint(
    work: Path, model: PreTrainedModel, optimizer: torch.optim.Optimizer, step: int, log: list[dict[str, float]]
) -> None:
    names = [name for name, _ in model.named_parameters()]
    tensors = {f"model.{n}": p.detach() for n, p in model.named_parameters()}
    for name, state in zip(names, optimizer.state.values(), strict=True):
        tensors |= {f"{key}.{name}": state[key] for key in ("exp_avg", "exp_avg_sq")}
    with whole_folder(work / "checkpoint") as folder:
        save_file({key: tensor.contiguous().cpu() for key, tensor in tensors.items()}, folder / "state.safetensors")
        write_json(folder / "state.json", {"step": step, "log": log})


def _restore(
    work: Path, model: PreTrainedModel, optimizer: torch.optim.Optimizer
) -> tuple[int, list[dict[str, float]]]:
    folder = work / "checkpoint"
    if not folder.exists():
        return 0, []
    state, tensors = read_json(folder / "state.json"), load_file(folder / "state.safetensors")
    for name, parameter in model.named_parameters():
        parameter.data.copy_(tensors[f"model.{name}"])
        moments = {key: tensors[f"{key}.{name}"].to(parameter.device) for key in ("exp_avg", "exp_avg_sq")}
        # A fused optimizer wants its step count beside the parameter.
        count = torch.tensor(float(state["step"]), dtype=torch.float32, device=parameter.device)
        optimizer.state[parameter] = {"step": count, **moments}
    return state["step"], state["log"]


def save(
    config: PretrainConfig, model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast, log: list[dict[str, float]]
) -> Path:
    """Write the encoder in half precision with its tokenizer, and how it was made."""
    target = project_path(config.output) / config.name
    with whole_folder(target) as folder:
        parameters = sum(parameter.numel() for parameter in model.parameters())
        _write(model, tokenizer, folder)
        record = {
            "config": dataclasses.asdict(config),
            "parameters": parameters,
            "text": read_json(text_folder(config) / "text.json"),
            "device": describe(model.device),
            "torch": torch.__version__,
            "held_out_masking": MEASURED_MASKING,
            "log": log,
        }
        write_json(folder / "pretraining.json", record)
        write_text(folder / "README.md", card.encoder(record))
        losses = {"held out": [(entry["tokens"], entry["held_out"]) for entry in log]}
        axes = ("word pieces seen", "masked-language-model loss, held-out text")
        plots.curves(losses, folder / "pretraining.png", axes, config.name)
    return target
