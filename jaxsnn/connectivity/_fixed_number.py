"""Connectors that fix how many synapses a neuron has: so many different partners, chosen at random."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from ..errors import ArgumentError
from ..rng import fold_name
from ._bounds import most_successes
from ._edges import Edges, Side
from ._ends import Ends
from ._pairs import OfDrawn, beside

ROWS_AT_ONCE = 256


@dataclass(frozen=True)
class FixedNumber(OfDrawn):
    """Each neuron of one side gets so many different partners on the other.

    Args:
        drawn: weights and delays.
        number: of partners.
        self_connections: whether a neuron may be its own partner.
        by: the side whose neurons choose.
    """

    number: int = 1
    self_connections: bool = False
    by: ClassVar[Side]

    def __post_init__(self) -> None:
        if self.number < 1:
            raise ArgumentError(f"`number` is a number of partners, at least 1, not {self.number}")

    def check(self, ends: Ends) -> None:
        """Raise an error if there are fewer neurons to choose from than partners are asked for."""
        available = self._available(ends)
        if self.number > available:
            message = (
                f"`number` is {self.number}, but only {available} {self.by.other.value}-synaptic neurons are there"
            )
            raise ArgumentError(f"{message} to choose from")

    def _available(self, ends: Ends) -> int:
        itself = ends.itself(self.by, self.self_connections)
        return ends.side(self.by.other).size - (itself is not None)

    def is_random(self, ends: Ends) -> bool:
        """Tell whether a key decides which synapses there are: it does unless every partner is chosen."""
        return self.number < self._available(ends)

    def most(self, ends: Ends) -> tuple[int, int]:
        """Return the most synapses of a pre-synaptic neuron, and of a post-synaptic one."""
        rows = ends.side(self.by).size
        share = min(1.0, self.number / max(1, self._available(ends)))
        other = max(1, most_successes(rows, share, ends.side(self.by.other).size))
        return (self.number, other) if self.by is Side.PRE else (other, self.number)

    def expected(self, ends: Ends) -> float:
        """Return the number of synapses."""
        return float(self.number * ends.side(self.by).size)

    def edges(self, key: Array, ends: Ends, arrays: Mapping[str, Array], dtype: Any) -> Edges:
        """Return the edges."""
        rows, size = ends.side(self.by).size, ends.side(self.by.other).size
        itself = ends.itself(self.by, self.self_connections)
        available = np.full(rows, size, np.int32) if itself is None else (size - (itself >= 0)).astype(np.int32)
        chosen = _distinct(fold_name(key, "exists"), jnp.asarray(available), self.number, size)
        return self.drawn.edges(key, self.by, beside(chosen, itself), None, (rows, self.number), ends.post.size, dtype)


@dataclass(frozen=True)
class FixedNumberPre(FixedNumber):
    """Each post neuron receives from so many different pre neurons."""

    title: str = field(default="Random Convergent", init=False)
    by: ClassVar[Side] = Side.POST


@dataclass(frozen=True)
class FixedNumberPost(FixedNumber):
    """Each pre neuron projects to so many different post neurons."""

    title: str = field(default="Random Divergent", init=False)
    by: ClassVar[Side] = Side.PRE


def _distinct(key: Array, available: Array, number: int, most: int) -> Array:
    """Draw, in each row, so many different numbers below `available`, ascending.

    Args:
        key: for the draws.
        available: (rows,) int32.
        number: of draws in a row.
        most: the largest of `available`.
    """
    if number * number <= 8 * most:
        return jnp.sort(_one_by_one(key, available, number), axis=1)
    rows = available.shape[0]
    keys = jax.random.split(key, rows)
    draw = lambda row: _first_of_shuffled(row[0], row[1], number, most)  # noqa: E731 - the body of a map
    chosen = lax.map(draw, (keys, available), batch_size=ROWS_AT_ONCE)
    return jnp.sort(chosen, axis=1)


def _one_by_one(key: Array, available: Array, number: int) -> Array:
    """R. W. Floyd's algorithm (J. Bentley and B. Floyd, Communications of the ACM 30, 1987, doi:10.1145/30401.315746).

    The j-th draw is uniform among the first `available - number + j + 1` numbers; if it was drawn before, the last of
    these takes its place.
    """

    def body(j: Array, chosen: Array) -> Array:
        last = available - number + j.astype(jnp.int32)
        draw = jax.random.randint(jax.random.fold_in(key, j), available.shape, 0, last + 1, jnp.int32)
        taken = (chosen == draw[:, None]).any(axis=1)
        return lax.dynamic_update_index_in_dim(chosen, jnp.where(taken, last, draw)[:, None], j, 1)

    return lax.fori_loop(0, number, body, jnp.full((available.shape[0], number), -1, jnp.int32))


def _first_of_shuffled(key: Array, available: Array, number: int, most: int) -> Array:
    """Return the first numbers of a shuffled row."""
    order = jnp.where(lax.iota(jnp.int32, most) < available, jax.random.uniform(key, (most,)), 2.0)
    return jnp.argsort(order)[:number].astype(jnp.int32)
