"""Connectors that fix how many synapses a neuron has: so many different partners, chosen at random."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil, exp, log, sqrt
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
MOST_SHUFFLED = 2**24  # pairs up to which whole rows are shuffled: 2 s on a CPU
CERTAIN = 8.0  # standard deviations, which chance does not exceed
NEVER = 2**30  # a position that is in no row


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
    if rows * most > MOST_SHUFFLED and 2 * number <= most - 1:
        return _thinned_out(key, available, number, most)
    keys = jax.random.split(key, rows)
    draw = lambda row: _first_of_shuffled(row[0], row[1], number, most)  # noqa: E731 - the body of a map
    chosen = lax.map(draw, (keys, available), batch_size=ROWS_AT_ONCE)
    return jnp.sort(chosen, axis=1)


def _one_by_one(key: Array, available: Array, number: int, wanted: Array | None = None) -> Array:
    """R. W. Floyd's algorithm (J. Bentley and B. Floyd, Communications of the ACM 30, 1987, doi:10.1145/30401.315746).

    The j-th draw is uniform among the first `available - number + j + 1` numbers; if it was drawn before, the last of
    these takes its place.

    Args:
        key: for the draws.
        available: (rows,) int32.
        number: of draws in a row.
        wanted: (rows,) int32, how many of them a row needs, the others are `NEVER`; None for all.
    """
    first = available - (number if wanted is None else wanted)

    def body(j: Array, chosen: Array) -> Array:
        last = first + j.astype(jnp.int32)
        draw = jax.random.randint(jax.random.fold_in(key, j), available.shape, 0, last + 1, jnp.int32)
        taken = (chosen == draw[:, None]).any(axis=1)
        found = jnp.where(taken, last, draw)
        found = found if wanted is None else jnp.where(j < wanted, found, NEVER)
        return lax.dynamic_update_index_in_dim(chosen, found[:, None], j, 1)

    return lax.fori_loop(0, number, body, jnp.full((available.shape[0], number), -1, jnp.int32))


def _thinned_out(key: Array, available: Array, number: int, most: int) -> Array:
    """Draw with replacement until there are enough different numbers, and take away as many of these as are too many.

    Each set of different numbers is as likely as any other of its size, before and after. The cost is that of the draws
    and of sorting them, where shuffling would sort all that there is to choose from.
    """
    rows, many = available.shape[0], min(ROWS_AT_ONCE, available.shape[0])
    draws, excess = _draws_and_excess(number, most)

    def body(turn: Array, chosen: Array) -> Array:
        first = jnp.minimum(turn * many, rows - many)
        below = lax.dynamic_slice_in_dim(available, first, many)
        drawn, taken = jax.random.split(jax.random.fold_in(key, turn))
        x = jnp.sort(jax.random.randint(drawn, (many, draws), 0, below[:, None], jnp.int32), axis=1)
        again = jnp.concatenate([jnp.zeros((many, 1), bool), x[:, 1:] == x[:, :-1]], axis=1)
        x = jnp.sort(jnp.where(again, NEVER, x), axis=1)
        different = draws - again.sum(axis=1, dtype=jnp.int32)
        gone = _one_by_one(taken, different, excess, different - number)
        x = x.at[jnp.arange(many)[:, None], gone].set(NEVER, mode="drop")
        return lax.dynamic_update_slice_in_dim(chosen, jnp.sort(x, axis=1)[:, :number], first, 0)

    return lax.fori_loop(0, -(-rows // many), body, jnp.zeros((rows, number), jnp.int32))


def _draws_and_excess(number: int, most: int) -> tuple[int, int]:
    """Return how many draws give so many different numbers for certain, and how many different ones are too many then.

    Args:
        number: of different numbers, at most half of those there are.
        most: of the numbers there are, or one more.

    Example:
        >>> _draws_and_excess(1000, 20_000)
        (1076, 97)
    """
    n = most - 1
    draws = ceil(n * log(n / (n - number)))

    def deviation(draws: int) -> float:  # of the number of different ones among so many draws
        empty = exp(-draws / n)
        return sqrt(n * empty * (1.0 - (1.0 + draws / n) * empty)) + 1.0

    draws += ceil(CERTAIN * deviation(draws) / (1.0 - number / n))
    different = most * -(exp(-draws / most) - 1.0)
    return draws, ceil(different + CERTAIN * deviation(draws)) - number


def _first_of_shuffled(key: Array, available: Array, number: int, most: int) -> Array:
    """Return the first numbers of a shuffled row."""
    order = jnp.where(lax.iota(jnp.int32, most) < available, jax.random.uniform(key, (most,)), 2.0)
    return jnp.argsort(order)[:number].astype(jnp.int32)
