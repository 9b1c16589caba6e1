"""The machine: what it is, and what other programs take of it while something is timed."""

import math
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from importlib.metadata import version

QUIET = 0.1  # of one core, taken by others
LOOK = 0.2  # s


class Watch:
    """Waits for a quiet moment before a turn, as long as its patience lasts, and sums up what others took during turns.

    Args:
        patience: s, for all waiting together.
        limit: s from the first turn of a section, after which no turn begins.
    """

    def __init__(self, patience: float, limit: float = math.inf) -> None:
        self.patience, self.limit = patience, limit
        self.peer_seconds: Callable[[], float] = lambda: 0.0  # processor time of a process of ours that still runs
        self._wall = self._others = 0.0

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Surround what is timed."""
        self._wait()
        before = self._clocks()
        yield
        wall, machine, own = (now - then for now, then in zip(self._clocks(), before, strict=True))
        self._wall += wall
        self._others += max(0.0, machine - own)

    def _wait(self) -> None:
        while self.patience > 0:
            before = machine_seconds()
            time.sleep(LOOK)
            self.patience -= LOOK
            if machine_seconds() - before < QUIET * LOOK:
                return

    def _clocks(self) -> tuple[float, float, float]:
        """Return (time, processor time of the whole machine, of this program and its processes), s."""
        return time.perf_counter(), machine_seconds(), sum(os.times()[:4]) + self.peer_seconds()

    def told(self) -> str:
        """Return what others took since the last call."""
        share = self._others / max(self._wall, 1e-9)
        self._wall = self._others = 0.0
        if not machine_seconds():
            return "what other programs took meanwhile is unknown"
        return f"meanwhile other programs kept {share:.2f} of {cores()} cores busy"


def machine_seconds() -> float:
    """Return the processor time of everything on this machine, with what its host took away; 0 where unknown."""
    if sys.platform != "linux":
        return 0.0
    with open("/proc/stat") as file:
        user, nice, system, _, _, irq, soft, steal = map(int, file.readline().split()[1:9])
    return (user + nice + system + irq + soft + steal) / os.sysconf("SC_CLK_TCK")


def cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def facts() -> dict:
    """Return the machine and the versions, for JSON."""
    packages = {name: version(name) for name in ("jax", "jaxlib", "numpy", "jaxsnn")}
    where = {"cpu": _cpu(), "cores": cores(), "system": platform.system()}
    return {"date": str(date.today()), **where, "versions": {"Python": platform.python_version(), **packages}}


def header() -> str:
    """Return the machine and the versions as two lines."""
    known = facts()
    packages = ", ".join(f"{name} {number}" for name, number in known["versions"].items())
    return f"{known['date']}  {known['cpu']}, {known['cores']} cores, {known['system']}\n{packages}"


def _cpu() -> str:
    if sys.platform == "linux":
        with open("/proc/cpuinfo") as file:
            names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
        if names:
            return names[0]
    return platform.processor() or platform.machine()
