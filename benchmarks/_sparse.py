"""COBA or CUBA: jaxsnn against a loop by hand, ANNarchy and Brian2, in single precision."""

import argparse
import tempfile
from pathlib import Path
from types import ModuleType

import numpy as np
from _hand_written_sparse import ByHand, Edges
from _machine import Watch
from _measure import Report, Times, interleaved
from _options import Arguments, begun, parser, repetitions, warm_up
from _ours import Ours
from _peers import Workload, peers, tasks, told

import jaxsnn as snn

HAND, OURS = "hand-written loop", "jaxsnn"
LARGE = 20_000  # neurons, above which ANNarchy is not asked: it took more than 175 s to connect 100,000
BAR, BUILT = 1.3, 3.0  # of the loop by hand; s for compile() and the first step at 4000 neurons


def edges() -> Edges:
    """Return (pre, post) ranks of the synapses of each projection: the loop by hand has those of jaxsnn."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for projection in snn.projections():
            path = str(Path(folder) / "synapses.npz")
            projection.save_connectivity(path)
            with np.load(path) as file:
                post = np.repeat(file["post_ranks"], file["nb_synapses_per_dendrite"])
                found.append((file["pre_ranks"], post))
    return found


def measure(
    kind: str, script: ModuleType, size: int, steps: int, chosen: argparse.Namespace, watch: Watch, report: Report
) -> None:
    """Time one size."""
    ours = Ours(script, size, steps)
    hand = ByHand(script, size, steps, edges())
    work = Workload(kind, size, steps * script.DT, script.DT)
    precisions = () if chosen.tiny else ("float",)
    name = f"{kind.upper()}, {size} neurons"
    with tempfile.TemporaryDirectory() as folder, peers(work, precisions, watch, folder, size <= LARGE) as found:
        report.title(f"{name}, {steps} steps, single precision")
        turns = repetitions(chosen, *((20, 3) if size <= LARGE else (4, 2)))
        warm = warm_up(chosen) if size <= LARGE else 1
        times = interleaved({HAND: hand, OURS: ours, **tasks(found)}, turns, watch, warm)
        report.table(times, base=HAND)
        print(watch.told())
        counts = {HAND: hand.told, OURS: ours.told, **told(found)}
    rates = {name: 1000 * count / (size * work.duration) for name, count in counts.items()}
    report.tell("firing rates in the last run, Hz", rates, ".1f")
    print(f"described in {ours.described:.2f} s, compile() and the first step in {ours.built:.2f} s")
    report.at_most(f"{name}: jaxsnn / hand-written loop", times[OURS], times[HAND], BAR)
    for peer in found:
        report.faster(f"{name}: jaxsnn over {peer}", times[OURS], times[peer], 1.0)
    if size <= LARGE:
        report.within(f"{name}: compile() and the first step, s", Times([ours.built]), BUILT)


def run(what: str | None, kind: str, script: ModuleType, arguments: Arguments) -> None:
    """Read the command line of `coba.py` or `cuba.py`, and time every size."""
    options = parser(what)
    options.add_argument("--neurons", type=int, nargs="+", default=[script.N], help="sizes of the network")
    options.add_argument("--steps", type=int, default=10_000, help="of 0.1 ms")
    chosen = options.parse_args(arguments)
    watch, report = begun(chosen)
    for size in [500] if chosen.tiny else chosen.neurons:
        measure(kind, script, size, 100 if chosen.tiny else chosen.steps, chosen, watch, report)
    report.verdicts()
