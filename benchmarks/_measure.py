"""Times: taken in turn, so that a noisy moment meets all alike, and told as minimum and median."""

import os
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from statistics import median

Task = Callable[[], object]


@dataclass(frozen=True)
class Times:
    """Repeated readings of one task, s."""

    readings: list[float]

    @property
    def min(self) -> float:
        return min(self.readings)

    @property
    def median(self) -> float:
        return median(self.readings)

    def __str__(self) -> str:
        return f"{self.min * 1e3:9.2f} {self.median * 1e3:9.2f}"


def clocked(task: Task) -> float:
    """Return the seconds a task took, or what it answers if it has a clock of its own."""
    begin = time.perf_counter()
    answer = task()
    seconds = time.perf_counter() - begin
    return answer if isinstance(answer, float) else seconds


def interleaved(tasks: dict[str, Task], repetitions: int) -> dict[str, Times]:
    """Time tasks in turn, after two calls of each that do not count: the first compiles, the second settles."""
    for task in tasks.values():
        clocked(task), clocked(task)
    readings: dict[str, list[float]] = {name: [] for name in tasks}
    for turn in range(repetitions):
        names = list(tasks)
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            readings[name].append(clocked(tasks[name]))
    return {name: Times(values) for name, values in readings.items()}


class Report:
    """Prints tables, and remembers bars with their verdicts."""

    def __init__(self) -> None:
        self.bars: list[str] = []
        self.peer_seconds: Callable[[], float] = lambda: 0.0  # processor time of a process that still runs
        self._before = (0.0, 0.0, 0.0)

    def title(self, text: str) -> None:
        print(f"\n{text}\n{'-' * len(text)}", flush=True)
        self._before = self._clocks()

    def _clocks(self) -> tuple[float, float, float]:
        """Return (time, processor time of the whole machine, of this program and its processes), s."""
        return time.perf_counter(), _machine_seconds(), sum(os.times()[:4]) + self.peer_seconds()

    def table(self, times: dict[str, Times], base: str) -> None:
        """Print every task with its time as a multiple of the base's."""
        print(f"{'':46s}{'min ms':>9s} {'median':>9s}   {'x min':>6s} {'x median':>8s}")
        for name, t in times.items():
            ratios = f"{t.min / times[base].min:6.2f} {t.median / times[base].median:8.2f}"
            print(f"{name:46s}{t}   {ratios}")
        wall, machine, own = (after - before for before, after in zip(self._before, self._clocks(), strict=True))
        others = f"{max(0.0, machine - own) / wall:.2f}" if machine else "an unknown number"
        print(f"meanwhile other programs kept {others} of {cores()} cores busy", flush=True)

    def at_most(self, what: str, ours: Times, theirs: Times, bar: float) -> None:
        """Ours may take at most `bar` times theirs."""
        low, middle = ours.min / theirs.min, ours.median / theirs.median
        self._bar(what, f"{low:.2f} (median {middle:.2f})", f"at most {bar:g}", low <= bar)

    def faster(self, what: str, ours: Times, theirs: Times, bar: float) -> None:
        """Ours must be at least `bar` times faster than theirs."""
        low, middle = theirs.min / ours.min, theirs.median / ours.median
        self._bar(what, f"{low:.2f} (median {middle:.2f})", f"at least {bar:g}", low >= bar)

    def _bar(self, what: str, ratio: str, bar: str, reached: bool) -> None:
        self.bars.append(f"{what:66s} {ratio:22s} {bar:14s} {'ok' if reached else 'MISSED'}")

    def verdicts(self) -> None:
        self.title("Bars: ratio of the minima, what is asked, verdict")
        print("\n".join(self.bars), flush=True)


def cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def header() -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in ("jax", "jaxlib", "numpy", "jaxsnn"))
    machine = f"{_cpu()}, {cores()} cores, {platform.system()}"
    return f"{date.today()}  {machine}\nPython {platform.python_version()}, {packages}"


def _machine_seconds() -> float:
    """Return the processor time of everything on this machine, taken by its host included; 0 where unknown."""
    if sys.platform != "linux":
        return 0.0
    with open("/proc/stat") as file:
        user, nice, system, _, _, irq, soft, steal = map(int, file.readline().split()[1:9])
    return (user + nice + system + irq + soft + steal) / os.sysconf("SC_CLK_TCK")


def _cpu() -> str:
    if sys.platform == "linux":
        with open("/proc/cpuinfo") as file:
            names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
        if names:
            return names[0]
    return platform.processor() or platform.machine()
