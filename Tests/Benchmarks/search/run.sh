#!/usr/bin/env bash
# Compares searches of VectorSpool with faiss, usearch and tantivy, in turn, on the same codes, texts and two threads, and
# prints a Markdown table. README.md here explains what is measured.
#
#   DATA=folder   a folder with prose/passages.jsonl
#   ROWS=number   the rows of the collection; 200,000 if not set. A million needs 6 GB of disk and 5 GB of memory.
#   PYTHON=file   a Python with the packages of requirements.txt; without it one is made in .venv/bench-search
#
# Arguments go to bench.py; see --help.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
work=$root/.venv/bench-search
binaries=${VECTORSPOOL_BINARIES:-$root/.build/release}
model=${VECTORSPOOL_MODEL:-$root/.models/all-MiniLM-L6-v2}

say() { printf 'bench-search: %s\n' "$*" >&2; }

for program in vectorspool vectorspool-rankings; do
    if [ ! -x "$binaries/$program" ]; then
        say "$binaries/$program is not there: run 'swift build -c release --product $program' first"
        exit 66
    fi
done
if [ ! -e "${DATA:-}/prose/passages.jsonl" ]; then
    say "DATA names no folder with prose/passages.jsonl"
    exit 77
fi
mkdir -p "$work"

python=${PYTHON:-$work/bin/python}
if [ -z "${PYTHON:-}" ] && ! cmp -s "$here/requirements.txt" "$work/installed.txt"; then
    say "installing the peers into $work"
    python3 -m venv "$work"
    "$python" -m pip install --quiet --requirement "$here/requirements.txt"
    cp "$here/requirements.txt" "$work/installed.txt"
fi
if [ ! -x "$work/bandwidth" ] || [ "$here/bandwidth.c" -nt "$work/bandwidth" ]; then
    "${CC:-cc}" -O3 -march=native -o "$work/bandwidth" "$here/bandwidth.c" -lpthread
fi

export PYTHONDONTWRITEBYTECODE=1
exec "$python" "$here/bench.py" --binaries "$binaries" --installed "${VECTORSPOOL_INSTALLED:-$root/.build/dist/release}" --model "$model" --work "$work" --data "$DATA" "$@"
