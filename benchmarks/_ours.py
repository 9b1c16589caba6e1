"""A network script run by jaxsnn, and the options of the benchmarks that compare such a script."""

import argparse
import time
from types import ModuleType

from _measure import clocked

import jaxsnn as snn


class Ours:
    """The script of the peers, described, compiled and advanced by a step.

    Args:
        script: has `describe` and `DT`, ms.
        steps: how many a call advances.
    """

    def __init__(self, script: ModuleType, steps: int) -> None:
        snn.clear()
        snn.setup(dt=script.DT, seed=7)
        self.duration, self.monitor, self.spikes = steps * script.DT, script.describe(snn), 0
        begin = time.perf_counter()
        snn.compile(silent=True)
        snn.simulate(script.DT)
        self.built = time.perf_counter() - begin

    def __call__(self) -> float:
        """Advance; what was recorded is dropped off the clock."""
        seconds = clocked(lambda: snn.simulate(self.duration))
        self.spikes = len(self.monitor.raster_plot()[0])
        return seconds


def options(what: str, dt: float) -> argparse.Namespace:
    """Return `quick`, `steps` and `wait` as the command line has them."""
    parser = argparse.ArgumentParser(description=f"{what}, as ratios in one run")
    parser.add_argument("--quick", action="store_true", help="few repetitions: for a first look")
    parser.add_argument("--steps", type=int, default=10_000, help=f"of {dt:g} ms")
    parser.add_argument("--wait", type=float, default=0.0, metavar="S", help="wait for quiet moments, S seconds in all")
    return parser.parse_args()
