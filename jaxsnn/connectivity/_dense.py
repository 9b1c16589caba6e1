"""The dense form: a place for every pair of neurons."""

from dataclasses import dataclass, field

import jax
import jax.numpy as jnp
from jax import Array, lax

from ..equations import Operation
from ._edges import WEIGHT, Edges, Side, places_of_rows
from ._ends import Ends
from ._reduce import reduced


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Dense:
    """Which pairs are synapses: booleans of the shape of the places, None for all of them."""

    exists: Array | None


@dataclass(frozen=True)
class DenseForm:
    """Places are (pre.size, post.size). The weight of a pair without a synapse is 0.

    Args:
        ends: the two sides.
        by: the side whose neurons have the rows of places; with `POST` they are (post.size, pre.size).
    """

    ends: Ends
    by: Side = Side.PRE
    name: str = field(default="dense", init=False)

    @property
    def shape(self) -> tuple[int, int]:
        """Shape of the places."""
        return self.ends.side(self.by).size, self.ends.side(self.by.other).size

    def build(self, edges: Edges) -> tuple[Dense, dict[str, Array]]:
        """Return the storage of some edges, and their values."""
        if edges.other is None:
            exists, values = jax.tree.map(lambda x: self._upright(x, edges.by), (edges.exists, edges.values))
        else:
            exists, values = self._scattered(edges)
        weights = jnp.broadcast_to(values[WEIGHT], self.shape)
        weights = weights if exists is None else jnp.where(exists, weights, 0)
        return Dense(exists), {**values, WEIGHT: weights}

    def _upright(self, x: Array, by: Side) -> Array:
        return x if x.ndim == 0 or by is self.by else x.T

    def _scattered(self, edges: Edges) -> tuple[Array, dict[str, Array]]:
        size = self.ends.side(edges.by.other).size
        other = places_of_rows(edges.other, edges.exists, size)  # type: ignore[arg-type]
        row = jnp.broadcast_to(jnp.arange(other.shape[0], dtype=jnp.int32)[:, None], other.shape)
        first, second = (row, other) if edges.by is self.by else (other, row)
        first = jnp.where(other < size, first, self.shape[0])  # out of range: dropped

        def placed(x: Array, empty) -> Array:
            return jnp.full(self.shape, empty, x.dtype).at[first, second].set(x, mode="drop")

        exists = placed(jnp.ones(other.shape, bool), False)
        return exists, {name: x if x.ndim == 0 else placed(x, x[0, 0]) for name, x in edges.values.items()}

    def places(self, storage: Dense) -> tuple[int, int]:
        """Return the shape of the places."""
        return self.shape

    def delayed(self, storage: Dense, history: Array, row: Array) -> Array:
        """Return a value of the pre-synaptic neuron at the places, each from its own row of the past."""
        return history[row, self._along(jnp.asarray(self.ends.pre.array), Side.PRE)]

    def pre(self, storage: Dense, x: Array) -> Array:
        """Return a value of the pre-synaptic neuron for every place."""
        return x if jnp.ndim(x) == 0 else self._along(self.ends.pre.take(x), Side.PRE)

    def post(self, storage: Dense, x: Array) -> Array:
        """Return a value of the post-synaptic neuron for every place."""
        return x if jnp.ndim(x) == 0 else self._along(self.ends.post.take(x), Side.POST)

    def post_row(self, storage: Dense, x: Array) -> Array:
        """Return a `postsynaptic` attribute for every place."""
        return x if jnp.ndim(x) == 0 else self._along(x, Side.POST)

    def _along(self, x: Array, side: Side) -> Array:
        return x[:, None] if side is self.by else x[None, :]

    def exists(self, storage: Dense) -> Array | None:
        """Return which places are synapses."""
        return storage.exists

    def from_matrix(self, storage: Dense, matrix: Array) -> Array:
        """Return the values of a matrix (pre.size, post.size) at the places; 0 where there is no synapse."""
        upright = self._upright(matrix, Side.PRE)
        return upright if storage.exists is None else jnp.where(storage.exists, upright, 0)

    def of_post(self, storage: Dense, x: Array, position: int) -> Array:
        """Return the values at the synapses of one post-synaptic neuron: those of all pre-synaptic ones."""
        return x[:, position] if self.by is Side.PRE else x[position]

    def combine(self, storage: Dense, values: Array, operation: Operation, into: Array) -> Array:
        """Return `into` plus what the values make for each post-synaptic neuron."""
        full, axis = jnp.broadcast_to(values, self.shape), 0 if self.by is Side.PRE else 1
        return self.ends.post.add(into, reduced(full, storage.exists, operation, axis=axis))

    def weighted(self, storage: Dense, weights: Array, x: Array, into: Array) -> Array:
        """Return `into` plus the weighted sums: a matrix product."""
        mine = self.ends.pre.take(x)
        pair = (mine, weights) if self.by is Side.PRE else (weights, mine)
        return self.ends.post.add(into, jnp.matmul(*pair, precision=lax.Precision.HIGHEST))
