"""A checkpoint as a graph that ONNX Runtime runs on the CPU: no torch, no `transformers`, there in a moment.

`hasila.export` writes it. The graph is small and has no weights of its own: it reads those of `model.safetensors`
where they are.
"""

import os
from pathlib import Path

import numpy as np

from hasila.errors import UserError

GRAPH = "model.onnx"
QUANTISED = "model-int8.onnx"


class OnnxModel:
    """Logits of an exported checkpoint; `dtype` is fp32, or int8 where the graph was quantised, too."""

    def __init__(self, folder: Path, dtype: str = "fp32") -> None:
        names = {"fp32": GRAPH, "int8": QUANTISED}
        if dtype not in names or not (folder / names[dtype]).exists():
            raise UserError(f"{folder}: no graph in {dtype}; write one with scripts/export.py")
        import onnxruntime  # here, so that the rest works where there is none

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = _threads()
        self.session = onnxruntime.InferenceSession(
            str(folder / names[dtype]), options, providers=["CPUExecutionProvider"]
        )

    def __call__(self, ids: np.ndarray, mask: np.ndarray) -> np.ndarray:
        """See `hasila.tagger.Model`."""
        return self.session.run(None, {"input_ids": ids, "attention_mask": mask})[0]


def _threads() -> int:
    """As many as torch would take: what is asked for, or the processors that this process may use."""
    asked = os.environ.get("OMP_NUM_THREADS", "")
    return int(asked) if asked.isdigit() else len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0
