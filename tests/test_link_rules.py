"""The rules that fitted links are measured against."""

import pytest

from hasila.link_rules import Rules
from hasila.link_scores import bare
from hasila.markup import parse
from hasila.mention import Article, Attributes


def filled(text: str) -> list[Attributes]:
    """What the rules say of each casualty."""
    marked = parse(text, "x")
    article = Article(marked.id, marked.text, tuple(map(bare, marked.mentions)))
    return [m.attributes for m in Rules().fill(article, {}).mentions if m.label == "KILLED"]


@pytest.mark.parametrize(
    ("text", "of"),
    [
        ("قتل [[KILLED 3|3 عناصر]] من [[ACTOR|الجيش]] أمس", ("p1",)),
        ("قتل [[KILLED 3|3 جنود]] في صفوف [[ACTOR|الجيش]] أمس", ("p1",)),
        ("أقر [[ACTOR|الجيش]] بمقتل [[KILLED 3|3 من جنوده]] أمس", ("p1",)),
        ("قتل [[KILLED 3|3 مدنيين]] في قصف شنه [[ACTOR|الجيش]] أمس", ()),
        ("قتل [[ACTOR|الجيش]] [[KILLED 3|3 مدنيين]]", ()),
    ],
)
def test_whose(text: str, of: tuple[str, ...]) -> None:
    assert [a.of for a in filled(text)] == [of]


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("قتل [[KILLED 9|9 أشخاص]] بينهم [[KILLED 2|طفلان]]", [(), ("part",)]),
        ("قتل [[KILLED 9|9 أشخاص]]. ودفن [[KILLED 9|9 أشخاص]] اليوم", [(), ("again",)]),
        ("نفى الناطق سقوط [[KILLED ?|قتلى]]", [("denied",)]),
    ],
)
def test_flags(text: str, flags: list[tuple[str, ...]]) -> None:
    assert [a.flags for a in filled(text)] == flags


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("قال المرصد السوري إن [[KILLED 2|جنديين]] قتلا", "monitor"),
        ("قتل [[KILLED 2|جنديان]] بحسب وكالة رويترز", "medium"),
        ("أعلنت وزارة الصحة مقتل [[KILLED 2|شخصين]]", "official"),
        ("أعلنت [[ACTOR|وزارة الصحة]] مقتل [[KILLED 2|شخصين]]", "official"),
        ("أعلن [[ACTOR|الجيش]] مقتل [[KILLED 2|مسلحين]]", "party"),
        ("قال سكان إن [[KILLED 2|شخصين]] قتلا", None),
        ("قتل [[KILLED 2|شخصان]]", None),
    ],
)
def test_source(text: str, by: str | None) -> None:
    assert [a.by for a in filled(text)] == [by]
