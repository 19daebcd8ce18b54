#!/usr/bin/env bash
# What `make test` and CI run: format, house rules, every test. Arguments go to `swift test`, such as `--filter Shards`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

echo "Format: swift format lint --strict"
swift format lint --strict --parallel --recursive Sources Tests Package.swift

# Memory safety is checked by the compiler everywhere except where the word `unsafe` stands. Those places are few and
# known, so that they can be read: the owners of C resources, and the kernels. (C files are not Swift's to check.)
echo "House rule: 'unsafe' only in Sources/Platform and in Kernels folders"
if grep --recursive --line-number --ignore-case --include='*.swift' unsafe Sources |
    grep --invert-match --extended-regexp '^Sources/(Platform|[^/]+/Kernels)/'; then
    echo "The lines above use 'unsafe' outside Sources/Platform and Kernels. Use spans, or move the code." >&2
    exit 1
fi

# Release, because the end-to-end tests start the binaries of the same build, and people run those. Without testable
# imports, which no test uses, the flags equal those of `swift build`, and neither throws the other's work away.
exec swift test -c release --disable-xctest --disable-testable-imports "$@"
