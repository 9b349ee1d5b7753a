"""What the parts are worth, at tiny scale: by register, over the text's size, over pre-training."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import pytest
from stand_ins import mini_encoder

from hasila import crossvalidation, dataset, training, worth
from hasila.config import TrainConfig
from hasila.errors import UserError
from hasila.files import read_json
from hasila.mention import Article

OWN = {f"iraq-{'toll' if n % 2 else 'agency'}-{n:02}": f"أسر [[CAPTURED {n}|{n} جنود]] في القرية" for n in range(3, 11)}


@pytest.fixture
def settings(tmp_path: Path) -> TrainConfig:
    (tmp_path / "own").mkdir()
    for name, text in OWN.items():
        (tmp_path / "own" / f"{name}.txt").write_text(text, encoding="utf-8")
    own = TrainConfig(encoder=str(mini_encoder(tmp_path / "encoder")), window=16, overlap=4, epochs=1)
    return dataclasses.replace(own, name="own", data=str(tmp_path / "own"))


def test_every_seventh_piece_is_left_out_and_scored_by_register(
    settings: TrainConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fit, seen = training.fit, []

    def spy(own: TrainConfig, source: object, articles: Sequence[Article]) -> training.Fitted:
        seen.append((own.seed, [article.id for article in articles]))
        return fit(own, source, articles)

    monkeypatch.setattr(training, "fit", spy)
    found = worth.learning_curve(settings, [1], [1, 2], tmp_path / "curve.json")
    kept = sorted(set(OWN) - {"iraq-agency-04", "iraq-toll-09"})
    assert seen == [(1, kept), (2, kept)]
    assert {"all", "agency", "toll", "rights", "articles"} <= set(found["points"]["1"])
    assert set(found["points"]["1"]["all"]) == set(crossvalidation.HEADLINES)
    assert read_json(tmp_path / "curve.json") == found


def test_the_curve_has_a_point_for_each_share_and_is_plotted(settings: TrainConfig, tmp_path: Path) -> None:
    found = worth.learning_curve(settings, [0.5, 1], [1], tmp_path / "curve.json")
    assert list(found["points"]) == ["0.5", "1"]
    assert sorted(path.name for path in tmp_path.glob("*curve*")) == ["curve.json", "curve.png"]


def test_finished_points_are_kept_for_the_same_recipe_only(
    settings: TrainConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fit, seen = training.fit, []

    def spy(own: TrainConfig, source: object, articles: Sequence[Article]) -> training.Fitted:
        seen.append((own.epochs, len(articles)))
        if len(seen) == 2:
            raise KeyboardInterrupt
        return fit(own, source, articles)

    monkeypatch.setattr(training, "fit", spy)
    with pytest.raises(KeyboardInterrupt):
        worth.learning_curve(settings, [0.5, 1], [1], tmp_path / "curve.json")
    worth.learning_curve(settings, [0.5, 1], [1], tmp_path / "curve.json")
    worth.learning_curve(dataclasses.replace(settings, epochs=2), [1], [1], tmp_path / "curve.json")
    assert seen == [(1, 3), (1, 6), (1, 6), (2, 6)]


def test_encoders_kept_on_the_way_are_scored_in_their_order(settings: TrainConfig, tmp_path: Path) -> None:
    folders = [mini_encoder(tmp_path / f"seen-{pieces}") for pieces in (2000, 500)]
    found = worth.pretraining_curve(settings, folders, [1], tmp_path / "worth.json")
    assert list(found["points"]) == ["500", "2000"]
    assert read_json(tmp_path / "worth.json") == found
    assert sorted(path.name for path in tmp_path.glob("*worth*")) == ["worth.json", "worth.png"]


def test_a_folder_that_is_no_milestone_is_an_error(settings: TrainConfig, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="expected a folder seen-N"):
        worth.pretraining_curve(settings, [tmp_path / "own"], [1], tmp_path / "worth.json")


def test_a_sample_is_a_share_in_order() -> None:
    articles = [Article(str(n), "", ()) for n in range(10)]
    half = dataset.sample(articles, 0.5, seed=3)
    assert len(half) == 5
    assert half == sorted(half, key=lambda article: int(article.id))
    assert dataset.sample(articles, 1.0, seed=3) == articles
    assert dataset.sample(articles, 0.5, seed=4) != half
