#!/usr/bin/env python3
"""The daemon as a service: how soon a dropped file can be found, what it uses while idle, a long backlog, and how soon it stops.

    service.py [CASE...]    default: renames copies idle stops

    renames    DROPS=200 files, moved into the inbox of an idle daemon one by one
    trickle    as many, one soon after another: files that come within commit.maximumDelaySeconds share a commit
    copies     DROPS/4 files, written there
    idle       the processor time of an idle daemon over IDLE=60 seconds
    stops      SIGTERM with 100,000 files in the inbox, and with a long text in work
    backlog    COUNT=1000000 files of one line: seconds until ready and until the first can be found, largest memory. It takes
               as long as the encoder needs; MINUTES=60 ends it earlier, and the state is printed then

A file can be found when a manifest names its rows: the time of the manifest's rename, which any search reads from then on. At
the end the number of documents is compared with that of the files. Prints percentiles in seconds, and fails when a limit of
LIMITS is passed. Needs the built programs and a Python without any package.
"""

import contextlib
import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARIES = pathlib.Path(os.environ.get("VECTORSPOOL_BINARIES", ROOT / ".build/release"))
MODEL = os.environ.get("VECTORSPOOL_MODEL", str(ROOT / ".models/all-MiniLM-L6-v2"))
DROPS = int(os.environ.get("DROPS", 200))
IDLE = int(os.environ.get("IDLE", 60))
COUNT = int(os.environ.get("COUNT", 1_000_000))
MINUTES = float(os.environ.get("MINUTES", 60))
SCRATCH = os.environ.get("SCRATCH")
LIMITS = {"renames": 1.0, "trickle": 1.5, "copies": 2.5, "idle": 0.2, "ready": 2.0, "first": 5.0, "memory": 300, "stops": 10.0}
WORDS = "whale harbour orbit bread comet boiler tide sleep savings tenancy chess bee train museum river".split()
faults = []


def judge(name, value, unit="s"):
    limit = LIMITS[name]
    if value > limit:
        faults.append(name)
    return f"{value:.3f} {unit} (limit {limit} {unit}{'' if value <= limit else ', PASSED'})"


class Daemon:
    """A daemon on a new spool, with the service manager's end of its messages."""

    def __init__(self, scratch):
        self.spool = pathlib.Path(scratch)
        self.inbox = self.spool / "inbox"
        self.index = self.spool / "index"
        self.inbox.mkdir(exist_ok=True)
        self.server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.server.bind(str(self.spool / "notify"))
        self.server.settimeout(0.02)

    def start(self):
        environment = {key: value for key, value in os.environ.items() if not key.startswith("VECTORSPOOL_")}
        environment["NOTIFY_SOCKET"] = str(self.spool / "notify")
        self.log = open(self.spool / "log", "w")
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [BINARIES / "vectorspoold", "--spool", self.spool, "--model", MODEL], stdout=self.log, stderr=self.log,
            env=environment)

    def ready(self):
        while True:
            with contextlib.suppress(TimeoutError):
                if b"READY=1" in self.server.recv(65536):
                    self.server.close()
                    return time.monotonic() - self.began
            if self.process.poll() is not None:
                sys.exit((self.spool / "log").read_text()[-2000:])

    def manifest(self):
        """The newest generation; 0 without an index."""
        try:
            names = os.listdir(self.index)
        except FileNotFoundError:
            return 0
        return max((int(name[9:-5]) for name in names if name.startswith("manifest-") and name.endswith(".json")), default=0)

    def status(self):
        try:
            return json.loads((self.spool / ".runtime/status.json").read_text())
        except (OSError, ValueError):
            return {}

    def memory(self):
        with open(f"/proc/{self.process.pid}/status") as file:
            values = dict(line.split(":", 1) for line in file)
        return tuple(int(values[key].split()[0]) / 1024 for key in ("RssAnon", "VmRSS", "VmHWM"))

    def processor_seconds(self):
        total = 0
        for task in os.listdir(f"/proc/{self.process.pid}/task"):
            with contextlib.suppress(OSError), open(f"/proc/{self.process.pid}/task/{task}/schedstat") as file:
                total += int(file.read().split()[0])
        return total / 1e9

    def documents(self):
        answer = subprocess.run(
            [BINARIES / "vectorspool", "info", "--index", self.index, "--json"], capture_output=True, text=True)
        return json.loads(answer.stdout.splitlines()[0])["documents"] if answer.returncode == 0 else 0

    def stop(self):
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait()
        return time.monotonic() - began, code


@contextlib.contextmanager
def spool():
    with tempfile.TemporaryDirectory(prefix="vectorspool-service-", dir=SCRATCH) as scratch:
        daemon = Daemon(scratch)
        try:
            yield daemon
        finally:
            if getattr(daemon, "process", None) and daemon.process.poll() is None:
                daemon.process.kill()
                daemon.process.wait()


def line(number):
    return " ".join(random.Random(number).choices(WORDS, k=8)) + f" {number}\n"


def percentile(values, share):
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def drops(name, count, drop, pause=1.2):
    with spool() as daemon:
        daemon.start()
        daemon.ready()
        times = []
        # The first one makes the weights' pages resident, as on any daemon that has worked before.
        for number in range(count + 1):
            # At any moment of the daemon's own rhythm; after a second without a commit it is idle.
            time.sleep(pause + random.random() * 0.5)
            before = daemon.manifest()
            began = drop(daemon, number)
            while daemon.manifest() == before:
                time.sleep(0.001)
                if time.monotonic() - began > 60:
                    sys.exit(f"{name}: a file was not found in 60 s: {daemon.status()}")
            if number:
                times.append(time.monotonic() - began)
        if daemon.documents() != count + 1:
            faults.append(f"{name}: {daemon.documents()} documents of {count + 1} files")
        print(
            f"{name}: {count} drops, median {percentile(times, .5):.3f}, 90 % {percentile(times, .9):.3f}, "
            f"99 % {judge(name, percentile(times, .99))}, longest {max(times):.3f}", flush=True)
        for text in (daemon.spool / ".runtime/metrics.prom").read_text().splitlines():
            if text.startswith("vectorspool_searchable_seconds") and ("le=\"1.0\"" in text or "bucket" not in text):
                print(f"    {text}")


def rename(daemon, number):
    (daemon.spool / "draft").write_text(line(number))
    began = time.monotonic()
    os.rename(daemon.spool / "draft", daemon.inbox / f"{number}.txt")
    return began


def renames():
    drops("renames", DROPS, rename)


def trickle():
    drops("trickle", DROPS, rename, pause=0.3)


def copies():
    def drop(daemon, number):
        began = time.monotonic()
        (daemon.inbox / f"{number}.txt").write_text(line(number))
        return began
    drops("copies", DROPS // 4, drop)


def idle():
    with spool() as daemon:
        for number in range(100):
            (daemon.inbox / f"{number}.txt").write_text(line(number))
        daemon.start()
        daemon.ready()
        while daemon.status().get("done_files") != 100:
            time.sleep(0.1)
        time.sleep(10)
        before, began = daemon.processor_seconds(), time.monotonic()
        time.sleep(IDLE)
        used, seconds = daemon.processor_seconds() - before, time.monotonic() - began
        print(f"idle: {used:.3f} s of processor in {seconds:.0f} s, {judge('idle', 100 * used / seconds, '%')}", flush=True)


def stops():
    for what in "100,000 files", "a long text":
        with spool() as daemon:
            if what == "a long text":
                with open(daemon.inbox / "novel.txt", "w") as file:
                    for number in range(500_000):
                        file.write(line(number))
            else:
                many(daemon.inbox, 100_000)
            daemon.start()
            daemon.ready()
            while not daemon.status().get("tokens_encoded"):
                time.sleep(0.05)
            time.sleep(5)
            state = daemon.status()
            seconds, code = daemon.stop()
            left = (daemon.spool / "log").read_text().splitlines()[-1]
            print(
                f"stops: {what}: {judge('stops', seconds)}, exit {code}; {state['tokens_encoded']} tokens were encoded; "
                f"the log ends: {left}", flush=True)
            if code != 0:
                faults.append(f"exit {code}")


def many(inbox, count):
    directory = os.open(inbox, os.O_RDONLY)
    for number in range(count):
        file = os.open(f"n{number:07}.txt", os.O_WRONLY | os.O_CREAT, 0o644, dir_fd=directory)
        os.write(file, b"note %d of %s\n" % (number, WORDS[number % len(WORDS)].encode()))
        os.close(file)
    os.close(directory)


def backlog():
    with spool() as daemon:
        many(daemon.inbox, COUNT)
        # Else the first commit waits until the disk has the benchmark's own files.
        os.sync()
        daemon.start()
        ready = daemon.ready()
        while daemon.manifest() == 0 or not documents_of_manifest(daemon):
            time.sleep(0.002)
        print(
            f"backlog: {COUNT} files: ready {judge('ready', ready)}, first file found "
            f"{judge('first', time.monotonic() - daemon.began)}", flush=True)
        anonymous = resident = 0
        said = time.monotonic()
        while True:
            time.sleep(0.5)
            memory = daemon.memory()
            anonymous, resident = max(anonymous, memory[0]), max(resident, memory[2])
            status = daemon.status()
            minutes = (time.monotonic() - daemon.began) / 60
            isOver = status.get("done_files") == COUNT or minutes > MINUTES
            if isOver or time.monotonic() - said > 120:
                said = time.monotonic()
                print(
                    f"    {minutes:.1f} min: {status.get('done_files')} files done, {status.get('documents')} documents, "
                    f"anonymous {anonymous:.0f} MB, resident {resident:.0f} MB at most", flush=True)
            if isOver:
                break
        seconds, code = daemon.stop()
        total = sum(len(names) for folder in ("inbox", "work", "done") for _, _, names in os.walk(daemon.spool / folder)
                    if True) - len([1 for name in os.listdir(daemon.spool / "work") if name.startswith(".")])
        documents = daemon.documents()
        done = sum(len(names) for _, _, names in os.walk(daemon.spool / "done"))
        print(
            f"backlog: peak {judge('memory', resident, 'MB')}; stopped in {seconds:.1f} s with exit {code}; {total} files lie in "
            f"inbox, work and done; {done} are done, {documents} documents", flush=True)
        if total != COUNT or documents < done:
            faults.append("files are missing")


def documents_of_manifest(daemon):
    try:
        manifest = json.loads((daemon.index / f"manifest-{daemon.manifest():020}.json").read_text())
    except (OSError, ValueError):
        names = [name for name in os.listdir(daemon.index) if name.startswith("manifest-")]
        manifest = json.loads((daemon.index / max(names)).read_text()) if names else {}
    return bool(manifest.get("shards"))


CASES = {"renames": renames, "trickle": trickle, "copies": copies, "idle": idle, "stops": stops, "backlog": backlog}


def main():
    if not (BINARIES / "vectorspoold").exists():
        sys.exit(77)
    names = sys.argv[1:] or ["renames", "copies", "idle", "stops"]
    unknown = [name for name in names if name not in CASES]
    if unknown:
        sys.exit(f"no case named {', '.join(unknown)}; there are {', '.join(CASES)}")
    for name in names:
        CASES[name]()
    if faults:
        sys.exit(f"limits passed or faults: {', '.join(faults)}")


if __name__ == "__main__":
    main()
