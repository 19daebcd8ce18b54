#!/usr/bin/env bash
# Compares `vectorspool encode` with other CPU encoders, in turn, on the same texts and the same two threads, and prints a
# Markdown table. README.md here explains what is measured and how.
#
#   DATA=folder   a folder with prose/passages.jsonl; without it the texts are made of the sentences in etc/sample
#   PYTHON=file   a Python with the packages of requirements.txt; without it one is made in .venv/bench (once, 3 to 7 GB)
#
# Arguments go to bench.py: --passages 200 --rounds 1 makes a short run, --output FILE also writes the table; see --help.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
work=$root/.venv/bench
binaries=${VECTORSPOOL_BINARIES:-$root/.build/release}
model=${VECTORSPOOL_MODEL:-$root/.models/all-MiniLM-L6-v2}

say() { printf 'bench-encode: %s\n' "$*" >&2; }
fail() {
    say "$@"
    exit 66
}

[ -x "$binaries/vectorspool" ] || fail "$binaries/vectorspool is not there: run 'make build' first"
[ -e "$model/model.safetensors" ] || fail "$model/model.safetensors is not there: run 'make setup' first"
mkdir -p "$work"

# --- The peers --------------------------------------------------------------------------------------------------------

python=${PYTHON:-$work/bin/python}
if [ -z "${PYTHON:-}" ] && ! cmp -s "$here/requirements.txt" "$work/installed.txt"; then
    say "installing the peers into $work"
    python3 -m venv "$work"
    "$python" -m pip install --quiet --requirement "$here/requirements.txt"
    cp "$here/requirements.txt" "$work/installed.txt"
fi

# --- The peers' input ----------------------------------------------------------------------------------------------

stamp=$(cat "$here/export.py" "$here/requirements.txt" "$model/model.safetensors" | sha256sum)
if [ "$stamp" != "$(cat "$work/export/stamp" 2>/dev/null)" ]; then
    say "exporting the model for the peers into $work/export"
    rm -rf "$work/export" "$work/export.partial"
    HF_HUB_OFFLINE=1 "$python" "$here/export.py" "$model" "$work/export.partial" >"$work/export.log" 2>&1 ||
        { tail -n 20 "$work/export.log" >&2 && fail "the export failed; all it said is in $work/export.log"; }
    echo "$stamp" >"$work/export.partial/stamp"
    mv "$work/export.partial" "$work/export"
fi

if [ ! -x "$work/limit" ] || [ "$here/limit.c" -nt "$work/limit" ]; then
    "${CC:-cc}" -O2 -o "$work/limit" "$here/limit.c" -ldnnl -lpthread
fi

export PYTHONDONTWRITEBYTECODE=1
exec "$python" "$here/bench.py" --binaries "$binaries" --model "$model" --work "$work" --data "${DATA:-}" "$@"
