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
    """Which pairs are synapses: (pre.size, post.size) booleans, None for all of them."""

    exists: Array | None


@dataclass(frozen=True)
class DenseForm:
    """Places are (pre.size, post.size). The weight of a pair without a synapse is 0."""

    ends: Ends
    name: str = field(default="dense", init=False)
    by: Side = field(default=Side.PRE, init=False)

    @property
    def shape(self) -> tuple[int, int]:
        """Shape of the places."""
        return self.ends.shape

    def build(self, edges: Edges) -> tuple[Dense, dict[str, Array]]:
        """Return the storage of some edges, and their values."""
        if edges.other is None:
            exists, values = jax.tree.map(lambda x: _upright(x, edges.by), (edges.exists, edges.values))
        else:
            exists, values = self._scattered(edges)
        weights = jnp.broadcast_to(values[WEIGHT], self.shape)
        weights = weights if exists is None else jnp.where(exists, weights, 0)
        return Dense(exists), {**values, WEIGHT: weights}

    def _scattered(self, edges: Edges) -> tuple[Array, dict[str, Array]]:
        n_pre, n_post = self.shape
        size = n_post if edges.by is Side.PRE else n_pre
        other = places_of_rows(edges.other, edges.exists, size)  # type: ignore[arg-type]
        row = jnp.broadcast_to(jnp.arange(other.shape[0], dtype=jnp.int32)[:, None], other.shape)
        pre, post = (row, other) if edges.by is Side.PRE else (other, row)
        pre = jnp.where(other < size, pre, n_pre)  # out of range: dropped

        def placed(x: Array, empty) -> Array:
            return jnp.full(self.shape, empty, x.dtype).at[pre, post].set(x, mode="drop")

        exists = placed(jnp.ones(other.shape, bool), False)
        return exists, {name: x if x.ndim == 0 else placed(x, x[0, 0]) for name, x in edges.values.items()}

    def places(self, storage: Dense) -> tuple[int, int]:
        """Return the shape of the places."""
        return self.shape

    def delayed(self, storage: Dense, history: Array, row: Array) -> Array:
        """Return a value of the pre-synaptic neuron at the places, each from its own row of the past."""
        return history[row, jnp.asarray(self.ends.pre.array)[:, None]]

    def pre(self, storage: Dense, x: Array) -> Array:
        """Return a value of the pre-synaptic neuron for every place."""
        return x if jnp.ndim(x) == 0 else self.ends.pre.take(x)[:, None]

    def post(self, storage: Dense, x: Array) -> Array:
        """Return a value of the post-synaptic neuron for every place."""
        return x if jnp.ndim(x) == 0 else self.ends.post.take(x)[None, :]

    def post_row(self, storage: Dense, x: Array) -> Array:
        """Return a `postsynaptic` attribute for every place."""
        return x if jnp.ndim(x) == 0 else x[None, :]

    def exists(self, storage: Dense) -> Array | None:
        """Return which places are synapses."""
        return storage.exists

    def from_matrix(self, storage: Dense, matrix: Array) -> Array:
        """Return the values of a matrix at the places; 0 where there is no synapse."""
        return matrix if storage.exists is None else jnp.where(storage.exists, matrix, 0)

    def of_post(self, storage: Dense, x: Array, position: int) -> Array:
        """Return the values at the synapses of one post-synaptic neuron: those of all pre-synaptic ones."""
        return x[:, position]

    def combine(self, storage: Dense, values: Array, operation: Operation, into: Array) -> Array:
        """Return `into` plus what the values make for each post-synaptic neuron."""
        full = jnp.broadcast_to(values, self.shape)
        return self.ends.post.add(into, reduced(full, storage.exists, operation, axis=0))

    def weighted(self, storage: Dense, weights: Array, x: Array, into: Array) -> Array:
        """Return `into` plus the weighted sums: a matrix product."""
        total = jnp.matmul(self.ends.pre.take(x), weights, precision=lax.Precision.HIGHEST)
        return self.ends.post.add(into, total)


def _upright(x: Array, by: Side) -> Array:
    return x if x.ndim == 0 or by is Side.PRE else x.T
