"""The baseline learns from its training articles only."""

from hasila import gazetteer, markup

TAUGHT = markup.parse(
    "قتل [[KILLED 3|ثلاثة جنود]] في هجوم شنه [[ACTOR|تنظيم الدولة]] على [[ACTOR|القوات الحكومية]]، "
    "وأسر [[CAPTURED 2|جنديين]].\n"
    "وعادت القوات إلى ثكناتها بعد أن جرح [[WOUNDED 5|خمسة جنود]]."
)


def test_it_finds_what_it_was_taught_behind_other_clitics() -> None:
    found = gazetteer.learn([TAUGHT]).tag("اشتبكت القوات الحكومية مع تنظيم الدولة وللقوات الحكومية خسائر")
    assert [(m.label, m.text) for m in found] == [
        ("ACTOR", "القوات الحكومية"),
        ("ACTOR", "تنظيم الدولة"),
        ("ACTOR", "وللقوات الحكومية"),
    ]


def test_a_number_with_a_taught_noun_takes_the_nearest_harm() -> None:
    found = gazetteer.learn([TAUGHT]).tag("أصيب 7 جنود في القصف بينما أسر 4 جنود")
    assert [(m.label, m.text) for m in found] == [("WOUNDED", "7 جنود"), ("CAPTURED", "4 جنود")]


def test_numbers_without_harm_are_nothing() -> None:
    assert gazetteer.learn([TAUGHT]).tag("وصل 7 جنود إلى المدينة") == []


def test_untaught_it_finds_nothing() -> None:
    assert gazetteer.learn([]).tag("قتل ثلاثة جنود") == []
