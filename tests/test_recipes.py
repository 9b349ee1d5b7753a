"""Recipes side by side, at tiny scale."""

import json
from pathlib import Path

import pytest
import yaml
from stand_ins import SENTENCES

from hasila import pretraining, recipes
from hasila.config import Recipe, RecipesConfig
from hasila.files import read_json


@pytest.fixture
def settings(tmp_path: Path) -> RecipesConfig:
    (tmp_path / "a.txt").write_text("\n".join(f"{s} {n}" for n in range(9) for s in SENTENCES), encoding="utf-8")
    base = {"text": str(tmp_path), "sources": [{"file": "a.txt"}], "exclude": [], "vocab_size": 300, "window": 16}
    base |= {"hidden": 16, "layers": 1, "heads": 2, "intermediate": 16, "batch_tokens": 64, "work": str(tmp_path / "p")}
    (tmp_path / "base.yaml").write_text(yaml.safe_dump(base), encoding="utf-8")
    chosen = [Recipe("plain"), Recipe("deep", ["layers=2"]), Recipe("bert", ["architecture=bert"])]
    return RecipesConfig(str(tmp_path / "base.yaml"), 256, 2, chosen, str(tmp_path / "work"))


def test_each_recipe_is_logged_and_plotted(settings: RecipesConfig, tmp_path: Path) -> None:
    runs = recipes.compare(settings, tmp_path / "out.json")
    assert list(runs) == ["plain", "deep", "bert"]
    assert runs["plain"]["parameters"] < runs["deep"]["parameters"]
    assert [entry["tokens"] for entry in runs["deep"]["log"]] == [128, 256]
    assert read_json(tmp_path / "out.json")["runs"] == json.loads(json.dumps(runs))
    assert (tmp_path / "out.png").stat().st_size > 1000


def test_a_finished_recipe_is_not_trained_again(settings: RecipesConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    first = recipes.run(settings, settings.recipes[0])
    monkeypatch.setattr(pretraining, "_step", lambda *_: pytest.fail("trained again"))
    assert recipes.run(settings, settings.recipes[0]) == first
