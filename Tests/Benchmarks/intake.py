#!/usr/bin/env python3
"""Difficult input: memory and time of the daemon on inputs that are large, numerous or empty.

Each case is dropped into an inbox of its own and taken by `vectorspoold --once`. Printed are the exit code, the largest
anonymous memory, which is what the daemon holds that the system cannot take back, the largest resident set, the seconds, and
how many files ended in done/ and in failed/. Fails when something ends nowhere or with another exit code than it should, or
needs more memory than LIMITS says.

    intake.py [CASE...]    default: all; the whole takes half an hour on two cores, most of it `text`

    text          one text of 60 MB
    blanks        one text of 1 GB that is nearly all blank lines, with spool.maximumFileBytes raised
    blankfiles    1,000 files of 2.2 MB of blanks
    folders       20,000 folders of one file
    emptyfolders  17,000 empty folders and one file
    badlines      64 MB of lines without a text in 6 KB of zstd, and 5 million bad lines in 1.4 KB of it
    lines         30,000 passages of one .jsonl
    million       1,000,000 files of one line: also the seconds until READY and until the first
                  document is in the index, and the growth a document

`million` is encoded with a small model of the tests, since intake is the subject; SMALL_MODEL names another.
Needs the built programs, zstd and a Python without any package.
"""

import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARIES = pathlib.Path(os.environ.get("VECTORSPOOL_BINARIES", ROOT / ".build/release"))
MODEL = os.environ.get("VECTORSPOOL_MODEL", str(ROOT / ".models/all-MiniLM-L6-v2"))
SMALL_MODEL = os.environ.get("SMALL_MODEL", str(ROOT / "Tests/EncodingTests/Fixtures/models/mean-40"))
MEGABYTE = 1 << 20
# Of anonymous memory, in MB; the million is limited by its resident set.
LIMITS = {"million": 300}
USUAL_LIMIT = 600


def text(inbox):
    """60 MB, no two lines alike."""
    with open(inbox / "long.txt", "w") as file:
        written, number = 0, 0
        while written < 60_000_000:
            line = f"Entry {number} of the log tells of whale {number * 7919 % 10007} and of ship {number * 104729 % 997}.\n"
            written += file.write(line)
            number += 1


def blanks(inbox):
    """A word at each end of a gigabyte of blank lines."""
    with open(inbox / "hollow.txt", "wb") as file:
        file.write(b"first words\n")
        for _ in range(1024):
            file.write(b" \n" * (MEGABYTE // 2))
        file.write(b"last words\n")


def blankfiles(inbox):
    block = b" \n" * 1_100_000
    for number in range(1000):
        (inbox / f"{number}.txt").write_bytes(block)


def folders(inbox):
    for number in range(20_000):
        (inbox / f"d{number}").mkdir()
        (inbox / f"d{number}" / "a.txt").write_text(f"note {number}\n")


def emptyfolders(inbox):
    for number in range(17_000):
        (inbox / f"d{number}").mkdir()
    (inbox / "z.txt").write_text("a file behind many folders\n")


def badlines(inbox):
    for name, line, size in [("objects", "{}", 64_000_000), ("braces", "{", 10_000_000)]:
        command = f"yes '{line}' | head -c {size} | zstd --quiet -19 --long=27 > {name}.jsonl.zst"
        subprocess.run(command, shell=True, check=True, cwd=inbox)


def lines(inbox):
    with open(inbox / "many.jsonl", "w") as file:
        for number in range(30_000):
            file.write(json.dumps({"id": number, "text": f"Note {number} is about thing {number * 7919 % 1000}."}) + "\n")


def million(inbox):
    directory = os.open(inbox, os.O_RDONLY)
    for number in range(1_000_000):
        file = os.open(f"n{number:07}.txt", os.O_WRONLY | os.O_CREAT, 0o644, dir_fd=directory)
        os.write(file, b"note number %d about thing %d\n" % (number, number * 7919 % 1000))
        os.close(file)
    os.close(directory)


CASES = {
    "text": (text, 0), "blanks": (blanks, 0), "blankfiles": (blankfiles, 65), "folders": (folders, 0),
    "emptyfolders": (emptyfolders, 0), "badlines": (badlines, 65), "lines": (lines, 0), "million": (million, 0),
}


class Watcher(threading.Thread):
    """Samples the process's memory and status page at a negligible cost, and detects when it is ready."""

    def __init__(self, process, spool, server, started):
        super().__init__(daemon=True)
        self.process, self.spool, self.server, self.started = process, spool, server, started
        self.anonymous = self.resident = 0
        self.ready = self.first = None
        self.growth = []
        self.start()

    def run(self):
        while self.process.poll() is None:
            try:
                if b"READY=1" in self.server.recv(65536) and self.ready is None:
                    self.ready = time.monotonic() - self.started
            except TimeoutError:
                pass
            try:
                with open(f"/proc/{self.process.pid}/status") as file:
                    values = dict(line.split(":", 1) for line in file)
                anonymous, resident = (int(values[key].split()[0]) for key in ("RssAnon", "VmRSS"))
                documents = json.loads((self.spool / ".runtime/status.json").read_text())["documents"]
            except (OSError, KeyError, ValueError):
                continue
            self.anonymous, self.resident = max(self.anonymous, anonymous), max(self.resident, resident)
            if documents and self.first is None:
                self.first = time.monotonic() - self.started
            if documents and (not self.growth or documents > self.growth[-1][0]):
                self.growth.append((documents, anonymous))


def count(folder, wanted):
    return sum(1 for _, _, names in os.walk(folder) for name in names if wanted(name))


def measure(name):
    make, expected = CASES[name]
    with tempfile.TemporaryDirectory(prefix=f"vectorspool-{name}-") as scratch:
        spool = pathlib.Path(scratch)
        (spool / "inbox").mkdir()
        make(spool / "inbox")
        dropped = count(spool / "inbox", lambda _: True)
        # A million files that were just made take the disk some seconds, and the first commit would wait for them.
        os.sync()
        configuration = spool / "vectorspool.yaml"
        configuration.write_text("spool:\n  maximumFileBytes: 2147483648\n" if name == "blanks" else "")
        server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        server.bind(str(spool / "notify"))
        server.settimeout(0.05)
        environment = {key: value for key, value in os.environ.items() if not key.startswith("VECTORSPOOL_")}
        environment["NOTIFY_SOCKET"] = str(spool / "notify")
        started = time.monotonic()
        with open(spool / "errors", "w") as errors:
            process = subprocess.Popen(
                [BINARIES / "vectorspoold", "--once", "--spool", spool, "--config", configuration, "--model",
                 SMALL_MODEL if name == "million" else MODEL],
                stdout=subprocess.DEVNULL, stderr=errors, env=environment)
            watcher = Watcher(process, spool, server, started)
            code = process.wait()
        seconds = time.monotonic() - started
        watcher.join()
        done = count(spool / "done", lambda _: True)
        failed = count(
            spool / "failed", lambda file: not file.startswith(".") and not file.endswith((".vectorspool-error.json", ".bad-lines.jsonl")))
        memory = watcher.resident if name == "million" else watcher.anonymous
        limit = LIMITS.get(name, USUAL_LIMIT)
        isRight = code == expected and done + failed == dropped and memory <= limit * 1024
        shards = count(spool / "index", lambda file: file.startswith("shard-"))
        manifests = count(spool / "index", lambda file: file.startswith("manifest-"))
        print(
            f"{name:13} {watcher.anonymous / 1024:7.0f} {watcher.resident / 1024:8.0f} {seconds:8.1f} {dropped:8} {done:8}"
            f" {failed:7} {shards:6} {manifests:9} {code:5}{'' if isRight else '  WRONG'}", flush=True)
        if name == "million":
            # From the first hundred thousand on, when every buffer has its size.
            first = next((point for point in watcher.growth if point[0] > 100_000), None)
            last = watcher.growth[-1] if watcher.growth else None
            if first and last and last[0] > first[0]:
                growth = (last[1] - first[1]) * 1024 / (last[0] - first[0])
                first_document = f"first document after {watcher.first or 0:.2f} s"
                print(
                    f"{'':13} ready after {watcher.ready or 0:.2f} s, {first_document}, {growth:.0f} bytes of growth a document",
                    flush=True)
        if not isRight:
            print((spool / "errors").read_text()[-2000:], file=sys.stderr)
        return isRight


def main():
    if not (BINARIES / "vectorspoold").exists() or not shutil.which("zstd"):
        sys.exit(77)
    names = sys.argv[1:] or list(CASES)
    unknown = [name for name in names if name not in CASES]
    if unknown:
        sys.exit(f"no case named {', '.join(unknown)}; there are {', '.join(CASES)}")
    print(f"{'case':13} anon MB resident  seconds  dropped     done  failed shards manifests  exit")
    results = [measure(name) for name in names]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
