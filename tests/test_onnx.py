"""The exported graph finds what torch finds, with the checkpoint's own weights."""

import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest
from stand_ins import SENTENCES, checkpoint

from hasila import Tagger, export, formats
from hasila.config import ROOT
from hasila.errors import UserError
from hasila.tagger import DEFAULT

TEXTS = [article.text for article in formats.load(ROOT / "data/gold")]


def spans(tagger: Tagger) -> list[list[tuple[int, int, str]]]:
    return [[(m.start, m.end, m.label) for m in found] for found in tagger.tag_all(TEXTS)]


def test_the_released_graph_finds_what_torch_finds() -> None:
    graph = Tagger.from_pretrained(device="cpu", backend="onnx")
    found = spans(graph)
    assert found == spans(Tagger.from_pretrained(device="cpu", backend="torch"))
    assert sum(map(len, found)) > 100
    assert type(Tagger.from_pretrained(device="cpu").model) is type(graph.model)  # what is taken by itself


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = checkpoint(tmp_path_factory.mktemp("onnx"), half=True)
    export.export(folder, int8=True)
    return folder


def test_an_exported_checkpoint_gives_torchs_logits(exported: Path) -> None:
    ids = np.array([[2, 9, 30, 41, 3], [2, 7, 3, 0, 0]])
    mask = (ids > 0).astype(np.int64)
    models = [Tagger.from_pretrained(exported, "cpu", backend).model for backend in ("torch", "onnx")]
    wanted, found = (model(ids, mask)[mask > 0] for model in models)
    assert found == pytest.approx(wanted, abs=1e-4)
    assert np.ptp(wanted, axis=0).max() > 0.01  # positions differ, so the test can fail


def test_the_graph_has_no_costly_operators(exported: Path) -> None:
    operators = {node.op_type for node in onnx.load(exported / "model.onnx", load_external_data=False).graph.node}
    assert "RotaryEmbedding" in operators
    assert not operators & {"SplitToSequence", "SequenceAt", "Neg"}


def test_the_graph_has_no_weights_of_its_own(exported: Path, tmp_path: Path) -> None:
    weights, graph = ((exported / name).stat().st_size for name in ("model.safetensors", "model.onnx"))
    assert graph < weights
    lone = tmp_path / "lone"
    shutil.copytree(exported, lone)
    (lone / "model.safetensors").unlink()
    with pytest.raises(Exception, match=r"model\.safetensors"):
        Tagger.from_pretrained(lone, backend="onnx")


def test_int8_finds_nearly_the_same(exported: Path) -> None:
    fp32, int8 = (Tagger.from_pretrained(exported, backend="onnx", dtype=dtype) for dtype in ("fp32", "int8"))
    text = "\n".join(SENTENCES)
    assert len(set(fp32.tag(text)) ^ set(int8.tag(text))) <= len(fp32.tag(text))
    assert type(int8.model) is type(fp32.model)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"backend": "onnx", "dtype": "bf16"}, "no graph in bf16"),
        ({"backend": "tensorflow"}, "backend: expected one of auto, torch, onnx"),
        ({"backend": "torch", "dtype": "int8"}, "expected one of auto, fp32, bf16"),
    ],
)
def test_a_form_that_there_is_not_is_a_user_error(arguments: dict[str, str], message: str) -> None:
    with pytest.raises(UserError, match=message):
        Tagger.from_pretrained(DEFAULT, device="cpu", **arguments)
