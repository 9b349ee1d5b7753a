"""What the parts are worth: taggers trained on authored text, scored on authored pieces that were left out and on
the gold articles, over the register, the authored text's size, and the encoder's pre-training."""

import dataclasses
import functools
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from hasila import crossvalidation, dataset, encoder, formats, metric, parallel, plots, training
from hasila.authored import REGISTERS
from hasila.config import ROOT, TrainConfig, project_path
from hasila.errors import UserError
from hasila.files import finished, keep, write_json
from hasila.mention import Article
from hasila.tagger import Tagger

EVERY = 7  # one piece in so many is left out to score on
SHOWN = ("fine", "actor", "casualty")
KEPT = "kept while it was pre-trained, each after as many word pieces as its point's name says"
QUARTER = 0.25  # of the authored text, on which encoders are compared
Scores = dict[str, dict[str, Any]]  # by group of texts: "all" that were left out, each register, the "articles"


def learning_curve(
    settings: TrainConfig, shares: Sequence[float], seeds: Sequence[int], target: Path, workers: int = 1
) -> dict[str, Any]:
    """Scores on the pieces left out, all and by register, and on the gold articles, over growing shares of the
    authored text; a plot beside `target`."""
    found = _measure(settings, {f"{share:g}": (settings.encoder, share) for share in shares}, seeds, target, workers)
    lines = _lines(found, lambda name: 100 * float(name))
    plots.curves(
        lines,
        target.with_suffix(".png"),
        ("authored text trained on, per cent", "F1"),
        f"Encoder: {settings.encoder}, {len(seeds)} seeds",
    )
    return found


def pretraining_curve(
    settings: TrainConfig, encoders: Sequence[Path], seeds: Sequence[int], target: Path, workers: int = 1
) -> dict[str, Any]:
    """The same over encoders kept while they were pre-trained (`seen-N`), each fine-tuned on a quarter of the text.

    `UserError` for a folder of another name.
    """
    points = {str(_seen(folder)): (str(folder), QUARTER) for folder in sorted(encoders, key=_seen)}
    found = _measure(settings, points, seeds, target, workers, KEPT)
    lines = _lines(found, lambda name: int(name) / 1e6)
    axes = ("word pieces seen in pre-training, millions", "F1, a quarter of the authored text")
    plots.curves(lines, target.with_suffix(".png"), axes, f"Encoders kept on the way, {len(seeds)} seeds")
    return found


def _measure(
    settings: TrainConfig,
    points: Mapping[str, tuple[str, float]],
    seeds: Sequence[int],
    target: Path,
    workers: int,
    encoders: str | None = None,
) -> dict[str, Any]:
    """Scores of every point (encoder, share of the text); finished ones are kept beside `target` until all are.

    `encoders` is what the record calls them, if they are not that of `settings`.
    """
    known = crossvalidation.about(settings, encoder.find(settings.encoder))
    known["weights"] = {name: training.weights(encoder.find(of)) for name, (of, _) in points.items()}
    known |= {"encoder": encoders} if encoders else {}
    partial, same = target.with_name(f".{target.name}.points"), crossvalidation.recipe(known)
    done: dict[str, Scores] = finished(partial, same)
    left = [(name, *point, seed) for name, point in points.items() for seed in seeds if f"{name} {seed}" not in done]
    for key, scores in parallel.each(functools.partial(_scores, settings), left, workers):
        done[key] = scores
        keep(partial, same, done)
    found = {name: _headlines([done[f"{name} {seed}"] for seed in seeds]) for name in points}
    result = known | {"seeds": list(seeds), "points": found}
    write_json(target, result)
    partial.unlink(missing_ok=True)
    return result


def _headlines(seeds: Sequence[Scores]) -> dict[str, Any]:
    return {group: crossvalidation.headlines([scores[group] for scores in seeds]) for group in seeds[0]}


def _scores(settings: TrainConfig, name: str, source: str, share: float, seed: int) -> tuple[str, Scores]:
    """One point of one seed."""
    own = dataclasses.replace(settings, encoder=source, seed=seed)
    pieces = formats.load(project_path(own.data))
    kept = dataset.sample([a for i, a in enumerate(pieces) if i % EVERY], share, seed)
    tagger = training.fit(own, encoder.find(source), kept).tagger(own)
    scored = _grouped(tagger, pieces[::EVERY]) | {"articles": _score(tagger, formats.load(ROOT / "data/gold"))}
    return f"{name} {seed}", scored


def _grouped(tagger: Tagger, scored: Sequence[Article]) -> Scores:
    groups = {"all": list(scored)} | {r: [a for a in scored if a.id.split("-")[1] == r] for r in REGISTERS}
    return {name: _score(tagger, group) for name, group in groups.items()}


def _score(tagger: Tagger, articles: Sequence[Article]) -> dict[str, Any]:
    return metric.score(list(tagger.tag_all(a.text for a in articles)), [a.mentions for a in articles])


def _lines(found: dict[str, Any], place: Callable[[str], float]) -> dict[str, list[tuple[float, float]]]:
    """For the plot: F1 on the pieces left out, and on the articles."""
    shown = [(f"left-out pieces, {key}", "all", key) for key in SHOWN] + [("gold articles, fine", "articles", "fine")]
    return {
        name: [(place(point), f1[group][key]["mean"]) for point, f1 in found["points"].items()]
        for name, group, key in shown
    }


def _seen(folder: Path) -> int:
    if not re.fullmatch(r"seen-\d+", folder.name):
        raise UserError(f"{folder}: expected a folder seen-N, as scripts/pretrain.py keeps them")
    return int(folder.name.removeprefix("seen-"))
