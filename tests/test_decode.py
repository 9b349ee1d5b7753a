from itertools import pairwise

import pytest
from conftest import articles, texts
from hypothesis import given
from hypothesis import strategies as st

from hasila.decode import chunks, decode, encode, iob2, legal, reachable
from hasila.mention import LABELS, Article, Mention
from hasila.words import TOKEN, snap

TAGS = st.sampled_from(iob2(LABELS))


def test_iob2() -> None:
    assert iob2(["ACTOR", "KILLED"]) == ["O", "B-ACTOR", "I-ACTOR", "B-KILLED", "I-KILLED"]


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("I-ACTOR I-ACTOR O", "B-ACTOR I-ACTOR O"),
        ("O I-ACTOR", "O B-ACTOR"),
        ("B-ACTOR I-KILLED I-KILLED", "B-ACTOR B-KILLED I-KILLED"),
        ("B-ACTOR I-KILLED I-ACTOR", "B-ACTOR B-KILLED B-ACTOR"),
        ("B-ACTOR B-ACTOR I-ACTOR", "B-ACTOR B-ACTOR I-ACTOR"),
        ("B-ACTOR O I-ACTOR", "B-ACTOR O B-ACTOR"),
        ("", ""),
    ],
)
def test_legal(tags: str, expected: str) -> None:
    assert legal(tags.split()) == expected.split()


@given(st.lists(TAGS))
def test_legal_leaves_no_orphan_and_no_other_change(tags: list[str]) -> None:
    result = legal(tags)
    assert all(tag[:2] != "I-" or before[2:] == tag[2:] for before, tag in pairwise(["O", *result]))
    assert all(a == b or (a[:2], b) == ("I-", f"B-{a[2:]}") for a, b in zip(tags, result, strict=True))
    assert legal(result) == result


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("O B-ACTOR I-ACTOR O", [(1, 3, "ACTOR")]),
        ("B-ACTOR B-ACTOR B-KILLED I-KILLED", [(0, 1, "ACTOR"), (1, 2, "ACTOR"), (2, 4, "KILLED")]),
        ("O O", []),
        ("", []),
    ],
)
def test_chunks(tags: str, expected: list[tuple[int, int, str]]) -> None:
    assert list(chunks(tags.split())) == expected


@given(articles())
def test_decode_is_the_inverse_of_encode(article: Article) -> None:
    spans = [match.span() for match in TOKEN.finditer(article.text)]
    tags = encode(spans, article.mentions)
    assert legal(tags) == tags
    assert decode(article.text, spans, tags, [1.0] * len(tags)) == list(article.mentions)
    assert reachable(article.text, spans, article.mentions) == list(article.mentions)


@given(texts(), st.data())
def test_any_tags_of_any_units_give_whole_words_without_overlap(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(1, max(len(text) - 1, 1)))))
    spans = list(pairwise([0, *(cut for cut in cuts if cut < len(text)), len(text)]))
    tags = data.draw(st.lists(TAGS, min_size=len(spans), max_size=len(spans)))
    found = decode(text, spans, tags, [1.0] * len(tags))
    assert all(snap(text, m.start, m.end) == (m.start, m.end) for m in found)
    assert all(m.text == text[m.start : m.end] for m in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


@pytest.mark.parametrize(
    ("text", "spans", "tags", "expected"),
    [
        ("هاجم عناصرُ", [(0, 4), (5, 10)], "O B-ACTOR", [(5, 11, "ACTOR")]),
        ("حركة “الشباب”", [(0, 4), (5, 6), (6, 12), (12, 13)], "B-ACTOR I-ACTOR I-ACTOR O", [(0, 13, "ACTOR")]),
        ("الحوثيون أمس", [(0, 4), (4, 8), (9, 12)], "B-ACTOR B-KILLED O", [(0, 8, "ACTOR")]),
        ("الحوثيون أمس", [(0, 4), (4, 8), (9, 12)], "O I-ACTOR B-KILLED", [(0, 8, "ACTOR"), (9, 12, "KILLED")]),
        ("قال، ثم", [(0, 3), (3, 4), (5, 7)], "O B-ACTOR O", []),
    ],
    ids=["diacritic", "closing quote", "one word once", "half a word", "punctuation only"],
)
def test_mentions_are_snapped_to_words(
    text: str, spans: list[tuple[int, int]], tags: str, expected: list[tuple[int, int, str]]
) -> None:
    found = decode(text, spans, tags.split(), [1.0] * len(spans))
    assert [(m.start, m.end, m.label) for m in found] == expected


def test_the_score_is_the_mean_over_the_units() -> None:
    spans = [(0, 4), (5, 11), (12, 15)]
    found = decode("قوات النظام أمس", spans, ["B-ACTOR", "I-ACTOR", "B-KILLED"], [0.9, 0.6, 0.3])
    assert [m.score for m in found] == pytest.approx([0.75, 0.3])


def test_encode_labels_the_units_that_a_mention_touches() -> None:
    mentions = [Mention(5, 11, "ACTOR"), Mention(12, 18, "ACTOR")]
    spans = [(0, 4), (5, 8), (8, 10), (12, 15), (15, 18), (18, 19)]
    assert encode(spans, mentions) == ["O", "B-ACTOR", "I-ACTOR", "B-ACTOR", "I-ACTOR", "O"]


def test_what_the_units_cannot_say_is_not_reachable() -> None:
    mentions = [Mention(0, 2, "KILLED"), Mention(2, 5, "ACTOR")]
    assert reachable("10كلم", [(0, 2), (2, 5)], mentions) == mentions
    assert reachable("10كلم", [(0, 5)], mentions) == []


def test_a_mention_ends_with_its_paragraph() -> None:
    text = "قال الجيش\nوالقوات هاجمت"
    spans = [(0, 3), (4, 9), (10, 17), (18, 23)]
    found = decode(text, spans, ["O", "B-ACTOR", "I-ACTOR", "O"], [1.0] * 4)
    assert [m.text for m in found] == ["الجيش", "والقوات"]
