"""The common parts of the peers: arguments, tokens, batches and timing.

A peer is a separate program, so its memory and threads are separate too. Loading and a warm-up are not timed; the
way from texts in memory to vectors in memory is, tokenizing included. It prints a JSON object and writes the vectors.
"""
import argparse
import importlib.metadata
import json
import os
import resource
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Callable, Iterator

import numpy as np
from tokenizers import Tokenizer

BATCH = 32
WARM_UP = 2 * BATCH
Encode = Callable[[list[str]], np.ndarray]


def arguments() -> argparse.Namespace:
    """The command line of every peer."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", type=Path, required=True, help="the sentence-transformers folder")
    parser.add_argument("--export", type=Path, required=True, help="the output of export.py for it")
    parser.add_argument("--compute", required=True, help="float32, bfloat16 or int8")
    parser.add_argument("--variant", default="", help="a variation of the peer's defaults")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--texts", type=Path, required=True, help="JSON Lines with a text each")
    parser.add_argument("--output", type=Path, required=True, help="the .npy file of vectors to write")
    return parser.parse_args()


def measure(load: Callable[[argparse.Namespace], Encode], package: str) -> None:
    """Runs a peer once: `load` gives its function from texts to vectors, `package` is what its version is asked of."""
    options = arguments()
    texts = [json.loads(line)["text"] for line in options.texts.open(encoding="utf-8")]
    encode = load(options)
    encode(texts[:: max(len(texts) // WARM_UP, 1)][:WARM_UP])  # of every length that will come

    processor, start = processor_seconds(), time.perf_counter()
    vectors = encode(texts)
    seconds = time.perf_counter() - start
    busy = processor_seconds() - processor
    np.save(options.output, vectors)
    version = importlib.metadata.version(package)
    print(json.dumps({"version": version, "seconds": seconds, "processor_seconds": busy}), flush=True)
    # Nothing is left to do, and the engines' own clearing up can hang: OpenVINO's joins a thread that waits for Python.
    os._exit(0)


def processor_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


class Batches:
    """Texts as batches of 32 sequences of like length, the longest first."""

    def __init__(self, model: Path):
        self.tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
        # tokenizer.json itself cuts at 128 and pads to 128, which is not what sentence-transformers does.
        length = json.loads((model / "sentence_bert_config.json").read_text())["max_seq_length"]
        self.tokenizer.enable_truncation(length)
        self.tokenizer.no_padding()

    def of(self, texts: list[str]) -> Iterator[tuple[list[int], list[list[int]]]]:
        """The rows that a batch is of, and their ids."""
        ids = [encoding.ids for encoding in self.tokenizer.encode_batch_fast(texts)]
        order = sorted(range(len(ids)), key=lambda row: -len(ids[row]))
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            yield rows, [ids[row] for row in rows]


def padded(sequences: list[list[int]]) -> dict[str, np.ndarray]:
    """The three inputs of a BERT, padded to the longest sequence."""
    shape = (len(sequences), max(map(len, sequences)))
    inputs = {name: np.zeros(shape, np.int64) for name in ("input_ids", "attention_mask", "token_type_ids")}
    for row, sequence in enumerate(sequences):
        inputs["input_ids"][row, : len(sequence)] = sequence
        inputs["attention_mask"][row, : len(sequence)] = 1
    return inputs


def encoder(model: Path, vectors_of: Callable[[list[list[int]]], np.ndarray], callers: int = 1) -> Encode:
    """A function from texts to vectors, of one from a batch of ids to vectors, which `callers` threads call at once."""
    batches = Batches(model)
    pool = ThreadPoolExecutor(callers) if callers > 1 else None

    def encode(texts: list[str]) -> np.ndarray:
        rows, sequences = zip(*batches.of(texts))
        vectors = np.concatenate(list((pool.map if pool else map)(vectors_of, sequences)))
        result = np.empty_like(vectors)
        result[np.concatenate(rows)] = vectors
        return result

    return encode
