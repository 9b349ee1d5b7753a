"""What the parts are worth: scores over the authored text's size and over the encoder's pre-training, and on
authored pieces that were left out."""

import dataclasses
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from hasila import crossvalidation, encoder, formats, metric, plots, training
from hasila.authored import REGISTERS
from hasila.config import TrainConfig, project_path
from hasila.errors import UserError
from hasila.files import read_json, write_json
from hasila.mention import LABELS, Article
from hasila.tagger import Tagger

EVERY = 7  # one piece in so many is left out to score on
SHOWN = ("fine", "actor", "casualty")


def learning_curve(
    settings: TrainConfig, shares: Sequence[float], seeds: Sequence[int], target: Path
) -> dict[str, Any]:
    """Leave-one-article-out scores with growing shares of the authored text; a plot beside `target`.

    Finished shares are kept beside `target` until all are done.
    """
    points = {f"{share:g}": _point(settings, share, seeds, target) for share in shares}
    result = {"encoder": settings.encoder, "seeds": list(seeds), "shares": points}
    write_json(target, result)
    lines = {name: [(float(s) * 100, point["f1"][name]["mean"]) for s, point in points.items()] for name in SHOWN}
    axes = ("authored text trained on, per cent", "F1, leave one article out")
    plots.curves(lines, target.with_suffix(".png"), axes, f"Encoder: {settings.encoder}, {len(seeds)} seeds")
    for share in shares:
        _kept(target, share).unlink()
    return result


def _kept(target: Path, share: float) -> Path:
    return target.with_name(f".{target.stem}-{share:g}.json")


def _finished(settings: TrainConfig, share: float, seeds: Sequence[int], kept: Path) -> dict[str, Any]:
    """The cross-validation that `kept` holds if it is this one's, else one made now."""
    found = read_json(kept) if kept.exists() else {}
    wanted = crossvalidation.recipe(crossvalidation.about(settings, encoder.find(settings.encoder), share))
    if found.get("seeds") != list(seeds) or crossvalidation.recipe(found) != wanted:
        found = crossvalidation.crossvalidate(settings, seeds, kept, share)
    return found


def _point(settings: TrainConfig, share: float, seeds: Sequence[int], target: Path) -> dict[str, Any]:
    found = _finished(settings, share, seeds, _kept(target, share))
    labels = {label: [_f1(scores, label) for scores in found["scores"].values()] for label in LABELS}
    return {"f1": found["f1"], "labels": {label: round(float(np.mean(f1)), 4) for label, f1 in labels.items()}}


def _f1(scores: dict[str, Any], label: str) -> float:
    return scores["fine"]["labels"].get(label, {}).get("f1", 0.0)


def pretraining_curve(
    settings: TrainConfig, encoders: Sequence[Path], seeds: Sequence[int], target: Path
) -> dict[str, Any]:
    """Leave-one-article-out scores of encoders kept while they were pre-trained (`seen-N`), plotted over N.

    Finished encoders are kept beside `target` until all are done. `UserError` for a folder of another name.
    """
    points = {}
    for folder in sorted(encoders, key=_seen):
        kept = target.with_name(f".{target.stem}-{folder.name}.json")
        own = dataclasses.replace(settings, encoder=str(folder))
        found = _finished(own, 1.0, seeds, kept)
        points[str(_seen(folder))] = {"f1": found["f1"], "weights": found["weights"]}
    about = {"encoder": "kept while it was pre-trained", "config": dataclasses.asdict(settings)}
    result = about | {"seeds": list(seeds), "seen": points}
    write_json(target, result)
    lines = {name: [(int(n) / 1e6, point["f1"][name]["mean"]) for n, point in points.items()] for name in SHOWN}
    axes = ("word pieces seen in pre-training, millions", "F1, leave one article out")
    plots.curves(lines, target.with_suffix(".png"), axes, f"{settings.name}, {len(seeds)} seeds")
    for folder in encoders:
        target.with_name(f".{target.stem}-{folder.name}.json").unlink()
    return result


def _seen(folder: Path) -> int:
    if not re.fullmatch(r"seen-\d+", folder.name):
        raise UserError(f"{folder}: expected a folder seen-N, as scripts/pretrain.py keeps them")
    return int(folder.name.removeprefix("seen-"))


def registers(settings: TrainConfig, seeds: Sequence[int], target: Path) -> dict[str, Any]:
    """Scores on every seventh authored piece, of taggers trained on the others: all, and by register."""
    source, pieces = encoder.find(settings.encoder), formats.load(project_path(settings.data))
    kept, scored = [a for i, a in enumerate(pieces) if i % EVERY], pieces[::EVERY]
    found = []
    for seed in seeds:
        fitted = training.fit(dataclasses.replace(settings, seed=seed), source, kept)
        found.append(_by_register(fitted.tagger(settings), scored))
    table = {name: crossvalidation.headlines([scores[name] for scores in found]) for name in found[0]}
    result = training.record(settings, source, [], [a.id for a in scored]) | {"seeds": list(seeds), "f1": table}
    write_json(target, result)
    return result


def _by_register(tagger: Tagger, scored: Sequence[Article]) -> dict[str, Any]:
    predictions = dict(zip((a.id for a in scored), tagger.tag_all(a.text for a in scored), strict=True))
    groups = {"all": list(scored)} | {r: [a for a in scored if a.id.split("-")[1] == r] for r in REGISTERS}
    return {
        name: metric.score([predictions[a.id] for a in group], [a.mentions for a in group])
        for name, group in groups.items()
    }
