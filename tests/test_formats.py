import csv
from collections.abc import Callable
from dataclasses import astuple, replace
from pathlib import Path

import pytest
from conftest import articles
from hypothesis import given

from hasila import formats
from hasila.config import ROOT
from hasila.errors import UserError
from hasila.markup import parse, read_folder
from hasila.mention import Article, Attributes, Mention

GOLD = read_folder(ROOT / "data" / "gold")
CASES = {
    "repeated blank lines": "\n\nقالت [[ACTOR #a|حركة “الشباب”]]\n\n\n \nمقتل [[KILLED 5 of=a part|خمسة]]\n\n",
    "quotes": 'قال "نعم" و\\"لا\\"\tثم [[ACTOR|حماس]]، \'انتهى\' # O',
    "marks": "قال [[ACTOR|عناصرُ الـثوار]] [[ACTOR|الهيئةِ]]\u200f.",
    "adjacent": "[[WOUNDED 10|10]][[ACTOR|كلم]]",
    "none": "لا شيء هنا.",
}
KNOWN = [parse(marked, name) for name, marked in CASES.items()]


def plain(article: Article) -> Article:
    """Without attributes, which CoNLL cannot say."""
    return replace(article, mentions=tuple(replace(m, attributes=Attributes()) for m in article.mentions))


def read_conll(text: str) -> list[Article]:
    return list(formats.read_conll(text, "x.conll"))


def read_jsonl(text: str) -> list[Article]:
    return list(formats.read_jsonl(text, "x.jsonl"))


def as_tuples(found: list[Article]) -> list[tuple[object, ...]]:
    return [astuple(article) for article in found]


def test_conll_round_trip() -> None:
    written = "".join(map(formats.to_conll, GOLD + KNOWN))
    assert as_tuples(read_conll(written)) == as_tuples([plain(article) for article in GOLD + KNOWN])


@given(articles())
def test_conll_round_trip_of_any_article(article: Article) -> None:
    assert as_tuples(read_conll(formats.to_conll(article))) == as_tuples([plain(article)])


def test_jsonl_round_trip() -> None:
    written = "".join(map(formats.to_jsonl, GOLD + KNOWN))
    assert written.count("\n") == len(GOLD + KNOWN)
    assert as_tuples(read_jsonl(written)) == as_tuples(GOLD + KNOWN)


@given(articles())
def test_jsonl_round_trip_of_any_article(article: Article) -> None:
    assert as_tuples(read_jsonl(formats.to_jsonl(article))) == as_tuples([article])


def test_brat_round_trip(tmp_path: Path) -> None:
    formats.write_folder(GOLD + KNOWN, "brat", tmp_path)
    assert as_tuples(formats.read_brat(tmp_path)) == as_tuples(sorted(GOLD + KNOWN, key=lambda article: article.id))


@given(article=articles())
def test_brat_round_trip_of_any_article(tmp_path_factory: pytest.TempPathFactory, article: Article) -> None:
    folder = tmp_path_factory.mktemp("brat")
    formats.write_folder([article], "brat", folder)
    assert as_tuples(formats.read_brat(folder)) == as_tuples([article])


@pytest.mark.parametrize("write_read", [(formats.to_conll, read_conll), (formats.to_jsonl, read_jsonl)])
@pytest.mark.parametrize("text", ["", "\n \n"])
def test_an_article_without_words_is_not_lost(
    write_read: tuple[Callable[[Article], str], Callable[[str], list[Article]]], text: str
) -> None:
    write, read = write_read
    found = [Article("a", text), Article("b", "قال")]
    assert read("".join(map(write, found))) == found


def test_conll_lines() -> None:
    article = parse('\nقالت [[ACTOR|حركة "الشباب"]]\nثم [[KILLED 5|5]].', "a")
    assert formats.to_conll(article) == (
        '# newdoc id = a\n# text = "\\nقالت حركة \\"الشباب\\"\\nثم 5."\n'
        'قالت\tO\nحركة\tB-ACTOR\n"\tI-ACTOR\nالشباب\tI-ACTOR\n"\tI-ACTOR\n\nثم\tO\n5\tB-KILLED\n.\tO\n\n'
    )


@pytest.mark.parametrize(
    "lines",
    [
        "أعلن O\nالجيش B-ORG\nالسوري I-ORG\n. O\n\nقال O\nعلي I-PERS\n",
        "\nأعلن\tX\tO\nالجيش\tX\tB-ORG\nالسوري\tX\tI-ORG\n.\tX\tO\n\n\n\nقال\tX\tO\nعلي\tX\tB-PERS",
        "أعلن\tO\r\nالجيش\tB-ORG\r\nالسوري\tI-ORG\r\n.\tO\r\n\r\nقال\tO\r\nعلي\tB-PERS\r\n",
    ],
    ids=["spaces", "columns", "Windows line ends"],
)
def test_conll_without_comments(lines: str) -> None:
    text = "أعلن الجيش السوري .\nقال علي"
    expected = Article("x", text, (Mention(5, 17, "ORG", "الجيش السوري"), Mention(24, 27, "PERS", "علي")))
    assert as_tuples(read_conll(lines)) == as_tuples([expected])


@pytest.mark.parametrize(
    ("lines", "place"),
    [
        ("قال O\nعلي\n", "x.conll:2:"),
        ("قال O\n\nعلي X-PERS\n", "x.conll:3:"),
        ('# newdoc id = a\n# text = "قال\nقال\tO\n', "x.conll:2:"),
        ('# newdoc id = a\n# text = "قال"\nعلي\tO\n', "x.conll"),
    ],
)
def test_broken_conll_is_placed(lines: str, place: str) -> None:
    with pytest.raises(UserError) as caught:
        read_conll(lines)
    assert str(caught.value).startswith(place)


GOOD_ROW = '{"text": "قال علي", "spans": []}\n'


@pytest.mark.parametrize(
    "row",
    [
        "{",
        "[]",
        '{"spans": []}',
        '{"text": "قال علي"}',
        '{"text": 5, "spans": [{"start": 4, "end": 7, "label": "ACTOR"}]}',
        '{"text": "قال علي", "spans": [{"start": 4, "label": "ACTOR"}]}',
        '{"text": "قال علي", "spans": [{"start": "4", "end": 7, "label": "ACTOR"}]}',
        '{"text": "قال علي", "spans": [{"start": 4, "end": 70, "label": "ACTOR"}]}',
    ],
)
@pytest.mark.parametrize(("before", "line"), [("", 1), (GOOD_ROW, 2), (GOOD_ROW + "\n\n", 4)])
def test_broken_jsonl_is_placed(row: str, before: str, line: int) -> None:
    with pytest.raises(UserError) as caught:
        read_jsonl(f"{before}{row}\n{GOOD_ROW}")
    assert str(caught.value).startswith(f"x.jsonl:{line}: ")


def test_jsonl_spans_come_in_reading_order() -> None:
    row = (
        '{"text": "قال علي ثم قتل", "spans": ['
        '{"start": 11, "end": 14, "label": "KILLED"}, {"start": 4, "end": 7, "label": "ACTOR"}]}'
    )
    assert [m.text for m in read_jsonl(row)[0].mentions] == ["علي", "قتل"]


@pytest.mark.parametrize(
    "row",
    [
        "T1\tACTOR 0 2;3 4\tحماس",
        "T1\tACTOR a 4\tحماس",
        "T1",
        "T1\tACTOR 0 4\tحماس\n#1\tAnnotatorNotes T1\tKILLED many",
        "T1\tACTOR 0 4\tحماس\n#1\tAnnotatorNotes",
    ],
    ids=["several parts", "no number", "no columns", "broken note", "half a note"],
)
def test_broken_brat_is_named(tmp_path: Path, row: str) -> None:
    (tmp_path / "a.txt").write_text("حماس", encoding="utf-8")
    (tmp_path / "a.ann").write_text(row + "\n", encoding="utf-8")
    with pytest.raises(UserError) as caught:
        formats.load(tmp_path)
    assert str(caught.value).startswith(str(tmp_path / "a.ann"))


def test_load_tells_the_formats_apart(tmp_path: Path) -> None:
    article = parse("قال [[ACTOR|علي]].", "a")
    for name, writer in [("a.txt", formats.to_markup), ("a.conll", formats.to_conll), ("a.jsonl", formats.to_jsonl)]:
        (tmp_path / name).write_text(writer(article), encoding="utf-8")
        assert as_tuples(formats.load(tmp_path / name)) == as_tuples([article])
    assert formats.load(tmp_path) == [article]
    formats.write_folder([article], "brat", tmp_path / "brat")
    assert formats.load(tmp_path / "brat") == [article]
    with pytest.raises(UserError, match="no such file"):
        formats.load(tmp_path / "b.conll")


def test_csv_cells_are_no_formulas() -> None:
    article = Article("=1+1", "قتل 3", (Mention(4, 5, "KILLED", "3", attributes=Attributes(count="3")),))
    assert formats.to_csv(article) == "'=1+1,4,5,KILLED,3,3,1.0000\n"


def test_csv_escapes() -> None:
    article = Article('a,"b', 'قالت حركة “س، ص” و"ع"', (Mention(5, 16, "ACTOR", 'حركة "س"، ص', 0.5),))
    rows = list(csv.reader((formats.CSV_HEADER + formats.to_csv(article)).splitlines()))
    assert rows == [
        ["article", "start", "end", "label", "text", "count", "score"],
        ['a,"b', "5", "16", "ACTOR", 'حركة "س"، ص', "", "0.5000"],
    ]


def test_markup_of_predictions_has_unknown_counts() -> None:
    mentions = (
        Mention(0, 4, "ACTOR"),
        Mention(5, 9, "KILLED"),
        Mention(10, 13, "MISSING", attributes=Attributes(count="1", flags=("part",))),
    )
    article = Article("a", "حماس خمسة فتى", mentions)
    assert formats.to_markup(article) == "[[ACTOR|حماس]] [[KILLED ?|خمسة]] [[MISSING 1 part|فتى]]"
