"""Leave one article out, several seeds: scores on articles that the model never saw."""

import dataclasses
import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from hasila import dataset, encoder, formats, gazetteer, metric, parallel, training
from hasila.config import TrainConfig, project_path
from hasila.files import finished, keep, write_json
from hasila.mention import LABELS, Article, Mention

Folds = dict[str, list[list[Any]]]  # by "seed article": start, end and label of each mention found
HEADLINES = {
    "fine": lambda scores: scores["fine"]["micro"]["f1"],
    "fine macro": lambda scores: scores["fine"]["macro"]["f1"],
    "coarse": lambda scores: scores["coarse"]["micro"]["f1"],
    "actor": lambda scores: scores["coarse"]["labels"].get("ACTOR", {}).get("f1", 0.0),
    "casualty": lambda scores: scores["coarse"]["labels"].get("CASUALTY", {}).get("f1", 0.0),
}


def crossvalidate(
    settings: TrainConfig,
    seeds: Sequence[int],
    target: Path,
    workers: int = 1,
) -> dict[str, Any]:
    """Score a config's recipe; `target` gets the result, and its finished folds while it grows.

    Seeds, or without a run before (`settings.first`) also folds, are spread over `workers` processes. An
    interrupted call goes on where it stopped.
    """
    source = encoder.find(settings.encoder)
    work = functools.partial(_folds, settings, source)
    together = settings.first is not None  # the folds of a seed go on from one and the same run
    return _pooled(work, settings, seeds, about(settings, source), target, together, workers)


def _folds(settings: TrainConfig, source: encoder.Encoder, seed: int, ids: Sequence[str]) -> Folds:
    """What taggers of one seed find in each of the articles `ids`, trained on all but that one."""
    own = dataclasses.replace(settings, seed=seed)
    begun = training.before(own, source)  # done once a seed, then kept
    articles = formats.load(project_path(settings.data))
    found = {}
    for article in (a for a in articles if a.id in ids):
        others = [other for other in articles if other is not article]
        fitted = training.fit(own, source, others, begun=begun)
        found[f"{seed} {article.id}"] = _spans(fitted.tagger(own).tag(article.text))
    return found


def _spans(mentions: Sequence[Mention]) -> list[list[Any]]:
    return [[m.start, m.end, m.label] for m in mentions]


def about(settings: TrainConfig, source: encoder.Encoder) -> dict[str, Any]:
    """What a cross-validation's result says of how it came about."""
    known = training.record(settings, source, [], []) | {"weights": training.weights(source)}
    return known | {"config": dataclasses.asdict(settings)}


def on_tests(
    settings: TrainConfig, tests: Sequence[Path], seeds: Sequence[int], target: Path, workers: int = 1
) -> dict[str, Any]:
    """Train on all of a config's data and score on each of `tests` (files or folders), several seeds."""
    source = encoder.find(settings.encoder)
    known = training.record(settings, source, [], [path.name for path in tests]) | {"weights": training.weights(source)}
    known |= {"tests": {path.name: dataset.checksums(path) for path in tests}, "seeds": list(seeds)}
    found = dict(parallel.each(functools.partial(_on_tests, settings, source, tests), [(s,) for s in seeds], workers))
    scores = {path.name: [found[seed][path.name] for seed in seeds] for path in tests}
    result = known | {"f1": {name: headlines(own) for name, own in scores.items()}, "scores": scores}
    write_json(target, result)
    return result


def _on_tests(
    settings: TrainConfig, source: encoder.Encoder, tests: Sequence[Path], seed: int
) -> tuple[int, dict[str, Any]]:
    """The seed, and the scores by name of test."""
    own = dataclasses.replace(settings, seed=seed)
    fitted = training.fit(own, source, formats.load(project_path(settings.data)), begun=training.before(own, source))
    tagger, scores = fitted.tagger(own), {}
    for path in tests:
        articles = [formats.snapped(article) for article in formats.load(path)]
        predictions = list(tagger.tag_all(article.text for article in articles))
        scores[path.name] = metric.score(predictions, [article.mentions for article in articles])
    return seed, scores


def baseline(settings: TrainConfig, target: Path) -> dict[str, Any]:
    """The same folds for the gazetteer-and-rules tagger, which has no seed."""
    known = {"encoder": "none (gazetteer and rules)", "data": dataset.checksums(project_path(settings.data))}
    known["config"] = dataclasses.asdict(settings)
    return _pooled(functools.partial(_ruled, settings), settings, [0], known, target)


def _ruled(settings: TrainConfig, seed: int, ids: Sequence[str]) -> Folds:
    articles = formats.load(project_path(settings.data))
    taggers = {a.id: gazetteer.learn([other for other in articles if other is not a]) for a in articles}
    return {f"{seed} {a.id}": _spans(taggers[a.id].tag(a.text)) for a in articles if a.id in ids}


def _pooled(
    work: Callable[[int, Sequence[str]], Folds],
    settings: TrainConfig,
    seeds: Sequence[int],
    known: dict[str, Any],
    target: Path,
    together: bool = False,
    workers: int = 1,
) -> dict[str, Any]:
    """Scores of all seeds; `together` if all folds of a seed are best done by one process."""
    articles = formats.load(project_path(settings.data))
    partial = target.with_name(f".{target.name}.folds")
    same = recipe(known)
    folds: Folds = finished(partial, same)
    left = [(seed, a.id) for seed in seeds for a in articles if f"{seed} {a.id}" not in folds]
    tasks: list[tuple[int, list[str]]] = [(seed, [id_]) for seed, id_ in left]
    if together and workers > 1:
        tasks = [(seed, [id_ for of, id_ in left if of == seed]) for seed in seeds if any(of == seed for of, _ in left)]
    for found in tqdm(parallel.each(work, tasks, workers), total=len(tasks), unit="fold"):
        folds |= found
        keep(partial, same, folds)
    result = known | {"seeds": list(seeds)} | summary(articles, folds, seeds)
    write_json(target, result)
    partial.unlink(missing_ok=True)
    return result


def recipe(known: dict[str, Any]) -> dict[str, Any]:
    """What of a result must be the same for its folds to be another's, too."""
    return {key: known.get(key) for key in ("encoder", "weights", "data", "first", "config")}


def summary(articles: Sequence[Article], folds: Folds, seeds: Sequence[int]) -> dict[str, Any]:
    """Pooled scores of each seed, their mean and spread (sample standard deviation), the predictions."""
    gold = [article.mentions for article in articles]
    each = {}
    for seed in seeds:
        predictions = [[Mention(*span) for span in folds[f"{seed} {article.id}"]] for article in articles]
        each[str(seed)] = metric.score(predictions, gold)
    return {"f1": headlines(list(each.values())), "scores": each, "predictions": folds}


def headlines(scores: Sequence[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """Mean and spread of the headline F1s of several seeds' scores; of other labels than ours only the fine ones."""
    ours = any(label in LABELS for label in scores[0]["fine"]["labels"])
    picks = HEADLINES if ours else {name: HEADLINES[name] for name in ("fine", "fine macro")}
    return {name: _spread([pick(one) for one in scores]) for name, pick in picks.items()}


def _spread(values: Sequence[float]) -> dict[str, float]:
    spread = float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
    return {"mean": round(float(np.mean(values)), 4), "spread": round(spread, 4)}


def row(name: str, result: dict[str, Any]) -> list[str]:
    """The cells of one line of the README's table."""
    cells = [f"{v['mean']:.3f} ± {v['spread']:.3f}" for v in result["f1"].values()]
    return [name, result["encoder"], str(len(result["seeds"])), *cells]
