"""The compiled loops of one network, and the buffer into which they record."""

from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from ..compiler import CompiledNetwork, Goal
from ..recording import capacity, empty_buffer, samples_of
from ..simulation import (
    build_drive,
    build_until_drive,
    build_watched_drive,
    non_finite_error,
)
from ..step import NetworkState
from ._arrays import Piece
from ._leaves import Leaves, Packing

ArrayList = list[Any]  # as `Leaves` lists them


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
        self._empty = jax.jit(lambda: empty_buffer(compiled, rows, shapes))
        buffer, self._buffer_tree = jax.tree.flatten(self._empty())
        self._buffer: ArrayList | None = buffer
        self._loops: dict[object, Callable] = {}

    def _run(self, kind: object, build: Callable[[], Callable], leaves: Leaves, arrays: ArrayList, n: int) -> tuple:
        """Return all arrays after a loop, which is made when it is first asked for, and what else it returns.

        The buffer is donated: it is written in place. A call that is interrupted leaves none, so another one is made.
        """
        packing, given, packed = leaves.packed(arrays)
        key = kind, leaves.tree, packing.switches
        if key not in self._loops:
            self._loops[key] = jax.jit(self._of_lists(build(), leaves.tree, packing), donate_argnums=2)
        buffer, self._buffer = self._buffer, None
        if buffer is None:
            buffer = jax.tree.leaves(self._empty())
        carried, self._buffer, *others = self._loops[key](given, packed, buffer, np.int32(n))
        return leaves.with_carried(arrays, carried), *others

    def _of_lists(self, drive: Callable, tree: Any, packing: Packing) -> Callable:
        """Return a drive that takes lists of arrays, and returns lists of those that it has changed."""

        def of_lists(others: ArrayList, packed: jax.Array, buffer: ArrayList, n: jax.Array):
            params, state = jax.tree.unflatten(tree, packing.unpacked(others, packed))
            after, written, *others = drive(params, state, jax.tree.unflatten(self._buffer_tree, buffer), n)
            return jax.tree.leaves(after), jax.tree.leaves(written), *others

        return of_lists

    def advance(self, leaves: Leaves, arrays: ArrayList, first: int, n: int) -> tuple[ArrayList, Piece]:
        """Return the arrays after n steps, at most `rows`, and what was recorded from step `first` on."""
        (after,) = self._run("plain", lambda: build_drive(self._network), leaves, arrays, n)
        return after, self._recorded(first, n)

    def advance_finite(self, leaves: Leaves, arrays: ArrayList, first: int, n: int) -> tuple[ArrayList, Piece]:
        """Return the same as `advance`, after a look at every variable in every step.

        Raises:
            NonFiniteError: a variable stopped being finite.
        """
        after, bad = self._run("watched", lambda: build_watched_drive(self._network), leaves, arrays, n)
        params, state = jax.tree.unflatten(leaves.tree, arrays)
        error = non_finite_error(self._network, params, state, np.asarray(bad))
        if error is not None:
            raise error
        return after, self._recorded(first, n)

    def advance_until(
        self, leaves: Leaves, arrays: ArrayList, first: int, n: int, goal: Goal
    ) -> tuple[ArrayList, Piece, bool]:
        """Return the arrays after at most n steps, what was recorded, and whether the goal was reached."""
        build = lambda: build_until_drive(self._network, goal)  # noqa: E731
        after, steps, reached = self._run(goal, build, leaves, arrays, n)
        return after, self._recorded(first, int(steps)), bool(reached)

    def _recorded(self, first: int, n: int) -> Piece:
        """Return a copy of what the buffer holds of n steps from `first`; the next call writes over it."""
        if not self._buffer:
            return Piece(first, n, {})
        written = jax.tree.unflatten(self._buffer_tree, [np.asarray(x) for x in self._buffer])
        samples = samples_of(self._network, written, first, n)
        return Piece(first, n, jax.tree.map(lambda x: np.array(x) if isinstance(x, np.ndarray) else x, samples))
