"""The compiled loops of one network, and the buffer into which they record."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from ..compiler import CompiledNetwork, Goal
from ..recording import SPIKE_TIMES, Moments, Record, buffer_shapes, capacity, samples_of
from ..simulation import (
    build_drive,
    build_until_drive,
    build_watched_drive,
    non_finite_error,
)
from ..step import NetworkParams, NetworkState
from ._arrays import Piece
from ._leaves import ArrayList, Layout, Leaves, told


class Span(NamedTuple):
    """Steps that one call of a loop makes.

    Args:
        moving: what moves, before them, as `Leaves` lists it.
        first: the first step.
        n: their number, at most the `rows` of the loops.
    """

    moving: ArrayList
    first: int
    n: int


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
        self._columns, self._buffer_tree = jax.tree.flatten(buffer_shapes(compiled, self.rows, shapes))
        self._buffer: ArrayList | None = None
        self._loops: dict[object, Callable] = {}

    def _run(self, kind: object, build: Callable[[], Callable], leaves: Leaves, span: Span) -> tuple:
        """Return what moves after a loop, which is made when it is first asked for, and what else it returns.

        The buffer is donated: it is written in place. A call that is interrupted leaves none, so another one is made.
        """
        moving, first, n = span
        loop = self._loops.get((kind, leaves.layout))
        if loop is None:
            loop = jax.jit(self._of_lists(build(), leaves.layout), donate_argnums=2)
            self._loops[kind, leaves.layout] = loop
        buffer, self._buffer = self._buffer, None
        if buffer is None:
            buffer = [_empty(column) for column in self._columns]
        moved, self._buffer, *others = loop(leaves.given(first, n), moving, buffer)
        return moved, *others

    def _of_lists(self, drive: Callable, layout: Layout) -> Callable:
        """Return a drive that takes lists of arrays, and returns those that move."""

        def of_lists(given: ArrayList, moving: ArrayList, buffer: ArrayList):
            params, state, n = layout.unpacked(given, moving)
            before = params, state, jax.tree.unflatten(self._buffer_tree, buffer)
            after, written, steps, has_ended, *others = drive(*before, n)
            return layout.packed(after, steps, has_ended), jax.tree.leaves(written), *others

        return of_lists

    def advance(self, leaves: Leaves, span: Span) -> tuple[ArrayList, Piece]:
        """Return what moves after some steps, and what was recorded of them."""
        (moved,) = self._run("plain", lambda: _to_end(build_drive(self._network)), leaves, span)
        return moved, self._recorded(span.first, span.n)

    def advance_finite(self, leaves: Leaves, span: Span) -> tuple[ArrayList, Piece]:
        """Return the same as `advance`, after a look at every variable in every step.

        Raises:
            NonFiniteError: a variable stopped being finite.
        """
        moved, bad = self._run("watched", lambda: _to_end(build_watched_drive(self._network)), leaves, span)
        error = non_finite_error(self._network, *leaves.trees(), np.asarray(bad))
        if error is not None:
            raise error
        return moved, self._recorded(span.first, span.n)

    def advance_until(self, leaves: Leaves, span: Span, goal: Goal) -> tuple[ArrayList, Piece, bool]:
        """Return what moves after at most so many steps, what was recorded, and whether the goal was reached."""
        (moved,) = self._run(goal, lambda: build_until_drive(self._network, goal), leaves, span)
        steps, has_ended = told(moved)
        return moved, self._recorded(span.first, steps), has_ended

    def _recorded(self, first: int, n: int) -> Piece:
        """Return a copy of what the buffer holds of n steps from `first`; the next call writes over it."""
        if not self._buffer:
            return Piece(first, n, {})
        written = jax.tree.unflatten(self._buffer_tree, [np.asarray(x) for x in self._buffer])
        samples = samples_of(self._network, written, first, n)
        return Piece(first, n, {m: {v: (k, _kept(v, x)) for v, (k, x) in own.items()} for m, own in samples.items()})


def _kept(variable: str, rows: Any) -> Any:
    """Return a copy of rows; of the moments of spikes, which are few, only themselves."""
    if variable == SPIKE_TIMES:
        return Moments.of(rows)
    return jax.tree.map(lambda x: np.array(x) if isinstance(x, np.ndarray) else x, rows)


def _empty(column: jax.ShapeDtypeStruct) -> jax.Array:
    """Return zeros that can be donated: a copy of NumPy's, since JAX would need a program of its own to make them."""
    return jax.device_put(np.zeros(column.shape, column.dtype), may_alias=False)


def _to_end(drive: Callable) -> Callable:
    """Return a loop that makes all steps, with the results of one that can end before."""

    def to_end(params: NetworkParams, state: NetworkState, buffer: Record, n: jax.Array):
        after, written, *others = drive(params, state, buffer, n)
        return after, written, n, jnp.int32(0), *others

    return to_end
