"""Runs the contestants in turn, round after round, and prints the results. run.sh starts this."""
import argparse
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import contestants
import machine
import table
import trial

HERE = Path(__file__).resolve().parent


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="run.sh", description="Measures vectorspool encode beside its peers.")
    parser.add_argument("--passages", type=int, default=2000, help="texts in each of the two workloads (2000)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each contestant on each workload (3)")
    parser.add_argument("--threads", type=int, default=2, help="threads, each with a core (2)")
    parser.add_argument("--workloads", nargs="+", default=["passages", "short"], choices=["passages", "short"])
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="these contestants: "
                        + ", ".join(each.name for each in contestants.ALL))
    parser.add_argument("--limit-seconds", type=float, default=0.4, help="for each measurement of the limit (0.4)")
    parser.add_argument("--output", type=Path, help="a file to write the table to as well")
    for name in ("--binaries", "--model", "--work"):
        parser.add_argument(name, type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--data", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.python = Path(sys.executable)
    options.processors = machine.processors(options.threads)
    return options


def say(text: str) -> None:
    print(f"bench-encode: {text}", file=sys.stderr, flush=True)


def read_lines(options, script: str, *words) -> list[dict]:
    """The output of one of the scripts here.

    A process of its own, because a child's peak of memory begins with its parent's: this one must stay small.
    """
    command = [options.python, HERE / script, *words]
    run = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, text=True, check=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def reference(workload: dict, options) -> Path:
    """The float32 vectors of sentence-transformers, made once for the same texts."""
    file = Path(workload["file"]).with_suffix(".reference.npy")
    if not file.exists():
        say(f"reference vectors for {workload['name']}")
        partial = file.with_suffix(".partial.npy")
        trial.run(contestants.REFERENCE, workload, 0, options, partial)
        partial.rename(file)
    return file


def run_all(present, workloads: list[dict], options, vectors: Path) -> tuple[list[trial.Trial], list[str], str]:
    """All trials, what failed, and the library of the limit."""
    # The limit of a compute is measured right before ours, or else right before the first that computes so.
    computes = {each.compute: each.name for each in reversed(present)}
    computes |= {each.compute: each.name for each in present if each.is_main}
    trials: list[trial.Trial] = []
    failures: dict[str, str] = {}
    library = ""
    try:
        for number in range(1, options.rounds + 1):
            for workload in workloads:
                # Every second round is reversed, so no contestant always follows the same neighbour.
                for contestant in present if number % 2 else reversed(present):
                    if contestant.name in failures:
                        continue
                    try:
                        limit = {}
                        if computes[contestant.compute] == contestant.name:
                            limit = trial.limit(contestant.compute, options)
                            library = f"limit: {limit['version']}"
                        output = vectors / f"{contestant.name}-{workload['name']}.npy"
                        done = trial.run(contestant, workload, number, options, output)
                    except trial.TrialFailure as failure:
                        failures[contestant.name] = str(failure)
                        say(f"{contestant.name} is left out: {failure}")
                        continue
                    done.limit_macs_per_second = limit.get("macs_per_second", 0.0)
                    trials.append(done)
                    with (options.work / "trials.jsonl").open("a") as file:
                        file.write(done.line + "\n")
                    say(f"round {number}, {workload['name']}: {contestant.name} {done.tokens_per_second:,.0f} tokens/s")
    except KeyboardInterrupt:
        say("interrupted; what there is follows")
    return trials, [f"* {name} failed: {reason}" for name, reason in failures.items()], library


def main() -> int:
    options = arguments()
    present = contestants.present(options)
    folder = options.work / "vectors"
    data = [options.data] if options.data else []
    workloads = read_lines(options, "workload.py", options.model, folder, options.passages, *data)
    workloads = [workload for workload in workloads if workload["name"] in options.workloads]
    references = {workload["name"]: reference(workload, options) for workload in workloads}
    (options.work / "trials.jsonl").unlink(missing_ok=True)

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    meanwhile = machine.Meanwhile(options.processors)
    trials, failures, library = run_all(present, workloads, options, folder)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    own = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    others = meanwhile.shares(own)

    qualities = {}
    for workload in workloads:
        done = sorted({each.contestant for each in trials if each.workload == workload["name"]})
        files = [folder / f"{name}-{workload['name']}.npy" for name in done]
        for name, quality in zip(done, read_lines(options, "compare.py", references[workload["name"]], *files)):
            qualities[name, workload["name"]] = quality

    results = table.Results(present, trials, qualities, options)
    text = table.document(results, workloads, others, library, options) + "".join(f"\n{each}" for each in failures)
    print(text)
    if options.output:
        options.output.write_text(text, encoding="utf-8")
    return 1 if failures or not trials else 0


if __name__ == "__main__":
    # The caller sets niceness and the like; this sets the affinity of each process.
    sys.exit(main())
