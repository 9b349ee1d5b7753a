"""Tagging raw text with a checkpoint of random weights: it marks nonsense, but its offsets must be right."""

import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stand_ins import SENTENCES, mini_encoder

from hasila import Tagger, encoder, torch_model
from hasila.mention import LABELS
from hasila.windows import units
from hasila.words import snap

PARTS = [
    *" ".join(SENTENCES).split(),
    "،",
    "“",
    "”",
    ".",
    "\n",
    "\n\n",
    "10كلم",
    "و21",
    "قُتِلَ",
    "مـــن",
    "🙂",
    "ﻷن",
    "؟",
]
TEXTS = st.lists(st.sampled_from(PARTS), max_size=80).map(" ".join)


@pytest.fixture(scope="module")
def tagger(tmp_path_factory: pytest.TempPathFactory) -> Tagger:
    folder = mini_encoder(tmp_path_factory.mktemp("tagger"))
    model = encoder.load_model(folder, list(LABELS), random_weights=True)
    return torch_model.tagger(model, encoder.load_tokenizer(folder), window=32, overlap=8)


@given(text=TEXTS | st.text(max_size=60))
@settings(derandomize=True, deadline=None, max_examples=40)
def test_mentions_are_whole_words_in_order_with_right_offsets(tagger: Tagger, text: str) -> None:
    mentions = tagger.tag(text)
    for mention in mentions:
        assert text[mention.start : mention.end] == mention.text
        assert snap(text, mention.start, mention.end) == (mention.start, mention.end)
        assert 0 < mention.score <= 1
    assert all(a.end <= b.start for a, b in itertools.pairwise(mentions))


def test_a_random_tagger_marks_something_so_that_the_test_above_can_fail(tagger: Tagger) -> None:
    assert len(tagger.tag(" ".join(SENTENCES))) > 3


@pytest.mark.parametrize("text", ["", " \n\n ", "؟!", "🙂"])
def test_text_without_words_has_no_mentions(tagger: Tagger, text: str) -> None:
    assert tagger.tag(text) == []


def test_batches_do_not_change_what_is_found(tagger: Tagger) -> None:
    text = "\n".join(SENTENCES * 4)
    one_by_one = Tagger(tagger.model, tagger.tags, tagger.pieces, tagger.window, tagger.overlap, batch_tokens=1)
    assert one_by_one.tag(text) == tagger.tag(text)


def test_a_word_is_found_wherever_a_long_text_is_cut(tagger: Tagger, monkeypatch: pytest.MonkeyPatch) -> None:
    """With predictions that depend on the word alone, cutting into windows loses and doubles nothing."""
    text = "قتل ثلاثة جنود " * 60

    def by_word(batch: list) -> list:
        first = units("جنود", tagger.pieces).pieces[0][0]
        tag = tagger.tags.index("B-KILLED")
        return [([1.0] * len(w.positions), [tag if w.input_ids[p] == first else 0 for p in w.positions]) for w in batch]

    monkeypatch.setattr(tagger, "_forward", by_word)
    assert [m.text for m in tagger.tag(text)] == ["جنود"] * 60


def test_a_mention_is_not_cut_where_windows_meet(tagger: Tagger, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "قتل ثلاثة جنود " * 60
    ids = {word: units(word, tagger.pieces).pieces[0][0] for word in text.split()[:3]}
    names = {ids["قتل"]: "O", ids["ثلاثة"]: "B-KILLED", ids["جنود"]: "I-KILLED"}

    def by_word(batch: list) -> list:
        return [
            ([1.0] * len(w.positions), [tagger.tags.index(names[w.input_ids[p]]) for p in w.positions]) for w in batch
        ]

    monkeypatch.setattr(tagger, "_forward", by_word)
    assert [m.text for m in tagger.tag(text)] == ["ثلاثة جنود"] * 60


def test_tag_all_gives_one_list_a_text(tagger: Tagger) -> None:
    assert [len(found) > 0 for found in tagger.tag_all([SENTENCES[0], "", SENTENCES[1]])] == [True, False, True]


def test_a_checkpoint_of_another_kind_is_refused(tmp_path: Path) -> None:
    from hasila.errors import UserError
    from hasila.files import write_json

    folder = mini_encoder(tmp_path / "encoder")
    write_json(folder / "hasila.json", {"window": 32, "overlap": 8, "encoder": "x"})
    with pytest.raises(UserError, match="not a checkpoint of Hasila's: its labels are LABEL_0, LABEL_1"):
        Tagger.from_pretrained(folder)
