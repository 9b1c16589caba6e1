"""The dense form: a place for every pair of neurons."""

from dataclasses import dataclass, field, replace

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from ..equations import Operation
from ._dense_access import DenseColumn, DenseRow
from ._edges import WEIGHT, Edges, Side, places_of_rows
from ._ends import Ends
from ._form import reduce_contributions
from ._synapse_table import SynapseTable


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
    is_dense: bool = field(default=True, init=False)

    @property
    def shape(self) -> tuple[int, int]:
        """Shape of the places."""
        return self.ends.side(self.by).size, self.ends.side(self.by.other).size

    def summary(self, itemsize: int) -> str:
        """Return name, size and bytes for a reader."""
        n_pre, n_post = self.ends.shape
        return f"{self.name} {n_pre} x {n_post}, {n_pre * n_post * itemsize / 2**20:.1f} MiB"

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

    def transposed(self) -> "DenseForm":
        """Return the form in which the same storage leads from the post-synaptic neurons to the pre-synaptic ones."""
        return replace(self, ends=self.ends.transposed(), by=self.by.other)

    def row_access(self, side: Side) -> DenseRow:
        """Return the access to the synapses of one neuron of a side at a time."""
        return (DenseRow if side is self.by else DenseColumn)(self.ends.side(side), self.ends.side(side.other))

    def places(self, storage: Dense) -> tuple[int, int]:
        """Return the shape of the places."""
        return self.shape

    def delayed(self, storage: Dense, history: Array, row: Array) -> Array:
        """Return past values of the pre-synaptic neurons at the places, each from its own row of the history."""
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

    def with_exists(self, storage: Dense, exists: Array) -> Dense:
        """Return the storage in which other places are synapses."""
        return Dense(exists)

    def from_matrix(self, storage: Dense, matrix: Array) -> Array:
        """Return the values of a matrix (pre.size, post.size) at the places; 0 where there is no synapse."""
        upright = self._upright(matrix, Side.PRE)
        return upright if storage.exists is None else jnp.where(storage.exists, upright, 0)

    def to_matrix(self, storage: Dense, values: Array) -> Array:
        """Return values at the places, or one value (), as a matrix (pre.size, post.size), 0 without a synapse."""
        full = jnp.broadcast_to(values, self.shape)
        full = full if storage.exists is None else jnp.where(storage.exists, full, 0.0)
        return full if self.by is Side.PRE else full.T

    def of_post(self, storage: Dense, x: Array, position: int) -> Array:
        """Return the values at the synapses of one post-synaptic neuron: those of all pre-synaptic ones."""
        return x[:, position] if self.by is Side.PRE else x[position]

    def combine(self, storage: Dense, values: Array, operation: Operation, into: Array) -> Array:
        """Return `into` plus what the values make for each post-synaptic neuron."""
        full, axis = jnp.broadcast_to(values, self.shape), 0 if self.by is Side.PRE else 1
        return self.ends.post.add(into, reduce_contributions(full, storage.exists, operation, axis))

    def weighted(self, storage: Dense, weights: Array, x: Array, into: Array) -> Array:
        """Return `into` plus the weighted sums: a matrix product."""
        mine = self.ends.pre.take(x)
        pair = (mine, weights) if self.by is Side.PRE else (weights, mine)
        return self.ends.post.add(into, jnp.matmul(*pair, precision=lax.Precision.HIGHEST))

    def table(self, storage: Dense) -> SynapseTable:
        """Return the list of all synapses, sorted by the ranks of their post neurons, then of their pre neurons."""
        exists = np.ones(self.shape, bool) if storage.exists is None else np.asarray(storage.exists)
        row, column = np.nonzero(exists)
        pre, post = (row, column) if self.by is Side.PRE else (column, row)
        ranks = self.ends.pre.array[pre], self.ends.post.array[post]
        return SynapseTable.of_synapses(*ranks, row * self.shape[1] + column, self.shape)

    def places_in_dendrite(self, dendrite: SynapseTable) -> np.ndarray:
        """Return where `of_post` has the synapses of one post-synaptic neuron: at the positions of the pre neurons."""
        return self.ends.pre.positions(dendrite.pre)

    def from_pairs(self, old: Dense, pre: np.ndarray, post: np.ndarray, width: int | None = None) -> Dense:
        """Return the storage of synapses that are given one by one; it says nothing where it was and is full."""
        positions = self.ends.pre.positions(pre), self.ends.post.positions(post)
        exists = np.zeros(self.shape, bool)
        exists[positions if self.by is Side.PRE else positions[::-1]] = True
        return Dense(None if old.exists is None and exists.all() else jnp.asarray(exists))

    def width_with_room(self, old: Dense, pre: np.ndarray, post: np.ndarray) -> int:
        """Return the width of rows: a row has a place for every neuron of the other side."""
        return self.shape[1]

    def fits(self, width: int, pre: np.ndarray, post: np.ndarray) -> bool:
        """Tell whether a width is that of the rows."""
        return width == self.shape[1]

    def trimmed(self, storage: Dense) -> Dense:
        """Return the storage as it is: places without a synapse hold weights of 0."""
        return storage

    def with_columns(self, storage: Dense) -> Dense:
        """Return the storage as it is: a matrix has columns."""
        return storage
