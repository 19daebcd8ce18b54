#!/usr/bin/env bash
# Shows VectorSpool at work in a temporary folder: the tutorial's example, then a daemon that indexes the documents of
# etc/sample, then four searches. It leaves no process and no file behind, even when interrupted.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

binaries=${VECTORSPOOL_BINARIES:-$PWD/.build/release}
model=${VECTORSPOOL_MODEL:-$PWD/.models/all-MiniLM-L6-v2}
patience=120 # seconds, for each wait

scratch=$(mktemp -d "${TMPDIR:-/tmp}/vectorspool-demo.XXXXXX")
daemon=

fail() {
    printf 'demo: %s\n' "$*" >&2
    [ ! -s "$scratch/daemon.log" ] || { echo 'demo: the last lines of the daemon:' && tail -n 20 "$scratch/daemon.log"; } >&2
    exit 1
}

# Asks the daemon to end, and kills it after 20 seconds. Returns the daemon's exit status.
stop_daemon() {
    local stopping=$daemon
    [ -n "$stopping" ] || return 0
    daemon=
    kill -TERM "$stopping" 2>/dev/null || true
    for _ in $(seq 200); do
        kill -0 "$stopping" 2>/dev/null || break
        sleep 0.1
    done
    kill -KILL "$stopping" 2>/dev/null || true
    wait "$stopping"
}

clean_up() {
    trap '' INT TERM HUP
    stop_daemon || true
    rm -rf "$scratch"
}
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

heading() { printf '\n%s\n' "$*"; }

# Prints a command as a user would type it, then runs it.
show() {
    printf '$ vectorspool'
    printf ' %s' "${@@Q}" | sed "s|'\([A-Za-z0-9/.=_-]*\)'|\1|g; s|$scratch/||g; s|$PWD/||g"
    echo
    "$binaries/vectorspool" "$@"
}

# Runs a command whose messages matter only if it fails.
quietly() {
    "$@" >"$scratch/output" 2>&1 || {
        cat "$scratch/output" >&2
        fail "this failed: $*"
    }
}

# Shape, type and size of the array in a .npy file, read from the file (NumPy's format, version 1).
describe_array() {
    local length header shape type
    length=$(od -An -tu2 -j8 -N2 "$1" | tr -d ' ')
    header=$(tail -c +11 "$1" | head -c "$length")
    shape=$(sed "s/.*'shape': *\(([^)]*)\).*/\1/" <<<"$header")
    type=$(sed "s/.*'descr': *'\([^']*\)'.*/\1/" <<<"$header")
    case $type in
        '<f4') type=float32 ;;
        '|i1') type=int8 ;;
    esac
    echo "$shape, $type, $(($(stat -c %s "$1") - 10 - length)) bytes"
}

[ -x "$binaries/vectorspool" ] && [ -x "$binaries/vectorspoold" ] || fail "no binaries in $binaries: run 'make build'"
[ -e "$model/model.safetensors" ] || fail "no model in $model: run 'make setup'"

# --- The tutorial's example: four sentences, and 120 others to calibrate with -----------------------------------------

heading "1. Four sentences, as floats and as 8-bit codes"
tutorial=$scratch/tutorial
query=$(<etc/tutorial/query.txt)
sed 's/^/    /' etc/tutorial/corpus.txt
echo "query: $query"
mkdir -p "$tutorial/spool/inbox"
quietly "$binaries/vectorspool" encode --model "$model" --compute float32 \
    --output "$tutorial/calibration.npy" etc/tutorial/calibration.txt
quietly "$binaries/vectorspool" calibrate --embeddings "$tutorial/calibration.npy" --output "$tutorial/ranges.npy"
quietly "$binaries/vectorspool" encode --model "$model" --compute float32 \
    --output "$tutorial/float32.npy" etc/tutorial/corpus.txt
quietly "$binaries/vectorspool" quantize --precision int8 --ranges "$tutorial/ranges.npy" \
    "$tutorial/float32.npy" "$tutorial/int8.npy"
echo "float32: $(describe_array "$tutorial/float32.npy")"
echo "int8: $(describe_array "$tutorial/int8.npy")"

number=0
while IFS= read -r sentence; do
    number=$((number + 1))
    printf '%s' "$sentence" >"$tutorial/spool/inbox/$number.txt"
done <etc/tutorial/corpus.txt
quietly "$binaries/vectorspoold" --once --spool "$tutorial/spool" --index "$tutorial/index" \
    --model "$model" --ranges "$tutorial/ranges.npy"
"$binaries/vectorspool" search "$query" --index "$tutorial/index" --model "$model" -k 1 \
    --scorer sentence-transformers --json >"$tutorial/hit.json" || fail "the search for '$query' found nothing"
echo "top match: $(sed -n '1s/.*"text" *: *"\([^"\\]*\).*/\1/p' "$tutorial/hit.json")"

# --- A daemon, a folder, three questions ------------------------------------------------------------------------------

heading "2. A daemon watches an inbox"
spool=$scratch/spool index=$scratch/index configuration=$scratch/vectorspool.yaml
mkdir -p "$spool/inbox" "$scratch/run"
cat >"$configuration" <<END
spool:
  directory: $spool
index:
  directory: $index
model:
  directory: $model
runtime:
  directory: $scratch/run
END
"$binaries/vectorspoold" --config "$configuration" >"$scratch/daemon.log" 2>&1 &
daemon=$!

# Runs a test until it succeeds, while the daemon lives.
wait_until() {
    local what=$1 deadline=$((SECONDS + patience))
    shift
    until "$@"; do
        kill -0 "$daemon" 2>/dev/null || fail "the daemon ended before $what"
        [ $SECONDS -lt $deadline ] || fail "waited $patience seconds until $what"
        sleep 0.05
    done
}

daemon_is_ready() { "$binaries/vectorspool" status --config "$configuration" >/dev/null 2>&1; }
wait_until "it was ready" daemon_is_ready
echo "vectorspoold watches ${spool#"$scratch/"}/inbox"

# Copied beside the inbox and then moved into it: a file that arrives by rename is complete, so it is taken at once.
cp -r etc/sample "$scratch/dropped"
files=$(find "$scratch/dropped" -type f | wc -l)
objects=$(find "$scratch/dropped" -name '*.jsonl' -exec cat {} + | wc -l)
documents=$((files - $(find "$scratch/dropped" -name '*.jsonl' | wc -l) + objects))
heading "3. Dropping $files files: $documents documents, one for each line of a .jsonl file"

shown= looks=0
everything_is_searchable() {
    [ -z "$(find "$spool/failed" -type f 2>/dev/null)" ] || fail "some files failed: $(ls "$spool/failed")"
    local now
    now=$("$binaries/vectorspool" info --index "$index" --json 2>/dev/null |
        sed -n 's/.*"documents" *: *\([0-9]*\).*/\1/p') || true
    [ "${now:-0}" -lt "$documents" ] || return 0
    # Show at intervals what a user would see.
    looks=$((looks + 1))
    if [ $((looks % 4)) -eq 1 ]; then
        now=$("$binaries/vectorspool" status --config "$configuration" 2>&1 | sed "s|$scratch/||g") || true
        [ "$now" = "$shown" ] || printf '$ vectorspool status\n%s\n' "$now"
        shown=$now
    fi
    return 1
}

start=${EPOCHREALTIME//[!0-9]/}
mv "$scratch"/dropped/* "$spool/inbox/"
wait_until "every document was searchable" everything_is_searchable
milliseconds=$(((${EPOCHREALTIME//[!0-9]/} - start) / 1000))
printf 'from drop to searchable: %d.%03d s\n' $((milliseconds / 1000)) $((milliseconds % 1000))
# Documents are searchable before their files are put away.
nothing_is_in_work() { "$binaries/vectorspool" status --config "$configuration" --json | grep -q '"in_work":0'; }
wait_until "every file was put away" nothing_is_in_work
show status --config "$configuration" | sed "s|$scratch/||g"

heading "4. Three questions that share no significant word with their answers"
while IFS= read -r question; do
    show search "$question" --index "$index" --model "$model" -k 2 ||
        fail "the search for '$question' found nothing"
    echo
done <etc/sample-questions.txt

heading "5. A question by an error code that stands in one of the files"
show search "ERR_CERT_DATE_INVALID" --index "$index" --model "$model" -k 1 || fail "the search for an error code found nothing"

stop_daemon || fail "the daemon failed: status $?"
echo "The daemon has stopped, and the temporary folder is removed."
