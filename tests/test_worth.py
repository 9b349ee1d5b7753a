"""The authored text's worth, at tiny scale: the curve over its size, and scores by register."""

import contextlib
import dataclasses
from pathlib import Path

import pytest
import yaml
from stand_ins import mini_encoder

from hasila import crossvalidation, dataset, worth
from hasila.config import TrainConfig
from hasila.errors import UserError
from hasila.files import read_json
from hasila.mention import Article

GOLD = {"a": "هاجم [[ACTOR|مسلحون]] القرية", "b": "قتل [[KILLED 2|جنديان]] هناك"}
OWN = {f"iraq-{'toll' if n % 2 else 'agency'}-{n:02}": f"أسر [[CAPTURED {n}|{n} جنود]] في القرية" for n in range(3, 11)}


@pytest.fixture
def settings(tmp_path: Path) -> TrainConfig:
    for folder, texts in (("gold", GOLD), ("own", OWN)):
        (tmp_path / folder).mkdir()
        for name, text in texts.items():
            (tmp_path / folder / f"{name}.txt").write_text(text, encoding="utf-8")
    plain = TrainConfig(encoder=str(mini_encoder(tmp_path / "encoder")), window=16, overlap=4, epochs=1)
    own = dataclasses.replace(plain, name="own", data=str(tmp_path / "own"))
    (tmp_path / "own.yaml").write_text(yaml.safe_dump(dataclasses.asdict(own)), encoding="utf-8")
    return dataclasses.replace(plain, data=str(tmp_path / "gold"), first=str(tmp_path / "own.yaml"))


def test_the_curve_has_a_point_for_each_share_and_is_plotted(settings: TrainConfig, tmp_path: Path) -> None:
    found = worth.learning_curve(settings, [0, 0.5, 1], [1, 2], tmp_path / "curve.json")
    assert list(found["shares"]) == ["0", "0.5", "1"]
    assert set(found["shares"]["1"]["labels"]) == set(settings.labels)
    assert read_json(tmp_path / "curve.json") == found
    assert sorted(path.name for path in tmp_path.glob("*curve*")) == ["curve.json", "curve.png"]


def test_finished_shares_are_kept(settings: TrainConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    validate, seen = crossvalidation.crossvalidate, []

    def spy(own: TrainConfig, seeds: list[int], target: Path, share: float) -> object:
        seen.append(share)
        if len(seen) == 2:
            raise KeyboardInterrupt
        return validate(own, seeds, target, share)

    monkeypatch.setattr(crossvalidation, "crossvalidate", spy)
    with pytest.raises(KeyboardInterrupt):
        worth.learning_curve(settings, [0, 1], [1], tmp_path / "curve.json")
    worth.learning_curve(settings, [0, 1], [1], tmp_path / "curve.json")
    assert seen == [0, 1, 1]


def test_shares_of_another_recipe_are_not_taken(
    settings: TrainConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    validate, seen = crossvalidation.crossvalidate, []

    def spy(own: TrainConfig, seeds: list[int], target: Path, share: float) -> object:
        seen.append((own.epochs, seeds, share))
        if len(seen) in (2, 4):
            raise KeyboardInterrupt
        return validate(own, seeds, target, share)

    monkeypatch.setattr(crossvalidation, "crossvalidate", spy)
    for own, seeds in ((settings, [1]), (dataclasses.replace(settings, epochs=2), [1]), (settings, [2])):
        with contextlib.suppress(KeyboardInterrupt):
            worth.learning_curve(own, [0, 1], seeds, tmp_path / "curve.json")
    assert seen == [(1, [1], 0), (1, [1], 1), (2, [1], 0), (2, [1], 1), (1, [2], 0), (1, [2], 1)]


def test_every_seventh_piece_is_left_out_and_scored_by_register(settings: TrainConfig, tmp_path: Path) -> None:
    own = dataclasses.replace(settings, data=str(tmp_path / "own"), first=None)
    found = worth.registers(own, [1, 2], tmp_path / "registers.json")
    assert found["held_out"] == ["iraq-agency-04", "iraq-toll-09"]
    assert {"all", "agency", "toll", "rights"} <= set(found["f1"])
    assert read_json(tmp_path / "registers.json")["f1"] == found["f1"]


def test_encoders_kept_on_the_way_are_scored_in_their_order(settings: TrainConfig, tmp_path: Path) -> None:
    folders = [mini_encoder(tmp_path / f"seen-{pieces}") for pieces in (2000, 500)]
    own = dataclasses.replace(settings, first=None)
    found = worth.pretraining_curve(own, folders, [1], tmp_path / "worth.json")
    assert list(found["seen"]) == ["500", "2000"]
    assert set(found["seen"]["500"]["f1"]) == set(crossvalidation.HEADLINES)
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
