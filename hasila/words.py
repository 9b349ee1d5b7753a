"""What a word is (data/GUIDELINES.md, section 1), and the one rule that snaps spans to words."""

import re
import unicodedata

MARKS = "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
# A run of letters with their marks and tatweel, or a run of digits with inner separators.
WORD = re.compile(rf"[^\W\d_](?:[^\W\d_]|[{MARKS}\u200c\u200d])*|\d+(?:[.,٫٬]\d+)*")
# Words, and every other visible character on its own: the tokens of the CoNLL files.
TOKEN = re.compile(rf"{WORD.pattern}|[^\s]")
SENTENCE_END = ".!?؟؛…"
QUOTES = {"“": "”", "«": "»", "‘": "’", "(": ")", "[": "]", '"': '"'}
_FOLD = list(zip("أإآٱىیکة٠١٢٣٤٥٦٧٨٩", "اااايي" + "كه0123456789", strict=True))
_DROPPED = re.compile(f"[{MARKS}\u0640]")


def words(text: str) -> list[tuple[int, int]]:
    """Character spans of all words of `text`."""
    return [match.span() for match in WORD.finditer(text)]


def fold(text: str) -> str:
    """Spelling without marks, tatweel, presentation forms and letter variants: for comparing, never for offsets."""
    plain = _DROPPED.sub("", unicodedata.normalize("NFKC", text))
    for variant, letter in _FOLD:  # several times faster than `str.translate`, which looks at each letter alone
        plain = plain.replace(variant, letter)
    return plain.lower()


def snap(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The smallest span of whole words that covers `start:end`, or None if it touches no word.

    A closing quotation mark or bracket stays inside where its opening one is.
    """
    if start >= end:
        return None
    touched = [(a, b) for a, b in words_around(text, start, end) if a < end and b > start]
    if not touched:
        return None
    first, last = touched[0][0], touched[-1][1]
    return first, last + _closing(text[first:last], text[last:])


def words_around(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Words of the white-space-delimited stretch that holds `start:end`, cheaper than all words."""
    left = max(text.rfind(" ", 0, start), text.rfind("\n", 0, start)) + 1
    right = min((i for i in (text.find(" ", end), text.find("\n", end)) if i >= 0), default=len(text))
    return [(left + a, left + b) for a, b in words(text[left:right])]


def _closing(inside: str, after: str) -> int:
    """How many characters at the front of `after` close what is left open `inside`."""
    waiting: list[str] = []
    for character in inside:
        if waiting and character == waiting[-1]:
            waiting.pop()
        elif character in QUOTES:
            waiting.append(QUOTES[character])
    length = 0
    while waiting and after[length : length + 1] == waiting[-1]:
        waiting.pop()
        length += 1
    return length
