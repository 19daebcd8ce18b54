#!/usr/bin/env python3
"""What ingestion costs beside encoding: the daemon's tokens a second against those of `vectorspool encode` on the same text.

Every file below DATA/prose/files is dropped at once into the inbox of a running daemon. The clock runs from the drop until all of
them lie in done/. The passages are then read back with a search for more hits than there are rows, and encoded by
`vectorspool encode`, which also says how many tokens they have. Fails below 90 %, and when a file is missing.

    DATA=folder throughput.py            PASSES=n (default 2: daemon and encode in turn; the best of each counts)

Needs the built programs and a Python without any package; without DATA it exits 77.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

BINARIES = pathlib.Path(os.environ.get("VECTORSPOOL_BINARIES", ".build/release"))
LEAST_RATIO = 0.9


def environment():
    """Without our own variables, which the daemon would take for configuration."""
    return {name: value for name, value in os.environ.items() if not name.startswith("VECTORSPOOL_")}


def model_arguments():
    model = os.environ.get("VECTORSPOOL_MODEL")
    return ["--model", model] if model else []


def ingest(files, spool):
    """Seconds from the drop to the last file in done/."""
    (spool / "inbox").mkdir(parents=True)
    drop = spool / "drop"
    shutil.copytree(files, drop)
    expected = sum(1 for path in drop.rglob("*") if path.is_file())
    with open(spool / "daemon.log", "w") as log:
        daemon = subprocess.Popen(
            [BINARIES / "vectorspoold", "--spool", spool, *model_arguments()], stderr=log, env=environment())
    try:
        while not (spool / ".runtime" / "status.json").exists():
            if daemon.poll() is not None:
                sys.exit((spool / "daemon.log").read_text())
            time.sleep(0.05)
        start = time.monotonic()
        os.rename(drop, spool / "inbox" / "drop")
        while True:
            done = sum(1 for path in (spool / "done").rglob("*") if path.is_file()) if (spool / "done").exists() else 0
            if done >= expected:
                break
            if daemon.poll() is not None or any((spool / "failed").iterdir()):
                sys.exit(f"{done} of {expected} files are in done/\n" + (spool / "daemon.log").read_text()[-2000:])
            time.sleep(0.1)
        seconds = time.monotonic() - start
    finally:
        daemon.terminate()
        status = daemon.wait(timeout=60)
    if status != 0:
        sys.exit(f"the daemon ended with {status}")
    return expected, seconds


def passages(index, output):
    """Writes the text of every row; returns how many documents they come from."""
    found = subprocess.run(
        [BINARIES / "vectorspool", "search", "anything", "--index", index, "-k", "10000000", "--json", *model_arguments()],
        stdout=subprocess.PIPE, check=True, env=environment())
    documents = set()
    with open(output, "w") as file:
        for line in found.stdout.splitlines():
            hit = json.loads(line)
            documents.add(hit["document"])
            file.write(json.dumps({"text": hit["text"]}) + "\n")
    return len(documents)


def encode(texts, output):
    """Tokens, and tokens a second, as the tool reports them."""
    told = subprocess.run(
        [BINARIES / "vectorspool", "encode", "--output", output, texts, *model_arguments()],
        stderr=subprocess.PIPE, text=True, check=True, env=environment()).stderr
    tokens, speed = re.search(r"([\d,]+) tokens in .*: ([\d,]+) tokens/s", told).groups()
    return int(tokens.replace(",", "")), int(speed.replace(",", ""))


def main():
    data = os.environ.get("DATA", "")
    if not data:
        sys.exit(77)
    files = pathlib.Path(data) / "prose" / "files"
    daemon_speed = encode_speed = 0
    for _ in range(int(os.environ.get("PASSES", "2"))):
        with tempfile.TemporaryDirectory(prefix="vectorspool-throughput-") as folder:
            scratch = pathlib.Path(folder)
            count, seconds = ingest(files, scratch / "spool")
            documents = passages(scratch / "spool" / "index", scratch / "texts.jsonl")
            if documents != count:
                sys.exit(f"{count} files were dropped, {documents} documents are searchable")
            tokens, speed = encode(scratch / "texts.jsonl", scratch / "vectors.npy")
            print(f"{count} files, {tokens:,} tokens: daemon {tokens / seconds:,.0f} tokens/s in {seconds:.1f} s, "
                  f"encode alone {speed:,} tokens/s", flush=True)
            daemon_speed, encode_speed = max(daemon_speed, tokens / seconds), max(encode_speed, speed)
    ratio = daemon_speed / encode_speed
    print(f"the daemon reaches {ratio:.1%} of the encoder alone")
    sys.exit(ratio < LEAST_RATIO)


if __name__ == "__main__":
    main()
