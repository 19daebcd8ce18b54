#!/usr/bin/env python3
"""Compares scores with a plain reference that was written from the documentation: BM25 by definition, and the sum of both scores.

2,000 passages of DATA/prose, reduced to words of lower-case letters, are indexed twice: in one shard and in fifty. 1,000 queries are
drawn from their words, and asked by words alone and by both. Every score has to be that of the reference to 1e-5, and no passage may
be missing that the reference ranks higher. The cosines are those of the search by meaning.

    DATA=folder PYTHON reference.py [QUERIES]

Needs the built programs and the package snowballstemmer 2.2; without the package or DATA it exits 77.
"""

import collections
import functools
import json
import math
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

import quality

SEED = 1
PASSAGES = 2000
SHARDS = 50
TOP = 20
DEPTH = 400
WEIGHT = 0.05
TOLERANCE = 1e-5


def stemmer():
    import snowballstemmer
    return functools.cache(snowballstemmer.stemmer("english").stemWord)


class Reference:
    """BM25 with k1 1.2 and b .75, and the weight of words beside a cosine, as README and the sources' comments define them."""

    def __init__(self, documents, stem):
        self.stem = stem
        self.terms = {name: collections.Counter(stem(word) for word in text.split()) for name, text in documents.items()}
        self.lengths = {name: sum(terms.values()) for name, terms in self.terms.items()}
        self.average = sum(self.lengths.values()) / len(self.lengths)
        self.rows = collections.defaultdict(dict)
        for name, terms in self.terms.items():
            for term, count in terms.items():
                self.rows[term][name] = count

    def idf(self, term):
        rows = len(self.rows.get(term, ()))
        return math.log(1 + (len(self.terms) - rows + 0.5) / (rows + 0.5)) if rows else 0.0

    def scores(self, query):
        """BM25 of all documents that have a word, and what it is multiplied with."""
        terms = [self.stem(word) for word in query.split()]
        scores = collections.defaultdict(float)
        for term in terms:
            for name, count in self.rows.get(term, {}).items():
                scores[name] += self.idf(term) * count / (count + 1.2 * (0.25 + 0.75 * self.lengths[name] / self.average))
        weights = [self.idf(term) for term in terms if self.idf(term) > 0]
        if not weights:
            return {}, 0.0
        largest = math.log(1 + (len(self.terms) - 0.5) / 1.5)
        brevity = min(1 + (1.8 / (sum(weights) / largest)) ** 4, 3)
        rarity = sum(weights) / len(weights) / max(largest, 9)
        emphasis = max(brevity, 1 + 4 * min(max((rarity - 0.5) / 0.2, 0), 1))
        return scores, WEIGHT * emphasis / sum(weights) ** 0.25


def index(folder, documents, shards):
    names = list(documents)
    for number in range(shards):
        inbox = folder / "inbox"
        inbox.mkdir(parents=True, exist_ok=True)
        part = names[number * len(names) // shards:(number + 1) * len(names) // shards]
        (inbox / f"{number}.jsonl").write_text("".join(json.dumps({"id": name, "text": documents[name]}) + "\n" for name in part))
        subprocess.run(
            [quality.BINARIES / "vectorspoold", "--spool", folder, "--once"], check=True, capture_output=True,
            env={**os.environ, "VECTORSPOOL_PASSAGES_MODE": "whole"})
    return folder / "index"


def search(directory, queries, mode, depth):
    command = [quality.BINARIES / "vectorspool", "search", "--queries", queries, "--index", directory, "--mode", mode, "--literal"]
    command += ["-k", str(depth), "--max-per-document", "1", "--json"]
    found = collections.defaultdict(dict)
    for line in subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines():
        hit = json.loads(line)
        for place in [hit["document"]] + [other["document"] for other in hit["also_in"]]:
            found[hit["query"]][place.partition("#")[2]] = hit["score"]
    return found


def main():
    data = os.environ.get("DATA", "")
    source = pathlib.Path(data) / "prose/passages.jsonl"
    if not data or not source.exists():
        sys.exit(77)
    count = int(sys.argv[1]) if sys.argv[1:] else 1000
    generator = random.Random(SEED)
    passages = generator.sample(quality.lines(source), PASSAGES)
    documents = {}
    for number, passage in enumerate(passages):
        documents[str(number)] = " ".join(re.findall(r"\b[a-z]{2,20}\b", passage["text"])[:120]) or "empty"
    try:
        stem = stemmer()
    except ImportError:
        sys.exit(77)
    reference = Reference(documents, stem)
    words = [word for text in documents.values() for word in text.split()]
    queries = {}
    for number in range(count):
        drawn = [generator.choice(words) for _ in range(generator.randint(1, 12))]
        if generator.random() < 0.2:
            drawn.append(drawn[0])
        if generator.random() < 0.2:
            drawn.append("xyzzyx")
        queries[str(number)] = " ".join(drawn)
    worst = 0.0
    for shards in (1, SHARDS):
        with tempfile.TemporaryDirectory(prefix="vectorspool-reference-") as scratch:
            scratch = pathlib.Path(scratch)
            directory = index(scratch / "spool", documents, shards)
            asked = scratch / "queries.jsonl"
            asked.write_text("".join(json.dumps({"id": name, "text": text}) + "\n" for name, text in queries.items()))
            info = json.loads(subprocess.run(
                [quality.BINARIES / "vectorspool", "info", "--index", directory, "--json"], check=True, capture_output=True).stdout)
            meaning = search(directory, asked, "semantic", DEPTH)
            lexical = search(directory, asked, "lexical", TOP)
            hybrid = search(directory, asked, "hybrid", TOP)
        missing = compared = 0
        for name, text in queries.items():
            scores, weight = reference.scores(text)
            for document, score in lexical[name].items():
                worst = max(worst, abs(score - scores[document]))
                compared += 1
            best = sorted(scores.values(), reverse=True)[:TOP]
            missing += sum(abs(a - b) > TOLERANCE for a, b in zip(best, sorted(lexical[name].values(), reverse=True)))
            cosines = meaning[name]
            both = {document: cosine + weight * scores.get(document, 0) for document, cosine in cosines.items()}
            least = min(hybrid[name].values())
            for document, score in hybrid[name].items():
                if document in both:
                    worst = max(worst, abs(score - both[document]))
                    compared += 1
            missing += sum(score > least + TOLERANCE and document not in hybrid[name] for document, score in both.items())
        print(f"{info['shards']} shards: {count:,} queries, {compared:,} scores, the largest difference {worst:.1e}, "
              f"{missing} passages missing", flush=True)
        if worst > TOLERANCE or missing:
            sys.exit("scores differ from the reference")


if __name__ == "__main__":
    main()
