#!/usr/bin/env python3
"""The cost of ingestion: the daemon's tokens per second compared with those of `vectorspool encode` on the same text.

Two cases, made of DATA/prose/passages.jsonl: 600 files of eight passages, and 20,000 files of one sentence, no two alike. The
files are dropped at once into the inbox of a running daemon; the clock runs from the drop until all of them lie in done/. The
passages are then read back with a search for more hits than there are rows, and encoded by `vectorspool encode`, which also
says how many tokens they have. Daemon and tool take turns, and the median of the rounds' ratios counts: a machine whose speed
drifts slows both of a round. Fails when a case is below its least ratio, or when a file is missing. For sentences that is
90 %: of the 80 us that such a file takes beside 1.1 ms of encoding, its two renames take 30 on ext4, and the other system
calls 20.

    DATA=folder throughput.py [CASE...]   CASE: files, sentences (default both); ROUNDS=n (default 3)

Also printed: the daemon's largest resident set, and the seconds that its threads, and the tool, were on a processor: their
quotient is what the ratio would be if nothing ever waited, and it hardly minds what else the machine does.
Needs the built programs and a Python without any package; without DATA it exits 77.
"""

import collections
import json
import os
import pathlib
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time

BINARIES = pathlib.Path(os.environ.get("VECTORSPOOL_BINARIES", ".build/release"))
LEAST_RATIOS = {"files": 0.95, "sentences": 0.90}
ROUNDS = int(os.environ.get("ROUNDS", "3"))


def environment():
    """Without our own variables, which the daemon would take for configuration."""
    return {name: value for name, value in os.environ.items() if not name.startswith("VECTORSPOOL_")}


def model_arguments():
    model = os.environ.get("VECTORSPOOL_MODEL")
    return ["--model", model] if model else []


def texts(data):
    with open(pathlib.Path(data) / "prose" / "passages.jsonl") as file:
        for line in file:
            yield json.loads(line)["text"]


def long_files(data):
    """600 texts of eight passages, which the daemon cuts again."""
    source = texts(data)
    for _ in range(600):
        yield "\n\n".join(next(source) for _ in range(8)) + "\n"


def sentence_files(data):
    """20,000 sentences, no two alike."""
    seen = set()
    for text in texts(data):
        for sentence in re.split(r"(?<=[.!?])[\"']?\s+", text):
            sentence = " ".join(sentence.split())
            if 20 <= len(sentence) <= 400 and sentence not in seen:
                seen.add(sentence)
                yield sentence + "\n"
                if len(seen) == 20_000:
                    return


CASES = {"files": long_files, "sentences": sentence_files}


def write_files(contents, folder):
    """Writes the files a few hundred to a folder, as people keep them; returns how many there are."""
    count = 0
    for count, text in enumerate(contents, 1):
        directory = folder / f"{count // 500:02}"
        directory.mkdir(parents=True, exist_ok=True)
        (directory / f"{count:05}.txt").write_text(text)
    return count


def processor_seconds(process):
    """Seconds on a processor, by the name of the thread."""
    seconds = collections.Counter()
    for task in pathlib.Path(f"/proc/{process}/task").iterdir():
        name, fields = (task / "stat").read_text().rpartition(")")[::2]
        name = re.sub(r"-\d+$", "", name.partition("(")[2])
        fields = fields.split()
        seconds[name] += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return seconds


def largest_resident_megabytes(process):
    status = pathlib.Path(f"/proc/{process}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1)) / 1024


def done_count(spool):
    days = spool / "done"
    return sum(len(os.listdir(day)) for day in days.iterdir()) if days.exists() else 0


def ingest(drop, expected, spool):
    """Seconds from the drop to the last file in done/, and on processors."""
    with open(spool / "daemon.log", "w") as log:
        daemon = subprocess.Popen(
            [BINARIES / "vectorspoold", "--spool", spool, *model_arguments()], stderr=log, env=environment())
    try:
        status_page = spool / ".runtime" / "status.json"
        while not status_page.exists() or json.loads(status_page.read_text())["state"] != "ready":
            if daemon.poll() is not None:
                sys.exit((spool / "daemon.log").read_text())
            time.sleep(0.05)
        start = time.monotonic()
        os.rename(drop, spool / "inbox" / "drop")
        # Counting thousands of names takes time from the daemon, so count only when nothing is in work.
        while any((spool / "work").iterdir()) or done_count(spool) < expected:
            if daemon.poll() is not None or any((spool / "failed").iterdir()):
                sys.exit(f"not all of {expected} files are in done/\n" + (spool / "daemon.log").read_text()[-2000:])
            time.sleep(0.05)
        seconds = time.monotonic() - start
        used = processor_seconds(daemon.pid)
        print("  threads: " + ", ".join(f"{name} {seconds:.2f} s" for name, seconds in used.most_common() if seconds >= 0.01)
              + f"; resident {largest_resident_megabytes(daemon.pid):.0f} MB", flush=True)
    finally:
        daemon.terminate()
        status = daemon.wait(timeout=60)
    if status != 0:
        sys.exit(f"the daemon ended with {status}")
    return seconds, sum(used.values())


def passages(index, output):
    """Writes the text of every row in the order of the files; returns how many documents they come from."""
    found = subprocess.run(
        [BINARIES / "vectorspool", "search", "anything", "--index", index, "-k", "10000000", "--json", *model_arguments()],
        stdout=subprocess.PIPE, check=True, env=environment())
    hits = sorted((json.loads(line) for line in found.stdout.splitlines()), key=lambda hit: (hit["document"], hit["passage"]))
    with open(output, "w") as file:
        for hit in hits:
            file.write(json.dumps({"text": hit["text"]}) + "\n")
    return len({hit["document"] for hit in hits})


def encode(source, output):
    """Tokens and tokens a second, as the tool reports them, and its seconds on processors."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    told = subprocess.run(
        [BINARIES / "vectorspool", "encode", "--output", output, source, *model_arguments()],
        stderr=subprocess.PIPE, text=True, check=True, env=environment()).stderr
    tokens, speed = re.search(r"([\d,]+) tokens in .*: ([\d,]+) tokens/s", told).groups()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return int(tokens.replace(",", "")), int(speed.replace(",", "")), used


def measure(case, data):
    """The daemon's speed relative to the tool's, once."""
    with tempfile.TemporaryDirectory(prefix="vectorspool-throughput-") as folder:
        scratch = pathlib.Path(folder)
        (scratch / "spool" / "inbox").mkdir(parents=True)
        count = write_files(CASES[case](data), scratch / "spool" / "drop")
        # Pending writes of the files themselves do not belong to the daemon.
        os.sync()
        seconds, used = ingest(scratch / "spool" / "drop", count, scratch / "spool")
        documents = passages(scratch / "spool" / "index", scratch / "texts.jsonl")
        if documents != count:
            sys.exit(f"{count} files were dropped, {documents} documents are searchable")
        tokens, speed, used_alone = encode(scratch / "texts.jsonl", scratch / "vectors.npy")
    ratio = tokens / seconds / speed
    print(f"{case}: {count:,} files, {tokens:,} tokens: daemon {tokens / seconds:,.0f} tokens/s in {seconds:.1f} s, "
          f"encode alone {speed:,} tokens/s: {ratio:.1%}; on processors {used:.1f} s and {used_alone:.1f} s: "
          f"{used_alone / used:.1%}", flush=True)
    return ratio


def main():
    data = os.environ.get("DATA", "")
    if not data:
        sys.exit(77)
    cases = sys.argv[1:] or list(CASES)
    ratios = {case: [] for case in cases}
    for _ in range(ROUNDS):
        for case in cases:
            ratios[case].append(measure(case, data))
    for case, measured in ratios.items():
        print(f"{case}: the daemon reaches {statistics.median(measured):.1%} of the encoder alone "
              f"({', '.join(f'{ratio:.1%}' for ratio in measured)})")
    sys.exit(any(statistics.median(measured) < LEAST_RATIOS[case] for case, measured in ratios.items()))


if __name__ == "__main__":
    main()
