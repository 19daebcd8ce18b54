#!/usr/bin/env python3
"""Measures compaction beside `cp` and `sync` of the same files, and the merge of many small indexes.

DATA is a folder with prose/passages.jsonl. The collection is that of the search benchmark (search/README.md): a million rows, or ROWS.
Each figure is the median of three rounds, of which every part is measured in turn. Needs numpy, and the programs vectorspool and
vectorspool-rankings in VECTORSPOOL_BINARIES.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

here = Path(__file__).resolve().parent
root = here.parent.parent
rows = int(os.environ.get("ROWS", "1000000"))
work = root / ".venv" / "bench-search"
folder = work / f"{rows}-rows"
binaries = Path(os.environ.get("VECTORSPOOL_BINARIES", root / ".build" / "release"))
model = os.environ.get("VECTORSPOOL_MODEL", str(root / ".models" / "all-MiniLM-L6-v2"))
tool, rankings = binaries / "vectorspool", binaries / "vectorspool-rankings"
ROUNDS, INDEXES, ROWS_OF_INDEX = 3, int(os.environ.get("INDEXES", "2000")), 500

if not rankings.exists() or not (folder / "complete").exists():
    print(f"there is no collection of {rows} rows: run search/run.sh first, with ROWS={rows}", file=sys.stderr)
    sys.exit(77)


def run(*command):
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout


def timed(*command):
    start = time.monotonic()
    output = run(*command)
    return time.monotonic() - start, output


def forge(index, *options):
    if not index.exists():
        run(rankings, "forge", "--index", index, "--embeddings", folder / "rows.npy", "--texts", folder / "rows.txt", "--ranges",
            folder / "ranges.npy", "--model", model, *options)


def size(index):
    return sum(file.stat().st_size for file in index.glob("shard-*"))


def fresh(source, target):
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    os.sync()


def peak(command):
    """Runs a command; returns its seconds and the most memory that it had, in megabytes."""
    start = time.monotonic()
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{command}: status {status}")
    return time.monotonic() - start, usage.ru_maxrss / 1024


print(f"\n{rows:,} rows of 384 int8 codes in four shards become one; {ROUNDS} rounds\n")
print("| index | MB | cp and sync, MB/s | compact, MB/s | ratio | memory, MB |\n|---|---:|---:|---:|---:|---:|")
for name, index, options in [
    ("without terms", folder / "index-without-terms", ["--no-terms"]), ("without terms, 20 % dead", folder / "index-dead", ["--no-terms", "--dead-every", "5"]),
    ("with terms", folder / "index", []),
]:
    forge(index, *options)
    copies, merges, memory = [], [], []
    for _ in range(ROUNDS):
        target, copy = folder / "compacted", folder / "copied"
        fresh(index, target)
        shutil.rmtree(copy, ignore_errors=True)
        start = time.monotonic()
        run("cp", "-r", index, copy)
        os.sync()
        copies.append(size(index) * 2 / (time.monotonic() - start) / 1e6)
        seconds, most = peak([tool, "compact", "--full", "--index", target])
        manifest = max(target.glob("manifest-*.json"), key=lambda path: int(path.stem[9:]))
        written = sum(shard["bytes"] for shard in json.loads(manifest.read_text())["shards"])
        merges.append((size(index) + written) / seconds / 1e6)
        memory.append(most)
        shutil.rmtree(target)
        shutil.rmtree(copy)
    copied, merged = statistics.median(copies), statistics.median(merges)
    print(f"| {name} | {size(index) / 1e6:.0f} | {copied:.0f} | {merged:.0f} | {merged / copied:.2f} | {max(memory):.0f} |", flush=True)

# Many small indexes: one of 500 rows, rewritten under as many names.
small, many = folder / "small", folder / "many"
import numpy  # noqa: E402

if not (many / "complete").exists():
    shutil.rmtree(many, ignore_errors=True)
    shutil.rmtree(small, ignore_errors=True)
    many.mkdir()
    numpy.save(folder / "small.npy", numpy.load(folder / "rows.npy", mmap_mode="r")[:ROWS_OF_INDEX])
    run(rankings, "forge", "--index", small, "--embeddings", folder / "small.npy", "--texts", folder / "rows.txt", "--ranges",
        folder / "ranges.npy", "--model", model)
    for number in range(INDEXES):
        run(tool, "merge", f"host{number}={small}", "--into", many / str(number))
    (many / "complete").touch()
seconds = []
sources = [many / str(number) for number in range(INDEXES)]
for _ in range(ROUNDS):
    target = folder / "merged"
    shutil.rmtree(target, ignore_errors=True)
    os.sync()
    spent, output = timed(tool, "merge", *sources, "--into", target, "--json")
    seconds.append(spent)
    merged = json.loads(output)
compact_seconds, _ = timed(tool, "compact", "--full", "--index", target)
print(f"\n{INDEXES:,} indexes of {ROWS_OF_INDEX} rows joined in {statistics.median(seconds):.1f} s: {merged['rows']:,} rows; "
      f"compacted into one file in {compact_seconds:.1f} s more")
shutil.rmtree(target)
