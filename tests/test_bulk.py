"""A corpus part by part: what is read, what is written, what a stopped run does."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hasila import bulk, ray_engine
from hasila.bulk import Job
from hasila.config import ROOT
from hasila.errors import UserError
from hasila.tagger import DEFAULT

TEXTS = [f"قتل {n} جنود من الجيش اليمني في هجوم شنه مسلحو الحركة، وفق مسؤول محلي." for n in range(3, 9)]


def rows(texts: list[str] = TEXTS) -> list[dict[str, str]]:
    return [{"id": f"a{n}", "text": text} for n, text in enumerate(texts)]


@pytest.fixture
def jsonl(tmp_path: Path) -> Path:
    path = tmp_path / "corpus.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows()), encoding="utf-8")
    return path


def job(tmp_path: Path, form: str = "jsonl") -> Job:
    return Job(str(tmp_path / "out"), form, str(DEFAULT))


def done(own: Job, inputs: list[str]) -> list[str]:
    """The lines of all parts, sorted."""
    bulk.run(own, bulk.begin(own, bulk.plan(inputs)))
    return lines(own)


def lines(own: Job) -> list[str]:
    files = sorted(Path(own.out).glob("part-*.jsonl"))
    return sorted(line for file in files for line in file.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("size", [1, 40, 333, 10**6])
def test_every_line_of_a_cut_file_is_read_once(jsonl: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(bulk, "PART_BYTES", size)
    failed: list[str] = []
    found = [pair for part in bulk.plan([str(jsonl)]) for pair in bulk.read(part, failed)]
    assert found == [(row["id"], row["text"]) for row in rows()]
    assert failed == []


def test_parquet_texts_and_jsonl_give_the_same_records(jsonl: Path, tmp_path: Path) -> None:
    pq.write_table(pa.Table.from_pylist(rows()), tmp_path / "corpus.parquet", row_group_size=2)
    folder = tmp_path / "texts"
    folder.mkdir()
    for row in rows():
        (folder / f"{row['id']}.txt").write_text(row["text"], encoding="utf-8")
    outputs = [
        done(Job(str(tmp_path / f"out-{name}"), "jsonl", str(DEFAULT)), [str(path)])
        for name, path in (("a", jsonl), ("b", tmp_path / "corpus.parquet"), ("c", folder))
    ]
    assert outputs[0] == outputs[1] == outputs[2]
    assert len(outputs[0]) == len(TEXTS)
    assert all('"KILLED"' in line for line in outputs[0])


def test_it_writes_what_predict_writes(tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    for row in rows():
        (folder / f"{row['id']}.txt").write_text(row["text"], encoding="utf-8")
    plain = tmp_path / "plain.jsonl"
    command = [sys.executable, ROOT / "scripts/predict.py", folder, "--format", "jsonl", "--out", plain]
    subprocess.run(command, check=True, capture_output=True)
    assert done(job(tmp_path), [str(folder)]) == sorted(plain.read_text(encoding="utf-8").splitlines())


def test_parquet_out_holds_the_same_as_jsonl_out(jsonl: Path, tmp_path: Path) -> None:
    own = job(tmp_path / "p", "parquet")
    bulk.run(own, bulk.begin(own, bulk.plan([str(jsonl)])))
    table = pq.read_table(Path(own.out) / "part-000000.parquet").to_pylist()
    wanted = [json.loads(line) for line in done(job(tmp_path / "j"), [str(jsonl)])]
    assert [(row["id"], row["text"]) for row in table] == [(row["id"], row["text"]) for row in wanted]
    spans = [[(s["start"], s["end"], s["label"], s["count"]) for s in row["spans"]] for row in table]
    assert spans == [[(s["start"], s["end"], s["label"], s.get("count")) for s in row["spans"]] for row in wanted]


def test_a_stopped_run_goes_on_with_what_is_missing(
    jsonl: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "PART_BYTES", 300)
    own, parts = job(tmp_path), bulk.plan([str(jsonl)])
    assert len(parts) > 2
    whole = done(own, [str(jsonl)])
    lost = Path(own.out) / parts[1].name("jsonl")
    kept = {path.name: path.stat().st_mtime_ns for path in Path(own.out).glob("part-*") if path != lost}
    lost.unlink()
    assert bulk.begin(own, parts) == [parts[1]]
    assert done(own, [str(jsonl)]) == whole
    assert {path.name: path.stat().st_mtime_ns for path in Path(own.out).glob("part-*") if path != lost} == kept


def test_an_output_of_another_job_is_refused(jsonl: Path, tmp_path: Path) -> None:
    done(job(tmp_path), [str(jsonl)])
    with pytest.raises(UserError, match="holds what was made of another input, checkpoint or format"):
        bulk.begin(job(tmp_path, "parquet"), bulk.plan([str(jsonl)]))


def test_what_cannot_be_read_is_told_and_the_rest_is_done(tmp_path: Path) -> None:
    path = tmp_path / "c.jsonl"
    good = json.dumps(rows()[0], ensure_ascii=False)
    path.write_text(f'{good}\n{{"id": "x"}}\nno json\n', encoding="utf-8")
    own = job(tmp_path)
    assert bulk.run(own, bulk.begin(own, bulk.plan([str(path)]))) == 2
    told = (Path(own.out) / "part-000000.failed.txt").read_text(encoding="utf-8").splitlines()
    place = len(good.encode()) + 1
    assert told[0] == f"c.jsonl:{place}: expected a row with `text` and perhaps `id`"
    assert len(told) == 2
    assert len(lines(own)) == 1


@pytest.mark.parametrize("name", ["none.jsonl", "empty"])
def test_an_input_that_is_not_there_is_a_user_error(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match=name):
        bulk.plan([str(tmp_path / name)])


def test_ray_gives_the_same_though_a_worker_is_killed(
    jsonl: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ray = pytest.importorskip("ray")
    monkeypatch.setattr(bulk, "PART_BYTES", 300)
    monkeypatch.setenv("RAY_ENABLE_UV_RUN_RUNTIME_ENV", "0")
    parts = bulk.plan([str(jsonl)])
    local, spread = job(tmp_path / "local"), job(tmp_path / "ray")
    wanted = done(local, [str(jsonl)])
    killed = threading.Event()
    threading.Thread(target=kill_a_worker, args=(Path(spread.out), killed), daemon=True).start()
    ray.init(num_cpus=2, include_dashboard=False, logging_level="error")
    try:
        assert ray_engine.run(spread, bulk.begin(spread, parts), workers=2, cpus=1, gpus=0) == 0
    finally:
        ray.shutdown()
    assert killed.is_set()
    assert lines(spread) == wanted
    assert bulk.begin(spread, parts) == []


def kill_a_worker(out: Path, killed: threading.Event) -> None:
    """Kill one of the processes that tag as soon as the first part is there."""
    while not list(out.glob("part-*.jsonl")):
        time.sleep(0.01)
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            name = entry.read_bytes()
        except OSError:
            continue
        if name.startswith(b"ray::") and b"Worker" in name:
            os.kill(int(entry.parent.name), signal.SIGKILL)
            killed.set()
            return
