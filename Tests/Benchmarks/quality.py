#!/usr/bin/env python3
"""The effect of quantization on ranking: nDCG@10 of an int8 index, searched with the folded scorer, against a float32 index.

Every judged set below DATA/retrieval (corpus.jsonl, queries.jsonl, qrels.tsv) is indexed twice by the daemon, a document a row, and all
its queries are asked by `vectorspool search --queries`. Gain is 2^grade - 1. Fails when int8 keeps less than 99.5 %.

    DATA=folder quality.py [SET...]      COMPUTE=float32|bfloat16|auto (default auto)

Needs the built programs and a Python without any package; without DATA it exits 77. The three sets have 3.5 million tokens.
"""

import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile

BINARIES = pathlib.Path(os.environ.get("VECTORSPOOL_BINARIES", ".build/release"))
DEPTH = 10
LEAST_RATIO = 0.995


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def judgements(path):
    """The grade of each judged document, by query."""
    grades = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        query, document, grade = line.split("\t")
        grades.setdefault(query, {})[document] = int(grade)
    return grades


def index(folder, corpus, precision, mode="whole"):
    """Drops the corpus into a separate spool and lets the daemon drain it, whole or cut; returns the index directory."""
    spool = folder / precision
    inbox = spool / "inbox"
    inbox.mkdir(parents=True)
    with open(inbox / "corpus.jsonl", "w", encoding="utf-8") as file:
        for document in corpus:
            text = f"{document.get('title', '')} {document['text']}".strip()
            # Two documents of cranfield have no text, and the daemon would tell that they failed.
            if not text:
                continue
            file.write(json.dumps({"id": document["id"], "text": text}) + "\n")
    settings = {
        "VECTORSPOOL_INDEX_PRECISION": precision,
        "VECTORSPOOL_PASSAGES_MODE": mode,
        "VECTORSPOOL_MODEL_COMPUTE": os.environ.get("COMPUTE", "auto"),
        "VECTORSPOOL_LOG_LEVEL": "warning",
    }
    # The daemon refuses variables with its prefix that it does not know.
    kept = {name: value for name, value in os.environ.items() if name != "VECTORSPOOL_BINARIES"}
    subprocess.run(
        [BINARIES / "vectorspoold", "--spool", spool, "--once"], env=kept | settings, check=True,
        stdout=subprocess.DEVNULL)
    return spool / "index"


def search(directory, queries, scorer):
    """The best documents of each query, best first."""
    command = [BINARIES / "vectorspool", "search", "--queries", queries, "--index", directory]
    command += ["--scorer", scorer, "-k", str(DEPTH), "--json"]
    found = {}
    for line in subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines():
        hit = json.loads(line)
        found.setdefault(hit["query"], []).append(hit["document"].partition("#")[2])
    return found


def ndcg(found, grades):
    """The mean over all queries that have a relevant document."""
    total = count = 0
    for query, judged in grades.items():
        ideal = sorted((2**grade - 1 for grade in judged.values()), reverse=True)[:DEPTH]
        if not ideal or not ideal[0]:
            continue
        gains = [2 ** judged.get(document, 0) - 1 for document in found.get(query, [])]
        discounted = [sum(gain / math.log2(rank + 2) for rank, gain in enumerate(each)) for each in (gains, ideal)]
        total += discounted[0] / discounted[1]
        count += 1
    return total / count


def overlap(found, reference):
    """The share of the reference's best documents that are among the best here."""
    shared = sum(len(set(found.get(query, [])) & set(best)) for query, best in reference.items())
    return shared / sum(len(best) for best in reference.values())


def measure(folder):
    grades = judgements(folder / "qrels.tsv")
    corpus = lines(folder / "corpus.jsonl")
    queries = folder / "queries.jsonl"
    with tempfile.TemporaryDirectory(prefix="vectorspool-quality-") as scratch:
        floats = search(index(pathlib.Path(scratch), corpus, "float32"), queries, "folded")
        codes = index(pathlib.Path(scratch), corpus, "int8")
        folded = search(codes, queries, "folded")
        plain = search(codes, queries, "sentence-transformers")
    reference = ndcg(floats, grades)
    ratio = ndcg(folded, grades) / reference
    print(
        f"{folder.name:12} {len(corpus):7,} {len(grades):7,}  {reference:.4f}  {ndcg(folded, grades):.4f} "
        f"{ratio:8.2%} {overlap(folded, floats):8.3f}   {ndcg(plain, grades):.4f} "
        f"{ndcg(plain, grades) / reference:8.2%} {overlap(plain, floats):8.3f}", flush=True)
    return ratio


def main():
    data = os.environ.get("DATA", "")
    sets = [path.parent for path in sorted(pathlib.Path(data).glob("retrieval/*/qrels.tsv"))] if data else []
    sets = [path for path in sets if not sys.argv[1:] or path.name in sys.argv[1:]]
    if not sets:
        sys.exit(77)
    print(f"{'nDCG@10 of':12} {'':7} {'':7} {'float32':>7}  {'int8, folded scorer':^24} {'int8, plain dot product':^26}")
    print(f"{'set':12} {'rows':>7} {'queries':>7} {'':7} {'':>7} {'kept':>8} {'top 10':>8} {'':>8} {'kept':>8} {'top 10':>8}")
    ratios = [measure(folder) for folder in sets]
    if min(ratios) < LEAST_RATIO:
        sys.exit(f"int8 keeps less than {LEAST_RATIO:.1%} of float32's nDCG@10")


if __name__ == "__main__":
    main()
