"""Arabic numerals, in digits and in words, read out of folded words (`hasila.words.fold`).

A numeral is built as the language builds it: a unit and tens (`خمسة وعشرون`), hundreds and what is
below, thousands and what is below, millions and what is below. What cannot be part of one numeral
begins the next: numbers are never added together otherwise.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hasila.words import fold

# Folded, without article and proclitics. Usual misspellings and spoken forms are among them.
_ONES = {
    0: "صفر صفرا",
    1: "واحد واحده احد احدي واحدا",
    2: "اثنان اثنين اثنتان اثنتين اثنا اثني اثنتا اثنتي اتنين تنين تنتين ثنتين زوز",
    3: "ثلاثه ثلاث تلاته تلات تلت ثلث ثلاثا",
    4: "اربعه اربع اربعا",
    5: "خمسه خمس خمسا",
    6: "سته ست ستا",
    7: "سبعه سبع سبعا",
    8: "ثمانيه ثماني ثمان ثمانيا تمانيه تماني تمان تمنيه ثمانه ثمنيه",
    9: "تسعه تسع تسعا",
}
_TENS = {
    20: "عشر",
    30: "ثلاث تلات",
    40: "اربع",
    50: "خمس",
    60: "ست",
    70: "سبع",
    80: "ثمان تمان",
    90: "تسع",
}
# Levantine and Iraqi, Egyptian and Sudanese, Libyan: the unit, and what each says for ten.
_SPOKEN_TEENS = {11: "احد حد", 12: "طن اتن اطن", 13: "تلت ثلث", 14: "اربع", 15: "خمس", 16: "ست", 17: "سبع"}
_SPOKEN_TEENS |= {18: "تمن ثمن", 19: "تسع"}
_SPOKEN_TEN = ("عش", "طعش", "طعشر", "تاشر", "اشر", "طاشر", "طاشن", "عشر", "تعش", "تعشر")
_HUNDRED = ("مئه", "مائه", "ميه", "ميت", "مايه", "مءه")
_BEFORE_HUNDRED = {
    3: "ثلاث ثلاثه ثلث تلات تلت",
    4: "اربع اربعه",
    5: "خمس خمسه",
    6: "ست سته",
    7: "سبع سبعه",
    8: "ثمان ثماني ثمن ثمانيه تمان تمن",
    9: "تسع تسعه",
}
_TWO_HUNDRED = "مئتان مئتين مائتان مائتين مئتا مئتي مائتا مائتي ميتين ميتان مايتين"
_SCALES = {
    1000: ("الف الفا الاف تلاف", "الفان الفين الفا الفي"),
    1_000_000: ("مليون مليونا ملايين", "مليونان مليونين مليونا مليوني"),
    1_000_000_000: ("مليار مليارا مليارات", "ملياران مليارين ملياري"),
}
FRACTIONS = {"نصف": 0.5, "ربع": 0.25, "نص": 0.5}
OVER = ("نيف", "نيفا")  # some more, less than the next ten

VALUES = (
    {word: value for value, written in _ONES.items() for word in written.split()}
    | {f"{stem}{end}": value for value, stems in _TENS.items() for stem in stems.split() for end in ("ون", "ين")}
    | {f"{unit}{ten}": value for value, units in _SPOKEN_TEENS.items() for unit in units.split() for ten in _SPOKEN_TEN}
    | {"دزينه": 12}
    | {word: 10 for word in ("عشره", "عشر", "عشرا")}
    | {word: 100 for word in _HUNDRED}
    | {word: 200 for word in _TWO_HUNDRED.split()}
    | {f"{s}{h}": n * 100 for n, stems in _BEFORE_HUNDRED.items() for s in stems.split() for h in _HUNDRED}
    | {f"{one}عشر{end}": n + 10 for n, ones in _ONES.items() for one in ones.split() for end in ("", "ه")}
)
SCALES = {word: scale for scale, (written, _) in _SCALES.items() for word in written.split()}
TWICE = {word: 2 * scale for scale, (_, dual) in _SCALES.items() for word in dual.split() if word not in SCALES}
_KNOWN = VALUES.keys() | SCALES.keys() | TWICE.keys() | FRACTIONS.keys() | set(OVER)
_GROUPED = re.compile(r"\d{1,3}(?:[.,٬]\d{3})+")
_WORD = re.compile(r"\d+(?:[.,٫٬]\d+)*|[^\W\d_]+|[-–—+~/()]")


@dataclass(frozen=True)
class Word:
    """A folded word: as it is, without proclitics where that is a numeral, and whether `و` joins it."""

    text: str
    numeral: str | None
    joined: bool


@dataclass(frozen=True)
class Number:
    """Words `first:last` read as one numeral.

    `scale` is that of its last word where something stands before it (`5 آلاف`: 1000), `joined` whether `و`
    stands before it, `definite` whether the article does, `over` whether some more is (`ونيف`), `first_part`
    what the `و` inside splits off.
    """

    first: int
    last: int
    value: int
    scale: int
    joined: bool
    definite: bool
    over: bool
    first_part: int | None


def split(text: str) -> list[Word]:
    """The folded words of a text; a `و`, `ال`, `ب` … on its own before digits goes into the digits' word."""
    found: list[Word] = []
    waiting = ""
    for match in _WORD.finditer(re.sub(r"(?<=\d)[ ،](?=\d{3}(?!\d))", ",", fold(text))):
        word = match.group()
        if re.fullmatch("[وفبلك]?(?:ال)?", word):
            waiting += word
            continue
        found.append(_word(word, "و" in waiting[:1]))
        waiting = ""
    return [_eleven(word, *found[i + 1 : i + 2]) for i, word in enumerate(found)]


def _eleven(word: Word, following: Word | None = None) -> Word:
    """`وأحد عشر` is eleven after an and, not one."""
    if word.text == "واحد" and following and VALUES.get(following.numeral or "") == 10:
        return Word(word.text, "احد", True)
    return word


def _word(text: str, joined: bool) -> Word:
    if text[0].isdigit():
        return Word(text, text, joined)
    for pattern in ("", "و", "[بلكف]", "و[بلك]", "ال", "وال", "[بكف]ال", "لل", "ولل"):
        found = re.fullmatch(f"({pattern})(.+)", text)
        if found and found[2] in _KNOWN:
            return Word(text, found[2], joined or found[1][:1] == "و")
    return Word(text, None, joined)


def read(words: Sequence[Word]) -> list[Number]:
    """All numerals, in order."""
    found, at = [], 0
    while at < len(words):
        number = _Reader(words, at).number()
        if number:
            found.append(number)
        at = number.last if number else at + 1
    return found


class _Reader:
    """Reads one numeral from word `first` on; `at` is the word that comes next."""

    def __init__(self, words: Sequence[Word], first: int) -> None:
        self.words, self.first, self.at = words, first, first
        self.scale = 1
        self.first_part: int | None = None

    def number(self) -> Number | None:
        before = self._peek(joined=False) in OVER  # `نيف وأربعون`
        self.at += before
        if before and self._peek(joined=True) is None:
            return None
        value = (_Reader(self.words, self.at) if before else self)._scaled(1_000_000_000)
        if value is None:
            return None
        over = before or self._peek(joined=True) in OVER
        self.at += over
        first = self.words[self.first]
        definite = first.text.startswith(("ال", "وال"))
        return Number(self.first, self.at, round(value), self.scale, first.joined, definite, over, self.first_part)

    def _peek(self, joined: bool) -> str | None:
        """The numeral that comes next if `و` joins it just as `joined` says (the first may be joined)."""
        if self.at == len(self.words) or (self.at > self.first and self.words[self.at].joined != joined):
            return None
        return self.words[self.at].numeral

    def _scaled(self, top: int) -> float | None:
        """Something below `top` × 1000: how many of the scale, and what is joined below it."""
        if top == 1:
            return self._below_thousand()
        start = self.at
        value = self._times(top)
        if value is None:
            self.at = start
            return self._scaled(top // 1000)
        self.scale = top if self.at - start > 1 else 1
        return value + self._rest(top, value)

    def _times(self, scale: int) -> float | None:
        """`ألف`, `ألفان`, `ثلاثة آلاف`, `15 ألفا`, `1.5 مليون`, `نصف مليون`."""
        word = self._peek(False)
        if SCALES.get(word) == scale or TWICE.get(word) == 2 * scale:
            self.at += 1
            return float(2 * scale if word in TWICE or self._is_two(word) else scale)
        many = self._fraction() or self._decimal() or self._below_thousand()
        if many is None or SCALES.get(self._peek(False)) != scale:
            return None
        self.at += 1
        return many * scale

    def _is_two(self, word: str | None) -> bool:
        """`ألفا قتيل`: two thousand where a noun follows, else the accusative of one."""
        return bool(word in ("الفا", "مليونا") and self.at < len(self.words) and not self.words[self.at].numeral)

    def _fraction(self) -> float | None:
        part = FRACTIONS.get(self._peek(False))
        self.at += part is not None
        return part

    def _decimal(self) -> float | None:
        word = self._peek(False) or ""
        if not re.fullmatch(r"\d+[.,٫]\d+", word):
            return None
        self.at += 1
        return float(re.sub("[,٫]", ".", word))

    def _rest(self, scale: int, value: float) -> float:
        """What `و` joins below a scale: `ونصف`, `وخمسمئة`, `و200`."""
        start, part, before = self.at, FRACTIONS.get(self._peek(True)), self.scale
        if part is not None:
            self.at += 1
            self.at += SCALES.get(self._peek(False)) == scale
            return part * scale
        if self._peek(True) is None:
            return 0
        rest = _Reader(self.words, self.at)
        below = rest._scaled(scale // 1000)
        if below is None or below >= scale or rest.at == start or SCALES.get(rest._peek(False), 0) >= scale:
            return 0
        self.at, self.scale, self.first_part = rest.at, before, round(value)
        return below

    def _below_thousand(self) -> float | None:
        word = self._peek(False)
        if word is None or word[0].isdigit():
            return self._digits()
        start, ones = self.at, VALUES.get(word, 0)
        self.at += 1
        if 3 <= ones <= 9 and VALUES.get(self._peek(False)) == 100:
            self.at += 1
            return ones * 100 + self._tail(100, ones * 100)
        if 100 <= ones < 1000:
            return ones + self._tail(100, ones)
        self.at = start
        return self._below_hundred()

    def _below_hundred(self) -> float | None:
        value = VALUES.get(self._peek(False))
        if value is None or value >= 100:
            return None
        self.at += 1
        if value < 10 and VALUES.get(self._peek(False)) == 10:
            self.at += 1
            return value + 10
        return value + (self._tail(10, value) if value < 10 else 0)

    def _tail(self, scale: int, value: int) -> float:
        """Tens joined to a unit, or what is below a hundred joined to hundreds."""
        word = self._peek(True)
        below = int(word) if word and word.isdigit() and scale == 100 else VALUES.get(word, 0)
        if scale == 10:
            fits = 20 <= below < 100 and value > 0
            self.at += fits
            self.first_part = value if fits else self.first_part
            return below if fits else 0
        if not 0 < below < 100:
            return 0
        self.first_part = value
        rest = _Reader(self.words, self.at)
        found = rest._digits() if word[0].isdigit() else rest._below_hundred()
        self.at = rest.at
        return found or 0

    def _digits(self) -> float | None:
        """`1200`, `1,200`, `1.200`, `1٬200`; a decimal is none."""
        word = self._peek(False) or ""
        if not word.isdigit() and not _GROUPED.fullmatch(word):
            return None
        self.at += 1
        value = int(re.sub(r"\D", "", word))
        if 3 <= value <= 9 and VALUES.get(self._peek(False)) == 100:  # `3 مئة`
            self.at += 1
            value *= 100
        return value
