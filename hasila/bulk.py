"""A corpus of any size, part by part: each part of the input makes one file of the output, or none.

A stopped run goes on with the parts that are missing; a part that is done twice is written twice the same. Inputs and
outputs are local paths or URLs that fsspec knows.
"""

import dataclasses
import functools
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
from tqdm import tqdm

from hasila import formats, texts
from hasila.config import ROOT
from hasila.errors import UserError
from hasila.mention import Article
from hasila.prediction import complete
from hasila.tagger import Tagger

FORMATS = ("jsonl", "parquet")
PLAN = "plan.json"
PART_BYTES = 8 << 20  # of a JSONL file
PART_FILES = 500  # texts of a folder
SPAN = [(name, pa.int64()) for name in ("start", "end")] + [(name, pa.string()) for name in ("label", "text")]
SPAN += [("score", pa.float64())] + [(name, pa.string()) for name in ("count", "key", "by")]
SPAN += [(name, pa.list_(pa.string())) for name in ("of", "flags")]
SCHEMA = pa.schema([("id", pa.string()), ("text", pa.string()), ("spans", pa.list_(pa.struct(SPAN)))])


@dataclass(frozen=True)
class Part:
    """Some of the input: texts by id and URL; or of one JSONL file the lines that begin in the bytes `start:stop`,
    of one Parquet file the row groups `start:stop`."""

    number: int
    urls: tuple[tuple[str, str], ...]
    start: int = 0
    stop: int = 0

    def name(self, form: str) -> str:
        """The file that this part makes."""
        return f"part-{self.number:06d}.{form}"


@dataclass(frozen=True)
class Job:
    """What is done with every part: `out` is a folder, `checkpoint` one that every worker can read."""

    out: str
    form: str
    checkpoint: str
    backend: str = "auto"
    dtype: str = "fp32"

    def tagger(self) -> Tagger:
        """The tagger that does it."""
        return Tagger.from_pretrained(ROOT / self.checkpoint, backend=self.backend, dtype=self.dtype)

    def path(self, name: str) -> str:
        """A file of the output."""
        return f"{self.out.rstrip('/')}/{name}"


def plan(names: Sequence[str]) -> list[Part]:
    """The parts of files and folders, the same for the same input.

    A folder gives its `.txt`, `.jsonl` and `.parquet` files. `UserError` for an input that is not there or empty.
    """
    found = [url for name in names for url in _files(name)]
    plain = [url for url in found if url.endswith(".txt")]
    ids = list(zip(texts.numbered(PurePosixPath(url).stem for url in plain), plain, strict=True))
    parts = [(tuple(ids[i : i + PART_FILES]), 0, 0) for i in range(0, len(ids), PART_FILES)]
    for url in found:
        parts += [(((url, url),), *ends) for ends in _cuts(url)]
    return [Part(number, *part) for number, part in enumerate(parts)]


def _files(name: str) -> list[str]:
    system, path = fsspec.core.url_to_fs(name)
    if not system.exists(path):
        raise UserError(f"{name}: no such file or folder")
    inside = system.find(path) if system.isdir(path) else [path]
    known = sorted(file for file in inside if file.endswith((".txt", ".jsonl", ".parquet")))
    if not known:
        raise UserError(f"{name}: expected .txt, .jsonl or .parquet")
    return [system.unstrip_protocol(file) if "://" in name else file for file in known]


def _cuts(url: str) -> Iterator[tuple[int, int]]:
    """Where a JSONL or Parquet file is cut."""
    if url.endswith(".jsonl"):
        system, path = fsspec.core.url_to_fs(url)
        size = system.size(path)
        yield from ((start, min(start + PART_BYTES, size)) for start in range(0, size, PART_BYTES))
    elif url.endswith(".parquet"):
        with fsspec.open(url, "rb") as file:
            yield from ((group, group + 1) for group in range(pq.ParquetFile(file).num_row_groups))


def begin(job: Job, parts: Sequence[Part]) -> list[Part]:
    """The parts that are left to do. `UserError` where `job.out` holds the output of another job or input."""
    system, out = fsspec.core.url_to_fs(job.out)
    system.makedirs(out, exist_ok=True)
    wanted = json.dumps([dataclasses.asdict(job), [dataclasses.astuple(part) for part in parts]], ensure_ascii=False)
    if not system.exists(f"{out}/{PLAN}"):
        _write(job.path(PLAN), wanted.encode())
    if system.cat_file(f"{out}/{PLAN}").decode() != wanted:
        raise UserError(f"{job.out}: holds what was made of another input, checkpoint or format; name another folder")
    done = {PurePosixPath(path).name for path in system.ls(out, detail=False)}
    return [part for part in parts if part.name(job.form) not in done]


def mark_part(tagger: Tagger, job: Job, part: Part) -> int:
    """Tag one part and write its file; how many of its texts could not be read (`part-….failed.txt` says why)."""
    failed: list[str] = []
    kept = list(read(part, failed))
    marked = tagger.tag_all(text for _, text in kept)
    articles = [complete(Article(id_, text, tuple(found))) for (id_, text), found in zip(kept, marked, strict=True)]
    if failed:
        _write(job.path(f"part-{part.number:06d}.failed.txt"), "".join(f"{line}\n" for line in failed).encode())
    _write(job.path(part.name(job.form)), _encoded(articles, job.form))
    return len(failed)


def read(part: Part, failed: list[str]) -> Iterator[tuple[str, str]]:
    """Id and text of each article of a part; what cannot be read is told in `failed`."""
    reader = {"jsonl": _lines, "parquet": _rows}.get(part.urls[0][1].rpartition(".")[2], _texts)
    for decode in reader(part):
        try:
            yield decode()
        except UserError as error:
            failed.append(str(error))


def _texts(part: Part) -> Iterator[Callable[[], tuple[str, str]]]:
    for id_, url in part.urls:
        with fsspec.open(url, "rb") as file:
            data = file.read()
        yield lambda id_=id_, data=data: (id_, texts.decode(data, id_))


def _lines(part: Part) -> Iterator[Callable[[], tuple[str, str]]]:
    """The lines that begin in the part's bytes, named by the byte where they begin."""
    ((_, url),) = part.urls
    with fsspec.open(url, "rb") as file:
        file.seek(max(0, part.start - 1))
        if part.start:
            file.readline()  # the end of a line of the part before, if only its line feed
        while (place := file.tell()) < part.stop:
            line = file.readline()
            if line.strip():
                yield functools.partial(_fields, f"{PurePosixPath(url).name}:{place}", line, json.loads)


def _rows(part: Part) -> Iterator[Callable[[], tuple[str, str]]]:
    ((_, url),) = part.urls
    with fsspec.open(url, "rb") as file:
        table = pq.ParquetFile(file).read_row_groups(range(part.start, part.stop))
    for number, row in enumerate(table.to_pylist()):
        yield functools.partial(_fields, f"{PurePosixPath(url).name}:{part.start}:{number}", row, dict)


def _fields(name: str, row: Any, load: Callable[[Any], dict[str, Any]]) -> tuple[str, str]:
    """Id (`name` where there is none) and text of a row that `load` makes a dictionary."""
    try:
        fields = load(row)
        return str(fields.get("id", name)), str(fields["text"])
    except (ValueError, KeyError, AttributeError):
        raise UserError(f"{name}: expected a row with `text` and perhaps `id`") from None


def _encoded(articles: Sequence[Article], form: str) -> bytes:
    lines = [formats.to_jsonl(article) for article in articles]
    if form == "jsonl":
        return "".join(lines).encode()
    target = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([json.loads(line) for line in lines], SCHEMA), target)
    return target.getvalue()


def _write(url: str, data: bytes) -> None:
    """Write beside the target, then move: a file is there whole or not at all."""
    system, path = fsspec.core.url_to_fs(url)
    partial = f"{path}.partial"
    system.pipe_file(partial, data)
    system.mv(partial, path)


def run(job: Job, parts: Sequence[Part]) -> int:
    """Do all parts here, one after the other; how many texts could not be read."""
    tagger = job.tagger()
    return sum(mark_part(tagger, job, part) for part in tqdm(parts, unit="part"))
