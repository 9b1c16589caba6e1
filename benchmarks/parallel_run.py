"""The page "Parallel run": jaxsnn against a hand-written JAX loop, against itself one by one, and against ANNarchy.

    python benchmarks/parallel_run.py [--quick] [--wait S] [--limit S] [--json PATH]

ANNarchy is measured where the environment variable ANNARCHY_PYTHON names a Python that has it. See README.md.
"""

import argparse
import tempfile
from dataclasses import dataclass
from functools import partial

import _hand_written as by_hand
import _page
import numpy as np
from _machine import Watch, cores
from _measure import Report, Task, Times, clocked, interleaved
from _options import Arguments, begun, parser, repetitions
from _peers import python_of, watched
from _process import PAGE, Peer, package_version

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


def alone(page: Ours, peer: Peer | None, bench: Bench, chosen: argparse.Namespace) -> None:
    """One network."""
    bench.report.title("1. One network, simulate(1000.), warm")
    loops = {HAND: by_hand.Alone()} | ({} if chosen.tiny else {SHORT: by_hand.Alone(short_draw=True)})
    ours, raster = "jaxsnn", "jaxsnn, with raster"
    tasks: dict[str, Task] = {**loops, ours: page.simulate, raster: page.simulate_and_raster}
    if peer:
        tasks[PEER] = partial(peer.ask, "simulate")
    times = interleaved(tasks, repetitions(chosen, 40, 5), bench.watch)
    bench.show(times, base=HAND)
    counts = {"jaxsnn": len(page.simulate_and_raster())}
    counts |= {name: by_hand.n_spikes(loop()) for name, loop in loops.items()}
    counts |= {PEER: int(peer.told["simulate"])} if peer else {}
    bench.report.tell("spikes in a second", counts, "d")
    bench.report.at_most("one network: jaxsnn / hand-written loop", times[ours], times[HAND], 1.25)
    if SHORT in times:
        bench.report.at_most("one network: jaxsnn / hand-written loop, own short draw", times[ours], times[SHORT], None)
    if peer:
        bench.report.faster("one network: jaxsnn over ANNarchy", times[ours], times[PEER], 6)


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
    told = {"jaxsnn": float(ours), "by hand": by_hand.n_spikes(loop()) / number}
    bench.report.tell("spikes per replica", told, ".0f")
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
    print(f"spikes per network: ANNarchy {peer.told['parallel']:.0f}")
    bench.report.faster("8 networks with raster: jaxsnn over ANNarchy", times[BATCHED], times[f"{PEER}, parallel"], 25)


def many_against_annarchy(page: Ours, peer: Peer, bench: Bench) -> None:
    """256 of them: once, as ANNarchy takes most of a minute."""
    bench.report.title("4. 256 networks, with raster, against ANNarchy's parallel_run")
    page.replicas(256)
    tasks: dict[str, Task] = {BATCHED: partial(page.replicas, 256), PEER: partial(peer.ask, "parallel, 256")}
    times = interleaved(tasks, 1, bench.watch, warm_up=0)
    bench.show(times, base=BATCHED)
    each = [1e3 * t.min / 256 for t in times.values()]
    print(f"for each network: jaxsnn {each[0]:.2f} ms, ANNarchy {each[1]:.1f} ms")
    bench.report.faster("256 networks with raster: jaxsnn over ANNarchy", times[BATCHED], times[PEER], 25)


def in_process(peer: Peer | None, bench: Bench, chosen: argparse.Namespace) -> None:
    """Measure all sections."""
    page = Ours()
    alone(page, peer, bench, chosen)
    sizes = {8: repetitions(chosen, 20, 3), 64: repetitions(chosen, 8, 1)}
    for number, turns in ({2: 1} if chosen.tiny else sizes).items():
        for redraw in (True,) if chosen.tiny else (False, True):
            replicas(page, number, redraw, bench, turns)
    if peer:
        against_annarchy(page, peer, bench, repetitions(chosen, 8, 2))
        many_against_annarchy(page, peer, bench)


def main(arguments: Arguments = None) -> None:
    chosen = parser(__doc__).parse_args(arguments)
    bench = Bench(*begun(chosen))
    python = None if chosen.tiny else python_of("ANNARCHY_PYTHON")
    with tempfile.TemporaryDirectory() as folder:
        found = {PEER: Peer(python, PAGE, ["ANNarchy", "serve"], folder)} if python else {}
        print("".join(f"ANNarchy {package_version(python, 'ANNarchy')}" for python in [python] if python))
        with watched(found, bench.watch):
            in_process(found.get(PEER), bench, chosen)
    bench.report.verdicts()


if __name__ == "__main__":
    main()
