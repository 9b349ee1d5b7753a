"""Counts read from the surface of a casualty mention."""

from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spelling import spell

from hasila import counts, formats, link_scores
from hasila.config import ROOT
from hasila.counts import Count
from hasila.markup import parse
from hasila.mention import CASUALTIES

FORMS = list(product((False, True), (False, True)))  # feminine, oblique
SIDES = st.sampled_from(FORMS)


def table(name: str) -> list[tuple[str, str]]:
    lines = (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()
    return [(surface, count) for surface, count in (line.split("\t") for line in lines)]


def right(cases: list[tuple[str, str]]) -> float:
    return sum(str(counts.read(surface)) == count for surface, count in cases) / len(cases)


@pytest.mark.parametrize(
    ("surface", "count"),
    [
        ("نحو 20 شخصاً", "~20"),
        ("أكثر من 50 قتيلاً", "51.."),
        ("ما لا يقل عن خمسة عشر عنصراً", "15.."),
        ("43 عنصراً على الاقل", "43.."),
        ("١٬٢٠٠ قتيل", "1200"),
        ("15 ألفا", "15000"),
        ("مليون ونصف", "1500000"),
        ("وامرأتان", "2"),
        ("قيادي بارز", "1"),
        ("العشرات من عناصر", "20..99"),
        ("بين 20 و30 مسلحا", "20..30"),
        ("قتلى", "?"),
        ("3 من عناصر اللواء 62", "3"),
        ("20 قتيلا و30 جريحا", "?"),
        ("أي جندي", "1"),
        ("أي أسرى", "?"),
        ("أيّ من جنوده", "?"),
        ("راكباها", "2"),
        ("راعي أغنام", "1"),
        ("أخوه الأكبر", "1"),
        ("إخوة", "?"),
        ("المشتبه بهما", "2"),
        ("أبناء عمه الثلاثة", "3"),
    ],
)
def test_the_forms_of_the_guideline(surface: str, count: str) -> None:
    assert str(counts.read(surface)) == count


def test_both_tables_are_read_right() -> None:
    """The first was written before the code, which was then mended on it (87 % at first sight); the second after it,
    by somebody who had not seen it (99.4 % at first sight)."""
    first, second = table("counts-before.tsv"), table("counts-after.tsv")
    assert len(first) + len(second) >= 600
    assert right(first) >= 0.99
    assert right(second) >= 0.99


def test_gold_counts_are_read_right() -> None:
    mentions = [m for article in formats.load(ROOT / "data/gold") for m in article.mentions if m.label in CASUALTIES]
    assert [m.text for m in mentions if str(counts.read(m.text)) != m.attributes.count] == []


def test_counts_of_the_authored_text_are_read_right() -> None:
    articles = formats.load(ROOT / "data/authored")
    found = link_scores.counted(articles, [counts.fill(article) for article in articles])
    assert found["right"] / found["of"] >= 0.99


@pytest.mark.parametrize(
    ("marked", "count"),
    [
        ("قال إن عدد القتلى تجاوز [[KILLED 501..|500]]", "501.."),
        ("وتخطى عدد المصابين [[WOUNDED 71..|السبعين]]", "71.."),
        ("إن القتلى لا يتجاوز عددهم [[KILLED ..7|سبعة]]", "..7"),
        ("لم تتجاوز خسائرهم [[KILLED 7|سبعة قتلى]]", "7"),  # two words and more between them are not looked past
        ("تجاوز الرتل الجسر ثم قتل [[KILLED 5|5 جنود]]", "5"),
        ("قتل [[KILLED 9|9 مدنيين]] وأصيب [[WOUNDED 9|عدد مماثل]]", "9"),
        ("أصيب [[WOUNDED ?|عدد من المارة]]", "?"),
        ("سقط [[KILLED 20..99|عشرات القتلى]] [[WOUNDED 20..99|والجرحى]]", "20..99"),
    ],
)
def test_what_stands_before_bounds_a_count(marked: str, count: str) -> None:
    assert counts.fill(parse(marked, "x")).mentions[-1].attributes.count == count


@pytest.mark.parametrize(("feminine", "oblique"), FORMS)
def test_every_number_below_a_thousand_reads_back(feminine: bool, oblique: bool) -> None:
    wrong = [n for n in range(1000) if counts.read(spell(n, feminine, oblique)) != Count(n, n)]
    assert wrong == []


@given(st.integers(0, 9_999_999), SIDES)
def test_every_number_up_to_ten_million_reads_back(number: int, side: tuple[bool, bool]) -> None:
    assert counts.read(spell(number, *side)) == Count(number, number)


@given(st.integers(0, 9_999_999))
def test_digits_read_back_in_every_style(number: int) -> None:
    plain = f"{number:,}"
    indic = str.maketrans("0123456789,", "٠١٢٣٤٥٦٧٨٩٬")
    for written in (str(number), plain, plain.replace(",", "."), plain.translate(indic)):
        assert counts.read(f"{written} قتيل") == Count(number, number)


@given(st.integers(3, 999), st.integers(3, 999), SIDES, st.booleans())
def test_two_counts_are_never_added_together(a: int, b: int, side: tuple[bool, bool], digits: bool) -> None:
    left, right = (str(a), str(b)) if digits else (spell(a, *side), spell(b, *side))
    found = counts.read(f"{left} قتيلا و{right} جريحا")
    assert found == (Count(a, a) if a == b else counts.UNKNOWN)


@given(st.sampled_from(["5", "~20", "15..", "..9", "20..30", "?", "0"]))
def test_the_notation_reads_back(written: str) -> None:
    assert str(counts.parse(written)) == written
