"""The authored training text: names, markup, overlap with others' texts, and what is counted for its card."""

from collections import Counter
from pathlib import Path

import pytest

from hasila import authored, markup
from hasila.config import ROOT
from hasila.errors import UserError
from hasila.mention import Article
from hasila.words import fold, words


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    return authored.read(ROOT / "data/authored")


def test_it_is_as_large_as_the_card_says(articles: list[Article]) -> None:
    labels = Counter(m.label for a in articles for m in a.mentions)
    assert len(articles) >= 250
    assert sum(len(words(a.text)) for a in articles) >= 40_000
    assert min(labels[label] for label in ("KILLED", "WOUNDED", "CAPTURED")) >= 300
    assert labels["MISSING"] >= 150
    assert len({fold(m.text) for a in articles for m in a.mentions if m.label == "ACTOR"}) >= 600


def test_it_shares_no_eight_words_with_an_article(articles: list[Article]) -> None:
    sources = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "data/articles").glob("*.txt"))]
    assert len(sources) == 5
    assert authored.shared(articles, sources) == {}


def test_pieces_do_not_repeat_each_other(articles: list[Article]) -> None:
    seen: dict[tuple[str, ...], str] = {}
    for article in articles:
        for run in authored.corpus.ngrams(article.text, authored.OVERLAP):
            assert seen.setdefault(run, article.id) == article.id, " ".join(run)


def test_the_card_is_up_to_date(articles: list[Article]) -> None:
    card = (ROOT / "data/README.md").read_text(encoding="utf-8")
    assert [name for name, table in authored.tables(articles).items() if table not in card] == []


def test_shared_runs_are_found() -> None:
    text = "أعلنت القوة أنها أسرت سبعة مقاتلين قرب الجسر القديم أمس"
    found = authored.shared([Article("a", text, ()), Article("b", "نص آخر", ())], ["قال: " + fold(text)])
    assert list(found) == ["a"]
    assert found["a"][0].split()[0] in fold(text)
    assert authored.shared([Article("a", text, ())], [" ".join(text.split()[:7])]) == {}


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("syria-agency-01", "قتل [[KILLED 2|جنديان]]", "expected a name like syria1-agency-01"),
        ("iraq-agency-1", "قتل [[KILLED 2|جنديان]]", "expected a name like"),
        ("iraq-agency-01", "قتل [[KILLED 2|جندي]]ان", "cuts a word"),
        ("iraq-agency-01", "قتل [[KILLED|جنديان]]", "KILLED needs a count"),
    ],
)
def test_a_broken_piece_says_so(tmp_path: Path, name: str, text: str, message: str) -> None:
    (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=message):
        authored.read(tmp_path)


@pytest.mark.parametrize(
    ("marked", "forms"),
    [
        ("[[KILLED 12|12 جنديا]]", {"digits"}),
        (
            "[[KILLED 1200..|أكثر من ١١٩٩ جنديا]]",
            {"Arabic-Indic digits", "at least, more than", "thousands and more"},
        ),
        ("[[KILLED 2|جنديان]]", {"duals"}),
        ("[[KILLED 2|جنديين اثنين]]", {"number words"}),
        ("[[KILLED 1|قائد ميداني]]", {"single victims"}),
        ("[[KILLED 3|وأولادها الثلاثة]]", {"number words", "number after the noun"}),
        ("[[KILLED 20..99|عشرات القتلى]]", {"vague quantities"}),
        ("[[KILLED ?|قتلى]]", {"plurals without a number"}),
        ("[[KILLED 20..30|بين عشرين وثلاثين مقاتلا]]", {"number words", "between"}),
        ("[[KILLED ~7|نحو سبعة]]", {"number words", "about"}),
        ("[[KILLED ..5|ما لا يزيد على 5]]", {"digits", "at most"}),
        ("[[KILLED 60|60 بين قتيل وجريح]]", {"digits", "two harms on one count"}),
    ],
)
def test_forms_of_the_count(marked: str, forms: set[str]) -> None:
    (mention,) = markup.parse(marked, "x").mentions
    assert {name for name, is_it in authored.FORMS.items() if is_it(mention)} == forms
