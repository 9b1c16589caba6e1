"""The connector that fixes how many synapses a projection has: each of them has a pair of its own, drawn at random.

So several synapses may join one pair of neurons (multapses), and neurons differ in how many they have: the number of a
neuron is binomial, the numbers of all add up to the total.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

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

AT_ONCE = 2**20  # synapses whose sending neuron is drawn together
ROWS_AT_ONCE = 1024


@dataclass(frozen=True)
class FixedTotalNumber(OfDrawn):
    """So many synapses, each between two neurons that are drawn at random.

    Args:
        drawn: weights and delays.
        number: of synapses.
        self_connections: whether a neuron may project to itself.
    """

    number: int = 1
    self_connections: bool = False
    title: str = field(default="Random Total Number", init=False)
    multapses: bool = field(default=True, init=False)

    def __post_init__(self) -> None:
        if not 1 <= self.number < 2**31:
            raise ArgumentError(f"`number` is a number of synapses, from 1 to 2^31 - 1, not {self.number}")

    def check(self, ends: Ends) -> None:
        """Raise an error if there is no pair of neurons to connect."""
        if self._pairs(ends) < 1:
            sizes = f"{ends.pre.size} pre-synaptic and {ends.post.size} post-synaptic"
            raise ArgumentError(
                f"there is no pair to connect among {sizes} neurons: {self.number} synapses were asked for"
            )

    def _pairs(self, ends: Ends) -> int:
        itself = ends.itself(Side.PRE, self.self_connections)
        return ends.pre.size * ends.post.size - (0 if itself is None else int((itself >= 0).sum()))

    def is_random(self, ends: Ends) -> bool:
        """Tell that a key decides which synapses there are."""
        return True

    def most(self, ends: Ends) -> tuple[int, int]:
        """Return the most synapses of a pre-synaptic neuron, and of a post-synaptic one."""
        pairs = max(1, self._pairs(ends))
        n_pre, n_post = ends.shape
        widest = most_successes(self.number, min(1.0, n_post / pairs), n_pre)
        return max(1, widest), max(1, most_successes(self.number, min(1.0, n_pre / pairs), n_post))

    def expected(self, ends: Ends) -> float:
        """Return the number of synapses."""
        return float(self.number)

    def edges(self, key: Array, ends: Ends, arrays: Mapping[str, Array], dtype: Any) -> Edges:
        """Return the edges: how many each pre-synaptic neuron has, then a post-synaptic neuron for each."""
        n_post, shape = ends.post.size, (ends.pre.size, self.most(ends)[0])
        itself = ends.itself(Side.PRE, self.self_connections)
        counts = _counts(fold_name(key, "counts"), self.number, ends.shape, itself)
        other = _partners(fold_name(key, "exists"), counts, shape[1], n_post, itself)
        return self.drawn.edges(key, Side.PRE, other, None, shape, n_post, dtype)


def _counts(key: Array, number: int, shape: tuple[int, int], itself: np.ndarray | None) -> Array:
    """Draw how many of so many synapses each row has, (rows,) int32, with their sum exact.

    A pair is drawn for each synapse, and drawn again where a neuron would meet itself: so a row that leaves out a
    neuron has as much less as it should.

    Args:
        key: for the draws.
        number: of synapses.
        shape: numbers of rows and of neurons on the other side.
        itself: (rows,) the position that a row leaves out, -1 for none; None where no row leaves out any.
    """
    rows, size = shape
    many = min(AT_ONCE, number)

    def draw(carry: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        turn, left, counts = carry
        stream = jax.random.fold_in(key, turn)
        row = jax.random.randint(fold_name(stream, "row"), (many,), 0, rows, jnp.int32)
        counted = lax.iota(jnp.int32, many) < left
        if itself is not None:
            other = jax.random.randint(fold_name(stream, "other"), (many,), 0, size, jnp.int32)
            counted &= jnp.asarray(itself)[row] != other
        return turn + 1, left - counted.sum(dtype=jnp.int32), counts.at[row].add(counted.astype(jnp.int32))

    begin = jnp.int32(0), jnp.int32(number), jnp.zeros(rows, jnp.int32)
    return lax.while_loop(lambda carry: carry[1] > 0, draw, begin)[2]


def _partners(key: Array, counts: Array, width: int, size: int, itself: np.ndarray | None) -> Array:
    """Draw positions on the other side, (rows, width) int32, ascending in a row, `size` behind the last of its count.

    So many rows at a time: otherwise what is drawn before it is sorted is a second array as large.

    Args:
        key: for the draws.
        counts: (rows,) of synapses.
        width: the most of them.
        size: number of neurons on the other side.
        itself: see `_counts`.
    """
    rows = counts.shape[0]
    many = min(ROWS_AT_ONCE, rows)
    lanes = lax.iota(jnp.int32, width)[None]
    available = np.full(rows, size, np.int32) if itself is None else (size - (itself >= 0)).astype(np.int32)
    given = counts, jnp.asarray(available), None if itself is None else jnp.asarray(itself)

    def body(turn: Array, found: Array) -> Array:
        first = jnp.minimum(turn * many, rows - many)
        count, below, own = jax.tree.map(lambda x: lax.dynamic_slice_in_dim(x, first, many), given)
        draws = jax.random.randint(jax.random.fold_in(key, turn), (many, width), 0, below[:, None], jnp.int32)
        place = jnp.where(lanes < count[:, None], beside(draws, own), size)
        return lax.dynamic_update_slice_in_dim(found, jnp.sort(place, axis=1), first, 0)

    return lax.fori_loop(0, -(-rows // many), body, jnp.full((rows, width), size, jnp.int32))
