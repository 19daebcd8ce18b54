#!/usr/bin/env bash
# Makes the virtual environment in which etc/python/vectorspool.py is tested, in .venv/python-reader. Without a network it says so, and
# the test is left out.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
target=$here/../../.venv/python-reader

if cmp -s "$here/requirements.txt" "$target/installed.txt"; then exit 0; fi
rm -rf "$target"
mkdir -p "$(dirname "$target")"
if python3 -m venv "$target" && "$target/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"; then
    cp "$here/requirements.txt" "$target/installed.txt"
else
    echo "The reader for Python is not tested: its virtual environment could not be made (no network, or no python3-venv)." >&2
    rm -rf "$target"
fi
