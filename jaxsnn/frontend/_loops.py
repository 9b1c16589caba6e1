"""The compiled loops of one network, and the buffer into which they record."""

from collections.abc import Callable

import jax
import numpy as np

from ..compiler import CompiledNetwork, Goal
from ..errors import NonFiniteError
from ..recording import capacity, empty_buffer, samples_of
from ..simulation import (
    FINITE,
    build_drive,
    build_until_drive,
    build_watched_drive,
)
from ..step import NetworkParams, NetworkState
from ._arrays import Piece


class Loops:
    """Advances states of one shape by one compiled network, and returns what was recorded.

    Args:
        compiled: the network.
        state: of arrays or their shapes.
    """

    def __init__(self, compiled: CompiledNetwork, state: NetworkState) -> None:
        self._network = compiled
        shapes = jax.tree.map(lambda x: jax.ShapeDtypeStruct(x.shape, x.dtype), state)
        self.rows = capacity(compiled, shapes)
        rows = self.rows
        self._buffer = jax.jit(lambda: empty_buffer(compiled, rows, shapes))()
        self._loops: dict[object, Callable] = {}

    def _loop(self, kind: object, build: Callable[[], Callable]) -> Callable:
        """Return a loop, made when it is first asked for. Its buffer is donated: it is written in place."""
        if kind not in self._loops:
            self._loops[kind] = jax.jit(build(), donate_argnums=2)
        return self._loops[kind]

    def advance(self, params: NetworkParams, state: NetworkState, n: int) -> tuple[NetworkState, Piece]:
        """Return the state after n steps, at most `rows`, and what was recorded."""
        loop = self._loop("plain", lambda: build_drive(self._network))
        after, self._buffer = loop(params, state, self._buffer, np.int32(n))
        return after, self._recorded(state, n)

    def advance_finite(self, params: NetworkParams, state: NetworkState, n: int) -> tuple[NetworkState, Piece]:
        """Return the same as `advance`, after a look at every variable in every step.

        Raises:
            NonFiniteError: a variable stopped being finite.
        """
        loop = self._loop("watched", lambda: build_watched_drive(self._network))
        after, self._buffer, bad = loop(params, state, self._buffer, np.int32(n))
        steps = {(p, v): int(step) for p, variables in bad.items() for v, step in variables.items()}
        if steps and min(steps.values()) != FINITE:
            (population, variable), step = min(steps.items(), key=lambda item: item[1])
            raise NonFiniteError(population, variable, step, self._network.spec.dt)
        return after, self._recorded(state, n)

    def advance_until(
        self, params: NetworkParams, state: NetworkState, n: int, goal: Goal
    ) -> tuple[NetworkState, Piece, bool]:
        """Return the state after at most n steps, what was recorded, and whether the goal was reached."""
        loop = self._loop(goal, lambda: build_until_drive(self._network, goal))
        after, self._buffer, steps, reached = loop(params, state, self._buffer, np.int32(n))
        return after, self._recorded(state, int(steps)), bool(reached)

    def _recorded(self, before: NetworkState, n: int) -> Piece:
        """Return a copy of what the buffer holds of n steps; the next call writes over it."""
        first = int(before.step)
        samples = samples_of(self._network, jax.tree.map(np.asarray, self._buffer), first, n)
        return Piece(first, n, jax.tree.map(lambda x: np.array(x) if isinstance(x, np.ndarray) else x, samples))
