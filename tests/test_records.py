"""Records and tolls from articles whose attributes are given."""

from hasila import records
from hasila.counts import parse as count
from hasila.markup import parse
from hasila.parties import Party
from hasila.tolls import tolls

TEXT = (
    "ارتفاع الحصيلة إلى [[KILLED 43..|43 قتيلا على الأقل]]\n\n"
    "قال المرصد إن القصف أودى بحياة [[KILLED 43.. by=monitor again|43 شخصا على الأقل]]. "
    "وأسر [[CAPTURED ~5 of=x|نحو 5 من عناصر]] [[ACTOR #x|حركة س]] أمس.\n"
    "قتل [[KILLED 2 of=x|جنديان]] [[KILLED ?|وعدد من المدنيين]] بينهم [[KILLED 1 part|طفلة]]، "
    "ونفت [[ACTOR #x|الحركة]] [[WOUNDED ..9 of=x by=party denied|أقل من عشرة جرحى]]."
)
MOVEMENT = Party("s", "حركة س", "Movement S", "rebel group", ("nowhere",))


def made() -> list[records.Record]:
    article = parse(TEXT, "a")
    return records.records(article, {article.mentions[3]: MOVEMENT})


def test_a_record_has_bounds_place_party_and_flags() -> None:
    captured = made()[2]
    assert (captured.harm, captured.low, captured.best, captured.high, captured.count) == ("captured", 5, 5, 5, "~5")
    assert (captured.paragraph, captured.sentence) == (2, 2)
    assert captured.party == (records.Named("حركة س", "s", "حركة س", "Movement S", "rebel group"),)
    assert captured.counted
    repeated = made()[1]
    assert (repeated.reported_by, repeated.again, repeated.counted) == ("monitor", True, False)


def test_a_party_outside_the_registry_keeps_its_surface() -> None:
    article = parse(TEXT, "a")
    assert records.records(article, {})[2].party == (records.Named("حركة س"),)


def test_offsets_lead_back_to_the_text() -> None:
    article = parse(TEXT, "a")
    assert all(article.text[r.start : r.end] == r.victims for r in records.records(article, {}))


def test_tolls_leave_out_parts_repetitions_and_denials() -> None:
    found = {(toll.harm, toll.party): toll for toll in tolls(made())}
    killed = found["killed", ""]
    assert (killed.low, killed.high, killed.unnumbered, killed.written) == (45, None, 1, "45..")
    assert [term.victims for term in killed.terms] == ["43 قتيلا على الأقل", "جنديان", "وعدد من المدنيين"]
    assert found["killed", "حركة س"].written == "2"
    assert found["captured", ""].written == "5"
    assert ("wounded", "") not in found


def test_a_toll_without_any_number_is_unknown() -> None:
    article = parse("سقوط [[KILLED ?|قتلى]] [[KILLED ?|وقتلى آخرين]]", "a")
    assert [toll.written for toll in tolls(records.records(article, {}))] == ["?", "?"]


def test_the_one_number_of_a_range_is_its_middle() -> None:
    expected = {"7": 7, "~7": 7, "10..20": 15, "7..": 7, "..9": 9, "?": None}
    assert {written: records.best(count(written)) for written in expected} == expected


def test_victim_classes() -> None:
    surfaces = {
        "child": ["طفلة", "وأربعة أطفال", "تلميذين"],
        "woman": ["امرأة حامل", "وامرأتان", "3 نساء"],
        "combatant": ["12 جنديا", "عنصرين", "قيادي بارز", "ضابطان"],
        "medic": ["مسعفين"],
        "journalist": ["صحافي", "مصور قناة"],
        "civilian": ["15 مدنيا", "نازحين"],
        "unknown": ["5 قتلى", "20 شخصا", "آخرون"],
    }
    wrong = {s: found for name, all_ in surfaces.items() for s in all_ if (found := records.victim_class(s)) != name}
    assert wrong == {}


def test_cells_of_a_table_have_the_columns_order() -> None:
    about = {"checkpoint": "c", "encoder": "e", "version": "v"}
    cells = records.to_cells(made()[2], about)
    assert tuple(cells) == records.COLUMNS
    assert cells["party_id"] == "s"
    assert records.to_cells(made()[0], about)["high"] == ""
