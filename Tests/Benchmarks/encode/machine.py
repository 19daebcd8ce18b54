"""The machine of the benchmark, and its other load meanwhile."""
import os
import platform
from pathlib import Path


def processors(count: int) -> list[int]:
    """The requested number of processors, each on a separate core, among those that this process may use."""
    taken: list[int] = []
    siblings: set[str] = set()
    for processor in sorted(os.sched_getaffinity(0)):
        topology = Path(f"/sys/devices/system/cpu/cpu{processor}/topology/thread_siblings_list")
        core = topology.read_text().strip() if topology.exists() else str(processor)
        if core not in siblings:
            siblings.add(core)
            taken.append(processor)
    if len(taken) < count:
        raise SystemExit(f"this process may use {len(taken)} cores, but {count} were requested")
    return taken[:count]


def information(key: str) -> str:
    """A field of the first processor in /proc/cpuinfo; empty if it has none."""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = line.partition(":")
        if name.strip() == key:
            return value.strip()
    return ""


def has_bfloat16() -> bool:
    flags = (information("flags") or information("Features")).split()
    return any(flag in flags for flag in ("avx512_bf16", "amx_bf16", "bf16"))


def description() -> str:
    family = f" (family {information('cpu family')}, model {information('model')})" if information("cpu family") else ""
    return f"{information('model name') or platform.machine()}{family}, Linux {platform.release()}"


class Meanwhile:
    """The load of some processors from other processes here, and from other guests of the same host."""

    def __init__(self, processors: list[int]):
        self.names = {f"cpu{processor}" for processor in processors}
        self.start = self.ticks()

    def ticks(self) -> tuple[int, int, int]:
        """Ticks in all, ticks that were used, and ticks stolen by the host."""
        total = used = stolen = 0
        for line in Path("/proc/stat").read_text().splitlines():
            name, *fields = line.split()
            if name in self.names:
                user, nice, system, idle, waiting, interrupt, soft, steal = map(int, fields[:8])
                used += user + nice + system + interrupt + soft
                stolen += steal
                total += user + nice + system + interrupt + soft + idle + waiting + steal
        return total, used, stolen

    def shares(self, own_seconds: float) -> tuple[float, float]:
        """The shares used by others and stolen, when the measured processes used `own_seconds` of processor time."""
        total, used, stolen = (now - then for now, then in zip(self.ticks(), self.start))
        own = own_seconds * os.sysconf("SC_CLK_TCK")
        return (max(used - own, 0) / total, stolen / total) if total else (0.0, 0.0)
