"""Inline markup, `[[LABEL attributes|surface]]`, to mentions and back (data/GUIDELINES.md, section 5)."""

import dataclasses
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from hasila.errors import UserError
from hasila.mention import CASUALTIES, LABELS, SOURCES, Article, Attributes, Mention
from hasila.words import snap

CASUALTY_FLAGS = ("part", "again", "denied")
ACTOR_FLAGS = ("killed", "wounded", "captured", "missing", "again")
COUNT = re.compile(r"\?|~?[0-9]+|[0-9]+\.\.[0-9]*|\.\.[0-9]+")
KEY = re.compile(r"[a-z0-9_-]+")
_BRACKET = re.compile(r"\[\[(?!\[)|\]\]")  # of three opening ones the first is the text's


@dataclass(frozen=True)
class Problem:
    """Something wrong at a character offset of the marked-up text."""

    offset: int
    message: str


class MarkupError(UserError):
    """Broken markup: all problems of a file, each as `file:line:column: what is wrong`."""

    def __init__(self, name: str, marked: str, problems: Iterable[Problem]) -> None:
        ordered = sorted(problems, key=lambda problem: problem.offset)
        super().__init__("\n".join(f"{name}:{_place(marked, p.offset)}: {p.message}" for p in ordered))


def _place(text: str, offset: int) -> str:
    return f"{text.count(chr(10), 0, offset) + 1}:{offset - text.rfind(chr(10), 0, offset)}"


def parse(marked: str, name: str = "text", raw: str | None = None) -> Article:
    """Parse marked-up text; with `raw`, also check that it is what stays when the markup is gone.

    Raises `MarkupError` with every problem of the text.
    """
    problems: list[Problem] = []
    spans = list(_spans(marked, problems))
    text, mentions, places = _strip(marked, spans, problems)
    problems += _word_problems(text, mentions, places)
    problems += _key_problems(mentions, places)
    if raw is not None and text != raw:
        problems.append(_difference(marked, text, raw, mentions, places))
    if problems:
        raise MarkupError(name, marked, problems)
    return Article(name, text, tuple(mentions))


def write(article: Article) -> str:
    """The inverse of `parse`: `parse(write(article)) == article`, and `write(parse(s)) == s`.

    `UserError` for a text that holds what looks like markup.
    """
    if "[[" in article.text or "]]" in article.text:
        raise UserError(f"{article.id}: the text itself holds [[ or ]]; write it in another format")
    parts, last = [], 0
    for mention in sorted(article.mentions):
        parts += [article.text[last : mention.start], "[[", head(mention), "|"]
        parts += [article.text[mention.start : mention.end], "]]"]
        last = mention.end
    return "".join([*parts, article.text[last:]])


def read(path: Path, raw: Path | None = None) -> Article:
    """Parse one file; the article's id is the file's name without its ending."""
    marked = read_utf8(path)
    article = parse(marked, str(path), None if raw is None else read_utf8(raw))
    return Article(path.stem, article.text, article.mentions)


def read_folder(folder: Path, articles: Path | None = None) -> list[Article]:
    """Parse all `.txt` files of a folder in name order, checked against the files of `articles`.

    All problems of all files are reported at once.
    """
    paths = sorted(folder.glob("*.txt"))
    if not paths:
        raise UserError(f"{folder}: no .txt files there")
    found, errors = [], []
    for path in paths:
        try:
            found.append(read(path, articles / path.name if articles else None))
        except UserError as error:
            errors.append(str(error))
    if errors:
        raise UserError("\n".join(errors))
    return found


def read_utf8(path: Path) -> str:
    """A UTF-8 file's text with its line ends as they are; `UserError` if missing or not UTF-8."""
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise UserError(f"{path}: no such file") from None
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: not UTF-8 (byte {error.start}); convert it first") from None


def _spans(marked: str, problems: list[Problem]) -> Iterable[tuple[int, int]]:
    """Offsets of well-bracketed `[[…]]`; every other bracket is a problem."""
    opened: int | None = None
    for bracket in _BRACKET.finditer(marked):
        if bracket.group() == "[[":
            if opened is not None:
                problems.append(Problem(bracket.start(), "`[[` inside a mention, or the one before is not closed"))
            opened = bracket.start()
        elif opened is None:
            problems.append(Problem(bracket.start(), "`]]` without `[[`"))
        else:
            yield opened, _end(marked, opened, bracket.end())
            opened = None
    if opened is not None:
        problems.append(Problem(opened, "`[[` is never closed"))


def _end(marked: str, opened: int, end: int) -> int:
    """Where a mention's `]]` really ends: a bracket of the text that is open in the surface closes first."""
    inside = marked[opened + 2 : end - 2]
    while marked[end : end + 1] == "]" and inside.count("[") > inside.count("]"):
        end += 1
        inside = marked[opened + 2 : end - 2]
    return end


def _strip(marked: str, spans: list[tuple[int, int]], problems: list[Problem]) -> tuple[str, list[Mention], list[int]]:
    """The text without markup, its mentions, and where in the marked text each one begins."""
    parts, mentions, places, length, last = [], [], [], 0, 0
    for start, end in spans:
        written, bar, surface = marked[start + 2 : end - 2].partition("|")
        if not bar or not surface:
            problems.append(Problem(start, "a mention needs `|` and text after it"))
            surface = surface or written
        parts += [marked[last:start], surface]
        begin = length + start - last
        length, last = begin + len(surface), end
        label, parsed = _parse_head(written, start, problems)
        mentions.append(Mention(begin, length, label, surface, attributes=parsed))
        places.append(start)
    return "".join([*parts, marked[last:]]), mentions, places


def attributes(written: str) -> Attributes:
    """Attributes from what stands before the bar, label first; `MarkupError` if it is not valid."""
    problems: list[Problem] = []
    _, found = _parse_head(written, 0, problems)
    if problems:
        raise MarkupError("attributes", written, problems)
    return found


def _parse_head(written: str, offset: int, problems: list[Problem]) -> tuple[str, Attributes]:
    label, *words = written.split(" ")
    complaints = []
    if label not in LABELS:
        complaints.append(f"unknown label {label!r}; known: {', '.join(LABELS)}")
        return _complain(complaints, offset, problems) or (label, Attributes())
    count = words.pop(0) if label in CASUALTIES and words else None
    if label in CASUALTIES and not (count and valid_count(count)):
        complaints.append(f"{label} needs a count first (N, N.., ..N, N..M, ~N or ?), got {count!r}")
    flags = tuple(word for word in words if word[:1] != "#" and "=" not in word)
    _complain([*complaints, *_attribute_complaints(label, words)], offset, problems)
    found = Attributes(count, _one(words, "#"), _keys(words), flags, _one(words, "by="))
    as_is = written.removeprefix(label).strip()
    return label, found if canonical(found) == as_is else dataclasses.replace(found, written=as_is)


def _complain(complaints: list[str], offset: int, problems: list[Problem]) -> None:
    problems += [Problem(offset, complaint) for complaint in complaints]


def _one(words: list[str], prefix: str) -> str | None:
    return next((word[len(prefix) :] for word in words if word.startswith(prefix)), None)


def _keys(words: list[str]) -> tuple[str, ...]:
    keys = _one(words, "of=")
    return tuple(keys.split(",")) if keys else ()


def _attribute_complaints(label: str, words: list[str]) -> list[str]:
    flags = CASUALTY_FLAGS if label in CASUALTIES else ACTOR_FLAGS
    keyed = "of=" if label in CASUALTIES else "#"
    sources = [f"by={source}" for source in SOURCES] if label in CASUALTIES else []
    complaints = []
    for word in words:
        names = word[len(keyed) :].split(",") if word.startswith(keyed) else []
        if word not in (*flags, *sources) and not (names and all(KEY.fullmatch(name) for name in names)):
            known = ", ".join((f"{keyed}key", *sources, *flags))
            complaints.append(f"unknown attribute {word!r} on {label}; known: {known}")
    kinds = [keyed if word.startswith(keyed) else word.partition("=")[0] for word in words]
    if len(set(kinds)) < len(kinds):
        complaints.append(f"an attribute of {label} stands twice")
    if label == "ACTOR" and "again" in words and not set(words) & set(ACTOR_FLAGS) - {"again"}:
        complaints.append("again on an ACTOR needs the harm that it repeats (killed, …)")
    return complaints


def valid_count(count: str) -> bool:
    """Whether a count is of the scheme's form, a range with its lower end first."""
    if not COUNT.fullmatch(count):
        return False
    low, dots, high = count.partition("..")
    return not (dots and low and high) or int(low) < int(high)


def _word_problems(text: str, mentions: list[Mention], places: list[int]) -> Iterable[Problem]:
    for mention, place in zip(mentions, places, strict=True):
        if "\n" in mention.text:
            yield Problem(place, "a mention does not go past the end of its paragraph")
        elif snap(text, mention.start, mention.end) != (mention.start, mention.end):
            yield Problem(place, f"the span {mention.text!r} cuts a word, or begins or ends with no word")


def _key_problems(mentions: list[Mention], places: list[int]) -> Iterable[Problem]:
    defined = {mention.attributes.key for mention in mentions}
    for mention, place in zip(mentions, places, strict=True):
        for key in mention.attributes.of:
            if key not in defined:
                yield Problem(place, f"of={key}, but no mention of this article bears #{key}")


def _difference(marked: str, text: str, raw: str, mentions: list[Mention], places: list[int]) -> Problem:
    same = next((i for i, (a, b) in enumerate(zip(text, raw, strict=False)) if a != b), min(len(text), len(raw)))
    message = f"differs from the article here: {text[same : same + 20]!r}, the article has {raw[same : same + 20]!r}"
    return Problem(_marked_offset(same, mentions, places), message)


def _marked_offset(offset: int, mentions: list[Mention], places: list[int]) -> int:
    """Where a character of the raw text stands in the marked-up one (markup of a hit mention counts)."""
    markup = 0
    for mention, place in zip(mentions, places, strict=True):
        if mention.start > offset:
            break
        opening = len(head(mention)) + 3
        markup = place - mention.start + opening + (2 if mention.end <= offset else 0)
    return offset + markup


def head(mention: Mention) -> str:
    """What stands before the bar: label, count, key, parties, source, flags."""
    attributes = mention.attributes.written or canonical(mention.attributes)
    return f"{mention.label} {attributes}".strip()


def canonical(found: Attributes) -> str:
    """Attributes in the guideline's order."""
    count = [found.count] if found.count else []
    key = [f"#{found.key}"] if found.key else []
    of = [f"of={','.join(found.of)}"] if found.of else []
    by = [f"by={found.by}"] if found.by else []
    return " ".join([*count, *key, *of, *by, *found.flags])
