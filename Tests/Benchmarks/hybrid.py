#!/usr/bin/env python3
"""Meaning and words: nDCG@10 of a search by meaning, by words and by both, and whether rare words and identifiers find their passage.

Every judged set below DATA/retrieval (corpus.jsonl, queries.jsonl, qrels.tsv) is indexed by the daemon as it comes, int8 and cut into
passages; a document scores as its best passage. Then 300 pairs of rare words and 30 identifiers are drawn from the passages of
DATA/prose, with a seed, and each is asked for. Fails when a passage is not among the first ten of the search by both.

    DATA=folder hybrid.py [SET... | prose]      COMPUTE=float32|bfloat16|auto (default auto)

Needs the built programs and a Python without any package; without DATA it exits 77. The prose has 5 million tokens.
"""

import collections
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

import quality

SEED = 1
PAIRS = 300
IDENTIFIERS = 30
# A word is rare that stands in no more passages than this.
RARE = 5
MODES = ("semantic", "lexical", "hybrid")


def search(index, queries, mode):
    """The best documents of each query, best first."""
    command = [quality.BINARIES / "vectorspool", "search", "--queries", queries, "--index", index, "--mode", mode]
    command += ["-k", str(quality.DEPTH), "--max-per-document", "1", "--json"]
    if "--literal" in OPTIONS:
        command.append("--literal")
    found = {}
    for line in subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines():
        hit = json.loads(line)
        found.setdefault(hit["query"], []).append(hit["document"].partition("#")[2])
    return found


def options():
    """The options that this search knows."""
    return subprocess.run(
        [quality.BINARIES / "vectorspool", "search", "--help"], check=True, capture_output=True, text=True).stdout


OPTIONS = ""


def rank(folder):
    """nDCG@10 of a judged set by mode."""
    grades = quality.judgements(folder / "qrels.tsv")
    corpus = quality.lines(folder / "corpus.jsonl")
    with tempfile.TemporaryDirectory(prefix="vectorspool-hybrid-") as scratch:
        index = quality.index(pathlib.Path(scratch), corpus, "int8", mode="cut")
        scores = [quality.ndcg(search(index, folder / "queries.jsonl", mode), grades) for mode in MODES]
    better = max(scores[:2])
    print(f"{folder.name:12} {len(corpus):7,} {len(grades):7,}  " + " ".join(f"{score:9.4f}" for score in scores)
          + f"  {scores[2] / better - 1:+8.1%}", flush=True)
    return scores


def draw(passages):
    """Queries of rare words and of identifiers, each with the passage from which it was drawn."""
    generator = random.Random(SEED)
    tokens = [set(re.findall(r"[\w./:-]*\w", text)) for text in passages]
    # A word is rare in all its forms and cases: words are searched by their stems, and five letters stand for a stem here.
    frequency = collections.Counter(token for found in tokens for token in {token.casefold() for token in found})
    stems = collections.Counter(stem for found in tokens for stem in {token.casefold()[:5] for token in found})
    words, identifiers = [], []
    for number, found in enumerate(tokens):
        rare = sorted(token for token in found if frequency[token.casefold()] <= RARE)
        plain = [token for token in rare if re.fullmatch(r"[A-Za-z]{4,}", token) and token[1:].islower()]
        plain = [token for token in plain if stems[token.casefold()[:5]] <= RARE]
        plain = list({token.casefold(): token for token in plain}.values())
        if len(plain) >= 2:
            words.append((number, plain))
        named = [token for token in rare if re.search(r"[A-Za-z]", token) and re.search(r"\d|_|[a-z][A-Z]", token)]
        identifiers += [(number, token) for token in named]
    pairs = [(number, " ".join(generator.sample(rare, 2))) for number, rare in generator.sample(words, PAIRS)]
    return pairs, generator.sample(identifiers, IDENTIFIERS)


def find(passages):
    """The share of drawn queries that find their passage among the first ten, by mode."""
    corpus = [{"id": str(number), "text": text} for number, text in enumerate(passages)]
    complete = True
    with tempfile.TemporaryDirectory(prefix="vectorspool-hybrid-") as scratch:
        index = quality.index(pathlib.Path(scratch), corpus, "int8", mode="cut")
        for name, drawn in zip(("two rare words", "an identifier"), draw(passages)):
            queries = pathlib.Path(scratch) / "queries.jsonl"
            queries.write_text("".join(json.dumps({"id": str(place), "text": text}) + "\n" for place, (_, text) in enumerate(drawn)))
            shares = []
            for mode in MODES:
                found = search(index, queries, mode)
                missing = [text for place, (number, text) in enumerate(drawn) if str(number) not in found.get(str(place), [])]
                shares.append(1 - len(missing) / len(drawn))
            print(f"{name:28} {len(drawn):7,}  " + " ".join(f"{share:9.1%}" for share in shares), flush=True)
            if missing:
                print(f"  not found: {missing[:10]}")
                complete = False
    return complete


def main():
    global OPTIONS
    data = os.environ.get("DATA", "")
    sets = [path.parent for path in sorted(pathlib.Path(data).glob("retrieval/*/qrels.tsv"))] if data else []
    sets = [path for path in sets if not sys.argv[1:] or path.name in sys.argv[1:]]
    prose = pathlib.Path(data) / "prose/passages.jsonl"
    has_prose = bool(data) and prose.exists() and (not sys.argv[1:] or "prose" in sys.argv[1:])
    if not sets and not has_prose:
        sys.exit(77)
    OPTIONS = options()
    if sets:
        print(f"{'nDCG@10 of':12} {'rows':>7} {'queries':>7}  " + " ".join(f"{mode:>9}" for mode in MODES) + "   against the better part")
        scores = [rank(folder) for folder in sets]
        print(f"{'mean':28}  " + " ".join(f"{sum(column) / len(column):9.4f}" for column in zip(*scores)), flush=True)
    if has_prose:
        print(f"{'first ten have the passage':28} {'queries':>7}  " + " ".join(f"{mode:>9}" for mode in MODES))
        if not find([passage["text"] for passage in quality.lines(prose)]):
            sys.exit("a passage is not found by its own rare words")


if __name__ == "__main__":
    main()
