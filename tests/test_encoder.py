"""Encoders by name: folders, the hub's layout and cache, and a hub out of reach."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from huggingface_hub import constants
from stand_ins import hub_encoder, mini_encoder

from hasila import encoder
from hasila.errors import UserError
from hasila.mention import LABELS

HUB_ID = "somebody/some-bert"


@pytest.fixture
def closed_hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A hub address where nobody answers, and an empty cache."""
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_a_folder_is_found(tmp_path: Path) -> None:
    folder = mini_encoder(tmp_path / "encoder")
    assert encoder.find(str(folder)) == encoder.Encoder(str(folder), folder)


@pytest.mark.parametrize("source", ["models/none", "./none/here", "none"])
def test_a_missing_folder_says_so(source: str) -> None:
    with pytest.raises(UserError, match=r"no such folder with a config\.json"):
        encoder.find(source)


def test_an_unreachable_hub_shows_within_ten_seconds(closed_hub: Path) -> None:
    started = time.monotonic()
    with pytest.raises(encoder.HubUnreachableError, match=f"{HUB_ID}: not cached.*hf download {HUB_ID}"):
        encoder.find(HUB_ID)
    assert time.monotonic() - started < 10


def test_a_hub_that_never_answers_shows_within_ten_seconds(closed_hub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(*_: object, **__: object) -> None:
        time.sleep(60)
        raise OSError

    monkeypatch.setattr(encoder, "PATIENCE", 0.2)
    monkeypatch.setattr(encoder, "urlopen", silent)
    started = time.monotonic()
    with pytest.raises(encoder.HubUnreachableError):
        encoder.find(HUB_ID)
    assert time.monotonic() - started < 5


def test_offline_mode_asks_nobody(closed_hub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "is_offline_mode", lambda: True)
    monkeypatch.setattr(encoder, "urlopen", lambda *_, **__: pytest.fail("asked the hub"))
    with pytest.raises(encoder.HubUnreachableError):
        encoder.find(HUB_ID)


def test_a_cached_hub_encoder_is_found_without_the_hub(closed_hub: Path, tmp_path: Path) -> None:
    commit = "0" * 40
    snapshot = closed_hub / "models--somebody--some-bert/snapshots" / commit
    shutil.copytree(hub_encoder(tmp_path / "made"), snapshot)
    (closed_hub / "models--somebody--some-bert/refs").mkdir()
    (closed_hub / "models--somebody--some-bert/refs/main").write_text(commit)
    found = encoder.find(HUB_ID)
    assert found == encoder.Encoder(HUB_ID, snapshot)
    model = encoder.load_model(found.folder, list(LABELS), dropout=0.1)
    assert model.config.id2label[1] == "B-ACTOR"
    assert model.config.hidden_dropout_prob == 0.1


@pytest.mark.parametrize("make", [hub_encoder, mini_encoder])
def test_loading_takes_the_encoders_weights(make: Callable[[Path], Path], tmp_path: Path) -> None:
    folder = make(tmp_path / "encoder")
    first, second = (encoder.load_model(folder, list(LABELS)) for _ in range(2))
    fresh = encoder.load_model(folder, list(LABELS), random_weights=True)
    body = next(name for name, _ in first.named_parameters() if "layers.0" in name or "layer.0" in name)
    assert first.get_parameter(body).equal(second.get_parameter(body))
    assert not first.get_parameter(body).equal(fresh.get_parameter(body))
    assert first.dtype == fresh.dtype == first.get_parameter(body).float().dtype


def test_a_tagger_of_other_labels_is_an_encoder_too(tmp_path: Path) -> None:
    folder = mini_encoder(tmp_path / "encoder")
    encoder.load_model(folder, ["PERS", "LOC"]).save_pretrained(folder)
    first, second = (encoder.load_model(folder, list(LABELS)) for _ in range(2))
    assert first.config.num_labels == 2 * len(LABELS) + 1 == len(first.classifier.bias)
    body = next(name for name, _ in first.named_parameters() if "layers.0" in name)
    assert first.get_parameter(body).equal(second.get_parameter(body))


def test_a_broken_checkpoint_says_so(tmp_path: Path) -> None:
    folder = mini_encoder(tmp_path / "encoder")
    (folder / "model.safetensors").unlink()
    with pytest.raises(UserError, match="not a model that can be loaded"):
        encoder.load_model(folder, list(LABELS))
