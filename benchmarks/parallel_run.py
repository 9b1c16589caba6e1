"""The page "Parallel run": jaxsnn against a hand-written JAX loop, against itself one by one, and against ANNarchy.

    python benchmarks/parallel_run.py [--quick]

ANNarchy is measured where the environment variable ANNARCHY_PYTHON names a Python that has it. See README.md.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from functools import partial

import _hand_written as by_hand
import _page
import numpy as np
from _measure import Report, Task, Times, clocked, cores, header, interleaved
from _process import Peer, first_raster, package_version

import jaxsnn as snn

HAND, SHORT = "hand-written loop", "hand-written loop, own short normal draw"
ADVANCE, BATCHED, SEQUENTIAL = (
    "jaxsnn, advance only",
    "jaxsnn, page's method with raster",
    "jaxsnn, the same, sequential=True",
)
PEER = "ANNarchy"


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


def alone(page: Ours, peer: Peer | None, report: Report, repetitions: int) -> None:
    """One network."""
    report.title("1. One network, simulate(1000.), warm")
    loop, short = by_hand.Alone(), by_hand.Alone(short_draw=True)
    ours, raster = "jaxsnn", "jaxsnn, with raster"
    tasks: dict[str, Task] = {HAND: loop, SHORT: short, ours: page.simulate, raster: page.simulate_and_raster}
    if peer:
        tasks[PEER] = partial(peer.ask, "simulate")
    times = interleaved(tasks, repetitions)
    report.table(times, base=HAND)
    counts = [f"jaxsnn {len(page.simulate_and_raster())}"]
    counts += [f"by hand {by_hand.n_spikes(loop())}, with the short draw {by_hand.n_spikes(short())}"]
    print(
        "spikes in the next second:", ", ".join(counts + ([f"ANNarchy {peer.spikes['simulate']:.0f}"] if peer else []))
    )
    report.at_most("one network: jaxsnn / hand-written loop", times[ours], times[HAND], 1.25)


def replicas(page: Ours, number: int, redraw: bool, report: Report, repetitions: int) -> None:
    """Many networks at once."""
    weights = "weights drawn again for each" if redraw else "weights shared"
    report.title(f"2. {number} replicas, {weights}")
    loop = by_hand.Replicas(number, redraw, cores())
    hand = f"{HAND}, {cores()} threads"
    tasks: dict[str, Task] = {
        hand: loop,
        ADVANCE: partial(page.advance, number, redraw=redraw),
        BATCHED: partial(page.replicas, number, redraw=redraw),
        SEQUENTIAL: partial(page.replicas, number, redraw=redraw, sequential=True),
    }
    times = interleaved(tasks, repetitions)
    report.table(times, base=hand)
    ours = np.mean([len(t) for t, _ in page.replicas(number, redraw=redraw)])
    print(f"spikes per replica: jaxsnn {ours:.0f}, by hand {by_hand.n_spikes(loop()) / number:.0f}")
    name = f"{number} replicas, {weights}"
    if number == 8:
        report.at_most(f"{name}: advance / hand-written", times[ADVANCE], times[hand], 1.25)
    report.faster(f"{name}: batched over sequential", times[BATCHED], times[SEQUENTIAL], 1.6)


def against_annarchy(page: Ours, peer: Peer, report: Report, repetitions: int) -> None:
    """The page's own eight networks."""
    report.title("3. The page's 8 networks, with raster, against ANNarchy's parallel_run")
    tasks: dict[str, Task] = {
        BATCHED: partial(page.replicas, 8),
        SEQUENTIAL: partial(page.replicas, 8, sequential=True),
        f"{PEER}, parallel": partial(peer.ask, "parallel"),
        f"{PEER}, sequential": partial(peer.ask, "sequential"),
    }
    times = interleaved(tasks, repetitions)
    report.table(times, base=BATCHED)
    print(f"spikes per network: ANNarchy {peer.spikes['parallel']:.0f}")
    report.faster("8 replicas with raster: jaxsnn over ANNarchy", times[BATCHED], times[f"{PEER}, parallel"], 15)


def from_the_start(annarchy: str | None, report: Report, repetitions: int) -> None:
    """Fresh processes; the first of each writes the .pyc files and does not count."""
    report.title("4. From process start to the first raster")
    kinds: dict[str, Callable[[], tuple]] = {}
    with tempfile.TemporaryDirectory() as fresh:
        kinds["jaxsnn"] = partial(first_raster, sys.executable, "jaxsnn", fresh)
        kinds["jaxsnn"]()
        if annarchy:
            kept = os.path.join(fresh, "kept")
            os.mkdir(kept)
            _compiled_anew(annarchy)
            first_raster(annarchy, "ANNarchy", kept)
            kinds["ANNarchy, nothing compiled yet"] = partial(_compiled_anew, annarchy)
            kinds["ANNarchy, again in the same folder"] = partial(first_raster, annarchy, "ANNarchy", kept)
        runs = {name: [] for name in kinds}
        for _ in range(repetitions):
            for name, start in kinds.items():
                runs[name].append(start())
    report.table({name: Times([seconds for seconds, *_ in r]) for name, r in runs.items()}, base="jaxsnn")
    for name, r in runs.items():
        parts = min(r, key=lambda run: run[0])[1]
        print(f"{name}: " + ", ".join(f"{part} {seconds:.2f} s" for part, seconds in parts.items()))


def _compiled_anew(annarchy: str) -> tuple:
    with tempfile.TemporaryDirectory() as empty:
        return first_raster(annarchy, "ANNarchy", empty)


def main() -> None:
    parser = argparse.ArgumentParser(description="speed of parallel_run, as ratios in one run")
    parser.add_argument("--quick", action="store_true", help="few repetitions: for a first look")
    quick = parser.parse_args().quick
    annarchy = os.environ.get("ANNARCHY_PYTHON")
    print(header())
    print(
        f"ANNarchy {package_version(annarchy, 'ANNarchy')}" if annarchy else "ANNARCHY_PYTHON is not set: no ANNarchy"
    )
    report, page = Report(), Ours()
    with tempfile.TemporaryDirectory() as folder:
        peer = Peer(annarchy, "ANNarchy", folder) if annarchy else None
        if peer:
            report.peer_seconds = lambda: peer.cpu
        alone(page, peer, report, 5 if quick else 40)
        for number, repetitions in ((8, 3 if quick else 20), (64, 1 if quick else 8)):
            for redraw in (False, True):
                replicas(page, number, redraw, report, repetitions)
        if peer:
            against_annarchy(page, peer, report, 2 if quick else 8)
            peer.close()
    from_the_start(annarchy, report, 1 if quick else 4)
    report.verdicts()


if __name__ == "__main__":
    main()
