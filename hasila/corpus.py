"""Raw text to pre-train on: read, cleaned, deduplicated, free of what will be scored."""

import hashlib
import lzma
import random
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from tqdm import tqdm

from hasila.config import PretrainConfig, Source, project_path
from hasila.errors import UserError
from hasila.words import fold

OVERLAP = 13  # words in a row: the n-gram size of the GPT-3 contamination study (Brown et al. 2020, appendix C)
# Beginnings of words, spelling folded and proclitics aside, of paragraphs that report violence.
_VIOLENCE = re.compile(
    r"\b[وفبلك]?(?:ال)?(قتل|قتيل|مقتل|يقتل|تقتل|شهيد|شهداء|استشهد|استشهاد|مصرع|جرح|جريح|اصيب|اصاب|اسير|اسري|خطف"
    r"|مخطوف|مفقود|قصف|غار|هجوم|هجمات|اشتباك|معارك|معركه|تفجير|انفجار|مسلح|ميليشي|مليشي|فصائل|متمرد|عبوه|كمين|صاروخ|صواريخ)"
)
_ARABIC = re.compile("[\u0621-\u064a]")


def read_paragraphs(path: Path) -> Iterator[str]:
    """Yield the non-empty lines of a `.txt` or `.txt.xz` file."""
    opener = lzma.open if path.suffix == ".xz" else open
    try:
        with opener(path, "rt", encoding="utf-8") as lines:
            yield from (line.strip() for line in lines if line.strip())
    except FileNotFoundError:
        raise UserError(f"{path}: no such text; set `text:` to the folder that holds it") from None


def texts(folder: Path) -> Iterator[str]:
    """The paragraphs of all `.txt` and `.txt.xz` files below a folder."""
    for path in sorted(path for path in folder.rglob("*") if path.name.endswith((".txt", ".txt.xz"))):
        yield from tqdm(read_paragraphs(path), desc=path.name, unit=" paragraphs")


def usable(paragraph: str) -> bool:
    """At least five words, mostly in Arabic letters."""
    return len(paragraph.split()) >= 5 and len(_ARABIC.findall(paragraph)) > 0.5 * len(paragraph)


def reports_violence(paragraph: str) -> bool:
    """Whether at least two different words of violence are in it."""
    return len(set(_VIOLENCE.findall(fold(paragraph)))) >= 2


def ngrams(text: str, n: int = OVERLAP) -> set[tuple[str, ...]]:
    """All runs of `n` words, spelling folded."""
    words = re.findall(r"\w+", fold(text))
    return {tuple(words[i : i + n]) for i in range(len(words) - n + 1)}


def _excluded(folders: Iterable[str]) -> list[str]:
    """All texts that must not be in the pre-training text."""
    files = (path for folder in folders for path in sorted(project_path(folder).glob("*.txt")))
    return [path.read_text(encoding="utf-8") for path in files]


def clean(config: PretrainConfig) -> tuple[list[str], dict[str, int]]:
    """All paragraphs of the config's sources and what was left out, why and how often."""
    excluded = _excluded(config.exclude)
    forbidden: set[tuple[str, ...]] = set().union(*map(ngrams, excluded))
    # A paragraph shorter than an n-gram is left out where it is the same as an excluded one.
    seen = {_key(line) for text in excluded for line in text.splitlines()}
    kept: list[str] = []
    counts = {"kept": 0, "short or not Arabic": 0, "duplicate": 0, "overlaps an excluded text": 0}
    for source in config.sources:
        for paragraph in _share(source, project_path(config.text) / source.file, config.seed):
            verdict = _verdict(paragraph, seen, forbidden)
            counts[verdict] += 1
            if verdict == "kept":
                times = max(1, round(source.share)) * (round(config.conflict) if reports_violence(paragraph) else 1)
                kept.extend([paragraph] * times)
    return kept, counts


def _share(source: Source, path: Path, seed: int) -> Iterator[str]:
    chance = random.Random(f"{seed} {source.file}")
    return (p for p in read_paragraphs(path) if source.share >= 1 or chance.random() < source.share)


def _verdict(paragraph: str, seen: set[bytes], forbidden: set[tuple[str, ...]]) -> str:
    if not usable(paragraph):
        return "short or not Arabic"
    if forbidden & ngrams(paragraph):
        return "overlaps an excluded text"
    key = _key(paragraph)
    if key in seen:
        return "duplicate"
    seen.add(key)
    return "kept"


def _key(paragraph: str) -> bytes:
    return hashlib.blake2b(fold(paragraph.strip()).encode(), digest_size=12).digest()
