from itertools import pairwise

import pytest
from conftest import SENTENCES, TOKENS, texts
from hypothesis import given
from hypothesis import strategies as st

from hasila.errors import UserError
from hasila.windows import Pieces, Units, Window, units, windows
from hasila.words import words

LONG = "سنستكتبهاوتقولونها" * 5
GENERATED = texts([*TOKENS, *SENTENCES[0].split(), LONG])


def kept(source: Units, found: list[Window]) -> list[str]:
    """The stretch of text that each window is kept for."""
    return [source.text[source.spans[w.keep_from][0] : source.spans[w.keep_to - 1][1]] for w in found]


def length(text: str, pieces: Pieces) -> int:
    return sum(map(len, units(text, pieces).pieces))


def frame(pieces: Pieces) -> int:
    return len(pieces.before) + len(pieces.behind)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('لـ"النصرة"، 10كلم و21', ["ل", '"', "النصرة", '"', "،", "10", "كلم", "و", "21"]),
        ("  قال أحمد:\n\n«نعم».", ["قال", "أحمد", ":", "«", "نعم", "»", "."]),
        ("عناصرُ الـثوار R44716", ["عناصر", "الـثوار", "R44716"]),
        ("قُتِل ١٢ شخصاً", ["قُتِل", "١٢", "شخصا"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_units_point_into_the_raw_text(pieces: Pieces, text: str, expected: list[str]) -> None:
    surfaces = [text[a:b] for a, b in units(text, pieces).spans]
    assert [surface.rstrip("ـ") for surface in surfaces] == expected


@given(text=GENERATED)
def test_units_cover_every_word_in_order(pieces: Pieces, text: str) -> None:
    source = units(text, pieces)
    assert len(source.spans) == len(source.pieces)
    assert all(source.pieces)
    end = 0
    for i, (a, b) in enumerate(source.spans):
        expanded = i and source.spans[i - 1] == (a, b) and text[a:b] == "…"  # NFKC makes it three full stops
        assert a >= end or expanded
        assert a < b <= len(text)
        assert not any(character.isspace() for character in text[a:b])
        end = b
    assert all(any(a < d and c < b for c, d in source.spans) for a, b in words(text))


@given(text=GENERATED, size=st.integers(8, 40), share=st.floats(0, 0.99))
def test_windows_keep_every_unit_once(pieces: Pieces, text: str, size: int, share: float) -> None:
    source = units(text, pieces)
    found = windows(source, pieces, size, int(share * (size - frame(pieces))))
    assert [i for w in found for i in range(w.keep_from, w.keep_to)] == list(range(len(source.spans)))
    for window in found:
        ids = window.input_ids
        assert len(ids) <= size
        assert window.first <= window.keep_from <= window.keep_to <= window.last
        assert [ids[p] for p in window.positions] == [p[0] for p in source.pieces[window.first : window.last]]
        inner = [p for unit in source.pieces[window.first : window.last] for p in unit[: size - frame(pieces)]]
        assert ids == [*pieces.before, *inner, *pieces.behind]


def test_an_empty_text_has_no_windows(pieces: Pieces) -> None:
    assert windows(units("\n", pieces), pieces, 16, 4) == []


def test_a_long_paragraph_is_cut_at_sentence_ends(pieces: Pieces) -> None:
    sentences = ["قُتل 3.5 آلاف جندي؟", "قال الجيش إن الحركة انسحبت!", "نفى متحدث ذلك…", "ثم سكتت المدافع."]
    longest = max(length(sentence, pieces) for sentence in sentences)
    assert all(length(f"{a} {b}", pieces) > longest for a, b in pairwise(sentences))
    source = units(" ".join(sentences), pieces)
    assert kept(source, windows(source, pieces, longest + frame(pieces), 4)) == sentences


def test_sentences_that_fit_share_a_window(pieces: Pieces) -> None:
    first, last = "قال الجيش ذلك. نفت الحركة.", "أعلنت قوات الحكومة سيطرتها."
    size = length(first, pieces) + frame(pieces)
    assert length(last, pieces) <= size - frame(pieces)
    source = units(f"{first} {last}", pieces)
    assert kept(source, windows(source, pieces, size, 4)) == [first, last]


def test_a_full_stop_in_a_number_ends_no_sentence(pieces: Pieces) -> None:
    first, last = "قال الجيش ذلك.", "3.5 آلاف جندي انسحبوا من الجبهة."
    size = length(last, pieces) + frame(pieces)
    assert length(f"{first} 3.", pieces) <= size - frame(pieces)
    source = units(f"{first} {last}", pieces)
    assert kept(source, windows(source, pieces, size, 4)) == [first, last]


def test_a_paragraph_that_fits_is_never_cut(pieces: Pieces) -> None:
    first, second = "قال الجيش ذلك.", "نفى. وقال متحدث باسم الحركة إن القوات انسحبت."
    size = length(second, pieces) + frame(pieces)
    assert length(first, pieces) + length("نفى.", pieces) <= size - frame(pieces)
    source = units(f"{first}\n{second}", pieces)
    assert kept(source, windows(source, pieces, size, 4)) == [first, second]


def test_paragraphs_that_fit_together_share_a_window(pieces: Pieces) -> None:
    text = "قال الجيش ذلك.\n\nنفت الحركة"
    source = units(text, pieces)
    assert kept(source, windows(source, pieces, length(text, pieces) + frame(pieces), 4)) == [text]


def test_a_long_sentence_is_cut_into_windows_that_overlap(pieces: Pieces) -> None:
    source = units(" ".join(["قوات الحكومة في المدينة"] * 20), pieces)
    found = windows(source, pieces, 20, 8)
    assert len(found) > 2
    for left, right in pairwise(found):
        shared = sum(map(len, source.pieces[right.first : left.last]))
        assert shared == 8
        assert right.first < left.keep_to == right.keep_from < left.last


@pytest.mark.parametrize("overlap", [-1, 14, 15, 100])
def test_a_bad_overlap_is_a_user_error(pieces: Pieces, overlap: int) -> None:
    with pytest.raises(UserError, match=f"overlap {overlap} must be smaller than the 14 pieces"):
        windows(units("قال", pieces), pieces, 14 + frame(pieces), overlap)


def test_a_word_longer_than_a_window_keeps_its_position(pieces: Pieces) -> None:
    source = units(f"قال {LONG} ثم سكت.", pieces)
    assert len(source.pieces[1]) > 14
    found = windows(source, pieces, 16, 4)
    assert [i for w in found for i in range(w.keep_from, w.keep_to)] == list(range(len(source.spans)))
    holder = next(w for w in found if w.keep_from <= 1 < w.keep_to)
    assert holder.input_ids[holder.positions[1 - holder.first]] == source.pieces[1][0]
