"""Exports the model for the peers: ONNX with fused operators in float32 and in dynamic int8, OpenVINO in both
likewise, CTranslate2.

    python export.py MODEL_FOLDER OUTPUT_FOLDER

Pooling and normalizing are part of the graph, which spares the peers that work in NumPy.
"""
import sys
import warnings
from pathlib import Path

import ctranslate2
import nncf
import onnx
import openvino
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers import optimizer
from onnxruntime.transformers.fusion_options import FusionOptions
from transformers import AutoModel

import peer
import workload


class Sentence(torch.nn.Module):
    """From ids to sentence vectors, as sentence-transformers defines them for this model."""

    def __init__(self, model: torch.nn.Module):
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask, token_type_ids):
        states = self.model(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids)[0]
        weights = attention_mask[:, :, None].to(torch.float32)
        mean = (states * weights).sum(1) / weights.sum(1).clamp(min=1e-9)
        return torch.nn.functional.normalize(mean, p=2.0, dim=1)


def export_onnx(folder: Path, file: Path) -> None:
    model = AutoModel.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager", add_pooling_layer=False)
    names = ["input_ids", "attention_mask", "token_type_ids"]
    example = torch.ones((2, 16), dtype=torch.long)
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Sentence(model.eval()),
            (example, example, torch.zeros_like(example)),
            str(file),
            input_names=names,
            output_names=["sentence_embedding"],
            dynamic_axes={name: {0: "batch", 1: "length"} for name in names} | {"sentence_embedding": {0: "batch"}},
            opset_version=17,
            dynamo=False,  # the fusions know the graphs of this exporter
        )


def fuse(folder: Path, file: Path, fused: Path, gelu_approximation: bool) -> None:
    """The graph with the operators that ONNX Runtime has for BERT; what Optimum calls O3 has the tanh GELU, too."""
    config = AutoModel.from_pretrained(folder).config
    options = FusionOptions("bert")
    options.enable_gelu_approximation = gelu_approximation
    graph = optimizer.optimize_model(
        str(file), model_type="bert", num_heads=config.num_attention_heads, hidden_size=config.hidden_size,
        optimization_options=options, opt_level=1, use_gpu=False)
    count = graph.get_fused_operator_statistics()["Attention"]
    if count != config.num_hidden_layers:
        raise SystemExit(f"ONNX Runtime fused {count} of {config.num_hidden_layers} attentions: not its best graph")
    graph.save_model_to_file(str(fused))


def export_openvino(folder: Path, file: Path, output: Path) -> None:
    """In float32, and in int8 with activations calibrated on texts of the repository, four at a time."""
    output.mkdir(exist_ok=True)
    model = openvino.convert_model(file)
    openvino.save_model(model, output / "model.xml", compress_to_fp16=False)
    batches = [ids for _, ids in peer.Batches(folder).of(workload.made(128))]
    parts = [peer.padded(ids[start : start + 4]) for ids in batches for start in range(0, len(ids), 4)]
    quantized = nncf.quantize(
        model, nncf.Dataset(parts), model_type=nncf.ModelType.TRANSFORMER, subset_size=len(parts))
    openvino.save_model(quantized, output / "int8.xml", compress_to_fp16=False)


def main() -> None:
    folder, output = map(Path, sys.argv[1:])
    output.mkdir(parents=True, exist_ok=True)
    plain = output / "plain.onnx"
    export_onnx(folder, plain)
    fuse(folder, plain, output / "fused.onnx", gelu_approximation=False)
    fuse(folder, plain, output / "o3.onnx", gelu_approximation=True)
    quantize_dynamic(
        output / "o3.onnx", output / "o3int8.onnx", per_channel=True, weight_type=QuantType.QInt8,
        # The types behind the fused operators are not inferred; they are all float.
        extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT})
    export_openvino(folder, plain, output / "openvino")
    plain.unlink()
    ctranslate2.converters.TransformersConverter(str(folder)).convert(str(output / "ctranslate2"), force=True)


if __name__ == "__main__":
    main()
