#!/usr/bin/env bash
# How long a filter takes over a million rows of 100,000 documents, a search with it and without, and what the columns of
# the documents cost. The index is forged: random codes of 384 bytes, short texts, six fields of metadata. Needs about 2 GB of
# memory and 1 GB in $TMPDIR. DOCUMENTS=10000 makes it smaller.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
uptime
VECTORSPOOL_BENCHMARK_DOCUMENTS=${DOCUMENTS:-100000} swift test -c release --disable-xctest --disable-testable-imports --no-parallel \
    --filter SelectionBenchmark 2>&1 | grep --extended-regexp '  [a-z0-9>= ]+ +[0-9.]+$|✘'
uptime
