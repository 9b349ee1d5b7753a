"""The registry of parties, and which of them a mention names."""

from pathlib import Path

import pytest

from hasila import parties
from hasila.errors import UserError
from hasila.markup import parse
from hasila.parties import Party, Registry

SYRIA = Party(
    "syria",
    "سوريا",
    "Syria",
    "state",
    ("syria",),
    aliases=("دمشق", "الحكومة السورية", "الجيش السوري"),
    context=("النظام", "الجيش"),
)
EGYPT = Party("egypt", "مصر", "Egypt", "state", ("egypt",), aliases=("الجيش المصري",), context=("النظام", "الجيش"))
HEZBOLLAH = Party("hezbollah", "حزب الله", "Hezbollah", "political militia", ("lebanon",), context=("الحزب",))
KATAIB = Party("kataib", "كتائب حزب الله", "Kata'ib Hezbollah", "political militia", ("iraq",))
IRGC = Party("irgc", "الحرس الثوري", "IRGC", "state forces", ("iran",), aliases=("الحرس الثوري الإيراني",))
SOLEIMANI = Party("soleimani", "قاسم سليماني", "Qasem Soleimani", "leader", ("iran",), "irgc")
ALL = Registry([SYRIA, EGYPT, HEZBOLLAH, KATAIB, IRGC, SOLEIMANI])


@pytest.mark.parametrize(
    ("surface", "party"),
    [
        ("الحرس الثوري الإيراني", IRGC),
        ("للحرس الثوري", IRGC),
        ("قوات الحرس الثوري", IRGC),
        ("وعناصر الحرس الثورى", IRGC),
        ("مقاتلي حزب الله", HEZBOLLAH),
        ("وحزب الله", HEZBOLLAH),
        ("كتائب حزب الله", KATAIB),  # the longer name, not the head of a shorter one
        ("بكتائب “حزب الله”", KATAIB),
        ("لدمشق", SYRIA),
        ("قاسم سليماني", SOLEIMANI),
        ("ميليشيا مجهولة", None),
        ("النظام", None),
    ],
)
def test_a_surface_names_a_party_in_any_article(surface: str, party: Party | None) -> None:
    assert ALL.match(surface) == party


def linked(text: str) -> dict[str, str]:
    return {mention.text: party.id for mention, party in ALL.link(parse(text, "a")).items()}


def test_what_a_bare_name_means_is_told_by_the_articles_other_parties() -> None:
    assert linked("قالت [[ACTOR|دمشق]] إن [[ACTOR|النظام]] باق")["النظام"] == "syria"
    assert linked("أعلن [[ACTOR|الجيش المصري]] أن [[ACTOR|قوات النظام]] باقية")["قوات النظام"] == "egypt"
    assert linked("في القاهرة وسائر مصر قال [[ACTOR|النظام]]") == {"النظام": "egypt"}
    assert linked("قال [[ACTOR|النظام]]") == {}
    assert linked("بين [[ACTOR|الجيش السوري]] [[ACTOR|والجيش المصري]] قال [[ACTOR|النظام]]").get("النظام") is None


def test_a_last_name_means_the_leader_where_his_country_is_spoken_of() -> None:
    assert linked("قائد في [[ACTOR|الحرس الثوري]] هو [[ACTOR|سليماني]]")["سليماني"] == "soleimani"
    assert linked("قال [[ACTOR|سليماني]] ذلك") == {}


def test_a_last_name_that_stands_in_context_too_is_no_tie() -> None:
    leader = Party("s", "قاسم سليماني", "S", "leader", ("iran",), context=("سليماني",))
    found = Registry([IRGC, leader]).link(parse("قائد [[ACTOR|الحرس الثوري]] [[ACTOR|سليماني]]", "a"))
    assert {mention.text: party.id for mention, party in found.items()}["سليماني"] == "s"


def test_the_person_and_not_his_office_is_named() -> None:
    office = Party("o", "الرئيس الإيراني", "O", "government body", ("iran",))
    leader = Party("p", "مسعود بزشكيان", "P", "leader", ("iran",))
    assert Registry([office, leader]).match("الرئيس الإيراني مسعود بزشكيان") == leader


def test_only_actors_are_linked() -> None:
    assert linked("قتل [[KILLED 3|ثلاثة من حزب الله]]") == {}


def test_the_registry_of_the_repository() -> None:
    found = parties.registry().parties
    assert len(found) >= 400
    assert {party.kind for party in found.values()} <= set(parties.KINDS)
    assert found["hezbollah"].en == "Hezbollah"


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("{id: a, ar: ب, en: B, kind: army, country: [x]}", "a: unknown kind 'army'"),
        ("{id: a, ar: ب, en: B, kind: state, country: [x], parent: z}", "a: parent 'z' is no entry"),
        ("{id: a, ar: ب, en: B, kind: state, country: [x], years: soon}", "a: years 'soon'"),
        ("{id: a, ar: الجيش الأول, en: B, kind: state, country: [x]}", "a name of a, x"),
        ("{id: x, ar: ب, en: B, kind: state, country: [x]}", "x: stands 2 times"),
        ("{id: a, ar: ب, en: B, kind: state}", "expected id, ar, en, kind, country"),
    ],
)
def test_a_broken_registry_is_told(tmp_path: Path, entry: str, message: str) -> None:
    path = tmp_path / "actors.yaml"
    path.write_text(f"- {entry}\n- {{id: x, ar: جيش اول, en: X, kind: state, country: [x]}}\n", encoding="utf-8")
    with pytest.raises(UserError, match=message):
        parties.registry(path)


def test_a_missing_registry_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such registry"):
        parties.registry(tmp_path / "none.yaml")
