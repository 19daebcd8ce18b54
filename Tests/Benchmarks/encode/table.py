"""The Markdown that the benchmark prints."""
import datetime
import json
from statistics import median

import machine
from contestants import Contestant
from trial import Trial

COLUMNS = ("engine", "compute", "tokens/s", "lowest to highest", "VectorSpool is", "of the limit", "and with attention",
           "cosine, lowest and mean", "neighbours kept", "resident, MB", "cores busy")


def rows(cells: list[tuple[str, ...]]) -> str:
    """A Markdown table; what looks like a number is set to the right."""
    right = [all(not row[i][:1].isalpha() and row[i][:1] != "*" for row in cells[1:]) for i in range(len(cells[0]))]
    rule = tuple("---:" if each else "---" for each in right)
    return "\n".join("| " + " | ".join(row) + " |" for row in [cells[0], rule, *cells[1:]])


class Results:
    """All trials of a run, and what can be said of them."""

    def __init__(self, contestants: list[Contestant], trials: list[Trial], qualities: dict, options):
        self.contestants = contestants
        self.trials = trials
        self.qualities = qualities
        self.threads = options.threads
        sizes = json.loads((options.model / "config.json").read_text())
        layers, width, inner = (sizes[key] for key in ("num_hidden_layers", "hidden_size", "intermediate_size"))
        # Multiply-accumulates of a token in each product of all layers.
        self.products = {"projection": 3 * layers * width * width, "attentionOutput": layers * width * width,
                         "inner": layers * width * inner, "output": layers * width * inner}
        self.linear_macs = sum(self.products.values())
        self.attention_macs = 2 * layers * width  # for each token that a token attends to

    def of(self, contestant: Contestant, workload: dict) -> list[Trial]:
        names = contestant.name, workload["name"]
        return [trial for trial in self.trials if (trial.contestant, trial.workload) == names]

    def ours(self, compute: str, workload: dict) -> list[Trial]:
        """The runs that those of the same compute are compared with."""
        return [trial for contestant in self.contestants if contestant.is_main and contestant.compute == compute
                for trial in self.of(contestant, workload)]

    def limits(self, compute: str, workload: dict) -> dict[int, float]:
        """The limit in each round, multiply-accumulates a second."""
        return {trial.round: trial.limit_macs_per_second for contestant in self.contestants
                if contestant.compute == compute for trial in self.of(contestant, workload)
                if trial.limit_macs_per_second}

    def row(self, contestant: Contestant, workload: dict) -> tuple[str, ...]:
        trials = self.of(contestant, workload)
        rates = [trial.tokens_per_second for trial in trials]
        limits = self.limits(contestant.compute, workload)
        ours = {trial.round: trial.tokens_per_second for trial in self.ours(contestant.compute, workload)}
        # Of the same round: the machine changes from round to round more than the contestants do.
        ratios = [ours[trial.round] / trial.tokens_per_second for trial in trials if trial.round in ours]
        attention = self.attention_macs * workload["squares"] / workload["tokens"]
        shares = [[trial.tokens_per_second * macs / limits[trial.round] for trial in trials if trial.round in limits]
                  for macs in (self.linear_macs, self.linear_macs + attention)]
        quality = self.qualities.get((contestant.name, workload["name"]))
        return (
            contestant.title, contestant.compute, f"{median(rates):,.0f}", f"{min(rates):,.0f} to {max(rates):,.0f}",
            "" if contestant.is_main or not ratios else f"{median(ratios):.2f} times",
            *(f"{median(share):.1%}" if share and contestant.processors is None else "" for share in shares),
            f"{quality['minimum']:.6f} {quality['mean']:.6f}" if quality else "",
            f"{quality['overlap']:.1%}" if quality else "",
            f"{max(trial.resident_bytes for trial in trials) / 1e6:,.0f}",
            f"{median(trial.cores_busy for trial in trials):.2f}",
        )

    def workload(self, workload: dict) -> str:
        present = [contestant for contestant in self.contestants if self.of(contestant, workload)]
        title = {"passages": "Passages", "short": "Short texts (the first 30 words of each)"}[workload["name"]]
        mean = workload["tokens"] / workload["texts"]
        heading = f"### {title}: {workload['texts']:,} texts, {workload['tokens']:,} tokens, {mean:.0f} each"
        parts = [heading, rows([COLUMNS, *(self.row(contestant, workload) for contestant in present)])]
        return "\n\n".join(parts + self.limit_lines(workload) + self.stage_lines(present, workload))

    def stage_lines(self, present: list[Contestant], workload: dict) -> list[str]:
        """Where our time goes: a column for each compute, with the share of the time and of the limit of one thread."""
        columns = {}
        for contestant in present:
            trials = [trial for trial in self.of(contestant, workload) if trial.stages]
            if not contestant.is_main or not trials:
                continue
            # The last product of int8 reads bfloat16, where there is that.
            limits = {stage: self.limits(contestant.compute, workload) for stage in self.products}
            if contestant.compute == "int8":
                limits["output"] = self.limits("bfloat16", workload)
            cells = {}
            for stage in trials[0].stages:
                seconds = median(trial.stages[stage] for trial in trials)
                total = median(sum(trial.stages.values()) for trial in trials)
                macs = self.products.get(stage, 0) * workload["tokens"]
                if stage == "attention":
                    macs = self.attention_macs * workload["squares"]
                rates = (limits.get(stage) or self.limits(contestant.compute, workload)).values()
                cell = f"{seconds:.2f} s, {seconds / total:.1%}"
                if macs and seconds and rates and (stage != "output" or limits["output"]):
                    cell += f", {macs / seconds / (median(rates) / self.threads):.0%}"
                cells[stage] = cell
            columns[contestant.compute] = cells
        if not columns:
            return []
        stages = next(iter(columns.values()))
        table = [("stage", *columns)] + [(stage, *(cells[stage] for cells in columns.values())) for stage in stages]
        return ["Seconds of all workers by stage, share of the time, and of products the share of the limit on their thread "
                "(int8's output product reads bfloat16 and is compared with that limit):", rows(table)]

    def limit_lines(self, workload: dict) -> list[str]:
        attention = self.attention_macs * workload["squares"] / workload["tokens"]
        lines = []
        for compute in ("float32", "bfloat16", "int8"):
            rates = self.limits(compute, workload).values()
            if rates:
                rate = median(rates)
                lines.append(
                    f"* {compute}: {rate / 1e9:,.0f} GMAC/s ({min(rates) / 1e9:,.0f} to {max(rates) / 1e9:,.0f}), "
                    f"which is {rate / self.linear_macs:,.0f} tokens/s; "
                    f"{rate / (self.linear_macs + attention):,.0f} if attention's products ran at that speed too")
        head = ("The limit is oneDNN's products alone, "
                f"{self.linear_macs / 1e6:.2f} million multiply-accumulates a token; "
                f"attention's two products add {attention / self.linear_macs:.1%} here, "
                "which the first share does not count and the second does:")
        return [head, "\n".join(lines)] if lines else []


def document(results: Results, workloads: list[dict], meanwhile: tuple[float, float], library: str, options) -> str:
    """Everything: what was measured, on what, and both tables."""
    versions = {}
    for contestant in results.contestants:
        for trial in results.trials:
            if trial.contestant == contestant.name and trial.version:
                versions[contestant.program.removesuffix("_peer.py").replace("_", "-")] = trial.version
    rounds = len({trial.round for trial in results.trials})
    named = ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))
    head = [
        "## Encoding, measured side by side",
        f"{datetime.date.today():%d %B %Y}; {machine.description()}; {options.threads} threads on as many cores; "
        f"{rounds} round{'s' if rounds != 1 else ''} in turn, medians. "
        f"Other processes used {meanwhile[0]:.1%} of the cores meanwhile, and {meanwhile[1]:.1%} were stolen.",
        "; ".join(filter(None, (named, library))) + ".",
    ]
    return "\n\n".join(head + [results.workload(each) for each in workloads]) + "\n"
