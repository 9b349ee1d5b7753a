"""Pre-training at tiny scale: clean text, masking, the rate, and going on after an interruption."""

import dataclasses
import lzma
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from stand_ins import SENTENCES, hub_encoder
from transformers import AutoModelForMaskedLM

from hasila import corpus, pretraining
from hasila.config import PretrainConfig, Source
from hasila.encoder import load_tokenizer
from hasila.errors import UserError

SHORT = "سطر قصير من المقال المستبعد نفسه"
ARTICLE = "هذا نص مقال يجب ألا يدخل في نصوص التدريب المسبق أبدا مهما كان مصدره أو ناشره"


@pytest.fixture
def settings(tmp_path: Path) -> PretrainConfig:
    (tmp_path / "text").mkdir()
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles/a.txt").write_text(f"{ARTICLE}\n{SHORT}\n", encoding="utf-8")
    lines = [
        *SENTENCES,
        SENTENCES[0].replace("قتل", "قُتِلَ"),
        "short",
        "no Arabic in this line at all",
        f"أولا {ARTICLE}",
        SHORT,
    ]
    with lzma.open(tmp_path / "text/a.txt.xz", "wt", encoding="utf-8") as file:
        file.write("\n\n".join(lines))
    (tmp_path / "text/b.txt").write_text("\n".join(f"{SENTENCES[1]} رقم {n}" for n in range(40)), encoding="utf-8")
    return PretrainConfig(
        name="tiny",
        text=str(tmp_path / "text"),
        sources=[Source("a.txt.xz", 2.0), Source("b.txt", 1.0)],
        exclude=[str(tmp_path / "articles")],
        vocab_size=300,
        hidden=16,
        layers=1,
        heads=2,
        intermediate=16,
        window=16,
        batch_tokens=64,
        tokens=640,
        log_steps=1,
        work=str(tmp_path / "work"),
        output=str(tmp_path / "models"),
    )


def test_text_is_cleaned_once(settings: PretrainConfig) -> None:
    kept, counts = corpus.clean(settings)
    # The vocalised copy is a duplicate, the article's short line too; what overlaps it by thirteen words is out.
    assert counts == {"kept": 44, "short or not Arabic": 2, "duplicate": 2, "overlaps an excluded text": 1}
    assert [kept.count(sentence) for sentence in SENTENCES] == [2, 2, 2, 2]


def test_a_run_of_another_config_is_not_gone_on_with(settings: PretrainConfig) -> None:
    pretraining.prepare(settings, Path(settings.work) / "tiny")
    with pytest.raises(UserError, match="holds a run of another config"):
        pretraining.prepare(dataclasses.replace(settings, vocab_size=310), Path(settings.work) / "tiny")


def test_paragraphs_of_violence_are_taken_as_often_as_told(settings: PretrainConfig) -> None:
    kept, _ = corpus.clean(dataclasses.replace(settings, conflict=3.0))
    # قتل … مسلحون; هجوم … مسلحة; one word of violence (أسروا is none of the list); فقد … غرق is none.
    assert [kept.count(sentence) for sentence in SENTENCES] == [6, 6, 2, 2]


def test_runs_over_the_same_text_share_it(settings: PretrainConfig) -> None:
    other = dataclasses.replace(settings, name="other", layers=2, learning_rate=1.0)
    assert pretraining.text_folder(other) == pretraining.text_folder(settings)
    assert pretraining.text_folder(dataclasses.replace(settings, conflict=2.0)) != pretraining.text_folder(settings)


def test_windows_to_measure_on_are_never_trained_on(settings: PretrainConfig) -> None:
    windows = np.arange(200 * 16).reshape(200, 16)
    trained, measured = pretraining.split(windows)
    assert measured.tolist() == [0, 50, 100, 150]
    seen = {int(row[0]) // 16 for batch in pretraining.batches(settings, windows, 0) for row in batch}
    assert seen <= set(trained.tolist())


def test_whole_words_share_their_fate(settings: PretrainConfig) -> None:
    tokenizer, windows = pretraining.prepare(settings, Path(settings.work) / "tiny")
    ids = torch.from_numpy(windows[:].astype("int64")).repeat(20, 1)
    _, labels = pretraining.mask(ids, tokenizer, 0.3, seed=3, whole_words=True)
    goes_on = torch.tensor([[p.startswith("##") for p in tokenizer.convert_ids_to_tokens(row)] for row in ids.tolist()])
    goes_on[:, 1] = False  # a window may begin inside a word
    masked = labels != -100
    assert masked[:, 1:][goes_on[:, 1:]].equal(masked[:, :-1][goes_on[:, 1:]])
    assert 0.2 < masked.float().mean() < 0.35


def test_a_share_below_one_takes_about_that_share(settings: PretrainConfig) -> None:
    half = dataclasses.replace(settings, sources=[Source("b.txt", 0.5)])
    assert 8 < corpus.clean(half)[1]["kept"] < 32
    assert corpus.clean(half) == corpus.clean(half)


def test_an_interrupted_run_ends_with_the_same_weights(
    settings: PretrainConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = pretraining.pretrain(settings)
    other = dataclasses.replace(settings, output=str(tmp_path / "other"))
    (tmp_path / "work/tiny/checkpoint").rename(tmp_path / "gone")
    step, calls = pretraining._step, []

    def interrupted(*arguments: object) -> torch.Tensor:
        calls.append(1)
        if len(calls) == 6:
            raise KeyboardInterrupt
        return step(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(pretraining, "_step", interrupted)
        with pytest.raises(KeyboardInterrupt):
            pretraining.pretrain(other)
    resumed = pretraining.pretrain(other)
    one, two = (load_file(folder / "model.safetensors") for folder in (whole, resumed))
    assert all(torch.equal(one[name], two[name]) for name in one)
    assert {path.name for path in whole.iterdir()} == {
        "README.md",
        "config.json",
        "model.safetensors",
        "pretraining.json",
        "pretraining.png",
        "tokenizer.json",
        "tokenizer_config.json",
    }


def test_pre_training_goes_on_from_a_given_encoder(settings: PretrainConfig, tmp_path: Path) -> None:
    given = hub_encoder(tmp_path / "hub")
    adapted = pretraining.pretrain(dataclasses.replace(settings, init=str(given), learning_rate=1e-4))
    before, after = (AutoModelForMaskedLM.from_pretrained(folder, dtype="float32") for folder in (given, adapted))
    assert after.config.model_type == "bert"
    name = "bert.embeddings.word_embeddings.weight"
    difference = (before.get_parameter(name) - after.get_parameter(name)).abs().max()
    assert 0 < difference < 0.01
    assert load_tokenizer(adapted).tokenize("قُتِـــل") == ["قتل"]


def test_masking_hides_the_share_it_is_told_and_no_special_token(settings: PretrainConfig) -> None:
    tokenizer, windows = pretraining.prepare(settings, Path(settings.work) / "tiny")
    ids = torch.from_numpy(windows[:].astype("int64")).repeat(20, 1)
    inputs, labels = pretraining.mask(ids, tokenizer, 0.2, seed=3)
    masked = labels != -100
    special = (ids == tokenizer.cls_token_id) | (ids == tokenizer.sep_token_id)
    assert not (masked & special).any()
    assert 0.17 < (masked.sum() / (~special).sum()).item() < 0.23
    assert labels[masked].equal(ids[masked])
    assert inputs[~masked].equal(ids[~masked])
    assert 0.75 < (inputs[masked] == tokenizer.mask_token_id).float().mean().item() < 0.85


@pytest.mark.parametrize(
    ("progress", "share"), [(0.0, 0.0), (0.025, 0.5), (0.05, 1.0), (0.5, 1.0), (0.85, 0.5), (1.0, 0.0)]
)
def test_the_rate_warms_up_stays_and_decays(progress: float, share: float) -> None:
    config = PretrainConfig(learning_rate=2.0, warmup=0.05, decay=0.3)
    assert pretraining.rate(config, progress) == pytest.approx(2.0 * share)
