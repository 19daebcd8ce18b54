"""Compares vectors with those of sentence-transformers in float32.

    python compare.py REFERENCE.npy FILE.npy...

Prints one JSON object for each file: the minimum and the mean cosine to the reference's row, and the share of the
reference's ten nearest rows that are also among the file's ten nearest.
"""
import json
import sys

import numpy as np

NEIGHBOURS = 10


def unit(file: str) -> np.ndarray:
    vectors = np.load(file).astype(np.float64)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def nearest(vectors: np.ndarray, row: int) -> set[int]:
    scores = vectors @ vectors[row]
    scores[row] = -np.inf
    return set(np.argpartition(-scores, NEIGHBOURS)[:NEIGHBOURS].tolist())


def main() -> None:
    reference = unit(sys.argv[1])
    rows = range(0, len(reference), max(len(reference) // 500, 1))  # 500 queries tell a share to half a per cent
    expected = [nearest(reference, row) for row in rows]
    for file in sys.argv[2:]:
        vectors = unit(file)
        cosines = np.einsum("ij,ij->i", reference, vectors)
        kept = [len(neighbours & nearest(vectors, row)) for row, neighbours in zip(rows, expected)]
        print(json.dumps({
            "file": file, "minimum": float(cosines.min()), "mean": float(cosines.mean()),
            "overlap": sum(kept) / len(kept) / NEIGHBOURS,
        }))


if __name__ == "__main__":
    main()
