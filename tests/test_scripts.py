"""The scripts as people call them: what they write, and how they end when something is wrong."""

import io
import json
import runpy
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest
import stand_ins

from hasila.config import ROOT

TEXT = "قتل ثلاثة جنود في هجوم شنه مسلحون على حاجز للجيش.\nوأصيب خمسة آخرون.\n"


@dataclass
class Done:
    code: int
    out: str
    err: str


Call = Callable[..., Done]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Run a script in this process, as `python scripts/NAME.py …` in the repository's root would."""

    def run(script: str, *arguments: object, data: bytes = b"") -> Done:
        monkeypatch.chdir(ROOT)
        monkeypatch.setattr(sys, "argv", [script, *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
        code = 0
        try:
            runpy.run_path(str(ROOT / f"scripts/{script}.py"), run_name="__main__")
        except SystemExit as end:
            code = int(end.code or 0)
        return Done(code, *capsys.readouterr())

    return run


def test_a_script_started_by_python_finds_the_library_that_its_neighbour_is_named_like() -> None:
    command = [sys.executable, str(ROOT / "scripts/agreement.py"), "none", "none"]
    done = subprocess.run(command, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode() == "error: none: no .txt files there\n"


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stand_ins.checkpoint(tmp_path_factory.mktemp("scripts"))


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "خبر.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.mark.parametrize("form", ["markup", "jsonl", "csv", "conll", "html", "records-jsonl", "records-csv"])
def test_predict_writes_each_format(call: Call, checkpoint: Path, article: Path, form: str, tmp_path: Path) -> None:
    out = tmp_path / f"out.{form}"
    done = call("predict", article, "--format", form, "--checkpoint", checkpoint, "--out", out)
    assert done.code == 0, done.err
    assert "ثلاثة" in out.read_text(encoding="utf-8")


def test_predict_reads_standard_input_and_goes_past_an_unreadable_file(
    call: Call, checkpoint: Path, article: Path, tmp_path: Path
) -> None:
    piped = call("predict", "--checkpoint", checkpoint, "--format", "jsonl", data=TEXT.encode("windows-1256"))
    assert json.loads(piped.out)["text"] == TEXT
    (tmp_path / "a.txt").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x8f")
    (tmp_path / "b.txt").write_text("نص فيه [[ أقواس", encoding="utf-8")
    done = call("predict", tmp_path / "none.txt", tmp_path, "--format", "markup", "--checkpoint", checkpoint)
    assert done.code == 2
    assert "ثلاثة" in done.out
    assert [
        line for line in ("none.txt: no such", "a.txt: not UTF-8", "b: the text itself") if line not in done.err
    ] == []
    (tmp_path / "b.txt").unlink()
    done = call("predict", tmp_path, "--format", "jsonl", "--checkpoint", checkpoint)
    assert done.code == 2
    assert json.loads(done.out)["id"] == "خبر"
    assert "a.txt: not UTF-8" in done.err


def test_predict_brat_makes_a_folder(call: Call, checkpoint: Path, article: Path, tmp_path: Path) -> None:
    done = call("predict", article, "--format", "brat", "--checkpoint", checkpoint, "--out", tmp_path / "brat")
    assert done.code == 0, done.err
    assert (tmp_path / "brat/خبر.txt").read_text(encoding="utf-8") == TEXT
    assert (tmp_path / "brat/خبر.ann").exists()
    settings = (tmp_path / "brat/annotation.conf").read_text(encoding="utf-8")
    assert settings.split("[relations]")[0] == "[entities]\nACTOR\nKILLED\nWOUNDED\nCAPTURED\nMISSING\n"


def test_evaluate_writes_numbers_a_table_a_plot_and_errors(call: Call, checkpoint: Path, tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("قتل [[KILLED 3|ثلاثة جنود]] في هجوم\n", encoding="utf-8")
    done = call("evaluate", checkpoint, "--data", tmp_path, "--out", tmp_path / "out", "--device", "cpu")
    assert done.code == 0, done.err
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"metrics.json", "scores.md", "errors.md", "confusion.png"}
    assert "encoder: tiny (random weights)" in done.out
    assert "warning: this checkpoint was trained on x" in done.out


def test_agreement_and_prepare_data_run_on_the_repository(call: Call, tmp_path: Path) -> None:
    compared = call("agreement", ROOT / "data/agreement/first", ROOT / "data/agreement/second")
    assert "| fine micro | 1.000 | 1.000 | 1.000 | 233 |" in compared.out
    prepared = call("prepare_data", "--out", tmp_path)
    assert "data/README.md is up to date" in prepared.out
    assert len(list((tmp_path / "brat").iterdir())) == 12  # two files an article, and two of brat's settings


@pytest.mark.parametrize(
    ("script", "arguments", "message"),
    [
        ("train", ["configs/none.yaml"], "configs/none.yaml: no such config file"),
        ("train", ["configs/mini.yaml", "epoch=3"], "command line: unknown key 'epoch'"),
        ("train", ["configs/mini.yaml", "epochs=many"], "command line: epochs: expected int, got 'many'"),
        ("train", ["configs/mini.yaml", "encoder=models/none"], "encoder models/none: no such folder"),
        ("predict", ["--checkpoint", "none", "-"], "none: no checkpoint there"),
        ("evaluate", ["--data", "none"], "none: no such file"),
        ("agreement", ["none", "none"], "none: no .txt files there"),
        ("pretrain", ["configs/mini-encoder.yaml", "text=none", "work=runs/none"], "no such text"),
    ],
)
def test_what_a_user_gets_wrong_ends_in_one_line(call: Call, script: str, arguments: list[str], message: str) -> None:
    done = call(script, *arguments)
    said = done.err.strip()
    assert done.code == 2, said
    assert said.startswith("error: ")
    assert message in said
    assert "\n" not in said
