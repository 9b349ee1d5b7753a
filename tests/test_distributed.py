"""Training on two processes gives what one gives, at the same global batch."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from conftest import SENTENCES
from stand_ins import mini_encoder

from hasila.config import ROOT
from hasila.training import TokenBatches

LAUNCH = "-m accelerate.commands.launch --multi_gpu --num_processes 2 --num_machines 1 --mixed_precision no".split()
TEXT = "هاجم [[ACTOR|مسلحون]] القرية\n" + "\n".join(SENTENCES)


def losses(folder: Path, name: str, command: list[str]) -> list[float]:
    environment = os.environ | {"ACCELERATE_USE_CPU": "true", "OMP_NUM_THREADS": "1"}
    call = [sys.executable, *command, str(ROOT / "scripts/train.py"), str(folder / "run.yaml"), f"name={name}"]
    done = subprocess.run(call, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads((folder / name / "run.json").read_text(encoding="utf-8"))["losses"]


def test_two_processes_lose_what_one_loses(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    for i in range(6):
        (tmp_path / f"data/{i}.txt").write_text(TEXT, encoding="utf-8")
    settings = {
        "encoder": str(mini_encoder(tmp_path / "encoder")),
        "data": str(tmp_path / "data"),
        "output": str(tmp_path),
        "held_out": ["0"],
        "window": 16,
        "overlap": 4,
        "batch_tokens": 64,
        "epochs": 2,
        "dropout": 0.0,
        "learning_rate": 2e-4,
        "precision": "fp32",
    }
    (tmp_path / "run.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    one, two = losses(tmp_path, "one", []), losses(tmp_path, "two", LAUNCH)
    assert len(one) == 2
    assert one[1] < one[0]
    assert two == pytest.approx(one, rel=0.02)


def test_processes_share_every_batch_and_lose_no_row() -> None:
    lengths = [5, 9, 7, 3, 8, 6, 4, 10, 2]
    whole = list(TokenBatches(lengths, 20, seed=1))
    shares = [list(TokenBatches(lengths, 20, seed=1, rank=rank, processes=2)) for rank in (0, 1)]
    assert [len(share) for share in shares] == [len(whole)] * 2
    for batch, left, right in zip(whole, *shares, strict=True):
        assert sorted({*left, *right}) == sorted(batch)
        assert left
        assert right
