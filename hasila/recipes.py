"""Small pre-training runs side by side, each differing from a common recipe in what its name says."""

from pathlib import Path
from typing import Any

from hasila import config, plots, pretraining
from hasila.config import PretrainConfig, Recipe, RecipesConfig, project_path
from hasila.device import describe, pick_device
from hasila.files import write_json


def compare(settings: RecipesConfig, target: Path) -> dict[str, Any]:
    """Train every recipe for `settings.tokens` pieces; `target` gets the logs, and a plot beside it.

    What is finished is not trained again, what was interrupted goes on. The loss is on the same held-out
    windows, masked alike; between vocabularies it cannot be compared. The plot is over training time.
    """
    runs = {recipe.name: run(settings, recipe) for recipe in settings.recipes}
    write_json(
        target,
        {
            "encoder": "each its own, from scratch",
            "base": settings.base,
            "device": describe(pick_device()),
            "runs": runs,
        },
    )
    curves = {name: [(e["seconds"] / 60, e["held_out"]) for e in found["log"]] for name, found in runs.items()}
    axes = ("minutes of training", "masked-language-model loss, held-out text")
    plots.curves(curves, target.with_suffix(".png"), axes, f"{settings.base} changed, {settings.tokens:,} pieces each")
    return runs


def run(settings: RecipesConfig, recipe: Recipe) -> dict[str, Any]:
    """One recipe: what it changes, its size, its log."""
    fixed = [f"tokens={settings.tokens}", f"log_steps={settings.log_steps}"]
    own = config.load(PretrainConfig, project_path(settings.base), [*fixed, *recipe.settings])
    model, _, log = pretraining.run(own, project_path(settings.work) / recipe.name)
    parameters = sum(parameter.numel() for parameter in model.parameters())
    return {"changes": recipe.settings, "parameters": parameters, "log": log}
