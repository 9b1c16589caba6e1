"""A network script run by jaxsnn."""

import time
from types import ModuleType

import jax
from _measure import clocked

import jaxsnn as snn


class Ours:
    """The script of the peers, described, compiled and advanced by a step.

    Args:
        script: has `describe` and `DT`, ms.
        size: of the network, as the script takes it.
        steps: how many a call advances.
    """

    def __init__(self, script: ModuleType, size: int, steps: int) -> None:
        snn.clear()
        snn.setup(dt=script.DT, seed=7)
        begin = time.perf_counter()
        self.duration, self.read, self.told = steps * script.DT, script.describe(snn, size), 0.0
        self.described = time.perf_counter() - begin
        begin = time.perf_counter()
        snn.compile(silent=True)
        snn.simulate(script.DT)
        self.built = time.perf_counter() - begin
        self.read()

    def __call__(self) -> float:
        """Advance; what was recorded is dropped off the clock."""
        seconds = clocked(self._advance)
        self.told = self.read()
        return seconds

    def _advance(self) -> None:
        snn.simulate(self.duration)
        jax.block_until_ready(snn.default_network().state)
