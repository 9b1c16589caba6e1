"""A closed loop, as agents and robots run it: assign 10 rates, simulate 1 ms, read 100 rates; 1000 turns of it.

    python benchmarks/closed_loop.py [--turns N] [--quick] [--wait S] [--limit S] [--json PATH]

ANNARCHY_PYTHON names a Python that has ANNarchy; it runs on one thread. See README.md.
"""

import argparse
import tempfile
import time

import _script_closed_loop as script
from _measure import interleaved
from _options import Arguments, begun, parser, repetitions
from _peers import Workload, python_of, tasks, told, watched
from _process import package_version

import jaxsnn as snn

OURS, MOST = "jaxsnn", 60e-6  # s, what a turn may take


class Ours:
    """The script in this process.

    Args:
        turns: how many a call makes.
    """

    def __init__(self, turns: int) -> None:
        snn.clear()
        snn.setup(dt=script.DT, seed=7)
        self.loop, self.told = script.describe(snn, turns), 0.0
        snn.compile(silent=True)

    def __call__(self) -> float:
        begin = time.perf_counter()
        self.told = self.loop()
        return time.perf_counter() - begin


def measure(turns: int, chosen: argparse.Namespace) -> None:
    """Time the turns."""
    watch, report = begun(chosen)
    name, found = f"closed loop, {turns} turns", {}
    with tempfile.TemporaryDirectory() as folder, watched(found, watch):
        if not chosen.tiny and (python := python_of("ANNARCHY_PYTHON")):
            peer = f"ANNarchy {package_version(python, 'ANNarchy')}, float"
            found[peer] = Workload("closed_loop", turns, 0.0, script.DT).annarchy(python, "float", folder)
        report.title(f"{name}, single precision")
        ours = Ours(turns)
        times = interleaved({OURS: ours, **tasks(found)}, repetitions(chosen, 20, 5), watch)
        report.table(times, base=OURS)
        print(watch.told())
        rates = {OURS: ours.told, **told(found)}
    report.tell("mean rate at the end", rates, ".4f")
    report.within(f"{name}, s", times[OURS], turns * MOST)
    for peer in found:
        report.faster(f"{name}: jaxsnn over {peer}", times[OURS], times[peer], None)
    report.verdicts()


def main(arguments: Arguments = None) -> None:
    options = parser(__doc__)
    options.add_argument("--turns", type=int, default=1000)
    chosen = options.parse_args(arguments)
    measure(20 if chosen.tiny else chosen.turns, chosen)


if __name__ == "__main__":
    main()
