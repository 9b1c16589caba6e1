"""Times: taken in turn, so that a noisy moment meets all alike, and told as minimum and median."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from _machine import Watch

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


def interleaved(tasks: dict[str, Task], repetitions: int, watch: Watch, warm_up: int = 2) -> dict[str, Times]:
    """Time tasks in turn. The first calls do not count: one compiles, the next may still settle.

    Every turn starts with another task, so that none always follows the same one.
    """
    for task in tasks.values():
        for _ in range(warm_up):
            task()
    readings: dict[str, list[float]] = {name: [] for name in tasks}
    names = list(tasks)
    for turn in range(repetitions):
        first = turn % len(names)
        with watch.turn():
            for name in names[first:] + names[:first]:
                readings[name].append(clocked(tasks[name]))
    return {name: Times(values) for name, values in readings.items()}


class Report:
    """Prints tables, and remembers bars with their verdicts."""

    def __init__(self) -> None:
        self.bars: list[str] = []

    def title(self, text: str) -> None:
        print(f"\n{text}\n{'-' * len(text)}", flush=True)

    def table(self, times: dict[str, Times], base: str) -> None:
        """Print every task with its time as a multiple of the base's."""
        print(f"{'':46s}{'min ms':>9s} {'median':>9s}   {'x min':>6s} {'x median':>8s}")
        for name, t in times.items():
            ratios = f"{t.min / times[base].min:6.2f} {t.median / times[base].median:8.2f}"
            print(f"{name:46s}{t}   {ratios}", flush=True)

    def at_most(self, what: str, ours: Times, theirs: Times, bar: float | None) -> None:
        """Ours may take at most `bar` times theirs; None for no bar, only to know."""
        low, middle = ours.min / theirs.min, ours.median / theirs.median
        self._bar(what, low, middle, "at most", bar, bar is not None and low <= bar)

    def faster(self, what: str, ours: Times, theirs: Times, bar: float | None) -> None:
        """Ours must be at least `bar` times faster than theirs; None for no bar, only to know."""
        low, middle = theirs.min / ours.min, theirs.median / ours.median
        self._bar(what, low, middle, "at least", bar, bar is not None and low >= bar)

    def _bar(self, what: str, low: float, middle: float, kind: str, bar: float | None, met: bool) -> None:
        told = "no bar" if bar is None else f"{f'{kind} {bar:g}':12s} {'ok' if met else 'MISSED'}"
        self.bars.append(f"{what:68s}{low:6.2f} {middle:9.2f}   {told}")

    def verdicts(self) -> None:
        self.title("Bars, judged by the ratio of the minima")
        print(f"{'':68s}{'minima':>6s} {'medians':>9s}")
        print("\n".join(self.bars), flush=True)
