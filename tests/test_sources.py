"""What a text says of its sources."""

from hasila import sources
from hasila.links import sentence
from hasila.markup import parse


def features(text: str, place: int = -1) -> set[str]:
    article = parse(text, "x")
    casualty = [m for m in article.mentions if m.label == "KILLED"][place]
    return set(sources.features(article, casualty, *sentence(article.text, casualty)))


def test_who_says_it_in_the_sentence() -> None:
    assert "before speaker monitor" in features("أفاد المرصد السوري بمقتل [[KILLED 3|3 جنود]]")
    assert "after speaker official" in features("قتل [[KILLED 3|3 جنود]] وفق مصدر طبي")
    assert "before speaker actor" in features("أعلن [[ACTOR|لواء الفتح]] مقتل [[KILLED 3|3 جنود]]")


def test_a_group_that_says_nothing_is_no_speaker() -> None:
    found = features("هاجم [[ACTOR|لواء الفتح]] الموقع فقتل [[KILLED 3|3 جنود]]")
    assert "before has actor" in found
    assert not any("speaker" in name for name in found)


def test_a_source_is_carried_over_where_the_text_goes_on() -> None:
    found = features("قالت وكالة الأنباء إن القصف تجدد.\nوأضافت أن [[KILLED 3|3 جنود]] قتلوا")
    assert "carried ['medium'] near [] goes on True" in found
    assert "said ['medium']" in found


def test_the_last_speaker_of_the_paragraph_counts_without_that() -> None:
    found = features("قال المرصد إن القصف تجدد. قتل [[KILLED 3|3 جنود]] في الحي.")
    assert "said ['monitor']" in found
    assert "said []" in features("قال المرصد إن القصف تجدد.\nقتل [[KILLED 3|3 جنود]] في الحي.")


def test_we_is_the_voice_of_a_party() -> None:
    assert "we often" in features("تصدت قواتنا للعدو وقتل مجاهدونا [[KILLED 3|3 جنود]]")
    assert "we hardly" in features("تصدت القوات للهجوم وقتلت [[KILLED 3|3 جنود]]")
