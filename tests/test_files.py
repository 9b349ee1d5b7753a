import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from hasila import errors, files
from hasila.errors import UserError


def full_disk(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def contents(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): p.read_text(encoding="utf-8") for p in folder.rglob("*") if p.is_file()}


def test_write_text_makes_folders_and_keeps_line_ends(tmp_path: Path) -> None:
    files.write_text(tmp_path / "a" / "b.txt", "قال\r\nثم\n")
    files.write_text(tmp_path / "a" / "b.txt", "نعم\r\n")
    assert (tmp_path / "a" / "b.txt").read_bytes() == "نعم\r\n".encode()
    assert set(contents(tmp_path)) == {"a/b.txt"}


@pytest.mark.parametrize(("owner", "step"), [(os, "replace"), (Path, "write_bytes")])
@pytest.mark.parametrize("before", [{}, {"a.txt": "قديم"}], ids=["new", "old"])
def test_a_failed_write_leaves_everything_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: object, step: str, before: dict[str, str]
) -> None:
    for name, text in before.items():
        files.write_text(tmp_path / name, text)
    monkeypatch.setattr(owner, step, full_disk)
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        files.write_text(tmp_path / "a.txt", "جديد")
    assert contents(tmp_path) == before


def test_json_round_trip(tmp_path: Path) -> None:
    files.write_json(tmp_path / "a.json", {"اسم": [1, None]})
    assert files.read_json(tmp_path / "a.json") == {"اسم": [1, None]}
    assert "اسم" in (tmp_path / "a.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(("content", "message"), [(None, "no such file"), ("{", "not valid JSON")])
def test_unreadable_json_is_named(tmp_path: Path, content: str | None, message: str) -> None:
    if content:
        files.write_text(tmp_path / "a.json", content)
    with pytest.raises(UserError, match=rf"a\.json: {message}"):
        files.read_json(tmp_path / "a.json")


def fill(folder: Path, content: dict[str, str], fail: bool = False) -> None:
    with files.whole_folder(folder) as partial:
        for name, text in content.items():
            (partial / name).write_text(text, encoding="utf-8")
        if fail:
            full_disk()


def test_a_whole_folder_replaces_the_old_one(tmp_path: Path) -> None:
    fill(tmp_path / "x" / "model", {"a": "قديم", "b": "قديم"})
    fill(tmp_path / "x" / "model", {"a": "جديد"})
    assert contents(tmp_path) == {"x/model/a": "جديد"}


@pytest.mark.parametrize("before", [{}, {"a": "قديم", "b": "قديم"}], ids=["new", "old"])
def test_a_folder_that_fails_leaves_the_old_one(tmp_path: Path, before: dict[str, str]) -> None:
    if before:
        fill(tmp_path / "model", before)
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        fill(tmp_path / "model", {"a": "جديد"}, fail=True)
    assert contents(tmp_path) == {f"model/{name}": text for name, text in before.items()}
    assert [p.name for p in tmp_path.iterdir()] == (["model"] if before else [])


def test_a_folder_that_cannot_be_moved_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path / "model", {"a": "قديم"})
    monkeypatch.setattr(os, "replace", full_disk)
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        fill(tmp_path / "model", {"a": "جديد"})
    assert contents(tmp_path) == {"model/a": "قديم"}


def test_sha256(tmp_path: Path) -> None:
    files.write_text(tmp_path / "a", "abc")
    assert files.sha256(tmp_path / "a") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def user_error() -> None:
    raise UserError("a.yaml: unknown key 'colour'")


def interrupt() -> None:
    raise KeyboardInterrupt


def named_file() -> None:
    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), "a.txt")


@pytest.mark.parametrize(
    ("main", "code", "line"),
    [
        (user_error, 2, "error: a.yaml: unknown key 'colour'"),
        (full_disk, 2, f"error: {os.strerror(errno.ENOSPC)}"),
        (named_file, 2, f"error: {os.strerror(errno.EACCES)}: a.txt"),
        (interrupt, 130, "error: interrupted"),
    ],
)
def test_run_ends_in_one_line(
    capsys: pytest.CaptureFixture[str], main: Callable[[], None], code: int, line: str
) -> None:
    with pytest.raises(SystemExit) as caught:
        errors.run(main)
    assert caught.value.code == code
    assert capsys.readouterr() == ("", f"{line}\n")


def test_run_does_not_hide_bugs() -> None:
    with pytest.raises(ZeroDivisionError):
        errors.run(lambda: print(1 // 0))


def test_run_returns_after_success(capsys: pytest.CaptureFixture[str]) -> None:
    errors.run(lambda: print("نعم"))
    assert capsys.readouterr() == ("نعم\n", "")
