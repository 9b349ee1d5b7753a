"""The page: everything of an article escaped, mentions and records linked both ways."""

from hasila import page
from hasila.markup import parse
from hasila.mention import Article, Mention

ABOUT = {"checkpoint": "<c>", "encoder": "e", "version": "v"}


def test_everything_is_escaped() -> None:
    text = "<script>x</script>\nحركة <b>الشباب & أخرى"
    article = Article('<i>"', text, (Mention(19, 33, "ACTOR", text[19:33]),))
    written = page.body(article, ABOUT)
    assert "&lt;script&gt;x&lt;/script&gt;" in written
    assert "حركة &lt;b&gt;الشباب" in written
    assert "&amp; أخرى" in written
    assert "checkpoint &lt;c&gt;" in written
    assert not any(tag in written for tag in ("<script", "<b>", "<i>", "<c>"))


def test_a_casualty_and_its_record_point_at_each_other() -> None:
    written = page.body(parse("قتل [[KILLED 3..|ثلاثة جنود على الأقل]]", "a b"), ABOUT)
    assert 'id="a-b-m4" href="#a-b-r4"' in written
    assert '<tr id="a-b-r4">' in written
    assert '<a href="#a-b-m4">ثلاثة جنود على الأقل</a>' in written
    assert '<bdi dir="ltr">3..</bdi> = <bdi dir="ltr">3..</bdi>' in "".join(
        line.strip() for line in written.splitlines()
    ).replace("</a>", "")


def test_what_is_not_counted_is_told_apart() -> None:
    written = page.body(parse("قتل [[KILLED 9|تسعة]] بينهم [[KILLED 2 part|طفلان]]", "a"), ABOUT)
    assert written.count('class="left-out"') == 1
    assert "جزء من حصيلة أخرى" in written


def test_an_article_without_casualties_has_no_tables() -> None:
    written = page.body(parse("قالت [[ACTOR|حماس]] إنها", "a"), ABOUT)
    assert "<table>" not in written
    assert '<mark class="actor"' in written
    assert page.head().startswith("<!doctype html>")
