#!/usr/bin/env bash
# Runs the benchmarks of this folder, one after another: every *.sh and *.py file is one, and its header explains what
# it measures. Names on the command line select some. DATA is the folder of the judged collections, which some need; PYTHON is
# a Python with the peers (sentence-transformers, numpy). A benchmark whose requirements are missing exits with 77.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
export VECTORSPOOL_BINARIES=${VECTORSPOOL_BINARIES:-$root/.build/release}
export VECTORSPOOL_MODEL=${VECTORSPOOL_MODEL:-$root/.models/all-MiniLM-L6-v2}
export DATA=${DATA:-}
shopt -s nullglob

count=0 failures=0
for file in "$here"/*.sh "$here"/*.py; do
    name=$(basename "$file")
    [ "$name" != run.sh ] || continue
    [ $# -eq 0 ] || [[ " $* " == *" ${name%.*} "* ]] || continue
    count=$((count + 1))
    echo "== ${name%.*}"
    case $name in
        *.py) "${PYTHON:-python3}" "$file" ;;
        *) bash "$file" ;;
    esac
    status=$?
    case $status in
        0) ;;
        77) echo "skipped: what it needs is not here (see the head of Tests/Benchmarks/$name)" ;;
        *)
            echo "failed with status $status"
            failures=$((failures + 1))
            ;;
    esac
done
[ $count -gt 0 ] || echo "no benchmark ${*:+named $* }in Tests/Benchmarks"
[ $failures -eq 0 ]
