"""Makes the collection that all engines search: vectors, texts and queries, the same for each.

Real embeddings of 30,000 passages of prose are repeated with Gaussian noise until there are enough rows. The noise has the covariance
within clusters of the real ones, scaled so that a row's cosine with its passage is .9 on average; so the rows lie about as
close to each other as those of a larger collection would. A row's text is sentences of the prose, drawn anew for each row.
"""

import json
import pathlib
import re
import subprocess

import faiss
import numpy as np

SEED = 1
COSINE = 0.9
CLUSTERS = 256
WORDS = 120
QUERIES = 1024
STEP = 50_000


def sentences(passages):
    found = []
    for text in passages:
        found += [each.strip() for each in re.split(r"(?<=[.!?])\s+", text) if 5 <= len(each.split()) <= 60]
    return sorted(set(found))


def encode(binaries, model, texts, folder, name):
    source, target = folder / f"{name}.txt", folder / f"{name}.npy"
    if target.exists():
        return np.load(target)
    source.write_text("".join(" ".join(text.split()) + "\n" for text in texts), encoding="utf-8")
    subprocess.run(
        [binaries / "vectorspool", "encode", "--model", model, "--output", target, source], check=True, capture_output=True)
    return np.load(target)


def noise_of(vectors, generator):
    """A function that makes noise rows, unscaled."""
    means = faiss.Kmeans(vectors.shape[1], CLUSTERS, niter=10, seed=SEED)
    means.train(vectors)
    _, nearest = means.index.search(vectors, 1)
    rest = vectors - means.centroids[nearest[:, 0]]
    factor = np.linalg.cholesky(np.cov(rest.T) + 1e-9 * np.eye(vectors.shape[1])).astype(np.float32)
    return lambda count: generator.standard_normal((count, vectors.shape[1]), dtype=np.float32) @ factor.T


def normalized(vectors):
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def scale_of(vectors, noise):
    """How much noise gives the wanted cosine."""
    sample, extra = vectors[:4000], noise(min(4000, len(vectors)))
    low, high = 0.0, 10.0
    for _ in range(30):
        middle = (low + high) / 2
        cosine = (sample * normalized(sample + middle * extra)).sum(axis=1).mean()
        low, high = (middle, high) if cosine > COSINE else (low, middle)
    return low


def make(folder, rows, binaries, rankings, model, data):
    """Fills a folder; what is there already is kept."""
    if (folder / "complete").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    with open(pathlib.Path(data) / "prose/passages.jsonl", encoding="utf-8") as file:
        passages = [json.loads(line)["text"] for line in file]
    generator = np.random.default_rng(SEED)
    parts = sentences(passages)
    generator.shuffle(parts)
    # Collections of other sizes have them too.
    base = encode(binaries, model, passages, folder.parent, "passages")
    encode(binaries, model, parts[:QUERIES], folder.parent, "queries")
    noise = noise_of(base, generator)
    scale = scale_of(base, noise)

    vectors = np.lib.format.open_memmap(
        folder / "rows.npy", mode="w+", dtype=np.float32, shape=(rows, base.shape[1]))
    for start in range(0, rows, STEP):
        numbers = np.arange(start, min(start + STEP, rows)) % len(base)
        vectors[start:start + len(numbers)] = normalized(base[numbers] + scale * noise(len(numbers)))
    vectors.flush()
    lengths = np.array([len(part.split()) for part in parts])
    share = int(WORDS / lengths.mean()) + 1
    with open(folder / "rows.txt", "w", encoding="utf-8") as file:
        for start in range(0, rows, STEP):
            drawn = generator.integers(len(parts), size=(min(STEP, rows - start), share))
            file.writelines(" ".join(" ".join(parts[each].split()) for each in row) + "\n" for row in drawn)

    tool = binaries / "vectorspool"
    ranges, codes = folder / "ranges.npy", folder / "codes.npy"
    quiet = {"check": True, "capture_output": True}
    subprocess.run([tool, "calibrate", "--embeddings", folder.parent / "passages.npy", "--output", ranges], **quiet)
    subprocess.run([tool, "quantize", "--precision", "int8", "--ranges", ranges, folder / "rows.npy", codes], **quiet)
    subprocess.run(
        [rankings, "forge", "--index", folder / "index", "--embeddings", folder / "rows.npy", "--texts", folder / "rows.txt",
         "--ranges", ranges, "--model", model], check=True)
    (folder / "complete").touch()
