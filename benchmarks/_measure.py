"""Times: taken in turn, so that a noisy moment meets all alike, and told as minimum and median."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from _bar import BY_HAND, LIMIT, PEER, Bar
from _machine import Watch, facts

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

    Every turn starts with another task, so that none always follows the same one. No turn begins after the limit of the
    watch.
    """
    for task in tasks.values():
        for _ in range(warm_up):
            task()
    readings: dict[str, list[float]] = {name: [] for name in tasks}
    names, begin = list(tasks), time.perf_counter()
    for turn in range(repetitions):
        if turn and time.perf_counter() - begin > watch.limit:
            break
        first = turn % len(names)
        with watch.turn():
            for name in names[first:] + names[:first]:
                readings[name].append(clocked(tasks[name]))
    return {name: Times(values) for name, values in readings.items()}


class Report:
    """Prints tables, remembers readings and bars with their verdicts, and writes them as JSON.

    Args:
        path: of the JSON, written anew at each bar, so that what is stopped has told what it knew; None for none.
    """

    def __init__(self, path: str | None = None) -> None:
        self.path = path
        self.bars: list[Bar] = []
        self.sections: list[dict] = []

    def title(self, text: str) -> None:
        print(f"\n{text}\n{'-' * len(text)}", flush=True)
        self.sections.append({"title": text, "readings": {}, "told": {}})

    def table(self, times: dict[str, Times], base: str) -> None:
        """Print every task with its time as a multiple of the base's."""
        print(f"{'':46s}{'min ms':>9s} {'median':>9s}   {'x min':>6s} {'x median':>8s}")
        for name, t in times.items():
            ratios = f"{t.min / times[base].min:6.2f} {t.median / times[base].median:8.2f}"
            print(f"{name:46s}{t}   {ratios}", flush=True)
        self.keep(times)

    def keep(self, times: dict[str, Times]) -> None:
        """Remember readings of this section without printing them."""
        self.sections[-1]["readings"] |= {name: t.readings for name, t in times.items()}

    def tell(self, what: str, numbers: Mapping[str, float], form: str) -> None:
        """Print a number of each task, which tells whether all did the same, and remember it."""
        print(f"{what}: " + ", ".join(f"{name} {x:{form}}" for name, x in numbers.items()))
        self.sections[-1]["told"][what] = dict(numbers)

    def at_most(self, what: str, ours: Times, theirs: Times, bar: float | None) -> None:
        """Ours may take at most `bar` times what the loop by hand takes; None for no bar, only to know."""
        low, middle = ours.min / theirs.min, ours.median / theirs.median
        self._judge(Bar(what, ours.min, theirs.min, BY_HAND, low, middle, "at most", bar))

    def faster(self, what: str, ours: Times, theirs: Times, bar: float | None) -> None:
        """Ours must be at least `bar` times faster than a peer; None for no bar, only to know."""
        low, middle = theirs.min / ours.min, theirs.median / ours.median
        self._judge(Bar(what, ours.min, theirs.min, PEER, low, middle, "at least", bar))

    def within(self, what: str, ours: Times, limit: float) -> None:
        """Ours may take so many seconds."""
        self._judge(Bar(what, ours.min, limit, LIMIT, ours.min, ours.median, "at most", limit))

    def growth(self, what: str, large: Times, small: Times) -> None:
        """Tell ours as a multiple of ours at another size; there is no bar."""
        low, middle = large.min / small.min, large.median / small.median
        self._judge(Bar(what, large.min, small.min, "another size", low, middle, "at most", None))

    def _judge(self, bar: Bar) -> None:
        self.bars.append(bar)
        if self.path:
            told = {"machine": facts(), "sections": self.sections, "bars": [bar.as_json() for bar in self.bars]}
            Path(self.path).write_text(json.dumps(told, indent=1) + "\n")

    def verdicts(self) -> None:
        """Print the bars."""
        self.title("Bars, judged by the ratio of the minima")
        print(f"{'':68s}{'minima':>8s} {'medians':>9s}")
        print("\n".join(map(str, self.bars)), flush=True)
