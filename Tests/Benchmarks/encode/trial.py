"""One run of one contestant: a process, timed and weighed."""
import json
import os
import re
import resource
import signal
import subprocess
import tempfile
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from contestants import Contestant

SUMMARY = re.compile(r"encoded ([\d,]+) texts?, ([\d,]+) tokens? in [\d.,]+ s: ([\d,]+) tokens/s \((\w+), (\d+) worker")
STAGE = re.compile(r"^stage (\w+): ([\d.]+) s", re.MULTILINE)
LONGEST = 1800  # seconds; a longer run hangs


class TrialFailure(Exception):
    """A contestant failed, or did not do what was requested."""


@dataclass
class Trial:
    """The result of a run; `tokens_per_second` is without loading, seconds and memory are of the whole process."""

    contestant: str
    workload: str
    round: int
    tokens_per_second: float
    version: str
    wall_seconds: float
    processor_seconds: float
    resident_bytes: int
    cores_busy: float
    limit_macs_per_second: float = 0.0
    stages: dict[str, float] = field(default_factory=dict)  # seconds of all workers; of ours only

    @property
    def line(self) -> str:
        return json.dumps(asdict(self))


def environment(threads: int) -> dict[str, str]:
    """Exactly that many threads for whatever the peers compute with, and nothing fetched."""
    return os.environ | {
        "OMP_NUM_THREADS": str(threads), "MKL_NUM_THREADS": str(threads), "OPENBLAS_NUM_THREADS": "1",
        "RAYON_NUM_THREADS": str(threads), "TOKENIZERS_PARALLELISM": "true", "KMP_BLOCKTIME": "0",
        "HF_HUB_OFFLINE": "1", "TRANSFORMERS_VERBOSITY": "error",
    }


def spawn(
    command: list[str], processors: list[int], variables: dict[str, str]
) -> tuple[str, str, float, resource.struct_rusage]:
    """Output, errors, seconds and resources of a process that may use only those processors."""
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        mine = os.sched_getaffinity(0)
        os.sched_setaffinity(0, processors)  # inherited
        start = time.perf_counter()
        try:
            process = subprocess.Popen(command, stdout=output, stderr=errors, stdin=subprocess.DEVNULL, env=variables)
        finally:
            os.sched_setaffinity(0, mine)
        patience = threading.Timer(LONGEST, os.kill, (process.pid, signal.SIGKILL))
        patience.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            process.wait()
            raise
        finally:
            patience.cancel()
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        texts = output.read(), errors.read()
    if process.returncode != 0:
        last = "\n".join(texts[1].splitlines()[-5:])
        raise TrialFailure(f"{Path(command[0]).name} ended with status {process.returncode}: {last}")
    return *texts, seconds, usage


def run(contestant: Contestant, workload: dict, number: int, options, output: Path) -> Trial:
    """Runs a contestant on a workload and reads what it reports."""
    processors = options.processors[: contestant.processors or options.threads]
    command = contestant.command(options, Path(workload["file"]), output)
    variables = dict(os.environ) if contestant.is_ours else environment(options.threads)
    printed, errors, seconds, usage = spawn(command, processors, variables)
    if contestant.is_ours:
        version, rate = "", ours(errors, contestant, workload, len(processors))
        busy = (usage.ru_utime + usage.ru_stime) / seconds
    else:
        report = json.loads(printed.splitlines()[-1])
        version, rate = report["version"], workload["tokens"] / report["seconds"]
        busy = report["processor_seconds"] / report["seconds"]
    return Trial(
        contestant.name, workload["name"], number, rate, version, seconds, usage.ru_utime + usage.ru_stime,
        usage.ru_maxrss * 1024, busy,
        stages={name: float(seconds) for name, seconds in STAGE.findall(errors)} if contestant.is_ours else {})


def ours(errors: str, contestant: Contestant, workload: dict, workers: int) -> float:
    """The tokens a second that `vectorspool encode` reports, if it did what was requested."""
    found = SUMMARY.search(errors)
    if not found:
        raise TrialFailure(f"vectorspool encode did not say what it did: {errors}")
    texts, tokens, rate = (int(found[group].replace(",", "")) for group in (1, 2, 3))
    expected = (workload["texts"], workload["tokens"], contestant.compute, workers)
    actual = (texts, tokens, found[4], int(found[5]))
    if actual != expected:
        raise TrialFailure(f"texts, tokens, compute, workers were to be {expected}, and were {actual}")
    return float(rate)


def limit(compute: str, options) -> dict:
    """The speed of the matrix products alone, measured now."""
    command = [str(options.work / "limit"), compute, str(options.threads), str(options.limit_seconds)]
    printed, _, _, _ = spawn(command, options.processors, os.environ | {"OMP_NUM_THREADS": "1"})
    return json.loads(printed)
