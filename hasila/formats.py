"""Articles with mentions, written and read: markup, CoNLL, JSONL, brat, Label Studio; and written as CSV."""

import csv
import dataclasses
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from hasila import label_studio, markup
from hasila.decode import chunks, encode, legal
from hasila.errors import UserError
from hasila.files import write_text
from hasila.mention import CASUALTIES, LABELS, Article, Attributes, Mention
from hasila.words import TOKEN, snap

CONLL_LINE = re.compile(r"\s*\S+[ \t]+(O|[BI]-\S+)\s*\n")


def load(path: Path) -> list[Article]:
    """Articles of a file, or of a folder: brat where it has `.ann` files, else `.txt` markup, else CoNLL, JSONL or
    Label Studio's JSON.

    A file is JSON, JSONL or CoNLL by its ending, CoNLL also where it begins with a token and its tag, else
    markup. `UserError` says what is missing or broken.
    """
    found = _load_folder(path) if path.is_dir() else _load_file(path)
    for article in found:
        for left, right in pairwise(article.mentions):
            if right.start < left.end:
                raise UserError(f"{path}: {article.id}: mentions overlap: {left.text!r} and {right.text!r}")
    return found


def _load_folder(path: Path) -> list[Article]:
    if any(path.glob("*.ann")):
        return read_brat(path)
    for ending in ("*.conll", "*.jsonl", "*.json"):
        if not any(path.glob("*.txt")) and any(path.glob(ending)):
            return [article for file in sorted(path.glob(ending)) for article in _load_file(file)]
    return markup.read_folder(path)


def _load_file(path: Path) -> list[Article]:
    text = markup.read_utf8(path)
    if path.suffix == ".jsonl":
        return list(read_jsonl(text, str(path)))
    if path.suffix == ".json":
        return list(label_studio.read_tasks(text, str(path)))
    if path.suffix == ".conll" or CONLL_LINE.match(text):
        return list(read_conll(text, str(path)))
    return [markup.read(path)]


def to_markup(article: Article) -> str:
    """Inline markup; a casualty without a count (a prediction) gets `?`, unknown."""
    counted = tuple(_with_count(m) for m in article.mentions)
    return markup.write(Article(article.id, article.text, counted))


def _with_count(mention: Mention) -> Mention:
    if mention.label not in CASUALTIES or mention.attributes.count:
        return mention
    a = mention.attributes
    return dataclasses.replace(mention, attributes=dataclasses.replace(a, count="?"))


def to_conll(article: Article) -> str:
    """IOB2, `token<TAB>tag` a line, a blank line after each paragraph.

    Two comment lines carry the id and the raw text (as a JSON string), so that offsets come back.
    """
    spans = [match.span() for match in TOKEN.finditer(article.text)]
    lines = [f"# newdoc id = {article.id}", f"# text = {json.dumps(article.text, ensure_ascii=False)}"]
    last = 0
    for (start, end), tag in zip(spans, encode(spans, article.mentions), strict=True):
        if last and "\n" in article.text[last:start]:
            lines.append("")
        lines.append(f"{article.text[start:end]}\t{tag}")
        last = end
    return "\n".join(lines) + "\n\n"


def read_conll(text: str, name: str) -> Iterator[Article]:
    """Articles of a CoNLL file: one for each `# newdoc`, or one for the whole where there is none.

    Columns are separated by white space, the tag is the last one. Without a `# text` line the text
    is the tokens with single spaces, sentences on lines of their own.
    """
    for number, (id_, raw, sentences) in enumerate(_documents(text, name)):
        tokens = [token for sentence in sentences for token, _ in sentence]
        tags = [tag for sentence in sentences for _, tag in sentence]
        plain = raw if raw is not None else "\n".join(" ".join(t for t, _ in s) for s in sentences)
        spans = _find(tokens, plain, name)
        stem = Path(name).stem
        yield Article(id_ or (f"{stem}-{number}" if number else stem), plain, _mentions(plain, spans, tags))


def _documents(text: str, name: str) -> Iterator[tuple[str | None, str | None, list[list[tuple[str, str]]]]]:
    id_, raw, sentences = None, None, [[]]
    for number, line in enumerate(map(str.rstrip, text.split("\n")), 1):
        if line.startswith("# newdoc id = "):
            if any(sentences) or id_ is not None:
                yield id_, raw, [s for s in sentences if s]
            id_, raw, sentences = line[14:], None, [[]]
        elif line.startswith('# text = "'):  # ours is a JSON string; CoNLL-U's, of one sentence, is not read
            raw = _json(line[9:], f"{name}:{number}")
        elif line.startswith("# ") and "=" in line:
            continue
        elif line.strip():
            columns = line.split("\t") if "\t" in line else line.split()
            if len(columns) < 2 or not (columns[-1] == "O" or columns[-1][:2] in ("B-", "I-")):
                raise UserError(f"{name}:{number}: expected `token tag` with an IOB2 tag, got {line!r}")
            sentences[-1].append((columns[0], columns[-1]))
        else:
            sentences.append([])
    if any(sentences) or id_ is not None:
        yield id_, raw, [s for s in sentences if s]


def _json(value: str, where: str) -> str:
    try:
        return json.loads(value)
    except ValueError as error:
        raise UserError(f"{where}: not a JSON string ({error})") from None


def _find(tokens: Iterable[str], text: str, name: str) -> list[tuple[int, int]]:
    spans, at = [], 0
    for token in tokens:
        start = text.find(token, at)
        if start < 0:
            raise UserError(f"{name}: token {token!r} is not in the document's text")
        at = start + len(token)
        spans.append((start, at))
    return spans


def _mentions(text: str, spans: list[tuple[int, int]], tags: list[str]) -> tuple[Mention, ...]:
    found = ((spans[a][0], spans[b - 1][1], label) for a, b, label in chunks(legal(tags)))
    return tuple(Mention(start, end, label, text[start:end]) for start, end, label in found)


def to_jsonl(article: Article) -> str:
    """One line: id, text, spans with all that is known of them."""
    spans = [_span(mention) for mention in article.mentions]
    return json.dumps({"id": article.id, "text": article.text, "spans": spans}, ensure_ascii=False) + "\n"


def _span(mention: Mention) -> dict[str, Any]:
    a = mention.attributes
    known = {"count": a.count, "key": a.key, "of": list(a.of), "by": a.by, "flags": list(a.flags)}
    span = {"start": mention.start, "end": mention.end, "label": mention.label, "text": mention.text}
    return span | {"score": round(mention.score, 4)} | {key: value for key, value in known.items() if value}


def read_jsonl(text: str, name: str) -> Iterator[Article]:
    """Articles of a JSONL file: `text` and `spans` (start, end, label) a line."""
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            mentions = tuple(sorted(_from_span(span, row["text"]) for span in row["spans"]))
            yield Article(str(row.get("id", number)), row["text"], mentions)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise UserError(f"{name}:{number}: expected text and spans (start, end, label): {error!r}") from None


def _from_span(span: dict[str, Any], text: str) -> Mention:
    start, end = span["start"], span["end"]
    many = {key: tuple(span.get(key, ())) for key in ("of", "flags")}
    attributes = Attributes(**many, **{key: span.get(key) for key in ("count", "key", "by")})
    return Mention(start, end, span["label"], _surface(text, start, end), span.get("score", 1.0), attributes)


def _surface(text: str, start: int, end: int) -> str:
    """The text of a span; `ValueError` where the text has no such span."""
    if not 0 <= start < end <= len(text):
        raise ValueError(f"no span {start}–{end} in {len(text)} characters")
    return text[start:end]


def snapped(article: Article) -> Article:
    """Gold by the rule that predictions follow: spans are whole words (those of markup always are)."""
    mentions = []
    for m in article.mentions:
        start, end = snap(article.text, m.start, m.end) or (m.start, m.end)
        mentions.append(dataclasses.replace(m, start=start, end=end, text=article.text[start:end]))
    return dataclasses.replace(article, mentions=tuple(mentions))


def write_folder(articles: Iterable[Article], form: str, folder: Path) -> None:
    """One file an article, and what the format's tool wants to be told of the labels."""
    write_settings(form, folder)
    for article in articles:
        write_article(article, form, folder)


def write_settings(form: str, folder: Path) -> None:
    """The files by which the format's tool knows the labels; most formats have none."""
    for name, text in SETTINGS.get(form, {}).items():
        write_text(folder / name, text)


def write_article(article: Article, form: str, folder: Path) -> None:
    """`ID` and the format's ending; for brat also the text, `ID.txt`."""
    header, write = WRITERS[form]
    if form == "brat":
        write_text(folder / f"{article.id}.txt", article.text)
    write_text(folder / f"{article.id}{ENDINGS[form]}", header + write(article))


def to_brat(article: Article) -> str:
    """Standoff, the `.ann` lines: `T1<TAB>LABEL start end<TAB>surface`; attributes go into annotator notes."""
    lines = []
    for number, mention in enumerate(article.mentions, 1):
        lines.append(f"T{number}\t{mention.label} {mention.start} {mention.end}\t{mention.text}\n")
        head = markup.head(mention)
        if head != mention.label:
            lines.append(f"#{number}\tAnnotatorNotes T{number}\t{head}\n")
    return "".join(lines)


def read_brat(folder: Path) -> list[Article]:
    """Articles of a folder of `.txt` and `.ann` files."""
    return [_read_ann(path.with_suffix(".txt"), path) for path in sorted(folder.glob("*.ann"))]


def _read_ann(text_path: Path, ann_path: Path) -> Article:
    text = markup.read_utf8(text_path)
    columns = [row.split("\t") for row in markup.read_utf8(ann_path).splitlines()]
    try:
        # A note that begins with a label is ours and holds attributes; others are people's remarks.
        notes = {c[1].split(" ")[1]: c[2] for c in columns if c[0].startswith("#") and c[2].startswith(LABELS)}
        mentions = [_from_line(c, text, notes.get(c[0])) for c in columns if c[0].startswith("T")]
    except (IndexError, ValueError) as error:
        expected = "`T1<TAB>LABEL start end<TAB>text` lines, spans in one part"
        raise UserError(f"{ann_path}: expected {expected} ({error})") from None
    except markup.MarkupError as error:
        raise UserError(f"{ann_path}: {error}") from None
    return Article(text_path.stem, text, tuple(sorted(mentions)))


def _from_line(columns: list[str], text: str, note: str | None) -> Mention:
    label, *offsets = columns[1].split(" ")
    start, end = map(int, offsets)
    attributes = markup.attributes(note) if note else Attributes()
    return Mention(start, end, label, _surface(text, start, end), attributes=attributes)


def to_csv(article: Article) -> str:
    """One line a mention: article, start, end, label, text, count, score (no header)."""
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    for m in article.mentions:
        writer.writerow([cell(article.id), m.start, m.end, m.label, cell(m.text), m.attributes.count, f"{m.score:.4f}"])
    return lines.getvalue()


def cell(value: Any) -> Any:
    """A value whose text no spreadsheet runs as a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in tuple("=+-@\t\r") else value


CSV_HEADER = "article,start,end,label,text,count,score\n"


WRITERS: dict[str, tuple[str, Callable[[Article], str]]] = {
    "markup": ("", to_markup),
    "jsonl": ("", to_jsonl),
    "csv": (CSV_HEADER, to_csv),
    "conll": ("", to_conll),
    "brat": ("", to_brat),
    "label-studio": ("", label_studio.to_tasks),
}
ENDINGS = dict(zip(WRITERS, (".txt", ".jsonl", ".csv", ".conll", ".ann", ".json"), strict=True))
# What their tools read, a file an article: files that say which labels there are, and to brat that text runs left.
SETTINGS = {
    "brat": {
        "annotation.conf": "\n".join(["[entities]", *LABELS, "[relations]", "[events]", "[attributes]", ""]),
        "visual.conf": "[options]\nText\tdirection:rtl\n[labels]\n[drawing]\n",
    },
    "label-studio": {"labels.xml": label_studio.LABELLING},
}
