"""A checkpoint that torch runs, on any device."""

from pathlib import Path

import numpy as np
import torch
from transformers import AutoModelForTokenClassification, PreTrainedModel, PreTrainedTokenizerFast

from hasila.device import attention, pick_device, use_bf16
from hasila.encoder import load_tokenizer
from hasila.tagger import Tagger
from hasila.windows import Pieces


class TorchModel:
    """Logits of a `transformers` model; `dtype` is fp32, bf16 or auto (bf16 where it is native)."""

    def __init__(self, model: PreTrainedModel, dtype: str = "fp32") -> None:
        self.bf16 = use_bf16(dtype, model.device)
        self.model = model.eval()
        self.model.set_attn_implementation(attention(model.device, self.bf16))

    @torch.inference_mode()
    def __call__(self, ids: np.ndarray, mask: np.ndarray) -> np.ndarray:
        """See `hasila.tagger.Model`."""
        inputs = [torch.from_numpy(array).to(self.model.device) for array in (ids, mask)]
        with torch.autocast(self.model.device.type, torch.bfloat16, enabled=self.bf16):
            logits = self.model(input_ids=inputs[0], attention_mask=inputs[1]).logits
        return logits.float().cpu().numpy()


def load(folder: Path, device: str | None, dtype: str) -> TorchModel:
    """Read a checkpoint's weights."""
    model = AutoModelForTokenClassification.from_pretrained(folder, dtype="float32", use_safetensors=True)
    return TorchModel(model.to(torch.device(device) if device else pick_device()), dtype)


def pieces(folder: Path) -> Pieces:
    """The tokenizer of a checkpoint, AraBERT's normalisation put in where it is AraBERT's own."""
    return Pieces.of(load_tokenizer(folder))


def tagger(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast, window: int, overlap: int, batch_tokens: int = 2048
) -> Tagger:
    """A model in memory, ready to mark text."""
    tags = [model.config.id2label[i] for i in range(model.config.num_labels)]
    return Tagger(TorchModel(model), tags, Pieces.of(tokenizer), window, overlap, batch_tokens)
