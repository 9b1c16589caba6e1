"""The page "Parallel run": jaxsnn against a hand-written JAX loop, against itself one by one, and against ANNarchy.

    python benchmarks/parallel_run.py [--quick]

ANNarchy is measured where the environment variable ANNARCHY_PYTHON names a Python that has it. See README.md.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import _hand_written as by_hand
import _page
import numpy as np
from _machine import Watch, cores, header
from _measure import Report, Task, Times, clocked, interleaved
from _process import PAGE, Peer, first_raster, package_version

import jaxsnn as snn

HAND, SHORT = "hand-written loop", "hand-written loop, own short normal draw"
ADVANCE, BATCHED, SEQUENTIAL = (
    "jaxsnn, advance only",
    "jaxsnn, page's method with raster",
    "jaxsnn, the same, sequential=True",
)
PEER = "ANNarchy"


@dataclass(frozen=True)
class Bench:
    """What every section needs."""

    watch: Watch
    report: Report

    def show(self, times: dict[str, Times], base: str) -> None:
        """Print the times of a section, and how quiet the machine was."""
        self.report.table(times, base)
        print(self.watch.told(), flush=True)


class Ours:
    """The page's network, compiled by jaxsnn, and what is done with it."""

    def __init__(self) -> None:
        snn.clear()
        snn.setup(dt=1.0, seed=1)
        _page.describe(snn)
        snn.compile(silent=True)

    def simulate(self) -> float:
        """Advance by a second; what was recorded is dropped off the clock."""
        seconds = clocked(partial(snn.simulate, 1000.0))
        _page.Page.M.raster_plot()
        return seconds

    def simulate_and_raster(self) -> np.ndarray:
        snn.simulate(1000.0)
        return _page.Page.M.raster_plot()[0]

    def replicas(self, number: int, **options) -> list:
        return snn.parallel_run(method=_page.run_network, number=number, **options)

    def advance(self, number: int, **options) -> list:
        return snn.parallel_run(method=_page.only_advance, number=number, **options)


def alone(page: Ours, peer: Peer | None, bench: Bench, repetitions: int) -> None:
    """One network."""
    bench.report.title("1. One network, simulate(1000.), warm")
    loop, short = by_hand.Alone(), by_hand.Alone(short_draw=True)
    ours, raster = "jaxsnn", "jaxsnn, with raster"
    tasks: dict[str, Task] = {HAND: loop, SHORT: short, ours: page.simulate, raster: page.simulate_and_raster}
    if peer:
        tasks[PEER] = partial(peer.ask, "simulate")
    times = interleaved(tasks, repetitions, bench.watch)
    bench.show(times, base=HAND)
    counts = {"jaxsnn": len(page.simulate_and_raster())}
    counts |= {"by hand": by_hand.n_spikes(loop()), "with the short draw": by_hand.n_spikes(short())}
    counts |= {PEER: int(peer.spikes["simulate"])} if peer else {}
    print("spikes in a second: " + ", ".join(f"{name} {count}" for name, count in counts.items()))
    bench.report.at_most("one network: jaxsnn / hand-written loop", times[ours], times[HAND], 1.25)
    bench.report.at_most("one network: jaxsnn / hand-written loop, own short draw", times[ours], times[SHORT], None)


def replicas(page: Ours, number: int, redraw: bool, bench: Bench, repetitions: int) -> None:
    """Many networks at once."""
    weights = "weights drawn again for each" if redraw else "weights shared"
    bench.report.title(f"2. {number} replicas, {weights}")
    loop = by_hand.Replicas(number, redraw, cores())
    hand = f"{HAND}, {cores()} threads"
    tasks: dict[str, Task] = {
        hand: loop,
        ADVANCE: partial(page.advance, number, redraw=redraw),
        BATCHED: partial(page.replicas, number, redraw=redraw),
        SEQUENTIAL: partial(page.replicas, number, redraw=redraw, sequential=True),
    }
    times = interleaved(tasks, repetitions, bench.watch)
    bench.show(times, base=hand)
    ours = np.mean([len(t) for t, _ in page.replicas(number, redraw=redraw)])
    print(f"spikes per replica: jaxsnn {ours:.0f}, by hand {by_hand.n_spikes(loop()) / number:.0f}")
    name = f"{number} replicas, {weights}"
    bench.report.at_most(f"{name}: advance / by hand", times[ADVANCE], times[hand], 1.25 if number == 8 else None)
    bench.report.faster(f"{name}: batched over sequential", times[BATCHED], times[SEQUENTIAL], 1.6)


def against_annarchy(page: Ours, peer: Peer, bench: Bench, repetitions: int) -> None:
    """The page's own eight networks."""
    bench.report.title("3. The page's 8 networks, with raster, against ANNarchy's parallel_run")
    tasks: dict[str, Task] = {
        BATCHED: partial(page.replicas, 8),
        SEQUENTIAL: partial(page.replicas, 8, sequential=True),
        f"{PEER}, parallel": partial(peer.ask, "parallel"),
        f"{PEER}, sequential": partial(peer.ask, "sequential"),
    }
    times = interleaved(tasks, repetitions, bench.watch)
    bench.show(times, base=BATCHED)
    print(f"spikes per network: ANNarchy {peer.spikes['parallel']:.0f}")
    bench.report.faster("8 replicas with raster: jaxsnn over ANNarchy", times[BATCHED], times[f"{PEER}, parallel"], 15)


def from_the_start(annarchy: str | None, bench: Bench, repetitions: int) -> None:
    """Fresh processes; the first of each writes the .pyc files and does not count."""
    bench.report.title("4. From process start to the first raster")
    parts: dict[str, dict[str, float]] = {}

    def kept(name: str, start: Callable[[], tuple]) -> float:
        seconds, parts[name], _ = start()
        return seconds

    with tempfile.TemporaryDirectory() as folder:
        starts = {"jaxsnn": partial(first_raster, sys.executable, "jaxsnn", folder)}
        if annarchy:
            starts["ANNarchy, nothing compiled yet"] = partial(_compiled_anew, annarchy)
            starts["ANNarchy, again in the same folder"] = partial(first_raster, annarchy, "ANNarchy", folder)
        tasks: dict[str, Task] = {name: partial(kept, name, start) for name, start in starts.items()}
        times = interleaved(tasks, repetitions, bench.watch, warm_up=1)
    bench.show(times, base="jaxsnn")
    for name, seconds in parts.items():
        print(f"{name}, the last: " + ", ".join(f"{part} {s:.2f} s" for part, s in seconds.items()))


def _compiled_anew(annarchy: str) -> tuple:
    with tempfile.TemporaryDirectory() as empty:
        return first_raster(annarchy, "ANNarchy", empty)


def main() -> None:
    parser = argparse.ArgumentParser(description="speed of parallel_run, as ratios in one run")
    parser.add_argument("--quick", action="store_true", help="few repetitions: for a first look")
    parser.add_argument("--wait", type=float, default=0.0, metavar="S", help="wait for quiet moments, S seconds in all")
    options = parser.parse_args()
    annarchy = os.environ.get("ANNARCHY_PYTHON")
    print(header())
    print(
        f"ANNarchy {package_version(annarchy, 'ANNarchy')}" if annarchy else "ANNARCHY_PYTHON is not set: no ANNarchy"
    )
    bench = Bench(Watch(options.wait), Report())
    with tempfile.TemporaryDirectory() as folder:
        in_process(Peer(annarchy, PAGE, ["ANNarchy", "serve"], folder) if annarchy else None, bench, options.quick)
    from_the_start(annarchy, bench, 1 if options.quick else 4)
    bench.report.verdicts()


def in_process(peer: Peer | None, bench: Bench, quick: bool) -> None:
    """Everything that runs warm."""
    page = Ours()
    if peer:
        bench.watch.peer_seconds = lambda: peer.cpu
    alone(page, peer, bench, 5 if quick else 40)
    for number, repetitions in ((8, 3 if quick else 20), (64, 1 if quick else 8)):
        for redraw in (False, True):
            replicas(page, number, redraw, bench, repetitions)
    if peer:
        against_annarchy(page, peer, bench, 2 if quick else 8)
        peer.close()


if __name__ == "__main__":
    main()
