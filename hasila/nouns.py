"""Victims named by a noun alone: one of them, two, or an unknown number (folded spelling)."""

import re
from collections.abc import Iterator, Sequence

# Nouns of people with a broken plural: their -ين is the dual, where that of مدني or مقاتل is mostly the plural.
_BROKEN = set(
    """
    شخص طفل رجل جندي عنصر ضابط شاب قتيل جريح اسير شهيد طالب عامل حارس سائق طبيب فتي صبي شقيق اخ ولد ابن عم خال جد
    طيار قائد عضو زعيم امير عقيد عميد لواء رائد نقيب ملازم عريف رقيب شيخ امام قاض قاضي تاجر بائع راع راعي فلاح نجل
    صياد خباز نائب وزير سفير رئيس مدير استاذ تلميذ رضيع فرد حفيد والد كهل عجوز شرطي دركي مطران رفيق زوج زميل توام اخو
    سجين خفير بحار كاهن قس راهب حاج زائر ضيف جار قريب سجان قناص عميل جاسوس نزيل نادل صاحب شب اب نفر جثمان مجني
    بنت بطل حدث كادر راكب سائح خديج مريض شريك وليد
    """.split()
)
# Two of them by a final ا or ي where another noun or a pronoun follows: also nouns with a sound plural.
_OTHERS = set("مقاتل مسلح مدني مسعف مرافق معاون مساعد مهرب فني موظف مهندس مصاب مواطن قيادي حال ابن شقيق زميل".split())
# Plurals, and words for many, that no ending gives away.
_PLURALS = set(
    """
    قتلي جرحي اسري شهداء شهدا اطفال نساء رجال جنود عناصر ضباط شبان شباب طلاب طلبه عمال حراس سواق اطباء فتيه فتيان فتيات
    صبيه صبيان اشقاء اخوه اخوت اولاد ابناء اعضاء زعماء امراء قاده كوادر شيوخ ائمه قضاه تجار باعه رعاه نواب وزراء
    سفراء رؤساء مدراء اساتذه تلاميذ تلامذه رضع اسر عائلات عوائل افراد احفاد مرضي رهائن سجناء بحاره عساكر كهنه رهبان
    حجاج زوار ضيوف اقارب نشطاء قناصه عملاء جواسيس ضحايا جثث جثامين اشخاص اناس ناس رفاق انصار سكان اهالي خبراء حلفاء
    موتي غرقي هلكي اشلاء رفات خفراء بشر شرطه جماعه طاقم عائله اسره ركاب عشيره دوريه فريق خليه قوه كتيبه فصيل سريه
    اخرون اخرين اخريات جميع كل كامل سائر بعض معظم غالبيه اغلب نصف ثلث ربع عده عدد اعداد مجموعه مجموعات كثير العديد
    عديد قسم جزء بقيه باقي مزيد كم لفيف حشد حفنه قليل قله ثله رهط جمع كوكبه افغان عرب اكراد اتراك حوامل
    """.split()
)
# One person, though it ends like a dual or a plural, or looks like one.
_ONE = set(
    """
    انسان قبطان سلطان ربان امراه امين معين سجين جنين معاون متعاون زبون مامون مجنون خائن مؤذن قرين معلق اخوها اخاه اخاها
    ابوه ابوها اباه اخيه اخيها اخينا مرتو مرته زوجتو زوجته زوجتها سقاء مدون اركان سواق ابيه ابيها
    """.split()
)
_NO_OWNER = set("من في علي لم كان بين بعد قرب داخل لدي عند الي اول ثان اعزل اخر".split())
# أي, of one or before a plural of any number; `مشتبه بهما`.
_ANY = set("اي ايا ايه واي وايا لاي باي".split())
_BOTH = set("بهما فيهما عليهما عنهما".split())
_OWNER = "(?:هما|هم|ها|ه|هن|نا|كم|ي)"


def count(words: Sequence[str]) -> str | None:
    """`1`, `2` or `?` by the first noun of folded `words`; None where there is none."""
    if not words:
        return None
    if words[0] in _ANY:
        return "1" if words[1:] and words[1] != "من" and count(words[1:]) == "1" else "?"
    if words[1:2] and words[1] in _BOTH:
        return "2"
    forms = list(_without_clitics(words[0]))
    return next((found for form in forms if (found := _known(form, words[1:]))), None) or _by_ending(forms[-1])


def _without_clitics(word: str) -> Iterator[str]:
    """The word, then without و or ف, then without ب, ل or ك, then without the article: as long as enough is left."""
    yield word
    for clitic in ("[وف]", "[بلك]", "ال|(?<=^)ل(?=.{4})"):
        shorter = re.sub(f"^(?:{clitic})", "", word)
        enough = 4 if clitic == "[بلك]" else 3
        if shorter != word and len(shorter) >= enough and not (clitic == "[بلك]" and word[1:3] == "لا"):
            word = shorter
            yield word


def _known(word: str, rest: Sequence[str]) -> str | None:
    if word in _ONE:
        return "1"
    if word in _PLURALS or word.removesuffix("ا") in _PLURALS or re.sub(f"{_OWNER}$", "", word) in _PLURALS:
        return "?"
    if word in _BROKEN:
        return "1"
    if _is_known_dual(word, rest):
        return "2"
    bare = (re.sub("(?:هما|هم|ها|ه|هن|نا|كم)$", "", word), word.removesuffix("ا"))
    return "1" if bare[0] in _BROKEN or bare[1] in _BROKEN | _OTHERS else None


def _is_known_dual(word: str, rest: Sequence[str]) -> bool:
    """`طفلين`, `طفلاه`, `شقيقتيها`, and before another noun `عنصرا أمن`, `سائقي شاحنة`."""
    whole = re.fullmatch("(.+?)(?:ان|ين)", word)
    owned = re.fullmatch(f"(.+?)ت?[اي]{_OWNER}", word)
    theirs = re.fullmatch(f"(.+)ا{_OWNER}", word)
    if any(found and found[1] in _BROKEN for found in (whole, owned)) or (theirs and theirs[1] in _OTHERS):
        return True
    before_noun = re.fullmatch("(.+?)(ت?)([اي])", word)
    if before_noun is None or before_noun[1] not in _BROKEN | _OTHERS or not rest:
        return False
    return rest[0] not in _NO_OWNER and not rest[0].endswith("ا") and not rest[0].startswith("ب")


def _by_ending(word: str) -> str:
    if len(word) > 4 and re.search("(تان|تين|[^ي]ان|يان|...تا(?:ه|ها|هم))$", word):
        return "2"
    plural = len(word) > 3 and re.search("(ون|ين|ات|و|وا)$", word)
    return "?" if plural or re.fullmatch("ا..ا[^ه]|ا...اء|.{2,3}اء", word) else "1"
