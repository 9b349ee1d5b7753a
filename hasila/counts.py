"""The count that one casualty mention's surface states, in the notation of data/GUIDELINES.md, section 4.

`N` exact · `N..` at least · `..N` at most · `N..M` between · `~N` about · `?` unknown. Numbers are read inside
one mention, never added together, and what is not sure is unknown.
"""

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from hasila import nouns, numerals
from hasila.mention import CASUALTIES, Article, Mention
from hasila.numerals import Number, Word
from hasila.words import fold

_VAGUE = {"عشرات": (20, 99), "مئات": (200, 999), "مءات": (200, 999), "مائات": (200, 999), "الاف": (2000, 9999)}
_VAGUE |= {"ملايين": (2_000_000, 9_999_999)}
_TIMES = {"الاف": 1000, "ملايين": 10**6}
_FEW = ("بضع", "بضعه")
_ABOUT = ("نحو حوالي قرابه زهاء تقريبا يقارب تقارب مقارب يقرب يناهز تناهز ناهز قريب بحدود حدود نحوا").split()
_LEAST = (
    r"و?(?:لا|ليس|مو|مش) (?:يقل\w*|تقل|اقل)|و?(?:مالا?|ما لا) ?يقل|علي (?:الاقل|اقل|ادني)|[كب]حد ادني"
    r"|في الحد الادني|(?:في|علي) اقل تقدير|ع(?:ال|ل[يى] ال)قليله"
    r"|(?:او|و) ?(?:اكثر|اكتر|زياده|يزيد(?:ون)?)(?! من)|فاكثر|فما فوق"
)
_MOST = (
    r"و?(?:لا|لم|ليس) (?:يزيد\w*|تزيد|يتجاوز\w*|تتجاوز|يتعدي|تتعدي|يفوق|اكثر|اكتر)|ليس باكثر"
    r"|علي (?:الاكثر|اكثر|ابعد)|[كب]حد اقصي|حتي|ما يصل الي|يصل الي|اقصاه"
)
_MORE = r"[وفبل]?(?:اكثر|اكتر|ازيد|يزيد\w*|تزيد|يربو|يفوق|تفوق|فوق|يتجاوز\w*|تتجاوز|تجاوز|ينيف)"
_LESS = r"[وفبل]?(?:اقل من|دون|ادني من)"
_RANGE = r"[وفبل]?(?:(?:ما)?بين|يتراوح\w*|تتراوح)"
_JOINERS = ("الي", "او", "-", "–", "—", "/", "ام")
# What may stand before the number that counts; anything else there is a noun.
_LEADING = re.compile(
    rf"[وفبل]?(?:{'|'.join(_ABOUT)}|ما|يقل\w*|تقل|اكثر|اكتر|ازيد|يزيد\w*|تزيد|يربو|يفوق|تفوق|فوق|يتجاوز\w*|تتجاوز|تجاوز|ينيف|لا|لم"
    r"|ليس|مو|مش|يتعدي|تتعدي|اقل|دون|ادني|علي|الاقل|الاكثر|حتي|يصل|الي|اقصاه|بين|يتراوح\w*|تتراوح|من|عن|كحد|حد|اقصي|في"
    r"|عدد|مجموعه|مالا|مالايقل|لايقل|لاتقل|مابين|عددهم|عددها|هم|مقدار|اجمالي|او|حياه|ارواح|~|\(|\)|-|/|مؤلفه|مكونه|مؤلف|مكون)"
)
# `عدد مماثل من الجرحى`; `تجاوز`, `لا يتعدى عددهم` right before a number, with two words between at most.
_LIKE = re.compile(r"[وب]{0,2}عددا? (?:مماثلا?|مساويا?|مساو)(?!\w)")
_BOUNDED_BY_VERB = re.compile(
    r"(?<!\w)(?P<not>و?(?:لا|لم|لن) )?[وف]?(?:[يت]?تجاوز|[يت]?تخط|[يت]تعد|[يت]زيد)\w*(?: (?:عدد|علي|عن|ال)\w*){0,2} $"
)
# A fatḥa before the ي of a dual, where a text has vowel marks, or a shadda on it, mine: `ابنتيّ`.
_TWO = re.compile("\u064e\u0651?ي|تي\u0651$")
_BROTHER = re.compile(r"[وف]?[اأ]خوه(?!\w)")  # his brother; folded it would be brothers, إخوة, too


@dataclass(frozen=True)
class Count:
    """Bounds, either of them None where there is none; `about` where the number is approximate."""

    low: int | None = None
    high: int | None = None
    about: bool = False

    def __str__(self) -> str:
        if self.low is None and self.high is None:
            return "?"
        if self.low == self.high:
            return f"{'~' if self.about else ''}{self.low}"
        return f"{'' if self.low is None else self.low}..{'' if self.high is None else self.high}"


UNKNOWN = Count()


def parse(written: str) -> Count:
    """A count from the notation; the inverse of `str`."""
    if written == "?":
        return UNKNOWN
    low, dots, high = written.removeprefix("~").partition("..")
    if not dots:
        return Count(int(low), int(low), written.startswith("~"))
    return Count(int(low) if low else None, int(high) if high else None)


@lru_cache(maxsize=4096)  # surfaces recur, and a count is compared with all the others of its article
def read(surface: str) -> Count:
    """The count that a casualty mention's surface states."""
    words = numerals.split(surface)
    vague = _vague(words)
    if vague:
        return _keep_bound(vague, _text(words))
    numbers = _counting(words, numerals.read(words))
    return _numbers(words, numbers) if numbers else _nouns(words, surface)


def fill(article: Article) -> Article:
    """The article with every casualty's count read from its surface, and from the few words before that bound it."""
    mentions: list[Mention] = []
    previous: Mention | None = None
    for mention in article.mentions:
        if mention.label in CASUALTIES:
            count = str(_in_context(article.text, previous, mention))
            attributes = dataclasses.replace(mention.attributes, count=count, written="")
            mention = previous = dataclasses.replace(mention, attributes=attributes)
        mentions.append(mention)
    return dataclasses.replace(article, mentions=tuple(mentions))


def _in_context(text: str, previous: Mention | None, mention: Mention) -> Count:
    """The count of a surface that leans on what stands before it.

    A bare noun that `و` joins to a vague quantity has that quantity, too (`[عشرات القتلى] [والجرحى]`), `عدد مماثل` is
    that of the casualty before, and a verb says of a number that it is exceeded or not (`تجاوز عددهم [السبعين]`).
    """
    count = read(mention.text)
    before = previous.attributes.count if previous else None
    if previous and before and (_shares_quantity(text, previous, mention) or _LIKE.match(fold(mention.text))):
        return parse(before)
    if count.low is None or count.low != count.high:
        return count
    said = _BOUNDED_BY_VERB.search(fold(text[max(0, mention.start - 40) : mention.start]))
    if said is None:
        return count
    return Count(None, count.low) if said["not"] else Count(count.low + 1, None)


def _shares_quantity(text: str, left: Mention, right: Mention) -> bool:
    joined = text[left.end : right.start] == " " and re.fullmatch("وال[^ ]+", right.text)
    return bool(joined) and _vague(numerals.split(left.text)) is not None


def _text(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)


def _says(pattern: str, text: str) -> bool:
    return re.search(rf"(?<!\w)(?:{pattern})(?!\w)", text) is not None


def _vague(words: list[Word]) -> Count | None:
    """`عشرات`, `مئات الآلاف`, `بضعة`, `بضع عشرة`, `بضعة وعشرين`; None where a number stands before or there is none."""
    bare = [_bare(word.text) for word in words]
    first = next((i for i, word in enumerate(bare) if word in _VAGUE or word in _FEW), None)
    if first is None or any(word.numeral for word in words[:first]):
        return None
    if bare[first] in _FEW:
        after = numerals.read(words[first + 1 :])
        return _few(after[0].value if after and after[0].first == 0 else 0)
    low, high = _VAGUE[bare[first]]
    times = _TIMES.get(bare[first + 1], 1) if len(bare) > first + 1 else 1
    return Count(low * times, (high + 1) * times - 1)


def _bare(word: str) -> str:
    """A vague quantity's word without clitics and article; any other word as it is."""
    forms = [word, re.sub("^[وف]", "", word), re.sub("^[وف]?[بلك]?(?:ال|ل)?", "", word)]
    return next((form for form in forms if form in _VAGUE or form in _FEW), word)


def _few(value: int) -> Count:
    """A few; a few and `value`; a few times `value`."""
    if value < 10:
        return Count(3, 9)
    return Count(value + 3, value + 9) if value < 100 else Count(3 * value, 10 * value - 1)


def _keep_bound(vague: Count, text: str) -> Count:
    """A vague quantity with a bound keeps its lower end only."""
    return Count(vague.low, None) if _says(_LEAST, text) or _says(_MORE, text) else vague


def _counting(words: list[Word], found: list[Number]) -> list[Number]:
    """The numerals that count: from the first that only modifiers, or nouns it counts, stand before, as far as
    they hang together."""
    if not found or not _counts(words[: found[0].first], found[0]):
        return []
    counting = [found[0]]
    for number in found[1:]:
        gap = [word.text for word in words[counting[-1].last : number.first]]
        if number.value == 1 and not gap and not number.joined:  # `14 واحد`
            continue
        if not (number.joined or all(map(_LEADING.fullmatch, gap)) or set(gap[-1:]) & set(_JOINERS) or _second(gap)):
            break
        counting.append(number)
    return counting


def _second(gap: list[str]) -> bool:
    """Whether a gap ends in modifiers that `و` joins: `قتيلا وأكثر من`, another count."""
    own = [word for word in gap if _LEADING.fullmatch(word)]
    return bool(own) and own[0].startswith("و") and gap[-len(own) :] == own


def _counts(before: Sequence[Word], number: Number) -> bool:
    """Whether a numeral after these words counts the victims; a name's number (`اللواء 62`) does not."""
    texts = [word.text for word in before]
    own = [text for text in texts if not _LEADING.fullmatch(text)]
    if not own:
        return not (texts and texts[-1] == "في" and "بحدود" not in texts)
    made_of = any(text.startswith(("مؤلف", "مكون")) for text in texts)
    if made_of:
        return True
    if len(own) == 1 and texts[-1] == own[0] and 1 < number.value < 20 and number.definite:
        return True  # `سائقيها الستة`, `بحارتها الأربعة عشر`
    if len(own) == 2 and texts[-2:] == own and number.definite and nouns.count(own[:1]) == "?":
        return True  # `أبناء عمه الثلاثة`
    many = len(own) <= 2 and all(_fits(noun, number, texts[-1] == own[-1]) for noun in own)
    return many and not number.joined and texts[0] == own[0] and texts[-1] not in ("من", "في", "الي")


def _fits(noun: str, number: Number, next_to: bool) -> bool:
    """Whether a noun can have this number: `جنود ثلاثة`, `رجلا واحدا`, `مرافقيه الاثنين`; a plural is not one."""
    how_many = nouns.count([noun])
    return how_many == str(number.value) or (how_many == "?" and number.value > 1) or (next_to and number.value == 2)


def _numbers(words: list[Word], numbers: list[Number]) -> Count:
    if len({number.value for number in numbers}) == 1:
        return _one(numbers[0], words)
    return _pair(words, *numbers) if len(numbers) == 2 else UNKNOWN


def _one(number: Number, words: Sequence[Word]) -> Count:
    before, after = _text(words[: number.first]), _text(words[number.last :])
    if _says(_RANGE, before) and number.first_part and number.first_part < number.value - number.first_part:
        return Count(number.first_part, number.value - number.first_part)  # `بين خمسة وعشرين`
    if number.over:
        return Count(number.value + 1, number.value + 9)
    return _bounded(number.value, before, after)


def _bounded(value: int, before: str, after: str) -> Count:
    """A value with what the words before it and the set phrases after it say."""
    tail = re.sub("اعمار.*", "", after)
    if _says(_LEAST, before) or _says(_LEAST, tail) or re.search(r"^\+|\+$", before):
        return Count(value, None)
    if _says(_MOST, before) or _says(r"علي (?:الاكثر|اكثر|ابعد)|[كب]حد اقصي|لا (?:اكثر|اكتر|غير)", tail):
        return Count(None, value)
    if _says(_LESS, before):
        return Count(None, value - 1)
    if _says(_MORE, before):
        return Count(value + 1, None)
    about = rf"[وفبل]?(?:ما )?(?:{'|'.join(_ABOUT)})"
    return Count(value, value, "~" in before or _says(about, before) or _says("تقريبا", tail))


def _pair(words: list[Word], left: Number, right: Number) -> Count:
    """`بين 20 و30`, `20 إلى 30`, `20 أو 30`, `20-30`, `أكثر من 20 وأقل من 30`; other pairs are two counts."""
    gap = [word.text for word in words[left.last : right.first]]
    if not (_says(_RANGE, _text(words[: left.first])) or set(gap) & set(_JOINERS)):
        first = _bounded(left.value, _text(words[: left.first]), "")
        second = _bounded(right.value, _text(words[left.last : right.first]), "")
        fits = first.low and second.high and first.high is None and second.low is None and first.low < second.high
        return Count(first.low, second.high) if fits else UNKNOWN
    scaled = left.value * right.scale
    low = scaled if right.scale > 1 and scaled < right.value else left.value
    return Count(low, right.value) if low < right.value else UNKNOWN


def _nouns(words: list[Word], surface: str) -> Count:
    """One or two victims by their noun alone, with its bounds: `طفلين على الأقل`, `قتيل أو قتيلين`."""
    texts = [word.text for word in words if word.text not in ("-", "(", ")")]
    start = next((i for i, text in enumerate(texts) if not _LEADING.fullmatch(text) or _counted(text)), 0)
    found = "2" if _TWO.search(surface) else "1" if _BROTHER.match(surface) else nouns.count(texts[start:])
    if found in (None, "?"):
        return UNKNOWN
    if "او" in texts[start + 1 :]:
        return _either(int(found), read(" ".join(texts[texts.index("او", start) + 1 :])))
    return _bounded(int(found), " ".join(texts[:start]), " ".join(texts[start + 1 :]))


def _counted(text: str) -> bool:
    return re.sub("^[وفبل]", "", text) in ("عدد", "مجموعه")


def _either(low: int, other: Count) -> Count:
    """`قتيل أو قتيلين`, or unknown; `قتيل أو أكثر` is at least one."""
    if other.low is not None and other.low == other.high and low < other.low:
        return Count(low, other.low)
    return Count(low, None) if other == UNKNOWN or other.high is None else UNKNOWN
