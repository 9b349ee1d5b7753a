import pytest
from conftest import texts
from hypothesis import given
from hypothesis import strategies as st

from hasila.words import QUOTES, fold, snap, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("سيطر على 10كلم", ["سيطر", "على", "10", "كلم"]),
        ("و21 جريحا", ["و", "21", "جريحا"]),
        ("قتل 1.200، ثم 1,250.", ["قتل", "1.200", "ثم", "1,250"]),
        ("١٬٢٠٠ شخص و٣٫٥ كلم", ["١٬٢٠٠", "شخص", "و", "٣٫٥", "كلم"]),
        ("هاجم الـثوار", ["هاجم", "الـثوار"]),
        ("عناصرُ الهيئةِ", ["عناصرُ", "الهيئةِ"]),
        ("قُتِلَ شخصاً.", ["قُتِلَ", "شخصاً"]),
        ('لـ"النصرة"، (حماس)', ["لـ", "النصرة", "حماس"]),
        ("أمريكي-صهيوني", ["أمريكي", "صهيوني"]),
        ("رحلة R44716 يوم 2016-05-10", ["رحلة", "R", "44716", "يوم", "2016", "05", "10"]),
        ("، … !\n", []),
        ("", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert [text[a:b] for a, b in words(text)] == expected


@pytest.mark.parametrize(
    ("text", "touched", "expected"),
    [
        ("سيطر على 10كلم", "10", "10"),
        ("سيطر على 10كلم", "كل", "كلم"),
        ("إصابة و21 جريحا", "21 جر", "21 جريحا"),
        ("إصابة و21 جريحا", "و", "و"),
        ("قتل 1.200 شخص", "200", "1.200"),
        ("قتل ١٬٢٠٠ شخص", "١٬", "١٬٢٠٠"),
        ("هاجم الـثوار البلدة", "ثوار", "الـثوار"),
        ("هاجم عناصرُ الهيئة", "عناصر", "عناصرُ"),
        ("هاجمت قوات النظام البلدة", "ات الن", "قوات النظام"),
        ("قتل ومسلحي “جبهة النصرة” أمس", "ومسلحي “جبهة النصرة", "ومسلحي “جبهة النصرة”"),
        ('من حركة "الشباب"، أمس', 'حركة "الشباب', 'حركة "الشباب"'),
        ("من حركة («الشباب») أمس", "حركة («الشباب", "حركة («الشباب»)"),
        ("من “جبهة النصرة” أمس", "“جبهة النصرة”", "جبهة النصرة"),
        ('كتب لـ"النصرة" أمس', '"النصرة"', "النصرة"),
        ("من “جبهة النصرة سابقا” أمس", "النصرة سابقا”", "النصرة سابقا"),
        ("من «الحرس» «الثوري» أمس", "الحرس» «الثوري", "الحرس» «الثوري»"),
        ("من قوات النظام. ثم", "النظام. ", "النظام"),
        ("من قوات\nالنظام", "قوات\n", "قوات"),
        ("قال، ثم", "،", None),
        ("قال «…» ثم", " «…» ", None),
        ("قال ثم", " ", None),
    ],
)
def test_snap(text: str, touched: str, expected: str | None) -> None:
    start = text.index(touched)
    span = snap(text, start, start + len(touched))
    assert (text[slice(*span)] if span else None) == expected


@pytest.mark.parametrize("at", [0, 2, 4, 5, 11])
def test_an_empty_span_touches_no_word(at: int) -> None:
    assert snap("قوات النظام", at, at) is None


@given(texts(), st.data())
def test_snap_is_idempotent_and_gives_whole_words(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    touched = [(a, b) for a, b in words(text) if a < end and b > start]
    span = snap(text, start, end)
    assert (span is None) == (not touched)
    if span:
        assert span[0] == touched[0][0]
        assert set(text[touched[-1][1] : span[1]]) <= set(QUOTES.values())
        assert snap(text, *span) == span


@pytest.mark.parametrize(
    ("spelling", "other"),
    [
        ("أحمد", "احمد"),
        ("إيران", "ايران"),
        ("الآخرون", "الاخرون"),
        ("عناصرُ", "عناصر"),
        ("الـثـوار", "الثوار"),
        ("الجبهة", "الجبهه"),
        ("مصطفى", "مصطفي"),
        ("کردی", "كردي"),
        ("٢١", "21"),
        ("ISIS", "isis"),
    ],
)
def test_fold_unites_spellings(spelling: str, other: str) -> None:
    assert fold(spelling) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("حماس", "حماة"), ("فتح", "فتحت"), ("21", "12")])
def test_fold_keeps_words_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)
