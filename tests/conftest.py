"""A tiny tokenizer, and strategies that generate Arabic texts and marked-up articles."""

import os
from collections.abc import Sequence

os.environ["CUDA_VISIBLE_DEVICES"] = ""  # exact weights and losses are compared: on the CPU, where they are exact

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from transformers import PreTrainedTokenizerFast

from hasila.markup import CASUALTY_FLAGS
from hasila.mention import LABELS, SOURCES, Article, Attributes, Mention
from hasila.tokenizer import train_wordpiece
from hasila.windows import Pieces
from hasila.words import snap, words

settings.register_profile("offline", derandomize=True, deadline=None, max_examples=50)
settings.load_profile("offline")

SENTENCES = (
    "قُتل خمسة جنود في هجوم على قاعدة عسكرية شمالي المدينة، وأصيب 12 آخرون.",
    "أعلنت قوات الحكومة سيطرتها على ثلاث قرى بعد معارك استمرت يومين.",
    "قال متحدث باسم الحركة إن مقاتليها انسحبوا من الجبهة الغربية مساء الأحد.",
    "نفى الجيش وقوع أسرى في صفوفه؟ وأكد أن طائراته قصفت مواقع المسلحين!",
    "اعتقلت قوات الأمن عشرات المتظاهرين أمام مبنى المحافظة في 3.5 ساعات.",
    "قال الجيش إن 3.5 آلاف جندي انسحبوا، ثم سكتت المدافع.",
    "نفت الحركة ذلك، وقال متحدث إن القوات انسحبت في المدينة.",
)
TOKENS = (
    *("قوات", "النظام", "مقتل", "هاجم", "عناصرُ", "الـثوار", "جريحاً", "ومسلحي", "شخصاً", "حركة"),
    *("و21", "10كلم", "1.200", "١٬٢٠٠", "R7"),
    *("“جبهة", "النصرة”", '"الشباب"', "«الحرس»", "(الحوثيون)", 'لـ"القسام"'),
)
GAPS = (" ", " ", " ", "  ", "، ", ". ", "؟ ", "… ", " - ", "\n", "\n\n\n", " \n")
COUNTS = ("5", "15..", "..9", "30..40", "~20", "?")


@pytest.fixture(scope="session")
def tokenizer() -> PreTrainedTokenizerFast:
    """Has every word of `SENTENCES` as one piece."""
    return train_wordpiece(SENTENCES, 600, 128)


@pytest.fixture(scope="session")
def pieces(tokenizer: PreTrainedTokenizerFast) -> Pieces:
    return Pieces.of(tokenizer)


def texts(tokens: Sequence[str] = TOKENS, max_size: int = 30) -> st.SearchStrategy[str]:
    pairs = st.lists(st.tuples(st.sampled_from(GAPS), st.sampled_from(tokens)), min_size=1, max_size=max_size)
    return st.builds(lambda found, end: "".join(map("".join, found)) + end, pairs, st.sampled_from(["", *GAPS]))


@st.composite
def articles(draw: st.DrawFn) -> Article:
    """Any text with valid mentions: whole words, none overlapping, every `of` key defined."""
    text = draw(texts())
    spans = draw(_spans(text))
    labels = [draw(st.sampled_from(LABELS)) for _ in spans]
    actors = {span: draw(_actor()) for span, label in zip(spans, labels, strict=True) if label == "ACTOR"}
    keys = sorted({attributes.key for attributes in actors.values() if attributes.key})
    mentions = [
        Mention(*span, label, text[slice(*span)], attributes=actors.get(span) or draw(_casualty(keys)))
        for span, label in zip(spans, labels, strict=True)
    ]
    return Article("generated", text, tuple(mentions))


@st.composite
def _spans(draw: st.DrawFn, text: str) -> list[tuple[int, int]]:
    found, here, i = [], words(text), 0
    while i < len(here):
        length = draw(st.integers(0, 3))
        if length:
            span = snap(text, here[i][0], here[min(i + length, len(here)) - 1][1])
            assert span
            if "\n" not in text[slice(*span)]:
                found.append(span)
        i += max(length, 1)
    return found


def _actor() -> st.SearchStrategy[Attributes]:
    flags = st.sampled_from([(), (), ("killed",), ("captured", "again")])
    return st.builds(Attributes, key=st.sampled_from([None, "rsf", "army-2"]), flags=flags)


def _casualty(keys: list[str]) -> st.SearchStrategy[Attributes]:
    of = st.lists(st.sampled_from(keys), unique=True).map(tuple) if keys else st.just(())
    flags = st.lists(st.sampled_from(CASUALTY_FLAGS), unique=True).map(tuple)
    by = st.sampled_from([None, *SOURCES])
    return st.builds(Attributes, count=st.sampled_from(COUNTS), of=of, flags=flags, by=by)
