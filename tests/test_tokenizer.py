"""AraBERT's normalisation inside the tokenizer: the reference's text, and offsets into the raw one."""

from collections.abc import Callable
from pathlib import Path

import pytest
from stand_ins import SENTENCES, hub_encoder, mini_encoder
from tokenizers import normalizers, pre_tokenizers

from hasila.encoder import load_tokenizer
from hasila.tokenizer import arabert_steps, pre_tokenizer, train_wordpiece
from hasila.windows import Pieces

TEXTS = [
    "قُتِلَ ثلاثةُ جنودٍ وأُصيبَ خمسةٌ آخرون",
    "قتـــل العشرات فــي القصف",
    "سقط ٢٥ قتيلاً و١٢ جريحًا يوم ٣ آذار ٢٠٢٠",
    "على بعد 10كلم جنوب المدينة وبمساحة 200كم2",
    "قُتل و21 جريحا، بينهم5 أطفال",
    "قال “الناطق”: «لا صحة لذلك» ونفى 'الخبر' و\"غيره\"",
    "في 12/5/2016 أو 1437/8/5 هـ",
    "أعلن تنظيم ISIS تبني الهجوم على M5 قرب R44716",
    "خبر عاجل 🔴 سقوط قتلى 😢 في المدينة",
    "الله أكبررررر والنصر قريييب!!!! ......",
    "سقط أكثر من 1.200 قتيل، أي ما يعادل 3,5٪ من السكان",
    "(إيران وتركيا وروسيا)؛ [تحديث] هل انتهت المعركة؟",
    "سطر أول\nسطر ثانٍ\tوثالث",
    "قوات اﻷسد و الجيش اﻹيراني",
    "العقيد (م) / أحمد - قائد اللواء 93",
    "نسبة 50% + 20% = 70% تقريبا",
    "مقاتلو حزب الله… واصلوا التقدم – بحسب المصدر —",
    "تابعونا على http://example.org/news?id=5 أو www.example.org",
    "للتواصل press@example.org أو @moraselon على المنصة",
    "نص <b>غامق</b> مع وسم",
]


@pytest.mark.parametrize("text", TEXTS)
def test_pieces_of_text_are_those_of_the_reference(text: str) -> None:
    arabert = pytest.importorskip("arabert.preprocess")
    reference = arabert.ArabertPreprocessor("bert-base-arabertv02").preprocess(text)
    ours = normalizers.Sequence(arabert_steps()).normalize_str(text)
    # What BERT's own pre-tokenizer makes of the reference's text: the placeholders are tokens of their own.
    split = pre_tokenizers.BertPreTokenizer()
    assert [w for w, _ in pre_tokenizer().pre_tokenize_str(ours)] == [w for w, _ in split.pre_tokenize_str(reference)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hub_encoder(tmp_path_factory.mktemp("hub") / "encoder")


def test_offsets_point_into_the_raw_text(folder: Path) -> None:
    text = "قُتِلَ ٣ جنودٍ قرب 10كلم"
    encoding = load_tokenizer(folder)(text, add_special_tokens=False, return_offsets_mapping=True)
    words: dict[int, tuple[int, int]] = {}
    for word, (start, end) in zip(encoding.word_ids(), encoding["offset_mapping"], strict=True):
        words[word] = (words.get(word, (start, end))[0], end)
    # Deleted marks at the end of a word belong to no piece.
    assert [text[a:b] for a, b in words.values()] == ["قُتِل", "٣", "جنود", "قرب", "10", "كلم"]


@pytest.mark.parametrize("make", [hub_encoder, mini_encoder])
def test_save_and_reload_keeps_ids_and_offsets(make: Callable[[Path], Path], tmp_path: Path) -> None:
    tokenizer = load_tokenizer(make(tmp_path / "encoder"))
    tokenizer.save_pretrained(tmp_path / "saved")
    again = load_tokenizer(tmp_path / "saved")
    for text in TEXTS:
        first = tokenizer(text, return_offsets_mapping=True)
        second = again(text, return_offsets_mapping=True)
        assert (first["input_ids"], first["offset_mapping"]) == (second["input_ids"], second["offset_mapping"])


def test_normalisation_is_put_into_a_hub_tokenizer_once(folder: Path, tmp_path: Path) -> None:
    tokenizer = load_tokenizer(folder)
    marked, plain = (tokenizer(text)["input_ids"] for text in ("قُتِـــل", "قتل"))
    assert marked == plain
    tokenizer.save_pretrained(tmp_path)
    assert load_tokenizer(tmp_path).backend_tokenizer.to_str() == tokenizer.backend_tokenizer.to_str()


def test_links_become_one_placeholder_token(folder: Path) -> None:
    tokenizer = load_tokenizer(folder)
    assert tokenizer.tokenize("http://example.org/a") == ["[رابط]"]
    assert tokenizer.model_max_length == 512


def test_small_encoder_folds_spelling(tmp_path: Path) -> None:
    tokenizer = load_tokenizer(mini_encoder(tmp_path / "encoder"))
    assert tokenizer.tokenize("أسلحة") == tokenizer.tokenize("اسلحة")
    assert tokenizer.tokenize("ﻷسلحة") == tokenizer.tokenize("لأسلحة")
    assert tokenizer.tokenize("۱۵ “كی”") == tokenizer.tokenize('15 "كي"')


def test_a_mask_stands_behind_a_text_of_the_small_encoder_and_none_behind_arabert_s(
    tmp_path: Path, folder: Path
) -> None:
    small, hub = (load_tokenizer(where) for where in (mini_encoder(tmp_path / "encoder"), folder))
    framed = small.convert_ids_to_tokens(small("قال")["input_ids"])
    assert [framed[0], *framed[-2:]] == ["[CLS]", "[MASK]", "[SEP]"]
    assert Pieces.of(small).behind == [small.mask_token_id, small.sep_token_id]
    assert (Pieces.of(hub).before, Pieces.of(hub).behind) == ([hub.cls_token_id], [hub.sep_token_id])


def test_the_same_texts_give_the_same_vocabulary() -> None:
    first, second = (train_wordpiece(SENTENCES * 3, 400, 128).get_vocab() for _ in range(2))
    assert first == second
    assert {"[CLS]", "[رابط]", "##ون"} <= set(first)
