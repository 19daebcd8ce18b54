#!/usr/bin/env python3
"""Times searches of VectorSpool beside faiss, usearch and tantivy, in turn, and prints a Markdown table.

run.sh makes what this needs; README.md explains what is measured.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess

import collection
import engines
import plot


def overlap(found, reference):
    """The share of the reference's rows that were found."""
    shared = sum(len(set(rows) & set(best)) for rows, best in zip(found, reference))
    return shared / max(sum(len(best) for best in reference[:len(found)]), 1)


def whole_process(command, count):
    """The median of the times from start to exit, in milliseconds; the first is not counted."""
    times = [engines.timed(lambda: subprocess.run(command, check=True, capture_output=True))[0] for _ in range(count + 1)]
    return statistics.median(times[1:])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binaries", type=pathlib.Path, required=True)
    parser.add_argument("--installed", type=pathlib.Path, required=True, help="the folder of the programs as they are installed")
    parser.add_argument("--model", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--rows", type=int, default=int(os.environ.get("ROWS", "200000")))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--plot", type=pathlib.Path, help="an SVG file to draw the times into")
    parser.add_argument("--only", help="a part of the names of the trials to run")
    options = parser.parse_args()
    rankings = options.binaries / "vectorspool-rankings"
    folder = options.work / f"{options.rows}-rows"
    collection.make(folder, options.rows, options.binaries, rankings, options.model, options.data)

    bandwidth = float(subprocess.run([options.work / "bandwidth"], check=True, capture_output=True, text=True).stdout)
    ours = {mode: engines.Ours(folder, rankings, mode) for mode in ("semantic", "hybrid", "lexical", "fast")}
    scalar = engines.FaissScalar(folder)
    # Name, engine, queries of a call, calls, the trial that it is compared with.
    trials = [
        ("one query, meaning: VectorSpool", ours["semantic"], 1, 32, None),
        ("one query, meaning: faiss, 8-bit scalar quantizer", scalar, 1, 32, 0),
        ("one query, meaning: usearch, exact int8", engines.Usearch(folder), 1, 8, 0),
        ("one query, meaning: faiss, binary flat, signs only", engines.FaissBinary(folder), 1, 32, 0),
        ("64 queries, meaning: VectorSpool", ours["semantic"], 64, 4, None),
        ("64 queries, meaning: faiss, 8-bit scalar quantizer", scalar, 64, 2, 4),
        ("one query, meaning and words: VectorSpool", ours["hybrid"], 1, 64, 0),
        ("one query, words: VectorSpool", ours["lexical"], 1, 64, None),
        ("one query, words: tantivy", engines.Tantivy(folder), 1, 64, 7),
        ("one query, meaning: VectorSpool, fast", ours["fast"], 1, 64, 0),
    ]
    times = {name: [] for name, *_ in trials}
    found = {}
    for _ in range(options.rounds):
        for name, engine, batch, calls, _ in trials:
            if options.only and options.only not in name:
                continue
            milliseconds, rows = engine.trial(batch, calls)
            times[name].append(statistics.median(milliseconds))
            found[name] = rows
    print(f"\n{options.rows:,} rows of 384 codes, {engines.THREADS} threads, memory read at {bandwidth:.1f} GB/s, medians of "
          f"{options.rounds} rounds\n")
    print("| search | ms | beside ours | GB/s | top 10 as ours |\n|---|---:|---:|---:|---:|")
    for name, _, batch, _, beside in trials:
        if not times[name]:
            continue
        median = statistics.median(times[name])
        reference = trials[beside][0] if beside is not None else None
        ratio = median / statistics.median(times[reference]) if reference and times[reference] else None
        speed = options.rows * 384 / median / 1e6 if "meaning" in name and batch == 1 else None
        same = overlap(found[name], found[reference]) if reference and reference in found else None
        cells = [f"{median:.2f}", f"{ratio:.2f}" if ratio else "", f"{speed:.1f}" if speed else "",
                 f"{same:.3f}" if same is not None else ""]
        print(f"| {name} | {' | '.join(cells)} |")

    if options.plot:
        groups = {}
        for name, *_ in trials:
            if times[name]:
                kind, _, engine = name.partition(": ")
                groups.setdefault(kind, []).append((engine, statistics.median(times[name]), engine.startswith("VectorSpool")))
        options.plot.write_text(plot.draw(
            list(groups.items()), f"Searches of {options.rows:,} passages, {engines.THREADS} threads: shorter is faster"))

    search = [options.installed / "vectorspool", "search", "--index", folder / "index", "--model", options.model, "--json",
              # Prose has quotation marks and dashes that are no operators.
              "--literal"]
    texts = (options.work / "queries.txt").read_text(encoding="utf-8").splitlines()
    query = texts[0]
    many = folder / "512-queries.jsonl"
    many.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts[:512]))
    print("\n| whole process | ms |\n|---|---:|")
    for mode in ("semantic", "hybrid"):
        print(f"| one query, {mode} | {whole_process(search + ['--mode', mode, query], 10):.0f} |")
    for mode in ("semantic", "hybrid"):
        print(f"| 512 queries, {mode} | {whole_process(search + ['--mode', mode, '--queries', many], 3):.0f} |")


if __name__ == "__main__":
    main()
