"""Whose casualties, flags and source: fitted on a few patterns, asked on others of the same kind."""

import pytest

from hasila import links
from hasila.links import Links
from hasila.markup import parse
from hasila.mention import Article, Attributes

GROUPS = ("الجيش", "الحركة", "الجبهة", "التنظيم", "الميليشيا", "الحشد")


def sentences(group: str, other: str) -> str:
    a, b = f"[[ACTOR #a|{group}]]", f"[[ACTOR|{other}]]"
    return "\n".join(
        (
            f"أعلن المرصد مقتل [[KILLED 5 of=a by=monitor|5 عناصر]] من {a} في هجوم شنته {b}.",
            f"قتل [[KILLED 9 by=monitor|9 مدنيين]] بينهم [[KILLED 2 by=monitor part|طفلان]] في قصف نفذته {b} "
            "وفق المرصد.",
            f"ونفت {a} سقوط [[KILLED 3 of=a by=party denied|ثلاثة قتلى]] من {a} هناك.",
        )
    )


@pytest.fixture(scope="module")
def fitted() -> Links:
    pairs = [(a, b) for a in GROUPS[:5] for b in GROUPS[:5] if a != b]
    return links.fit([parse(sentences(a, b), f"{a}-{b}") for a, b in pairs])


def filled(fitted: Links, text: str) -> Article:
    bare = parse(text, "x")
    article = Article(bare.id, bare.text, tuple(type(m)(m.start, m.end, m.label, m.text) for m in bare.mentions))
    return fitted.fill(article, {})


def test_the_victims_party_and_not_the_attacker_is_pointed_at(fitted: Links) -> None:
    found = filled(fitted, sentences("الحشد", "الجيش")).mentions
    assert (found[0].text, found[0].attributes.of) == ("5 عناصر", ("p1",))
    assert (found[1].text, found[1].attributes.key) == ("الحشد", "p1")
    assert (found[2].text, found[2].attributes.key) == ("الجيش", None)
    assert found[3].attributes == Attributes(by="monitor")  # civilians: nobody's


def test_flags_and_source(fitted: Links) -> None:
    found = {m.text: m.attributes for m in filled(fitted, sentences("الحشد", "الجيش")).mentions}
    assert (found["طفلان"].flags, found["طفلان"].by) == (("part",), "monitor")
    assert (found["ثلاثة قتلى"].flags, found["ثلاثة قتلى"].by) == (("denied",), "party")
    assert found["5 عناصر"].flags == ()


def test_candidates_are_of_this_paragraph_and_the_one_before() -> None:
    article = parse("[[ACTOR|أ]]\n[[ACTOR|ب]]\nقتل [[KILLED 1|جندي]] من [[ACTOR|ج]]\n[[ACTOR|د]]", "x")
    assert [m.text for m in links.candidates(article, article.mentions[2])] == ["ب", "ج"]


def said(marked: str, surface: str, word: str) -> set[str]:
    """The features of a casualty's flags whose names begin with `word`."""
    article = parse(marked, "x")
    (casualty,) = (m for m in article.mentions if m.text == surface)
    return {name for name in links.flag_features(article, casualty) if name.startswith(word)}


@pytest.mark.parametrize(
    ("surface", "found"),
    [("73 شخصا", {"sum of large"}), ("43 عنصرا", {"summand of large"}), ("30 جنديا", {"summand of large"})],
)
def test_numbers_that_add_up_are_seen(surface: str, found: set[str]) -> None:
    marked = "قتل [[KILLED 73|73 شخصا]] أمس.\nبينهم [[KILLED 43|43 عنصرا]] و[[KILLED 30|30 جنديا]]."
    assert said(marked, surface, "sum") == found
    assert said(marked.replace("30", "31"), surface.replace("30", "31"), "sum") == set()


def test_what_stands_before_of_the_same_harm_is_seen() -> None:
    marked = "قتل [[KILLED 9|9 مدنيين]] بينهم [[KILLED 2|طفلان]]"
    assert said(marked, "طفلان", "larger before") == {"larger before: in the line"}
    assert said(marked, "طفلان", "so far") == {"so far 1"}
    assert said(marked, "طفلان", "class") == {"class child", "class child after civilian"}
    assert said(marked, "طفلان", "since in the sentence بينهم") == {"since in the sentence بينهم"}
    other = "أسر [[CAPTURED 9|9 جنود]] وقتل [[KILLED 2|طفلان]]"
    assert said(other, "طفلان", "larger before") == {"larger before: none"}


def test_what_is_saved_decides_the_same(fitted: Links, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("links") / "links.json"
    links.save(fitted, path)
    text = sentences("الحشد", "الجيش")
    assert filled(links.load(path), text) == filled(fitted, text)
    assert [m.attributes for m in filled(links.load(path), text).mentions] == [
        m.attributes for m in filled(fitted, text).mentions
    ]
