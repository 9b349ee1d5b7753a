"""Small models in the layouts that real ones come in, with random weights: for code, not for scores."""

from pathlib import Path
from typing import Any

import torch
from transformers import BertConfig, BertForPreTraining, BertTokenizer

from hasila import encoder, pretraining, training
from hasila.config import PretrainConfig, TrainConfig
from hasila.mention import LABELS
from hasila.tokenizer import PLACEHOLDERS, SPECIAL_TOKENS, train_wordpiece

SENTENCES = [
    "قتل ثلاثة جنود وأصيب خمسة آخرون في هجوم شنه مسلحون على حاجز للجيش قرب المدينة",
    "أعلنت وزارة الدفاع أن قواتها تصدت لهجوم واسع نفذته مجموعات مسلحة شرق البلاد",
    "قالت الحركة إن مقاتليها أسروا عنصرين من القوات الحكومية خلال الاشتباكات",
    "فقد عدد من الصيادين بعد غرق مركبهم قبالة الساحل يوم الخميس الماضي 12 15 20",
]
PIECES = [*"ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءآأإؤئ0123456789\"'.,،؛؟!()-:[]%“”«»", "Abc", "قتل", "الجيش", "جندي"]


def mini_encoder(folder: Path) -> Path:
    """A tiny encoder as `scripts/pretrain.py` leaves it."""
    tokenizer = train_wordpiece(SENTENCES * 3, vocab_size=500, max_length=128)
    shape = PretrainConfig(hidden=32, layers=2, heads=2, intermediate=32)
    pretraining.new_model(shape, tokenizer, None).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def checkpoint(folder: Path, **settings: Any) -> Path:
    """A tiny tagger with random weights as `scripts/train.py` leaves it."""
    source = mini_encoder(folder / "encoder")
    model = encoder.load_model(source, list(LABELS), random_weights=True)
    fitted = training.Fitted(model, encoder.load_tokenizer(source), [])
    about = {"encoder": "tiny (random weights)", "trained_on": ["x"], "first": None, "held_out": [], "seed": 1}
    about |= {"commit": "", "device": ""}
    training.save_checkpoint(fitted, TrainConfig(window=32, overlap=8, **settings), about, {}, folder / "checkpoint")
    return folder / "checkpoint"


def hub_encoder(folder: Path) -> Path:
    """A tiny BERT with the files that AraBERT has on its hub: no normalisation in its tokenizer."""
    letters = [p for p in PIECES if len(p) == 1 and p.isalnum()]
    vocabulary = [*SPECIAL_TOKENS.values(), *PLACEHOLDERS, *PIECES, *(f"##{letter}" for letter in letters)]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf-8")
    tokenizer = BertTokenizer(
        str(folder / "vocab.txt"), do_lower_case=False, never_split=list(PLACEHOLDERS), model_max_length=512
    )
    tokenizer.save_pretrained(folder)
    torch.manual_seed(0)
    shape = BertConfig(
        vocab_size=len(vocabulary), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32
    )
    BertForPreTraining(shape).save_pretrained(folder)
    return folder
