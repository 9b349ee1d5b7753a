"""Numbers written out by the rules of the grammars (Wright, Arabic Grammar I, §§ 318–327), for the tests only."""

ONES = "صفر واحد اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة".split()
FEMININE_ONES = "صفر واحدة اثنتان ثلاث أربع خمس ست سبع ثماني تسع".split()
TENS = ", عشرون ثلاثون أربعون خمسون ستون سبعون ثمانون تسعون".split(" ")
HUNDREDS = ", مئة مئتان ثلاثمئة أربعمئة خمسمئة ستمئة سبعمئة ثمانمئة تسعمئة".split(" ")
SCALES = ((1_000_000, "مليون", "مليونان", "ملايين"), (1000, "ألف", "ألفان", "آلاف"))


def spell(number: int, feminine: bool, oblique: bool) -> str:
    """A number as it stands before a counted noun of that gender, in the nominative or the oblique case."""
    parts, rest = [], number
    for scale, one, two, many in SCALES:
        how_many, rest = divmod(rest, scale)
        if how_many:
            parts.append(_scaled(how_many, one, _case(two, oblique), many, oblique))
    if rest or not number:
        parts.append(_below_thousand(rest, feminine, oblique))
    return " و".join(parts)


def _case(word: str, oblique: bool) -> str:
    return word.removesuffix("ان") + "ين" if oblique and word.endswith("ان") else word


def _scaled(how_many: int, one: str, two: str, many: str, oblique: bool) -> str:
    if how_many < 3:
        return one if how_many == 1 else two
    noun = many if 3 <= how_many % 100 <= 10 else one
    return f"{_below_thousand(how_many, False, oblique)} {noun}"


def _below_thousand(number: int, feminine: bool, oblique: bool) -> str:
    hundreds, rest = divmod(number, 100)
    parts = [_case(HUNDREDS[hundreds], oblique)] if hundreds else []
    return " و".join([*parts, _below_hundred(rest, feminine, oblique)] if rest or not number else parts)


def _below_hundred(number: int, feminine: bool, oblique: bool) -> str:
    ones = FEMININE_ONES if feminine else ONES
    if number < 10:
        return _case(ones[number], oblique)
    if number == 10:
        return "عشر" if feminine else "عشرة"
    tens, unit = divmod(number, 10)
    if tens == 1:
        return _teen(unit, feminine, oblique)
    ten = TENS[tens - 1].removesuffix("ون") + ("ين" if oblique else "ون")
    return f"{_case(ones[unit], oblique)} و{ten}" if unit else ten


def _teen(unit: int, feminine: bool, oblique: bool) -> str:
    if unit == 1:
        return "إحدى عشرة" if feminine else "أحد عشر"
    if unit == 2:
        first = ("اثنتي" if feminine else "اثني") if oblique else ("اثنتا" if feminine else "اثنا")
    else:
        first = (FEMININE_ONES if feminine else ONES)[unit]
    return f"{first} {'عشرة' if feminine else 'عشر'}"
