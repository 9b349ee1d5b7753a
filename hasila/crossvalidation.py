"""Leave one article out, several seeds: scores on articles that the model never saw."""

import dataclasses
import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm
from transformers import PreTrainedModel

from hasila import dataset, encoder, formats, gazetteer, metric, selftraining, training
from hasila.config import TrainConfig, project_path
from hasila.files import read_json, write_json
from hasila.mention import LABELS, Article, Mention

Predict = Callable[[Sequence[Article], str, int], list[Mention]]  # training articles, text, seed
HEADLINES = {
    "fine": lambda scores: scores["fine"]["micro"]["f1"],
    "fine macro": lambda scores: scores["fine"]["macro"]["f1"],
    "coarse": lambda scores: scores["coarse"]["micro"]["f1"],
    "actor": lambda scores: scores["coarse"]["labels"].get("ACTOR", {}).get("f1", 0.0),
    "casualty": lambda scores: scores["coarse"]["labels"].get("CASUALTY", {}).get("f1", 0.0),
}


def crossvalidate(
    settings: TrainConfig, seeds: Sequence[int], target: Path, share: float = 1.0, unmarked: Sequence[str] = ()
) -> dict[str, Any]:
    """Score a config's recipe; `target` gets the result, and its finished folds while it grows.

    `share` is how much of the articles of the run before (`settings.first`) is taken; with `unmarked` texts,
    every fold's tagger is also trained on its own marks of them. An interrupted call goes on where it stopped.
    """
    source = encoder.find(settings.encoder)

    @functools.cache
    def begun(seed: int) -> PreTrainedModel | None:
        return training.before(dataclasses.replace(settings, seed=seed), source, share=share)

    def predict(articles: Sequence[Article], text: str, seed: int) -> list[Mention]:
        own = dataclasses.replace(settings, seed=seed)
        if unmarked:
            return selftraining.fit(own, source, articles, unmarked, begun(seed)).tagger(own).tag(text)
        return training.fit(own, source, articles, begun=begun(seed)).tagger(own).tag(text)

    return _pooled(predict, settings, seeds, about(settings, source, share, len(unmarked)), target)


def about(settings: TrainConfig, source: encoder.Encoder, share: float, unmarked: int = 0) -> dict[str, Any]:
    """What a cross-validation's result says of how it came about."""
    known = training.record(settings, source, [], []) | {"weights": training.weights(source)}
    return known | {"share": share, "unmarked": unmarked, "config": dataclasses.asdict(settings)}


def on_tests(settings: TrainConfig, tests: Sequence[Path], seeds: Sequence[int], target: Path) -> dict[str, Any]:
    """Train on all of a config's data and score on each of `tests` (files or folders), several seeds."""
    source, data = encoder.find(settings.encoder), formats.load(project_path(settings.data))
    loaded = {path.name: [formats.snapped(article) for article in formats.load(path)] for path in tests}
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in loaded}
    for seed in tqdm(seeds, unit="seed"):
        own = dataclasses.replace(settings, seed=seed)
        fitted = training.fit(own, source, data, begun=training.before(own, source))
        tagger = fitted.tagger(own)
        for name, articles in loaded.items():
            predictions = list(tagger.tag_all(article.text for article in articles))
            found[name].append(metric.score(predictions, [article.mentions for article in articles]))
    known = training.record(settings, source, [], list(loaded)) | {"weights": training.weights(source)}
    known |= {"tests": {path.name: dataset.checksums(path) for path in tests}, "seeds": list(seeds)}
    result = known | {"f1": {name: headlines(scores) for name, scores in found.items()}, "scores": found}
    write_json(target, result)
    return result


def baseline(settings: TrainConfig, target: Path) -> dict[str, Any]:
    """The same folds for the gazetteer-and-rules tagger, which has no seed."""

    def predict(articles: Sequence[Article], text: str, seed: int) -> list[Mention]:
        return gazetteer.learn(articles).tag(text)

    known = {"encoder": "none (gazetteer and rules)", "data": dataset.checksums(project_path(settings.data))}
    return _pooled(predict, settings, [0], known | {"config": dataclasses.asdict(settings)}, target)


def _pooled(
    predict: Predict, settings: TrainConfig, seeds: Sequence[int], known: dict[str, Any], target: Path
) -> dict[str, Any]:
    articles = formats.load(project_path(settings.data))
    partial = target.with_name(f".{target.name}.folds")
    same = recipe(known)
    folds = _finished(partial, same)
    for seed in seeds:
        for article in tqdm(articles, desc=f"seed {seed}", unit="fold"):
            key = f"{seed} {article.id}"
            if key not in folds:
                others = [other for other in articles if other is not article]
                folds[key] = [[m.start, m.end, m.label] for m in predict(others, article.text, seed)]
                write_json(partial, {"same": same, "folds": folds})
    result = known | {"seeds": list(seeds)} | summary(articles, folds, seeds)
    write_json(target, result)
    partial.unlink()
    return result


def recipe(known: dict[str, Any]) -> dict[str, Any]:
    """What of a result must be the same for its folds to be another's, too."""
    return {key: known.get(key) for key in ("encoder", "weights", "data", "first", "share", "unmarked", "config")}


def _finished(partial: Path, same: dict[str, Any]) -> dict[str, list[list[Any]]]:
    """The folds of an interrupted call, if it was one of the same recipe, encoder and data."""
    kept = read_json(partial) if partial.exists() else {}
    return kept["folds"] if kept.get("same") == same else {}


def summary(articles: Sequence[Article], folds: dict[str, list[list[Any]]], seeds: Sequence[int]) -> dict[str, Any]:
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
