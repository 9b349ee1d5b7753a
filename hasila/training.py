"""Fine-tuning: from a config to a checkpoint, its scores and the record of how they came about."""

import copy
import dataclasses
import platform
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from accelerate import PartialState
from torch.utils.data import DataLoader, Sampler
from transformers import (
    AutoConfig,
    DataCollatorForTokenClassification,
    PreTrainedModel,
    PreTrainedTokenizerFast,
    Trainer,
    TrainingArguments,
    set_seed,
)

from hasila import card, config, dataset, encoder, evaluation, formats, kept, plots, selftraining, torch_model
from hasila.config import TrainConfig, project_path
from hasila.decode import iob2
from hasila.device import attention, describe, keep_freed_memory, pick_device, use_bf16
from hasila.errors import UserError
from hasila.files import read_json, sha256, whole_folder, write_json, write_text
from hasila.mention import Article
from hasila.tagger import SETTINGS, Tagger
from hasila.windows import Pieces

LIBRARIES = ("torch", "transformers", "tokenizers", "datasets", "accelerate", "evaluate", "numpy")


@dataclass(frozen=True)
class Run:
    """What a run leaves: its folder, its metrics (empty without held-out articles), its record."""

    folder: Path
    metrics: dict[str, Any]
    record: dict[str, Any]


@dataclass(frozen=True)
class Fitted:
    """A fine-tuned model with its tokenizer and the losses on the way, one an epoch."""

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerFast
    losses: list[float]

    def tagger(self, settings: TrainConfig) -> Tagger:
        """The model, ready to mark text in windows like those it was trained on."""
        return torch_model.tagger(self.model, self.tokenizer, settings.window, settings.overlap)


class TokenBatches(Sampler[list[int]]):
    """Batches of like length, each of about `batch_tokens` pieces; another order every epoch.

    Lengths are shaken a little, so that batches differ from epoch to epoch; their number does not. Where
    several `processes` train together each takes its share of every batch.
    """

    def __init__(self, lengths: Sequence[int], batch_tokens: int, seed: int, rank: int = 0, processes: int = 1) -> None:
        self.lengths, self.seed, self.epoch = np.array(lengths), seed, 0
        self.rank, self.processes = rank, processes
        # No share is smaller than the longest row, so that none stays empty.
        self.count = max(1, int(self.lengths.sum() // max(batch_tokens, self.lengths.max())))

    def set_epoch(self, epoch: int) -> None:
        self.epoch = epoch

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[list[int]]:
        chance = np.random.default_rng((self.seed, self.epoch))
        order = np.argsort(self.lengths * chance.uniform(0.95, 1.05, len(self.lengths)), kind="stable")
        share = (np.cumsum(self.lengths[order]) - self.lengths[order] / 2) / self.lengths.sum()
        place = np.minimum((share * self.count).astype(int), self.count - 1)
        batches = [order[place == batch].tolist() for batch in range(self.count)]
        chance.shuffle(batches)
        # A batch of fewer rows than processes gives its first row to those that get none.
        yield from (batch[self.rank :: self.processes] or batch[:1] for batch in batches)


class EpochLoader(DataLoader):
    """A loader whose sampler hears which epoch it is."""

    def set_epoch(self, epoch: int) -> None:
        self.batch_sampler.set_epoch(epoch)


class TaggerTrainer(Trainer):
    """`Trainer` with batches by length."""

    def get_train_dataloader(self) -> DataLoader:
        rows, place = self.train_dataset, (self.args.process_index, self.args.world_size)
        batches = TokenBatches([len(ids) for ids in rows["input_ids"]], self.batch_tokens, self.args.seed, *place)
        return EpochLoader(rows, batch_sampler=batches, collate_fn=self.data_collator)

    batch_tokens: int


def train(settings: TrainConfig, fallback: TrainConfig | None = None, resume: bool = False) -> Run:
    """Train, score the held-out articles, and leave everything in `runs/<name>/`.

    Where the hub cannot be reached and nothing is cached, `fallback` is trained instead and one line
    says so; without one that is `HubUnreachableError`. With `resume` an interrupted run of this name goes
    on from its last epoch.
    """
    processes = PartialState(cpu=pick_device().type == "cpu")  # of `accelerate launch`, or this one alone
    settings, source = choose(settings, fallback)
    started = time.monotonic()
    folder = project_path(settings.output) / settings.name
    used, held_out = dataset.hold_out(formats.load(project_path(settings.data)), settings.held_out)
    about = record(settings, source, [a.id for a in used], [a.id for a in held_out])
    with processes.main_process_first():
        state = _state(folder, settings, about["data"], resume or not processes.is_main_process)
    begun = None if _last_epoch(state) else before(settings, source, state / "first")
    fitted = fit(settings, source, used, state, begun)
    about |= {"seconds": round(time.monotonic() - started, 1), "losses": fitted.losses}
    processes.wait_for_everyone()
    if not processes.is_main_process:
        return Run(folder, {}, about)
    with whole_folder(folder) as new:  # what an earlier run of this name left goes when all of this one is there
        metrics = _write(new, settings, fitted, about, held_out)
    shutil.rmtree(state)
    return Run(folder, metrics, about)


def _state(folder: Path, settings: TrainConfig, data: dict[str, str], resume: bool) -> Path:
    """The folder beside the run's own that holds its epochs until it is done.

    Raises `UserError` for a name that is none, or for `resume` where no run of the same config and data
    was interrupted.
    """
    if not re.fullmatch(r"\w[\w.-]*", settings.name):
        raise UserError(f"name: {settings.name!r} is no name for a folder")
    state = folder.with_name(f".{folder.name}.state")
    same = {"config": dataclasses.asdict(settings), "data": data}
    if resume and not (state.exists() and read_json(state / "run.json") == same):
        raise UserError(f"{folder.name}: no interrupted run of this name, config and data to resume")
    if not resume:
        shutil.rmtree(state, ignore_errors=True)
        write_json(state / "run.json", same)
    return state


def choose(settings: TrainConfig, fallback: TrainConfig | None) -> tuple[TrainConfig, encoder.Encoder]:
    """The config that can be trained here, and its encoder."""
    try:
        return settings, encoder.find(settings.encoder)
    except encoder.HubUnreachableError as error:
        if fallback is None:
            raise
        source = encoder.find(fallback.encoder)
        print(f"{error.reason}; going on with {source.name} ({fallback.name}): no number below is {settings.encoder}'s")
        return fallback, source


def before(settings: TrainConfig, source: encoder.Encoder, state: Path | None = None) -> PreTrainedModel | None:
    """The model that the run before this one leaves, or None if there is none.

    `UserError` if it has other labels.
    """
    if settings.first is None:
        return None
    own = _first(settings)
    if own.labels != settings.labels:
        raise UserError(f"first: {settings.first} has labels {', '.join(own.labels)}, not {', '.join(settings.labels)}")
    articles = formats.load(project_path(own.data))
    return kept.model(own, source, articles, lambda: fit(own, source, articles, state).model)


def _first(settings: TrainConfig) -> TrainConfig:
    own = config.load(TrainConfig, project_path(settings.first or ""))
    same = {"seed": settings.seed, "random_weights": settings.random_weights, "output": settings.output}
    return dataclasses.replace(own, **same)


def fit(
    settings: TrainConfig,
    source: encoder.Encoder,
    articles: Sequence[Article],
    state: Path | None = None,
    begun: PreTrainedModel | None = None,
) -> Fitted:
    """Fine-tune on `articles`; with `state`, epochs are saved there and a run found there goes on.

    With `begun` that model's weights are gone on from (it stays as it is), else the encoder's. With
    `settings.unmarked` there are own marks, too.
    """
    if settings.unmarked:
        articles = [*articles, *_own_marks(settings, source, articles, state, begun)]
    keep_freed_memory()
    set_seed(settings.seed)
    tokenizer = encoder.load_tokenizer(source.folder)
    longest = AutoConfig.from_pretrained(source.folder).max_position_embeddings
    if settings.window > longest:
        raise UserError(f"window: {settings.window} is more than the {longest} positions of {source.name}")
    model = copy.deepcopy(begun) or encoder.load_model(
        source.folder, settings.labels, settings.dropout, settings.random_weights
    )
    device = pick_device()
    model.set_attn_implementation(attention(device, use_bf16(settings.precision, device)))
    rows = dataset.training_rows(
        articles, Pieces.of(tokenizer), iob2(settings.labels), settings.window, settings.overlap
    )
    trainer = TaggerTrainer(
        model=model,
        args=_arguments(settings, state),
        train_dataset=rows,
        data_collator=DataCollatorForTokenClassification(tokenizer),
    )
    trainer.batch_tokens = settings.batch_tokens
    trainer.train(resume_from_checkpoint=_last_epoch(state))
    losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    return Fitted(model, tokenizer, losses)


def _own_marks(
    settings: TrainConfig,
    source: encoder.Encoder,
    articles: Sequence[Article],
    state: Path | None,
    begun: PreTrainedModel | None,
) -> list[Article]:
    """Unmarked text as a tagger marks it that learnt from `articles`: where it is sure."""
    own = dataclasses.replace(settings, unmarked=None)
    first = state / "teacher" if state else None
    teacher = (
        fit(own, source, articles, first, begun).model
        if begun
        else kept.model(own, source, articles, lambda: fit(own, source, articles, first).model)
    )
    texts = selftraining.unmarked(project_path(str(settings.unmarked)), settings.paragraphs, settings.seed)
    tokenizer = encoder.load_tokenizer(source.folder)
    return list(selftraining.sure(torch_model.tagger(teacher, tokenizer, own.window, own.overlap), texts))


def _arguments(settings: TrainConfig, state: Path | None) -> TrainingArguments:
    return TrainingArguments(
        output_dir=str(state or tempfile.gettempdir()),  # nothing is written there without a state
        num_train_epochs=settings.epochs,
        learning_rate=settings.learning_rate,
        warmup_steps=settings.warmup,
        weight_decay=settings.weight_decay,
        use_cpu=pick_device().type == "cpu",  # without it the trainer refuses bf16 on a CPU that has it
        bf16=use_bf16(settings.precision, pick_device()),
        seed=settings.seed,
        save_strategy="epoch" if state else "no",
        save_total_limit=1,
        logging_strategy="epoch",
        report_to="none",
        remove_unused_columns=False,
        dataloader_pin_memory=False,
        average_tokens_across_devices=False,  # a model here takes the mean of its own tokens
        disable_tqdm=state is None,
    )


def _last_epoch(state: Path | None) -> str | None:
    """The newest complete checkpoint: the trainer writes its state last."""
    found = [path.parent for path in state.glob("checkpoint-*/trainer_state.json")] if state else []
    return str(max(found, key=lambda folder: int(folder.name.split("-")[1]))) if found else None


def _score(
    fitted: Fitted, settings: TrainConfig, held_out: Sequence[Article], folder: Path, about: dict[str, Any]
) -> dict[str, Any]:
    predictions = list(fitted.tagger(settings).tag_all(article.text for article in held_out))
    lost = dataset.unreachable(held_out, Pieces.of(fitted.tokenizer))
    return evaluation.report(held_out, predictions, folder, about | {"unreachable": lost})


def record(settings: TrainConfig, source: encoder.Encoder, trained: list[str], held_out: list[str]) -> dict[str, Any]:
    """What somebody needs to know to trust or repeat a run."""
    return {
        "encoder": f"{source.name}{' (random weights)' if settings.random_weights else ''}",
        "trained_on": trained,
        "held_out": held_out,
        "seed": settings.seed,
        "commit": _commit(),
        "data": dataset.checksums(project_path(settings.data)),
        "first": _about_first(settings),
        "libraries": {name: version(name) for name in LIBRARIES} | {"python": platform.python_version()},
        "device": describe(pick_device()),
        "bf16": use_bf16(settings.precision, pick_device()),
    }


def _about_first(settings: TrainConfig) -> dict[str, Any] | None:
    """The run before: its config, and what it was trained on."""
    if settings.first is None:
        return None
    own = _first(settings)
    return {"config": dataclasses.asdict(own), "data": dataset.checksums(project_path(own.data))}


def weights(source: encoder.Encoder) -> dict[str, str]:
    """SHA-256 of an encoder's weight files."""
    return {path.name: sha256(path) for path in sorted(source.folder.glob("*.safetensors"))}


def _commit() -> str:
    """The commit of the working tree, marked where something is not committed."""
    try:
        command = ["git", "-C", str(config.ROOT), "describe", "--always", "--dirty", "--abbrev=40"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _write(
    folder: Path, settings: TrainConfig, fitted: Fitted, about: dict[str, Any], held_out: Sequence[Article]
) -> dict[str, Any]:
    metrics = _score(fitted, settings, held_out, folder, about) if held_out else {}
    save_checkpoint(fitted, settings, about, metrics, folder / "checkpoint")
    write_json(folder / "run.json", about)
    write_text(folder / "config.yaml", yaml.safe_dump(dataclasses.asdict(settings), sort_keys=False))
    losses = {"loss": list(enumerate(fitted.losses, 1))}
    title = f"Fine-tuning loss, encoder: {about['encoder']}"
    plots.curves(losses, folder / "training.png", ("epoch", "loss on the training articles"), title)
    return metrics


def save_checkpoint(
    fitted: Fitted, settings: TrainConfig, about: dict[str, Any], metrics: dict[str, Any], target: Path
) -> None:
    """An ordinary Hugging Face checkpoint, and beside it what Hasila's tagger needs and a card."""
    with whole_folder(target) as folder:
        model = fitted.model.half() if settings.half else fitted.model
        model.save_pretrained(folder)
        fitted.tokenizer.save_pretrained(folder)
        own = {"window": settings.window, "overlap": settings.overlap}
        trained_on = [*about["trained_on"], *_names(about["first"])]
        write_json(folder / SETTINGS, {"encoder": about["encoder"], "trained_on": trained_on} | own)
        write_text(folder / "README.md", card.checkpoint(settings, about, metrics))


def _names(first: dict[str, Any] | None) -> list[str]:
    return [Path(name).stem for name in first["data"]] if first else []


def overridden(path: Path, overrides: list[str]) -> tuple[TrainConfig, TrainConfig | None]:
    """A config with overrides, and its fallback's config with the same overrides."""
    settings = config.load(TrainConfig, path, overrides)
    if settings.fallback is None:
        return settings, None
    own = [o for o in overrides if o.split("=")[0] not in ("name", "encoder", "fallback")]
    return settings, config.load(TrainConfig, project_path(settings.fallback), own)
