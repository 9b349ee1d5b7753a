"""The whole path at tiny scale: train, save, reload, score, predict, resume."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml
from safetensors.torch import load_file
from stand_ins import mini_encoder
from transformers import AutoModelForTokenClassification

from hasila import config, encoder, evaluation, formats, training
from hasila.config import TrainConfig
from hasila.errors import UserError
from hasila.mention import LABELS
from hasila.tagger import Tagger
from hasila.training import TokenBatches

GOLD = {
    "a": "قتل [[KILLED 3|ثلاثة جنود]] في هجوم شنه [[ACTOR|مسلحون]] على حاجز [[ACTOR|للجيش]] قرب المدينة.\n",
    "b": "قالت [[ACTOR|الحركة]] إن [[ACTOR|مقاتليها]] أسروا [[CAPTURED 2|عنصرين]] من [[ACTOR|القوات الحكومية]].\n",
    "c": "أعلنت [[ACTOR|وزارة الدفاع]] إصابة [[WOUNDED 5|خمسة جنود]] وفقدان [[MISSING 1|جندي]].\n",
    "d": "هاجم [[ACTOR|مسلحون]] المدينة فجر الخميس، فقتل [[KILLED 5|خمسة جنود]] وأصيب [[WOUNDED ?|آخرون]].\n",
    "e": "وصلت [[ACTOR|القوات]] إلى شرق البلاد بعد هجوم واسع نفذته [[ACTOR|مجموعات مسلحة]] على المدينة.\n",
}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> TrainConfig:
    folder = tmp_path_factory.mktemp("tiny")
    for name, text in GOLD.items():
        (folder / "gold").mkdir(exist_ok=True)
        (folder / f"gold/{name}.txt").write_text(text, encoding="utf-8")
    return TrainConfig(
        name="tiny",
        encoder=str(mini_encoder(folder / "encoder")),
        data=str(folder / "gold"),
        held_out=["c"],
        window=32,
        overlap=8,
        epochs=4,
        batch_tokens=16,
        learning_rate=1e-3,
        output=str(folder / "runs"),
    )


@pytest.fixture(scope="module")
def run(settings: TrainConfig) -> training.Run:
    return training.train(settings)


def test_a_run_folder_holds_what_one_needs_to_trust_it(run: training.Run, settings: TrainConfig) -> None:
    names = sorted(path.name for path in run.folder.iterdir())
    scores = ["confusion.png", "errors.md", "metrics.json", "scores.md"]
    assert names == sorted(["checkpoint", "config.yaml", "run.json", "training.png", *scores])
    record = json.loads((run.folder / "run.json").read_text(encoding="utf-8"))
    assert record["encoder"] == settings.encoder
    assert (record["trained_on"], record["held_out"]) == (["a", "b", "d", "e"], ["c"])
    assert set(record["data"]) == {f"{name}.txt" for name in GOLD}
    assert {"seed", "commit", "libraries", "device", "seconds"} <= set(record)
    assert config.load(TrainConfig, run.folder / "config.yaml") == settings


def test_no_file_of_a_run_is_a_pickle(run: training.Run) -> None:
    assert not [p for p in run.folder.rglob("*") if p.suffix in (".bin", ".pt", ".pth", ".pkl")]


def test_losses_fall(run: training.Run) -> None:
    losses = run.record["losses"]
    assert len(losses) == 4
    assert losses[-1] < losses[0]


def test_metrics_are_those_of_the_reloaded_checkpoint(run: training.Run, settings: TrainConfig, tmp_path: Path) -> None:
    articles = [a for a in formats.load(Path(settings.data)) if a.id == "c"]
    tagger = Tagger.from_pretrained(run.folder / "checkpoint", device="cpu")
    about = evaluation.about(tagger, run.folder / "checkpoint", Path(settings.data), articles)
    again = evaluation.report(articles, [tagger.tag(a.text) for a in articles], tmp_path, about)
    assert again["fine"] == run.metrics["fine"]
    assert again["encoder"] == settings.encoder


def test_the_card_and_the_config_name_the_encoder(run: training.Run, settings: TrainConfig) -> None:
    assert settings.encoder in (run.folder / "checkpoint/README.md").read_text(encoding="utf-8")
    assert settings.encoder in (run.folder / "scores.md").read_text(encoding="utf-8")
    model = AutoModelForTokenClassification.from_pretrained(run.folder / "checkpoint")
    assert model.config.label2id["B-KILLED"] == 1 + 2 * LABELS.index("KILLED")


class KilledError(Exception):
    pass


def train_until(settings: TrainConfig, last: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Train, and be killed in step `last`."""
    step, calls = training.TaggerTrainer.training_step, []

    def dies(self: training.TaggerTrainer, *arguments: Any, **keywords: Any) -> torch.Tensor:
        calls.append(1)
        if len(calls) == last:
            raise KilledError
        return step(self, *arguments, **keywords)

    with monkeypatch.context() as patch:
        patch.setattr(training.TaggerTrainer, "training_step", dies)
        with pytest.raises(KilledError):
            training.train(settings)


def test_a_killed_run_resumed_gives_the_same_weights(
    run: training.Run, settings: TrainConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = dataclasses.replace(settings, name="killed")
    train_until(killed, 6, monkeypatch)
    resumed = training.train(killed, resume=True)
    one, other = (load_file(r.folder / "checkpoint/model.safetensors") for r in (run, resumed))
    assert all(torch.equal(one[name], other[name]) for name in one)
    assert resumed.record["losses"] == run.record["losses"]


@pytest.fixture(scope="module")
def staged(settings: TrainConfig, tmp_path_factory: pytest.TempPathFactory) -> TrainConfig:
    """A run after another one, on texts of its own."""
    folder = tmp_path_factory.mktemp("staged")
    (folder / "own").mkdir()
    (folder / "own/x.txt").write_text(GOLD["a"].replace("ثلاثة", "أربعة"), encoding="utf-8")
    own = dataclasses.replace(settings, name="own", data=str(folder / "own"), held_out=[], epochs=3, seed=99)
    (folder / "own.yaml").write_text(yaml.safe_dump(dataclasses.asdict(own)), encoding="utf-8")
    return dataclasses.replace(settings, name="staged", first=str(folder / "own.yaml"))


def test_a_run_goes_on_from_the_one_before_it(staged: TrainConfig, settings: TrainConfig) -> None:
    source = encoder.find(staged.encoder)
    begun = training.before(staged, source)
    assert begun is not None
    weights = {name: tensor.clone() for name, tensor in begun.state_dict().items()}
    still = training.fit(
        dataclasses.replace(staged, learning_rate=0.0), source, formats.load(Path(staged.data)), begun=begun
    )
    assert all(torch.equal(weights[name], tensor) for name, tensor in still.model.state_dict().items())
    done = training.train(staged)
    assert done.record["losses"][0] < training.train(dataclasses.replace(settings, name="bare")).record["losses"][0]
    assert json.loads((done.folder / "checkpoint/hasila.json").read_text())["trained_on"] == ["a", "b", "d", "e", "x"]
    assert "First the 1 pieces of" in (done.folder / "checkpoint/README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("last", [2, 7])
def test_a_run_killed_before_or_after_its_first_part_resumes(
    staged: TrainConfig, last: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = training.train(staged)
    killed = dataclasses.replace(staged, name=f"killed-{last}")
    train_until(killed, last, monkeypatch)
    resumed = training.train(killed, resume=True)
    one, other = (load_file(r.folder / "checkpoint/model.safetensors") for r in (whole, resumed))
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_the_run_before_needs_the_same_labels(staged: TrainConfig) -> None:
    with pytest.raises(UserError, match=r"has labels ACTOR, .* not ACTOR"):
        training.train(dataclasses.replace(staged, labels=["ACTOR"]))


def test_without_hub_the_fallback_is_trained_and_named(
    settings: TrainConfig, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = dataclasses.replace(settings, name="wanted", encoder="somebody/some-bert")
    unreachable = encoder.HubUnreachableError("encoder somebody/some-bert: not cached", "Download it")
    monkeypatch.setattr(encoder, "_cached", lambda _: None)

    def no_answer(_: str) -> Path:
        raise unreachable

    monkeypatch.setattr(encoder, "_download", no_answer)
    chosen, source = training.choose(wanted, settings)
    assert (chosen, source.name) == (settings, settings.encoder)
    said = capsys.readouterr().out.strip()
    assert said.count("\n") == 0
    assert f"going on with {settings.encoder}" in said
    with pytest.raises(UserError, match="Download it"):
        training.choose(wanted, None)


def test_batches_hold_every_row_once_and_differ_between_epochs() -> None:
    lengths = [5, 80, 40, 41, 7, 60, 30, 33, 12, 50] * 3
    sampler = TokenBatches(lengths, batch_tokens=128, seed=1)
    epochs = []
    for epoch in range(2):
        sampler.set_epoch(epoch)
        epochs.append(list(sampler))
        assert sorted(i for batch in epochs[-1] for i in batch) == list(range(30))
        assert len(epochs[-1]) == len(sampler)
    assert epochs[0] != epochs[1]
    sampler.set_epoch(0)
    assert list(sampler) == epochs[0]
    assert max(sum(lengths[i] for i in batch) for batch in epochs[0]) < 3 * 128


@pytest.mark.parametrize(
    ("lengths", "batch_tokens"), [([512] * 10, 256), ([20, 24], 16), ([5], 100), ([1, 100, 1], 30)]
)
def test_as_many_batches_come_as_are_promised_and_none_is_empty(lengths: list[int], batch_tokens: int) -> None:
    sampler = TokenBatches(lengths, batch_tokens, seed=1)
    for epoch in range(5):
        sampler.set_epoch(epoch)
        batches = list(sampler)
        assert len(batches) == len(sampler)
        assert all(batches)


def test_a_checkpoint_of_other_labels_is_refused(run: training.Run, settings: TrainConfig, tmp_path: Path) -> None:
    (tmp_path / "d.conll").write_text("زيد B-PERS\nفي O\nدمشق B-LOC\n", encoding="utf-8")
    articles = formats.load(tmp_path / "d.conll")
    tagger = Tagger.from_pretrained(run.folder / "checkpoint")
    with pytest.raises(UserError, match="labels LOC, PERS are not this checkpoint's"):
        evaluation.about(tagger, run.folder, tmp_path / "d.conll", articles)


def test_a_folder_that_is_no_checkpoint_is_refused(settings: TrainConfig, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no checkpoint there"):
        Tagger.from_pretrained(tmp_path)


def test_no_matching_held_out_article_is_an_error(settings: TrainConfig) -> None:
    with pytest.raises(UserError, match="held_out: no article begins with 'x'"):
        training.train(dataclasses.replace(settings, held_out=["x"]))
