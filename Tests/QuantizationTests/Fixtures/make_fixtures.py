"""Makes the fixtures of QuantizationTests with the real sentence-transformers and NumPy.

    pip install sentence-transformers==6.2.0 numpy
    python make_fixtures.py

Each case is an array of embeddings, ranges, and what `quantize_embeddings` makes of them in five precisions. The codes
of float32 are not stored: they are the embeddings. Run on Linux x86-64 with NumPy 2.4.
"""

from pathlib import Path

import numpy as np
from sentence_transformers.util.quantization import _dequantize_embeddings, quantize_embeddings

HERE = Path(__file__).parent
random = np.random.default_rng(20261)


def unit_rows(rows: int, dimension: int) -> np.ndarray:
    """Rows of length 1 whose dimensions differ in spread and centre, as those of a real model do."""
    spread = random.uniform(0.2, 2.0, dimension)
    centre = random.normal(0, 0.5, dimension)
    values = random.normal(size=(rows, dimension)) * spread + centre
    return (values / np.linalg.norm(values, axis=1, keepdims=True)).astype(np.float32)


def ranges_of(embeddings: np.ndarray) -> np.ndarray:
    return np.vstack((embeddings.min(axis=0), embeddings.max(axis=0)))


def save_case(name: str, embeddings: np.ndarray, ranges: np.ndarray) -> None:
    folder = HERE / name
    folder.mkdir(exist_ok=True)
    np.save(folder / "embeddings.npy", embeddings)
    np.save(folder / "ranges.npy", ranges.astype(np.float32))
    for precision in ("float32", "int8", "uint8", "binary", "ubinary"):
        codes = quantize_embeddings(embeddings, precision=precision, ranges=ranges)
        if precision != "float32" or embeddings.dtype != np.float32:
            np.save(folder / f"{precision}.npy", codes)


def random_case() -> None:
    """Ranges of other rows, which clip some values; three dead dimensions, one of them subnormal."""
    embeddings, others = unit_rows(48, 384), unit_rows(120, 384)
    for array in (embeddings, others):
        array[:, 127] = random.normal(size=len(array)).astype(np.float32) * np.float32(1e-33)
        array[:, 223] = random.normal(size=len(array)).astype(np.float32) * np.float32(3e-39)
        array[:, 319] = random.normal(size=len(array)).astype(np.float32) * np.float32(1e-8)
    save_case("random", embeddings, ranges_of(others))


def edges_case() -> None:
    """Every bucket edge and its two neighbours: what a reciprocal, a fused multiply-add or float64 gets wrong."""
    dimension = 17
    minima = random.uniform(-0.3, 0.0, dimension).astype(np.float32)
    maxima = minima + random.uniform(0.05, 0.6, dimension).astype(np.float32)
    steps = (maxima - minima) / 255
    at = minima + np.arange(0, 257, dtype=np.float32)[:, None] * steps
    rows = np.concatenate([np.nextafter(at, -np.inf, dtype=np.float32), at, np.nextafter(at, np.inf, dtype=np.float32)])
    save_case("edges", rows.astype(np.float32), np.vstack((minima, maxima)))


def extreme_case() -> None:
    """Infinities, the largest and smallest floats, signed zeros, constant, nearly constant and very wide dimensions."""
    tiny = np.float32(1e-45)
    values = np.array(
        [np.inf, -np.inf, 3.4e38, -3.4e38, 0.0, -0.0, 1e-45, -1e-45, 1e-38, -1e-38, 0.5, -0.5, 1.0, 0.999999, 1.5, 254.9,
         255.0, 256.0, -1.0, 1e-33, 2.5e-33, -1e-33, 1e10],
        dtype=np.float32,
    )
    minima = [0.25, 0.0, -0.0, -1.0, 0.0, -1e-33, -1.0, 0.0, -1.6e38, -1e-30, 0.5, -2.0, 0.0]
    maxima = [0.25, 0.0, 0.0, 1.0, float(tiny), 1e-33, -1.0, 1e-38, 1.6e38, 1e30, 0.50000006, 3.0, 255.0]
    save_case(
        "extreme",
        np.repeat(values[:, None], len(minima), axis=1),
        np.array([minima, maxima], dtype=np.float32),
    )


def small_cases() -> None:
    """Dimensions that fill neither a byte of bits nor a vector register; no rows; one axis; other float types."""
    for dimension in (1, 7, 9, 31, 65, 100):
        embeddings = unit_rows(9, dimension) * random.uniform(0.5, 2, (9, 1)).astype(np.float32)
        save_case(f"dimension-{dimension}", embeddings, ranges_of(unit_rows(20, dimension)))
    embeddings = unit_rows(120, 24)
    save_case("no-rows", embeddings[:0], ranges_of(embeddings))
    save_case("one-axis", embeddings[3], ranges_of(embeddings))
    save_case("float16", embeddings[:20].astype(np.float16), ranges_of(embeddings))
    doubles = embeddings[:20].astype(np.float64) * 1.0000001
    doubles[0, :4] = [1e-300, -1e-300, 1e300, -np.inf]
    with np.errstate(over="ignore"):
        save_case("float64", doubles, ranges_of(embeddings))


def calibration_case() -> None:
    """The results of NumPy's min and max for embeddings with zeros of both signs."""
    embeddings = unit_rows(60, 40)
    embeddings[::3, 5], embeddings[1::3, 5], embeddings[2::3, 5] = 0.0, -0.0, -0.0
    embeddings[::3, 6], embeddings[1::3, 6], embeddings[2::3, 6] = -0.0, 0.0, 0.0
    embeddings[:, 7] = np.float32(0.125)
    folder = HERE / "calibration"
    folder.mkdir(exist_ok=True)
    np.save(folder / "embeddings.npy", embeddings)
    np.save(folder / "ranges.npy", ranges_of(embeddings))


def scores_case() -> None:
    """Integer scores as sentence-transformers' indexes compute them, and its dequantized score with bucket middles."""
    query, embeddings, others = unit_rows(1, 384)[0], unit_rows(70, 384), unit_rows(200, 384)
    ranges = ranges_of(others)
    folder = HERE / "scores"
    folder.mkdir(exist_ok=True)
    np.save(folder / "query.npy", query)
    np.save(folder / "ranges.npy", ranges)
    for precision in ("int8", "uint8", "binary", "ubinary"):
        codes = quantize_embeddings(embeddings, precision=precision, ranges=ranges)
        code = quantize_embeddings(query, precision=precision, ranges=ranges)
        np.save(folder / f"{precision}.npy", codes)
        if precision.endswith("int8"):
            scores = codes.astype(np.int32) @ code.astype(np.int32)
            steps = (ranges[1] - ranges[0]) / 255
            middles = _dequantize_embeddings(codes, precision, ranges) + steps.astype(np.float64) / 2
            np.save(folder / f"{precision}-folded.npy", middles @ query.astype(np.float64))
        else:
            bits = np.unpackbits(codes.view(np.uint8) ^ code.view(np.uint8), axis=-1)
            scores = -bits.sum(axis=-1, dtype=np.int32)
        np.save(folder / f"{precision}-scores.npy", scores.astype(np.float64))


random_case()
edges_case()
extreme_case()
small_cases()
calibration_case()
scores_case()
