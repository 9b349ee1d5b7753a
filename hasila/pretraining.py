"""Masked-language-model pre-training, from scratch or from a given encoder, resumable anywhere.

The objective is BERT's (Devlin et al. 2019, section 3.1): of the masked positions 80 % become
[MASK], 10 % a random piece, 10 % stay. The encoder is ModernBERT's architecture (Warner et al.
2024) with full attention in every layer; the learning rate warms up, stays, and decays linearly
(Hägele et al. 2024).
"""

import dataclasses
import io
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
    ModernBertConfig,
    ModernBertForMaskedLM,
    PreTrainedModel,
    PreTrainedTokenizerFast,
)

from hasila import card, corpus, plots
from hasila.config import PretrainConfig, project_path
from hasila.device import describe, keep_freed_memory, pick_device, use_bf16
from hasila.encoder import find, load_tokenizer
from hasila.errors import UserError
from hasila.files import read_json, whole_folder, write_bytes, write_json, write_text
from hasila.tokenizer import train_wordpiece

IGNORED = -100


def pretrain(config: PretrainConfig) -> Path:
    """Prepare the text, train until `config.tokens` pieces were seen, and save the encoder.

    Called again after an interruption it goes on from the last checkpoint. Returns the folder.
    """
    work = project_path(config.work) / config.name
    tokenizer, windows = prepare(config, work)
    keep_freed_memory()
    device = pick_device()
    model = new_model(config, tokenizer).to(device)
    log = train(config, model, tokenizer, windows, work)
    return save(config, model, tokenizer, log, work)


def prepare(config: PretrainConfig, work: Path) -> tuple[PreTrainedTokenizerFast, np.ndarray]:
    """The tokenizer and the text as windows of piece ids, (windows, window); made once, then read."""
    if not (work / "text.npy").exists():
        paragraphs, counts = corpus.clean(config)
        tokenizer = (
            load_tokenizer(find(config.init).folder)
            if config.init
            else train_wordpiece(paragraphs[::3], config.vocab_size, config.window)
        )
        work.mkdir(parents=True, exist_ok=True)
        tokenizer.save_pretrained(work / "tokenizer")
        ids = pack(paragraphs, tokenizer, config.window)
        write_json(work / "text.json", counts | {"windows": len(ids)})
        packed = io.BytesIO()
        np.save(packed, ids)
        write_json(work / "config.json", _identity(config))
        write_bytes(work / "text.npy", packed.getvalue())
    if read_json(work / "config.json") != _identity(config):
        raise UserError(f"{work}: holds a run of another config; remove it, or give this one another name")
    return load_tokenizer(work / "tokenizer"), np.load(work / "text.npy", mmap_mode="r")


def _identity(config: PretrainConfig) -> dict[str, Any]:
    """What must be the same for a run to go on: all but its length and where it is written."""
    free = ("tokens", "checkpoint_minutes", "work", "output")
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


def new_model(config: PretrainConfig, tokenizer: PreTrainedTokenizerFast) -> PreTrainedModel:
    """An encoder with random weights, or the one that `config.init` names."""
    torch.manual_seed(config.seed)
    if config.init:
        folder = find(config.init).folder
        return AutoModelForMaskedLM.from_pretrained(folder, dtype="float32", use_safetensors=True)
    shape = ModernBertConfig(
        vocab_size=len(tokenizer),
        hidden_size=config.hidden,
        intermediate_size=config.intermediate,
        num_hidden_layers=config.layers,
        num_attention_heads=config.heads,
        layer_types=["full_attention"] * config.layers,
        max_position_embeddings=512,
        pad_token_id=tokenizer.pad_token_id,
        cls_token_id=tokenizer.cls_token_id,
        sep_token_id=tokenizer.sep_token_id,
        bos_token_id=tokenizer.cls_token_id,
        eos_token_id=tokenizer.sep_token_id,
        sparse_prediction=True,
    )
    return ModernBertForMaskedLM(shape)


def mask(
    ids: torch.Tensor, tokenizer: PreTrainedTokenizerFast, masking: float, seed: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Inputs and labels, both (batch, window); labels are -100 where nothing is to be predicted."""
    chance = torch.Generator().manual_seed(seed)
    draw = torch.rand(ids.shape, generator=chance)
    special = (ids == tokenizer.cls_token_id) | (ids == tokenizer.sep_token_id)
    masked = (draw < masking) & ~special
    labels = ids.masked_fill(~masked, IGNORED)
    inputs = ids.masked_fill(masked & (draw < 0.8 * masking), tokenizer.mask_token_id)
    random_ids = torch.randint(len(tokenizer), ids.shape, generator=chance)
    randomised = masked & (draw >= 0.8 * masking) & (draw < 0.9 * masking)
    return torch.where(randomised, random_ids, inputs), labels


def rate(config: PretrainConfig, progress: float) -> float:
    """The learning rate at `progress` (0 to 1): warm-up, plateau, linear decay to zero."""
    return config.learning_rate * min(1.0, progress / config.warmup, (1 - progress) / config.decay)


def batches(config: PretrainConfig, windows: np.ndarray, first: int) -> Iterator[torch.Tensor]:
    """Batches of (batch, window) ids from step `first` on; every epoch has its own order."""
    size = config.batch_tokens // config.window
    per_epoch = len(windows) // size
    for step in range(first, config.tokens // (size * config.window)):
        epoch, place = divmod(step, per_epoch)
        if place == 0 or step == first:
            order = np.random.default_rng((config.seed, epoch)).permutation(len(windows))
        rows = np.sort(order[place * size : (place + 1) * size])
        yield torch.from_numpy(windows[rows].astype(np.int64))


def train(
    config: PretrainConfig,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerFast,
    windows: np.ndarray,
    work: Path,
) -> list[dict[str, float]]:
    """Train in place; returns the log: pieces seen, seconds spent, mean loss since the last entry."""
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=0.0, betas=(0.9, 0.98), weight_decay=config.weight_decay, fused=True
    )
    step, log = _restore(work, model, optimizer)
    bf16 = use_bf16(config.precision, model.device)
    per_step = config.batch_tokens // config.window * config.window
    spent, since, losses = (log[-1]["seconds"] if log else 0.0), time.monotonic(), []
    total = config.tokens // per_step
    model.train()
    for ids in tqdm(batches(config, windows, step), initial=step, total=total, desc="pre-training", mininterval=10):
        torch.manual_seed(config.seed + step)  # dropout, where an encoder that is given has it
        for group in optimizer.param_groups:
            group["lr"] = rate(config, (step + 1) * per_step / config.tokens)
        inputs, labels = (t.to(model.device) for t in mask(ids, tokenizer, config.masking, config.seed + step))
        with torch.autocast(model.device.type, torch.bfloat16, enabled=bf16):
            loss = model(input_ids=inputs, labels=labels).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        losses.append(loss.detach())
        step += 1
        due = time.monotonic() - since > config.checkpoint_minutes * 60
        if due or step % 200 == 0 or step == total:
            spent, since_log = spent + time.monotonic() - since, torch.stack(losses).mean().item()
            log.append({"tokens": step * per_step, "seconds": round(spent, 1), "loss": round(since_log, 4)})
            since, losses = time.monotonic(), []
            _checkpoint(work, model, optimizer, step, log)
    return log


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
    config: PretrainConfig,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerFast,
    log: list[dict[str, float]],
    work: Path,
) -> Path:
    """Write the encoder in half precision with its tokenizer, and how it was made."""
    target = project_path(config.output) / config.name
    with whole_folder(target) as folder:
        parameters = sum(parameter.numel() for parameter in model.parameters())
        model.half().save_pretrained(folder)
        tokenizer.save_pretrained(folder)
        record = {
            "config": dataclasses.asdict(config),
            "parameters": parameters,
            "text": read_json(work / "text.json"),
            "device": describe(model.device),
            "torch": torch.__version__,
            "log": log,
        }
        write_json(folder / "pretraining.json", record)
        write_text(folder / "README.md", card.encoder(record))
        seen, losses = ([entry[key] for entry in log] for key in ("tokens", "loss"))
        plots.curve(
            seen, losses, folder / "pretraining.png", ("word pieces seen", "masked-language-model loss"), config.name
        )
    return target
