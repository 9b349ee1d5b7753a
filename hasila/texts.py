"""Raw text from files, folders, globs and standard input, whatever Arabic encoding it is in."""

import glob
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from hasila.errors import UserError

_ARABIC = re.compile("[\u0621-\u064a]")
_MIXED = re.compile("[\u0621-\u064a][à-ÿ]|[à-ÿ][\u0621-\u064a]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f]")


def inputs(names: Sequence[str]) -> list[Path | None]:
    """Files to read: each name a file, a folder (its `.txt` files), a glob, or `-` (None: standard input).

    A name that matches nothing stays as it is: `read` says so.
    """
    return [path for name in names or ["-"] for path in _expand(name)]


def _expand(name: str) -> list[Path | None]:
    if name == "-":
        return [None]
    path = Path(name)
    found = sorted(path.rglob("*.txt")) if path.is_dir() else [Path(p) for p in sorted(glob.glob(name, recursive=True))]
    return list(found) or [path]


def numbered(names: Iterable[str]) -> Iterator[str]:
    """The names, those that were there before with a number behind: a, b, a-2."""
    seen = Counter[str]()
    for name in names:
        seen[name] += 1
        yield name if seen[name] == 1 else f"{name}-{seen[name]}"


def read(path: Path | None) -> str:
    """The text of a file or of standard input; `UserError` if there is none or its encoding is not recognised."""
    try:
        data = sys.stdin.buffer.read() if path is None else path.read_bytes()
    except (FileNotFoundError, IsADirectoryError):
        raise UserError(f"{path}: no such file, folder with .txt files, or match") from None
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}") from None
    return decode(data, "standard input" if path is None else str(path))


def decode(data: bytes, name: str) -> str:
    """UTF-8, UTF-16 (with or without a byte-order mark) or windows-1256, whichever the bytes are."""
    for encoding in _candidates(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8-sig" or _plausible(text):
            return text
    raise UserError(f"{name}: not UTF-8, UTF-16 or windows-1256 text; convert it to UTF-8 first")


def _candidates(data: bytes) -> Iterator[str]:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        yield "utf-16"
    elif b"\x00" in data or b"\x06" in data:  # UTF-16 without a mark: Arabic letters have 06 as high byte
        yield from ("utf-16-le", "utf-16-be")
    else:
        yield from ("utf-8-sig", "windows-1256")


def _plausible(text: str) -> bool:
    """Arabic text: most letters Arabic, no control characters, no accented Latin letters inside words.

    The last is what ISO-8859-6 looks like when it is read as windows-1256.
    """
    letters = sum(map(str.isalpha, text))
    return not _CONTROL.search(text) and not _MIXED.search(text) and len(_ARABIC.findall(text)) > letters / 2
