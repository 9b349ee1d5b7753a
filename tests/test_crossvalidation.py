"""Folds are whole articles: what is scored was never trained on."""

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml
from stand_ins import mini_encoder

from hasila import crossvalidation, training
from hasila.config import TrainConfig
from hasila.mention import Article

GOLD = {"a": "هاجم [[ACTOR|مسلحون]] القرية", "b": "وصلت [[ACTOR|القوات]] أمس", "c": "قتل [[KILLED 2|جنديان]] هناك"}


@pytest.fixture
def settings(tmp_path: Path) -> TrainConfig:
    (tmp_path / "gold").mkdir()
    for name, text in GOLD.items():
        (tmp_path / f"gold/{name}.txt").write_text(text, encoding="utf-8")
    encoder = str(mini_encoder(tmp_path / "encoder"))
    paths = {"encoder": encoder, "data": str(tmp_path / "gold"), "output": str(tmp_path / "runs")}
    return TrainConfig(name="tiny", **paths, window=16, overlap=4, epochs=1)


def test_no_fold_is_trained_on_what_it_scores_and_finished_folds_are_kept(
    settings: TrainConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fit, seen = training.fit, []

    def spy(own: TrainConfig, source: object, articles: Sequence[Article], begun: None) -> training.Fitted:
        seen.append((own.seed, "".join(article.id for article in articles)))
        if len(seen) == 4:
            raise KeyboardInterrupt
        return fit(own, source, articles, begun=begun)

    monkeypatch.setattr(training, "fit", spy)
    target = tmp_path / "result.json"
    with pytest.raises(KeyboardInterrupt):
        crossvalidation.crossvalidate(settings, [1, 2], target)
    assert not target.exists()
    result = crossvalidation.crossvalidate(settings, [1, 2], target)
    assert seen == [(1, "bc"), (1, "ac"), (1, "ab"), (2, "bc"), (2, "bc"), (2, "ac"), (2, "ab")]
    assert json.loads(target.read_text(encoding="utf-8")) == result
    assert set(result["predictions"]) == {f"{seed} {name}" for seed in (1, 2) for name in "abc"}
    assert result["encoder"] == settings.encoder
    assert [path.name for path in tmp_path.glob("*.json")] == ["result.json"]


def test_the_run_before_is_done_once_a_seed(
    settings: TrainConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = dataclasses.replace(settings, name="own", data=str(tmp_path / "own"))
    (tmp_path / "own").mkdir()
    (tmp_path / "own/x.txt").write_text(GOLD["a"], encoding="utf-8")
    (tmp_path / "own.yaml").write_text(yaml.safe_dump(dataclasses.asdict(own)), encoding="utf-8")
    fit, seen = training.fit, []

    def spy(run: TrainConfig, source: object, articles: Sequence[Article], *rest: object, **more: object) -> object:
        seen.append((run.seed, "".join(article.id for article in articles)))
        return fit(run, source, articles, *rest, **more)

    monkeypatch.setattr(training, "fit", spy)
    staged = dataclasses.replace(settings, first=str(tmp_path / "own.yaml"))
    result = crossvalidation.crossvalidate(staged, [1, 2], tmp_path / "result.json")
    assert seen == [(1, "x"), (1, "bc"), (1, "ac"), (1, "ab"), (2, "x"), (2, "bc"), (2, "ac"), (2, "ab")]
    assert list(result["first"]["data"]) == ["x.txt"]


def test_two_processes_find_what_one_does(settings: TrainConfig, tmp_path: Path) -> None:
    alone = crossvalidation.crossvalidate(settings, [1], tmp_path / "alone.json")
    shared = crossvalidation.crossvalidate(settings, [1], tmp_path / "shared.json", workers=2)
    assert shared["predictions"] == alone["predictions"]


def test_files_of_their_own_are_scored_after_training_on_all(settings: TrainConfig, tmp_path: Path) -> None:
    (tmp_path / "test.conll").write_text("هاجم\tO\nمسلحون\tB-ACTOR\n", encoding="utf-8")
    tests = [tmp_path / "test.conll", tmp_path / "gold"]
    result = crossvalidation.on_tests(settings, tests, [1, 2], tmp_path / "result.json")
    assert json.loads((tmp_path / "result.json").read_text(encoding="utf-8")) == result
    assert list(result["f1"]) == ["test.conll", "gold"]
    assert [len(scores) for scores in result["scores"].values()] == [2, 2]
    assert list(result["tests"]["gold"]) == ["a.txt", "b.txt", "c.txt"]


def test_pooled_scores_mean_and_spread_by_hand(settings: TrainConfig) -> None:
    from hasila import formats

    articles = formats.load(Path(settings.data))
    folds = {
        "1 a": [[5, 11, "ACTOR"]], "1 b": [], "1 c": [],
        "2 a": [[5, 11, "ACTOR"]], "2 b": [[5, 11, "ACTOR"]], "2 c": [[4, 10, "KILLED"]],
    }  # fmt: skip
    found = crossvalidation.summary(articles, folds, [1, 2])["f1"]
    # Seed 1 finds one of three, nothing wrong: F1 1/2. Seed 2 finds all: F1 1.
    assert found["fine"] == {"mean": 0.75, "spread": 0.3536}
    assert found["casualty"] == {"mean": 0.5, "spread": 0.7071}


def test_the_baseline_uses_the_same_folds(settings: TrainConfig, tmp_path: Path) -> None:
    result = crossvalidation.baseline(settings, tmp_path / "result.json")
    assert set(result["predictions"]) == {"0 a", "0 b", "0 c"}
    assert result["encoder"] == "none (gazetteer and rules)"
    assert result["f1"]["fine"]["mean"] == 0.0
