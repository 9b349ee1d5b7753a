"""Typed configuration: YAML files and `key=value` overrides, checked key by key."""

import dataclasses
import sys
import types
import typing
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import yaml

from hasila.errors import UserError
from hasila.mention import LABELS

ROOT = Path(__file__).resolve().parent.parent
# Python puts a running script's folder first; there `evaluate.py` would hide the library of that name.
sys.path[:] = [entry for entry in sys.path if Path(entry).resolve() != ROOT / "scripts"]
T = TypeVar("T")


@dataclasses.dataclass(frozen=True)
class TrainConfig:
    """One fine-tuning run. Lengths are in tokens (word pieces), `warmup` is a share of the steps.

    `fallback` is the config to train instead where `encoder` is on a hub that cannot be reached; `first` is
    the config of a run to do before, with this one's encoder and seed, whose weights this one goes on from;
    with `unmarked`, a folder of text, a tagger of this config marks `paragraphs` of its paragraphs first, and where
    it is sure of its marks they are trained on, too; `half` saves the checkpoint in half precision.
    """

    name: str = "arabert"
    encoder: str = "aubmindlab/bert-base-arabertv02"
    fallback: str | None = None
    first: str | None = None
    random_weights: bool = False
    labels: list[str] = dataclasses.field(default_factory=lambda: list(LABELS))
    data: str = "data/gold"
    held_out: list[str] = dataclasses.field(default_factory=list)
    unmarked: str | None = None
    paragraphs: int = 6000
    window: int = 256
    overlap: int = 64
    epochs: int = 20
    batch_tokens: int = 512
    learning_rate: float = 5e-5
    warmup: float = 0.1
    weight_decay: float = 0.01
    dropout: float = 0.1
    precision: str = "auto"
    half: bool = False
    seed: int = 13
    output: str = "runs"


@dataclasses.dataclass(frozen=True)
class Source:
    """A text file to pre-train on (one paragraph a line) and how much of it: 0.5 half, 2 twice."""

    file: str
    share: float = 1.0


@dataclasses.dataclass(frozen=True)
class PretrainConfig:
    """Masked-language-model pre-training. Lengths and budgets are in tokens (word pieces).

    `conflict` is how many times paragraphs that report violence are taken. `architecture` is modernbert or
    bert. When `milestones` (pieces seen) are passed, the encoder is kept as it is then, beside the checkpoint.
    With `cooccurrence` a new encoder's embeddings begin with counts over the text (`hasila.cooccurrence`).
    """

    name: str = "mini-encoder"
    text: str = "../shared/pretrain"
    sources: list[Source] = dataclasses.field(default_factory=list)
    exclude: list[str] = dataclasses.field(default_factory=lambda: ["data/articles"])
    conflict: float = 1.0
    init: str | None = None
    architecture: str = "modernbert"
    cooccurrence: bool = True
    vocab_size: int = 12_000
    hidden: int = 256
    layers: int = 6
    heads: int = 4
    intermediate: int = 512
    window: int = 128
    batch_tokens: int = 2048
    tokens: int = 16_000_000
    learning_rate: float = 1.5e-3
    warmup: float = 0.05
    decay: float = 0.3
    weight_decay: float = 0.01
    masking: float = 0.2
    whole_words: bool = False
    precision: str = "auto"
    seed: int = 13
    log_steps: int = 200
    milestones: list[int] = dataclasses.field(default_factory=list)
    work: str = "runs/pretrain"
    output: str = "models"


@dataclasses.dataclass(frozen=True)
class Recipe:
    """A name, and what differs from the base: `key=value` as on the command line."""

    name: str
    settings: list[str] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True)
class RecipesConfig:
    """Pre-training recipes to compare, each for `tokens` word pieces."""

    base: str = "configs/mini-encoder.yaml"
    tokens: int = 1_000_000
    log_steps: int = 50
    recipes: list[Recipe] = dataclasses.field(default_factory=list)
    work: str = "runs/recipes"


def load(cls: type[T], path: Path, overrides: list[str] | None = None) -> T:
    """Read `path` as a `cls` and apply `key=value` overrides.

    `UserError` names the file and the key for a missing file, an unknown key or a wrong type.
    """
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except FileNotFoundError:
        raise UserError(f"{path}: no such config file") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: not valid YAML ({' '.join(str(error).split())})") from None
    if not isinstance(raw, dict):
        raise UserError(f"{path}: expected `key: value` lines")
    config = _build(cls, raw, str(path))
    return _override(config, overrides or [])


def _override(config: T, overrides: list[str]) -> T:
    raw = dataclasses.asdict(config)  # type: ignore[call-overload]
    for override in overrides:
        key, equals, value = override.partition("=")
        if not equals:
            raise UserError(f"command line: {override!r} is not of the form key=value")
        raw[key] = _parse(value)
    return _build(type(config), raw, "command line")


def _parse(value: str) -> Any:
    try:
        return yaml.safe_load(value)
    except yaml.YAMLError:
        return value


def _build(cls: type[T], raw: dict[str, Any], where: str) -> T:
    hints = get_type_hints(cls)
    for key in raw:
        if key not in hints:
            raise UserError(f"{where}: unknown key {key!r}; known: {', '.join(sorted(hints))}")
    values = {key: _convert(hints[key], value, f"{where}: {key}") for key, value in raw.items()}
    try:
        return cls(**values)
    except TypeError as error:  # a key without default is missing
        raise UserError(f"{where}: {str(error).split('() ')[-1]}") from None


def _convert(hint: Any, value: Any, where: str) -> Any:
    origin, args = get_origin(hint), get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return None if value is None else _convert(args[0], value, where)
    if origin is list and isinstance(value, list):
        return [_convert(args[0], item, where) for item in value]
    if dataclasses.is_dataclass(hint) and isinstance(value, dict):
        return _build(hint, value, where)  # type: ignore[arg-type]
    return _scalar(hint, value, where)


def _scalar(hint: Any, value: Any, where: str) -> Any:
    if hint is float and isinstance(value, int | str) and not isinstance(value, bool):
        # YAML 1.1 reads 5e-5, without a dot, as text.
        try:
            return float(value)
        except ValueError:
            pass
    if type(value) is hint:
        return value
    name = getattr(hint, "__name__", str(hint))
    raise UserError(f"{where}: expected {name}, got {value!r}")


def command_line(words: list[str], default: str) -> tuple[Path, list[str]]:
    """Split a script's words `[CONFIG] [key=value …]` into the config's path and the overrides."""
    own = words[:1] if words and "=" not in words[0] else []
    return (Path(own[0]) if own else ROOT / default), words[len(own) :]


def shown(path: Path) -> str:
    """A path's name in records: relative where it is in the repository."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def project_path(path: str) -> Path:
    """A path of a config: as given if absolute, else below the repository's root."""
    return ROOT / path
