"""A checkpoint's computation as an ONNX graph beside its weights, which it refers to and does not repeat."""

import json
import struct
import tempfile
from pathlib import Path
from unittest import mock

import torch
from transformers import AutoModelForTokenClassification
from transformers.models.modernbert import modeling_modernbert as modernbert

from hasila.encoder import load_tokenizer
from hasila.errors import UserError
from hasila.files import write_bytes
from hasila.onnx_model import GRAPH, QUANTISED

WEIGHTS = "model.safetensors"
OPSET = 23  # the first that has rotary positions
TYPES = {"F16": 10, "F32": 1, "BF16": 16}  # onnx.TensorProto's numbers


def export(folder: Path, int8: bool = False) -> Path:
    """Write `model.onnx` into a checkpoint's folder, with `int8` also the quantised graph; the graph's path.

    The tokenizer is saved anew, as Hasila reads it. `UserError` where `onnx` is not installed.
    """
    try:
        import onnx  # noqa: F401
        import onnxscript  # noqa: F401
    except ImportError:
        raise UserError("exporting needs more packages: pip install -r requirements-export.txt") from None
    load_tokenizer(folder).save_pretrained(folder)
    graph = _traced(folder)
    _strip(graph)
    _refer(graph, folder / WEIGHTS)
    write_bytes(folder / GRAPH, graph.SerializeToString())
    if int8:
        write_bytes(folder / QUANTISED, _quantised(folder / GRAPH))
    return folder / GRAPH


def _traced(folder: Path):  # noqa: ANN202 (an onnx.ModelProto; onnx may not be installed)
    """The graph with the weights inside, batch and pieces of any size."""
    model = AutoModelForTokenClassification.from_pretrained(folder, dtype="float32", attn_implementation="eager")
    example = {name: torch.ones((3, 40), dtype=torch.long) for name in ("input_ids", "attention_mask")}
    rows = torch.export.Dim("rows", min=1, max=65_536)
    length = torch.export.Dim("pieces", min=2, max=model.config.max_position_embeddings)
    shape = {0: rows, 1: length}
    with (
        mock.patch.object(modernbert, "apply_rotary_pos_emb", _rotated),
        mock.patch.object(modernbert.ModernBertMLP, "forward", _gated),
    ):
        return torch.onnx.export(
            model.eval(),
            (),
            kwargs=example,
            input_names=list(example),
            output_names=["logits"],
            opset_version=OPSET,
            dynamic_shapes=dict.fromkeys(example, shape),
            optimize=False,  # names and shapes of the weights stay those of the checkpoint
            verbose=False,
        ).model_proto


def _gated(layer: modernbert.ModernBertMLP, hidden: torch.Tensor) -> torch.Tensor:
    """ModernBERT's gated layer as two products, where its own one product is cut in two: (…, hidden) → (…, hidden)."""
    weight, inner = layer.Wi.weight, layer.Wo.in_features
    return layer.Wo(layer.act(hidden @ weight[:inner].T) * (hidden @ weight[inner:].T))


def _rotated(
    query: torch.Tensor, key: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor, unsqueeze_dim: int = 1
) -> tuple[torch.Tensor, torch.Tensor]:
    """Rotary positions as one operator, where `transformers` has nine.

    `query` and `key` are (rows, heads, pieces, size), `cos` and `sin` (1, pieces, size), their halves alike.
    """
    half = cos.shape[-1] // 2
    halves = [table[..., :half].expand(query.shape[0], -1, -1) for table in (cos, sin)]
    return torch.onnx.ops.rotary_embedding(query, *halves), torch.onnx.ops.rotary_embedding(key, *halves)


def _strip(graph) -> None:  # noqa: ANN001
    """Take away what only says where in the source a node comes from: nine tenths of the bytes."""
    for part in (graph, graph.graph, *graph.graph.node, *graph.functions):
        part.ClearField("metadata_props")
        part.doc_string = ""
    graph.graph.ClearField("value_info")


def _refer(graph, weights: Path) -> None:  # noqa: ANN001
    """Replace the graph's copies of the weights by references into the safetensors file, cast to fp32."""
    import onnx

    inside = {tensor.name: tensor for tensor in graph.graph.initializer}
    for name, (kind, start, length) in _layout(weights).items():
        if name not in inside:
            raise UserError(f"{weights}: {name} is not in the graph; export supports untied classifiers only")
        tensor = inside[name]
        stored = onnx.TensorProto(
            name=f"{name}.stored", dims=tensor.dims, data_type=TYPES[kind], data_location=onnx.TensorProto.EXTERNAL
        )
        for key, value in (("location", weights.name), ("offset", start), ("length", length)):
            stored.external_data.add(key=key, value=str(value))
        graph.graph.initializer.remove(tensor)
        graph.graph.initializer.append(stored)
        graph.graph.node.insert(0, onnx.helper.make_node("Cast", [stored.name], [name], to=onnx.TensorProto.FLOAT))


def _layout(weights: Path) -> dict[str, tuple[str, int, int]]:
    """Type, first byte and number of bytes of each tensor in a safetensors file (its format: a length, a JSON
    header, the data)."""
    with weights.open("rb") as file:
        (size,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(size))
    tensors = {name: about for name, about in header.items() if name != "__metadata__"}
    return {
        name: (about["dtype"], 8 + size + about["data_offsets"][0], about["data_offsets"][1] - about["data_offsets"][0])
        for name, about in tensors.items()
    }


def _quantised(graph: Path) -> bytes:
    """Matrix products in int8, their inputs quantised as they come."""
    import onnxruntime
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with tempfile.TemporaryDirectory() as scratch:
        options = onnxruntime.SessionOptions()
        # Folded first: a transposed weight is found constant only then.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        folded, target = Path(scratch) / "folded.onnx", Path(scratch) / "int8.onnx"
        options.optimized_model_filepath = str(folded)
        onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
        # Weights of seven bits: with eight, sums overflow on processors that multiply int8 without VNNI.
        settings = {"per_channel": True, "reduce_range": True, "op_types_to_quantize": ["MatMul"]}
        quantize_dynamic(folded, target, weight_type=QuantType.QInt8, **settings)
        return target.read_bytes()
