"""Fast tokenizers whose normalisation happens inside, with offsets into the raw text.

AraBERT v0.2 was pre-trained on text that its authors' preprocessor had changed
(`ArabertPreprocessor.preprocess`, github.com/aub-mind/arabert, `preprocess.py`). Changing the
text before tokenizing would break character offsets, so the same steps live here as
`tokenizers` normalisers and pre-tokenizers: they track where each character came from, and
they are saved in `tokenizer.json`.
"""

from collections.abc import Iterable

from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerBase, PreTrainedTokenizerFast

SPECIAL_TOKENS = {
    "pad_token": "[PAD]",
    "unk_token": "[UNK]",
    "cls_token": "[CLS]",
    "sep_token": "[SEP]",
    "mask_token": "[MASK]",
}
# What AraBERT's preprocessor puts in place of links, e-mail addresses and user names.
PLACEHOLDERS = ("[رابط]", "[بريد]", "[مستخدم]")

ARABIC_LETTERS = "\u0621-\u063a\u0641-\u064a"
# What a word can go on with when the small encoder's normalisation is done.
LETTERS = [*map(chr, [*range(0x0621, 0x063B), *range(0x0641, 0x064B)]), *"abcdefghijklmnopqrstuvwxyz0123456789"]
# preprocess.py, REJECTED_CHARS_REGEX: all other characters become a space.
REJECTED = (
    r"[^0-9\u0621-\u063A\u0640-\u066C\u0671-\u0674a-zA-Z\[\]!\"#\$%'\(\)\*\+,\.:;\-<=·>?@\\\^_`{\|}~—٪’،؟୍“؛”ۚ»\s«–…‘]"
)
# preprocess.py, URL_REGEXES without those that only repeat the first two, EMAIL_REGEXES, USER_MENTION_REGEX.
URL = (
    r"(http(s)?:\/\/.)?(www\.)?[-a-zA-Z0-9@:%._\+~#=]{2,256}\.[a-z]{2,6}\b([-a-zA-Z0-9@:%_\+.~#?&//=]*)"
    r"|http[s]?://[a-zA-Z0-9_\-./~\?=%&]+|www[a-zA-Z0-9_\-?=%&/.~]+|(?=http)[^\s]+|(?=www)[^\s]+|://"
)
EMAIL = r"\S+@\S+"
USER = r"@\w+"


def _replace(pattern: str, content: str) -> normalizers.Replace:
    return normalizers.Replace(Regex(pattern), content)


def _map(source: str, target: str) -> list[normalizers.Normalizer]:
    return [normalizers.Replace(a, b) for a, b in zip(source, target, strict=True)]


def arabert_steps() -> list[normalizers.Normalizer]:
    """The text changes of `ArabertPreprocessor._preprocess_v2` for arabertv02, in its order.

    What it does by inserting spaces is left to `pre_tokenizer`, which splits at the same places.
    """
    return [
        _replace("[\u064b-\u0652]", ""),  # tashkeel
        normalizers.Replace("\u0640", ""),  # tatweel
        _replace(URL, f" {PLACEHOLDERS[0]} "),
        _replace(EMAIL, f" {PLACEHOLDERS[1]} "),
        _replace(USER, f" {PLACEHOLDERS[2]} "),
        _replace(r"</?[^>\n]+>", " "),
        *_map("٠١٢٣٤٥٦٧٨٩", "0123456789"),
        _replace(r"(\D)\1\K\1+", ""),  # at most two of a character in a row
        normalizers.Replace("/", "-"),
        _replace(REJECTED, " "),
    ]


def mini_steps() -> list[normalizers.Normalizer]:
    """AraBERT's steps, and folding that a small model cannot afford to learn:

    presentation forms, Persian letters and digits, alef variants, quotation marks, Latin case.
    """
    return [
        normalizers.NFKC(),
        _replace("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]", ""),  # direction marks
        *_map("۰۱۲۳۴۵۶۷۸۹کی", "0123456789كي"),
        _replace("[“”«»″„]", '"'),
        _replace("[أإآٱ]", "ا"),
        *arabert_steps(),
        normalizers.Lowercase(),
    ]


def pre_tokenizer() -> pre_tokenizers.PreTokenizer:
    """Split at white space, around every character that is no letter or digit, and where a digit
    run meets an Arabic letter (`10كلم`); Latin letters and digits stay together (`R44716`)."""
    digits = f"[0-9]+(?=[{ARABIC_LETTERS}])|(?<=[{ARABIC_LETTERS}])[0-9]+"
    others = rf"[^0-9{ARABIC_LETTERS}a-zA-Z\s]"
    return pre_tokenizers.Sequence(
        [
            pre_tokenizers.WhitespaceSplit(),
            pre_tokenizers.Split(Regex(others), "isolated"),
            pre_tokenizers.Split(Regex(digits), "isolated"),
        ]
    )


def wrap(backend: Tokenizer, max_length: int) -> PreTrainedTokenizerFast:
    """Wrap a backend so that it survives save → `AutoTokenizer.from_pretrained`.

    A patched `BertTokenizer` would silently lose its normaliser on reload (transformers 5).
    """
    return PreTrainedTokenizerFast(tokenizer_object=backend, model_max_length=max_length, **SPECIAL_TOKENS)


def with_arabert_normalisation(tokenizer: PreTrainedTokenizerBase) -> PreTrainedTokenizerFast:
    """AraBERT's own vocabulary behind AraBERT's own preprocessing, on raw text."""
    backend = Tokenizer.from_str(tokenizer.backend_tokenizer.to_str())
    backend.normalizer = normalizers.Sequence(arabert_steps())
    backend.pre_tokenizer = pre_tokenizer()
    known = [AddedToken(token, normalized=True) for token in PLACEHOLDERS if backend.token_to_id(token) is not None]
    backend.add_tokens(known)
    return wrap(backend, min(tokenizer.model_max_length, 512))


def train_wordpiece(texts: Iterable[str], vocab_size: int, max_length: int) -> PreTrainedTokenizerFast:
    """Train the embedded encoder's WordPiece vocabulary (`vocab_size` pieces) on raw texts."""
    learner = _backend(models.WordPiece(unk_token="[UNK]"))
    trainer = trainers.WordPieceTrainer(
        vocab_size=vocab_size - len(PLACEHOLDERS),
        # With ids of their own from the start: in the trainer's hash order, ties would fall differently every time.
        special_tokens=[*SPECIAL_TOKENS.values(), *(f"##{letter}" for letter in LETTERS)],
        show_progress=False,
    )
    learner.train_from_iterator(texts, trainer)
    backend = _backend(models.WordPiece(learner.get_vocab(), unk_token="[UNK]", max_input_chars_per_word=100))
    backend.add_special_tokens(list(SPECIAL_TOKENS.values()))
    backend.add_tokens([AddedToken(token, normalized=True) for token in PLACEHOLDERS])
    backend.post_processor = frame(backend)
    return wrap(backend, max_length)


def frame(backend: Tokenizer) -> processors.PostProcessor:
    """What stands around a text for the embedded encoder: `[CLS] text [MASK] [SEP]`.

    In pre-training a quarter of its input is [MASK], and there it learns to gather what the other pieces look up.
    Without one it is far harder to fine-tune (`models/README.md` has the figures). Tokens for that use are called
    registers (Darcet et al. 2024, section 2.2).
    """
    ids = [(name, backend.token_to_id(name)) for name in ("[CLS]", "[MASK]", "[SEP]")]
    return processors.TemplateProcessing(single="[CLS] $A [MASK] [SEP]", special_tokens=ids)


def _backend(model: models.Model) -> Tokenizer:
    backend = Tokenizer(model)
    backend.normalizer = normalizers.Sequence(mini_steps())
    backend.pre_tokenizer = pre_tokenizer()
    return backend
