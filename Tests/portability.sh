#!/usr/bin/env bash
# Checks that the program does not depend on this machine. `make test` covers the installed oneDNN at every instruction set
# of this processor; this script covers cases that need another build:
#
#   1. the C files compile for 64-bit Arm, and its loops compute what their scalar twins compute (skipped without its compiler
#      and emulator: apt-get install gcc-aarch64-linux-gnu qemu-user);
#   2. the encoder builds with another oneDNN and gives the same vectors;
#   3. with that oneDNN, too, each worker computes on its one thread.
#
#   Tests/portability.sh            oneDNN 3.2 with OpenMP, as Debian builds it, fetched from PyPI by pip
#   Tests/portability.sh FOLDER     the oneDNN whose headers are in FOLDER/include, and whose library is somewhere in FOLDER/lib
#   Tests/portability.sh --arm      64-bit Arm only
#
# FOLDER may also be the usr/ of unpacked packages of a later Debian: with its libc6, libstdc++6, libgcc-s1 and libgomp1
# beside libdnnl in it, the programs are linked to run with them. ONEDNN_WHEELS names other packages of PyPI to fetch, such
# as onednn-devel (600 MB with the SYCL runtime that it needs, which computes on its own thread: correct, but not fast).
# Downloads and build products go into .build/portability.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

model=.models/all-MiniLM-L6-v2
fixtures=Tests/EncodingTests/Fixtures
build=.build/portability
wheels=${ONEDNN_WHEELS:-onednn-cpu-gomp==2023.2.0 onednn-devel-cpu-gomp==2023.2.0}

fail() {
    echo "portability: $*" >&2
    exit 1
}

# --- 64-bit Arm ---------------------------------------------------------------------------------------------------------

warnings=(-O2 -Wall -Wextra -Werror -Wno-unused-function)

compile_for_arm() {
    local headers=/usr/aarch64-linux-gnu/include file
    if [ ! -e $headers/stdio.h ]; then
        echo "64-bit Arm: skipped, $headers is missing (apt-get install gcc-aarch64-linux-gnu)"
        return
    fi
    # Compiles to machine code, because the processor requirements of intrinsics are checked only there. Libraries of one header
    # (xxHash, oneDNN) come from this machine.
    for file in Sources/CKernels/*.c Sources/CPlatform/*.c Sources/CMatrix/*.c; do
        clang --target=aarch64-linux-gnu "${warnings[@]}" -c -o /dev/null \
            -isystem $headers -idirafter /usr/include -D_GNU_SOURCE \
            -ISources/CKernels/include -ISources/CPlatform/include -ISources/CMatrix/include "$file" ||
            fail "$file does not compile for 64-bit Arm"
    done
    echo "64-bit Arm: all C files compile"
    run_for_arm
}

# Compares the loops with their scalar twins, and the scalar twins with those of this machine.
run_for_arm() {
    local seed=${SEED:-$(date +%s)} program=(-ISources/CKernels/include Sources/CKernels/*.c Tests/Kernels/twins.c)
    if ! command -v qemu-aarch64 >/dev/null || ! command -v aarch64-linux-gnu-gcc >/dev/null; then
        echo "64-bit Arm: not run (apt-get install gcc-aarch64-linux-gnu qemu-user)"
        return
    fi
    mkdir -p $build
    clang "${warnings[@]}" -o $build/twins "${program[@]}" -lm
    clang --target=aarch64-linux-gnu -fuse-ld=lld "${warnings[@]}" -o $build/twins-arm "${program[@]}" -lm
    $build/twins "$seed" >$build/twins.txt || fail "a loop differs from its scalar twin on this machine"
    qemu-aarch64 -L /usr/aarch64-linux-gnu $build/twins-arm "$seed" >$build/twins-arm.txt ||
        fail "a loop differs from its scalar twin on 64-bit Arm"
    diff <(grep digest $build/twins.txt) <(grep digest $build/twins-arm.txt) ||
        fail "64-bit Arm scores rows otherwise than this machine, seed $seed"
    sed 's/^/64-bit Arm: /' $build/twins-arm.txt
}

# --- Another oneDNN -----------------------------------------------------------------------------------------------------

# Wheels contain the tree of a prefix below NAME.data/data.
fetch_onednn() {
    local folder=$1 scratch wheel
    [ ! -e "$folder/include/oneapi/dnnl/dnnl.h" ] || return 0
    scratch=$folder.fetch
    rm -rf "$scratch" "$folder"
    mkdir -p "$scratch/wheels"
    # shellcheck disable=SC2086 # several packages
    python3 -m pip --quiet download --only-binary=:all: --dest "$scratch/wheels" $wheels ||
        fail "pip could not download $wheels; its message is above"
    for wheel in "$scratch"/wheels/*.whl; do
        python3 -m zipfile -e "$wheel" "$scratch/all"
    done
    mkdir -p "$scratch/prefix"
    cp -a "$scratch"/all/*.data/data/. "$scratch/prefix/"
    mv "$scratch/prefix" "$folder"
    rm -rf "$scratch"
}

# Sets `flags` so that SwiftPM compiles and links with the oneDNN in a folder.
find_onednn() {
    local folder=$1 library loader=$1/lib64/ld-linux-x86-64.so.2
    [ -e "$folder/include/oneapi/dnnl/dnnl.h" ] || fail "there is no include/oneapi/dnnl/dnnl.h in $folder"
    library=$(find "$folder/lib" -name libdnnl.so | head -n 1)
    [ -n "$library" ] || fail "there is no libdnnl.so in $folder/lib"
    library=$(dirname "$library")
    # Old-style run paths, because they also apply to the library's own dependencies.
    flags=(-Xcc "-I$folder/include" -Xlinker "-L$library" -Xlinker -rpath -Xlinker "$library" -Xlinker --disable-new-dtags)
    [ ! -e "$loader" ] || flags+=(-Xlinker "--dynamic-linker=$loader" -Xlinker --allow-shlib-undefined)
    # A oneDNN for SYCL computes on an OpenCL device: here, the processor.
    [ ! -e "$library/libintelocl.so" ] || export OCL_ICD_FILENAMES="$library/libintelocl.so"
}

version() { # of the oneDNN whose headers are in a folder
    awk '/define DNNL_VERSION_(MAJOR|MINOR|PATCH)/ { printf "%s%s", dot, $3; dot = "." }' \
        "$1/include/oneapi/dnnl/dnnl_version.h"
}

# OpenMP is set to eight threads for each caller, which reveals a worker that uses OpenMP's threads.
count_threads() {
    local program=$1 pid task seen most=0
    cat $fixtures/parity.jsonl $fixtures/parity.jsonl >$build/texts.jsonl
    OMP_NUM_THREADS=8 "$program" encode --model $model --output $build/vectors.npy $build/texts.jsonl &
    pid=$!
    while kill -0 $pid 2>/dev/null; do
        seen=0
        # A thread that a worker starts inherits its name.
        for task in /proc/$pid/task/*/comm; do
            if [[ $(cat "$task" 2>/dev/null) == encoder-* ]]; then seen=$((seen + 1)); fi
        done
        most=$((seen > most ? seen : most))
        sleep 0.05
    done
    wait $pid
    [ "$most" -eq "$(nproc)" ] || fail "$most threads computed, where there are $(nproc) workers"
    echo "threads: $most for $(nproc) workers"
}

compile_for_arm
if [ "${1:-}" = --arm ]; then
    exit
elif [ $# -gt 0 ]; then
    onednn=$(cd "$1" && pwd)
else
    # Each choice of packages has its own folder.
    onednn=$PWD/$build/onednn-$(echo "$wheels" | sha256sum | cut -c 1-8)
    fetch_onednn "$onednn"
fi
find_onednn "$onednn"
[ -e $model/model.safetensors ] || fail "the model is missing: run 'make setup' first"
echo "building with oneDNN $(version "$onednn") from $onednn"
# The flags are part of SwiftPM's plan, so this build needs its own folder.
swift test -c release --disable-xctest --disable-testable-imports --scratch-path $build/swift "${flags[@]}" \
    --filter 'EncodingTests\.(ParityTests|EncoderPoolTests)|EndToEndTests.CommandLineProcessorTests'
count_threads $build/swift/release/vectorspool
echo "portable: oneDNN $(version "$onednn")"
