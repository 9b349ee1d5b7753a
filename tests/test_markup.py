import re
from dataclasses import astuple
from pathlib import Path

import pytest
from conftest import articles
from hypothesis import given

from hasila.config import ROOT
from hasila.errors import UserError
from hasila.markup import MarkupError, parse, read, read_folder, valid_count, write
from hasila.mention import Article, Attributes, Mention

MARKED = [*sorted(ROOT.glob("data/gold/*.txt")), *sorted(ROOT.glob("data/agreement/*/*.txt"))]
GUIDELINES = (ROOT / "data" / "GUIDELINES.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(r"^\*\*\d+\.\*\*(?: ([✗◐]))?\n\n    (.+)$", re.MULTILINE)


def problems(marked: str, raw: str | None = None) -> list[str]:
    """`line:column: message` of every problem."""
    with pytest.raises(MarkupError) as caught:
        parse(marked, "a.txt", raw)
    lines = str(caught.value).split("\n")
    assert all(line.startswith("a.txt:") for line in lines)
    return [line.removeprefix("a.txt:") for line in lines]


def test_there_is_annotated_data() -> None:
    assert len(MARKED) == 3 * len(list(ROOT.glob("data/articles/*.txt"))) > 0


@pytest.mark.parametrize("path", MARKED, ids=lambda path: f"{path.parent.name}-{path.stem[:3]}")
def test_files_round_trip_byte_for_byte(path: Path) -> None:
    raw = ROOT / "data" / "articles" / path.name
    article = read(path, raw)
    assert write(article).encode("utf-8") == path.read_bytes()
    assert article.text.encode("utf-8") == raw.read_bytes()
    assert article.id == path.stem
    assert article.mentions
    assert all(mention.text == article.text[mention.start : mention.end] for mention in article.mentions)


@given(articles())
def test_write_then_parse_gives_the_article_back(article: Article) -> None:
    assert astuple(parse(write(article), article.id, article.text)) == astuple(article)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("قالت [حماس] أمس", "حماس"),
        ("قالت حركة [الشباب] أمس", "حركة [الشباب]"),
        ("قالت حماس|فتح أمس", "حماس|فتح"),
    ],
)
def test_marks_of_the_text_that_look_like_markup_survive(text: str, name: str) -> None:
    start = text.index(name)
    article = Article("a", text, (Mention(start, start + len(name), "ACTOR", name),))
    assert astuple(parse(write(article), "a", text)) == astuple(article)


def test_a_text_with_double_brackets_cannot_be_written() -> None:
    with pytest.raises(UserError, match=r"^a: the text itself holds \[\[ or \]\]"):
        write(Article("a", "قالت [[حماس]] أمس", ()))


@pytest.mark.parametrize("marked", ["[[ACTOR killed #a|علي]]", "[[ACTOR #a|حماس]] [[KILLED 5 part of=a|خمسة]]"])
def test_attributes_in_another_order_are_read_and_kept(marked: str) -> None:
    assert write(parse(marked)) == marked


def test_offsets_are_characters_of_the_text_without_markup() -> None:
    marked = "قتل [[KILLED 5 of=army|خمسة جنود]] من\n[[ACTOR #army|الجيش]]."
    assert parse(marked) == Article(
        "text", "قتل خمسة جنود من\nالجيش.", (Mention(4, 13, "KILLED"), Mention(17, 22, "ACTOR"))
    )


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("[[ACTOR|حماس]]", Attributes()),
        ("[[ACTOR #a-1_b|حماس]]", Attributes(key="a-1_b")),
        ("[[ACTOR killed|علي]]", Attributes(flags=("killed",))),
        ("[[ACTOR #a captured again|علي]]", Attributes(key="a", flags=("captured", "again"))),
        ("[[KILLED 5|خمسة]]", Attributes(count="5")),
        ("[[WOUNDED ~20|نحو عشرين]]", Attributes(count="~20")),
        ("[[MISSING 200..999|المئات]]", Attributes(count="200..999")),
        ("[[CAPTURED ? again denied|أسرى]]", Attributes(count="?", flags=("again", "denied"))),
        ("[[ACTOR #a|الجيش]] [[KILLED 3 of=a part|ثلاثة]]", Attributes(count="3", of=("a",), flags=("part",))),
        ("[[ACTOR #a|الجيش]] [[ACTOR #b|والشرطة]] [[KILLED 17.. of=a,b|17]]", Attributes(count="17..", of=("a", "b"))),
        ("[[KILLED 5 by=monitor part|خمسة]]", Attributes(count="5", by="monitor", flags=("part",))),
        ("[[KILLED 2 of=b|اثنان]] من [[ACTOR #b|الجيش]]", Attributes(key="b")),
    ],
)
def test_attributes(marked: str, expected: Attributes) -> None:
    assert parse(marked).mentions[-1].attributes == expected
    assert write(parse(marked)) == marked


@pytest.mark.parametrize(
    ("marked", "place", "message"),
    [
        ("قتل [[DEAD 5|خمسة]]", "1:5", "unknown label 'DEAD'"),
        ("قال\n[[ACTOR loud|حماس]]", "2:1", "unknown attribute 'loud' on ACTOR"),
        ("[[ACTOR part|حماس]]", "1:1", "unknown attribute 'part' on ACTOR"),
        ("[[ACTOR #a|فتح]] [[ACTOR of=a|حماس]]", "1:18", "unknown attribute 'of=a' on ACTOR"),
        ("[[ACTOR #Army|حماس]]", "1:1", "unknown attribute '#Army'"),
        ("[[ACTOR  killed|علي]]", "1:1", "unknown attribute ''"),
        ("[[KILLED 5 killed|خمسة]]", "1:1", "unknown attribute 'killed' on KILLED"),
        ("[[KILLED 5 #a|خمسة]]", "1:1", "unknown attribute '#a' on KILLED"),
        ("[[ACTOR killed killed|علي]]", "1:1", "twice"),
        ("[[ACTOR #a #b|حماس]]", "1:1", ""),
        ("[[ACTOR #a|حماس]] [[ACTOR #b|فتح]]\n[[KILLED 5 of=a of=b|خمسة]]", "2:1", ""),
        ("[[ACTOR again|علي]]", "1:1", ""),
        ("قال [[ACTOR|قوات [[ACTOR|حماس]]", "1:18", "`[[` inside a mention"),
        ("قال\nثم [[ACTOR|حماس", "2:4", "never closed"),
        ("قال حماس]] ثم", "1:9", "`]]` without `[[`"),
        ("قال [[ACTOR|الحو]]ثيون", "1:5", "cuts a word"),
        ("قال ال[[ACTOR|حوثيون]]", "1:7", "cuts a word"),
        ("قال [[ACTOR|“النصرة”]]", "1:5", "begins or ends with no word"),
        ("قال [[ACTOR|حماس ]]", "1:5", "begins or ends with no word"),
        ("قال [[ACTOR|حركة “الشباب]]”", "1:5", "cuts a word"),
        ("قتل [[KILLED many|خمسة]]", "1:5", "KILLED needs a count first"),
        ("قتل [[KILLED|خمسة]]", "1:5", "KILLED needs a count first"),
        ("[[ACTOR #a|حماس]] [[KILLED of=a|خمسة]]", "1:19", "KILLED needs a count first"),
        ("قتل\n\n [[KILLED 5 of=rsf|خمسة]]", "3:2", "of=rsf, but no mention of this article bears #rsf"),
        ("قتل [[KILLED 5 of=|خمسة]]", "1:5", "unknown attribute 'of='"),
        ("قال [[ACTOR|]] ثم", "1:5", "needs `|` and text"),
        ("قال [[ACTOR]] ثم", "1:5", "needs `|` and text"),
        ("قال [[ACTOR|قوات\nالنظام]]", "1:5", "end of its paragraph"),
    ],
)
def test_broken_markup_is_placed(marked: str, place: str, message: str) -> None:
    (problem,) = problems(marked)
    assert problem.startswith(f"{place}: ")
    assert message in problem


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        ("قيل حماس\nثم سكتت", "1:2"),
        ("قال حمام\nثم سكتت", "1:19"),
        ("قال حماس \nثم سكتت", "1:22"),
        ("قال حماس\nثم  سكتت", "2:4"),
        ("قال حماس\nثم سكتت.", "2:8"),
        ("قال حماس\nثم سك", "2:6"),
    ],
)
def test_a_text_that_differs_from_the_article_is_placed(raw: str, place: str) -> None:
    (problem,) = problems("قال [[ACTOR #a|حماس]]\nثم سكتت", raw)
    assert problem.startswith(f"{place}: differs from the article")


def test_all_problems_are_reported_in_order() -> None:
    marked = "قال [[ACTOR loud|حماس]]]]\nقتل [[KILLED x|خمسة]] [[ACTOR|الحو]]ثيون [[DEAD|علي"
    assert [problem.split(" ")[0] for problem in problems(marked)] == ["1:5:", "1:24:", "2:5:", "2:23:", "2:42:"]


def test_a_folder_reports_the_problems_of_all_its_files(tmp_path: Path) -> None:
    contents = {"a": b"[[ACTOR|x", "b": "[[ACTOR|حماس]]".encode(), "c": b"[[DEAD|x]]", "d": b"x\xff"}
    for name, content in contents.items():
        (tmp_path / f"{name}.txt").write_bytes(content)
    with pytest.raises(UserError) as caught:
        read_folder(tmp_path)
    lines = str(caught.value).split("\n")
    assert [line.split(": ")[0] for line in lines] == [
        f"{tmp_path}/a.txt:1:1",
        f"{tmp_path}/c.txt:1:1",
        f"{tmp_path}/d.txt",
    ]
    assert "not UTF-8 (byte 1)" in lines[2]


def test_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"a\.txt: no such file"):
        read(tmp_path / "a.txt")
    with pytest.raises(UserError, match=r"no \.txt files"):
        read_folder(tmp_path)
    (tmp_path / "a.txt").write_text("قال", encoding="utf-8")
    with pytest.raises(UserError, match=r"raw.a\.txt: no such file"):
        read_folder(tmp_path, tmp_path / "raw")


@pytest.mark.parametrize(
    ("count", "valid"),
    [
        ("0", True),
        ("73", True),
        ("15..", True),
        ("..9", True),
        ("3..9", True),
        ("~20", True),
        ("?", True),
        ("", False),
        ("..", False),
        ("9..3", False),
        ("9..9", False),
        ("10..9", False),
        ("~", False),
        ("~20..", False),
        ("-5", False),
        ("1,200", False),
        ("5?", False),
        ("٣٥", False),
        ("20..٩٩", False),
    ],
)
def test_valid_count(count: str, valid: bool) -> None:
    assert valid_count(count) is valid


def test_the_worked_examples_of_the_guideline_are_valid() -> None:
    examples = [line[4:] for line in GUIDELINES.split("\n") if line.startswith("    ") and "[[" in line]
    assert len(examples) >= 40
    for example in examples:
        assert write(parse(example)) == example
        assert parse(example).mentions


def test_the_negative_examples_of_the_guideline_have_no_mention() -> None:
    examples = EXAMPLE.findall(GUIDELINES)
    assert len(examples) >= 60
    assert {sign for sign, _ in examples} == {"", "✗", "◐"}
    assert [text for sign, text in examples if (sign == "✗") == ("[[" in text)] == []
