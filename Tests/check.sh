#!/usr/bin/env bash
# What `make test` and CI run: format, house rules, every test. Arguments go to `swift test`, such as `--filter Shards`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

echo "Format: swift format lint --strict"
swift format lint --strict --parallel --recursive Sources Tests Package.swift

# The compiler checks memory safety everywhere except in `unsafe` code. This rule keeps such code in few, known places that
# people can review: the owners of C resources, and the kernels. (The Swift compiler does not check C files.)
echo "House rule: 'unsafe' only in Sources/Platform and in Kernels and Bindings folders"
if grep --recursive --line-number --ignore-case --include='*.swift' unsafe Sources |
    grep --invert-match --extended-regexp '^Sources/(Platform|[^/]+/(Kernels|Bindings))/'; then
    echo "The lines above use 'unsafe' outside Sources/Platform, Kernels and Bindings. Use spans, or move the code." >&2
    exit 1
fi

# The floors of the house: the order of the targets in Package.swift. The compiler finds every module that is built, declared
# or not, and SwiftPM's own check, below, lets a target import what its dependencies depend on; so neither holds it.
echo "House rule: a target imports only what stands above it in Package.swift and what it names there"
manifest=$(tr -d '\n' < Package.swift)
targets=$(grep --only-matching --extended-regexp 'library\( *"[A-Za-z]+"' <<< "$manifest" | cut --delimiter='"' --fields=2)
above=""
for target in $targets; do
    named=$(grep --only-matching --extended-regexp "library\( *\"$target\", *\[[^]]*\]" <<< "$manifest")
    imported=$(grep --recursive --no-filename --extended-regexp '^(package |public )?import ' "Sources/$target" | sort --unique || true)
    for other in $targets; do
        grep --quiet --extended-regexp "import $other\$" <<< "$imported" || continue
        if [[ " $above " != *" $other "* || $named != *"\"$other\""* ]]; then
            echo "Sources/$target imports $other, which is not above it in Package.swift or not among its dependencies." >&2
            exit 1
        fi
    done
    above+=" $target"
done

echo "House rule: no handwritten file of more than 400 lines"
find Sources Tests -name '*.swift' -not -path '*/Generated/*' -exec awk 'END { if (NR > 400) { print FILENAME ": " NR " lines"; exit 1 } }' {} \; |
    if grep .; then
        echo "Each file should contain one idea: move a concern of its own to Type+Concern.swift." >&2
        exit 1
    fi

[ $# -gt 0 ] || Tests/Python/setup.sh

# Release, because the end-to-end tests start the binaries of the same build, and people run those. Without testable
# imports, which no test uses, the flags equal those of `swift build`, and neither throws the other's work away. The check
# of imports, of the tests' as well, looks at the sources once more and builds nothing anew.
#
# Swift Testing starts all tests at once. On two cores a test then waits for its turn longer than its own limit of time.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=${SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH:-$((4 * $(nproc)))}
exec swift test -c release --disable-xctest --disable-testable-imports --explicit-target-dependency-import-check error "$@"
