"""The sparse form: padded rows, one for each neuron of one side, and where needed the places of the other side."""

from dataclasses import dataclass, field

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from ..equations import Operation
from ._edges import Edges, Side, places_of_rows
from ._ends import Ends
from ._ranks import Ranks
from ._reduce import reduced
from ._transpose_rows import turned


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Rows:
    """Who is at the other end.

    Args:
        ends: (rows, width) int32, rank in the population of the other side, its size where there is no synapse.
        columns: (other side, depth) int32, the flat places of the synapses of each neuron of the other side,
            rows * width where there is none; None where nobody asks.
    """

    ends: Array
    columns: Array | None


@dataclass(frozen=True)
class RowsForm:
    """Places are (neurons of one side, width).

    Args:
        ends: the two sides.
        by: the side whose neurons have the rows.
        width: the most synapses of a neuron of that side.
        depth: the most synapses of a neuron of the other side.
        has_columns: whether the synapses of a neuron of the other side must be found.
    """

    ends: Ends
    by: Side
    width: int
    depth: int
    has_columns: bool = False
    name: str = field(default="rows", init=False)

    @property
    def mine(self) -> Ranks:
        """The side whose neurons have the rows."""
        return self.ends.side(self.by)

    @property
    def other(self) -> Ranks:
        """The side across."""
        return self.ends.side(self.by.other)

    @property
    def shape(self) -> tuple[int, int]:
        """Shape of the places."""
        return self.mine.size, self.width

    def build(self, edges: Edges) -> tuple[Rows, dict[str, Array]]:
        """Return the storage of some edges, and their values."""
        rows = edges.other
        if rows is None:
            size = self.ends.side(edges.by.other).size
            rows = jnp.broadcast_to(jnp.arange(size, dtype=jnp.int32), (self.ends.side(edges.by).size, size))
        places = places_of_rows(rows, edges.exists, self.ends.side(edges.by.other).size)
        if edges.by is self.by:
            return self._stored(places), edges.values
        back = turned(places, self.mine.size, self.width)
        flat = places.shape[0] * places.shape[1]
        positions = jnp.where(back < flat, back // places.shape[1], self.other.size)
        turned_values = {
            name: x if x.ndim == 0 else x.reshape(-1).at[back].get(mode="clip") for name, x in edges.values.items()
        }
        return self._stored(positions), turned_values

    def _stored(self, positions: Array) -> Rows:
        """Return the storage of (rows, width) positions on the other side, its size where there is no synapse."""
        columns = turned(positions, self.other.size, self.depth) if self.has_columns else None
        if self.other.is_everything:
            return Rows(positions, columns)
        table = np.append(self.other.array, np.int32(self.other.population_size))
        return Rows(jnp.asarray(table)[positions], columns)

    def places(self, storage: Rows) -> tuple[int, int]:
        """Return the shape of the places of a storage."""
        return storage.ends.shape  # type: ignore[return-value]

    def delayed(self, storage: Rows, history: Array, row: Array) -> Array:
        """Return a value of the pre-synaptic neuron at the places, each from its own row of the past."""
        rank = storage.ends if self.by is Side.POST else jnp.asarray(self.mine.array)[:, None]
        return history.at[row, rank].get(mode="clip")

    def pre(self, storage: Rows, x: Array) -> Array:
        """Return a value of the pre-synaptic neuron for every place."""
        return self._value(storage, x, Side.PRE)

    def post(self, storage: Rows, x: Array) -> Array:
        """Return a value of the post-synaptic neuron for every place."""
        return self._value(storage, x, Side.POST)

    def post_row(self, storage: Rows, x: Array) -> Array:
        """Return a `postsynaptic` attribute for every place."""
        if jnp.ndim(x) == 0:
            return x
        return x[:, None] if self.by is Side.POST else self._value(storage, self.ends.post.spread(x), Side.POST)

    def _value(self, storage: Rows, x: Array, side: Side) -> Array:
        if jnp.ndim(x) == 0:
            return x
        return self.mine.take(x)[:, None] if side is self.by else x.at[storage.ends].get(mode="clip")

    def exists(self, storage: Rows) -> Array | None:
        """Return which places are synapses."""
        return storage.ends < self.other.population_size

    def from_matrix(self, storage: Rows, matrix: Array) -> Array:
        """Return the values of a matrix at the places."""
        rows = matrix if self.by is Side.PRE else matrix.T
        position = self.other.position(jnp.minimum(storage.ends, self.other.population_size - 1))
        return jnp.take_along_axis(rows, position, axis=1, mode="clip")

    def of_post(self, storage: Rows, x: Array, position: int) -> Array:
        """Return the values at the synapses of one post-synaptic neuron."""
        if self.by is Side.POST:
            return x[position]
        return x.reshape(-1).at[storage.columns[position]].get(mode="clip")  # type: ignore[index]

    def combine(self, storage: Rows, values: Array, operation: Operation, into: Array) -> Array:
        """Return `into` plus what the values make for each post-synaptic neuron."""
        full = jnp.broadcast_to(values, storage.ends.shape)
        if self.by is Side.POST:
            return self.mine.add(into, reduced(full, self.exists(storage), operation, axis=1))
        if operation is not Operation.SUM:
            raise NotImplementedError("rows of pre-synaptic neurons carry sums only")
        return into.at[storage.ends].add(full, mode="drop")

    def weighted(self, storage: Rows, weights: Array, x: Array, into: Array) -> Array:
        """Return `into` plus the weighted sums: values are gathered along the rows of post-synaptic neurons."""
        if self.by is Side.PRE:
            return self.combine(storage, weights * self.pre(storage, x), Operation.SUM, into)
        return self.mine.add(into, jnp.sum(weights * x.at[storage.ends].get(mode="fill", fill_value=0), axis=1))
