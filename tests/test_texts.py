"""Reading raw text in the encodings that Arabic news comes in."""

import io
from pathlib import Path
from types import SimpleNamespace

import pytest

from hasila import texts
from hasila.errors import UserError

TEXT = "قُتل ٣ جنود «في كمين»؛ وأُصيب آخران.\nوقال المتحدث: لا تعليق\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_is_recognised(encoding: str) -> None:
    assert texts.decode(TEXT.encode(encoding), "a.txt") == TEXT


def test_windows_1256_is_recognised() -> None:
    plain = TEXT.replace("٣", "3")  # the code page has no Arabic-Indic digits
    assert texts.decode(plain.encode("windows-1256"), "a.txt") == plain


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x8f",
        b"caf\xe9 au lait",
        b"%PDF-1.4 \xe2\xe3\xcf\xd3\x01",
        "قتل محمد".encode("iso-8859-6"),
    ],
)
def test_other_bytes_are_refused_with_the_files_name(data: bytes) -> None:
    with pytest.raises(UserError, match=r"^a\.bin: not UTF-8, UTF-16 or windows-1256 text"):
        texts.decode(data, "a.bin")


def test_latin_utf8_and_empty_files_are_read() -> None:
    assert texts.decode("café".encode(), "a.txt") == "café"
    assert texts.decode(b"", "a.txt") == ""


def test_inputs_are_files_folders_and_globs(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", "deep/c.txt", "d.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("نص", encoding="utf-8")
    assert [p.name for p in texts.inputs([str(tmp_path)])] == ["a.txt", "b.txt", "c.txt"]
    assert [p.name for p in texts.inputs([str(tmp_path / "*.md"), str(tmp_path / "b.txt")])] == ["d.md", "b.txt"]
    assert texts.inputs([]) == texts.inputs(["-"]) == [None]
    for name in ("none.txt", "*.none", "deep/empty"):
        (tmp_path / "deep/empty").mkdir(exist_ok=True)
        (missing,) = texts.inputs([str(tmp_path / name)])
        with pytest.raises(UserError, match="no such file, folder with"):
            texts.read(missing)


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(TEXT.encode())))
    assert texts.read(None) == TEXT
