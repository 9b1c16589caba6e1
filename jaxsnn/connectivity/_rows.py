"""The sparse form: padded rows, one for each neuron of one side, and where needed the places of the other side."""

from dataclasses import dataclass, field, replace

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from ..equations import Operation
from ._columns import columns_of, deepest_column, trim_columns
from ._edges import Edges, Side, places_of_rows
from ._ends import Ends
from ._form import reduce_contributions
from ._ranks import Ranks
from ._row_layout import first_places, lay_out, longest_row, round_up, used_width
from ._sparse_access import SparseColumn, SparseRow
from ._synapse_table import SynapseTable


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Rows:
    """The partners of each neuron.

    Args:
        ends: (rows, width) int32, rank in the population of the other side, its size where there is no synapse.
        columns: (other side, depth) int32, the flat places of the synapses of each neuron of the other side,
            rows * width where there is none; None where nothing needs them.
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
        multapses: whether a pair of neurons may have several synapses.
        usual: width and depth that rows and columns keep when they are trimmed, so that a network of another seed has
            the same shapes, for which programs are compiled already. What chance decides rarely exceeds them.
    """

    ends: Ends
    by: Side
    width: int
    depth: int
    has_columns: bool = False
    multapses: bool = False
    usual: tuple[int, int] = (0, 0)
    name: str = field(default="rows", init=False)
    is_dense: bool = field(default=False, init=False)

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

    def summary(self, itemsize: int) -> str:
        """Return name, size and bytes for a reader: those of the ranks, 4 for each."""
        rows, width = self.shape
        return f"{self.name} {rows} rows of at most {width}, {rows * width * 4 / 2**20:.1f} MiB"

    def build(self, edges: Edges) -> tuple[Rows, dict[str, Array]]:
        """Return the storage of some edges, and their values."""
        rows = edges.other
        if rows is None:
            size = self.ends.side(edges.by.other).size
            rows = jnp.broadcast_to(jnp.arange(size, dtype=jnp.int32), (self.ends.side(edges.by).size, size))
        places = places_of_rows(rows, edges.exists, self.ends.side(edges.by.other).size)
        if edges.by is self.by:
            return self._stored(places), edges.values
        # The connector has drawn rows of the other side: their columns are the rows that are wanted here.
        columns = columns_of(places, self.mine.size, self.width, self.multapses)
        flat = places.shape[0] * places.shape[1]
        positions = jnp.where(columns < flat, columns // places.shape[1], self.other.size)
        values = {
            name: x if x.ndim == 0 else x.reshape(-1).at[columns].get(mode="clip") for name, x in edges.values.items()
        }
        return self._stored(positions), values

    def _stored(self, positions: Array) -> Rows:
        """Return the storage of (rows, width) positions on the other side, its size where there is no synapse."""
        columns = columns_of(positions, self.other.size, self.depth, self.multapses) if self.has_columns else None
        if self.other.is_everything:
            return Rows(positions, columns)
        return Rows(jnp.asarray(self._ranks_of_positions)[positions], columns)

    @property
    def _ranks_of_positions(self) -> np.ndarray:
        """Ranks on the other side by position, and behind them what stands for no synapse, (other side + 1,) int32."""
        return np.append(self.other.array, np.int32(self.other.population_size))

    def transposed(self) -> "RowsForm":
        """Return the form in which the same storage leads from the post-synaptic neurons to the pre-synaptic ones."""
        return replace(self, ends=self.ends.transposed(), by=self.by.other)

    def row_access(self, side: Side) -> SparseRow:
        """Return the access to the synapses of one neuron of a side at a time."""
        return (SparseRow if side is self.by else SparseColumn)(self.ends.side(side), self.ends.side(side.other))

    def places(self, storage: Rows) -> tuple[int, int]:
        """Return the shape of the places of a storage."""
        rows, width = storage.ends.shape
        return rows, width

    def delayed(self, storage: Rows, history: Array, row: Array) -> Array:
        """Return past values of the pre-synaptic neurons at the places, each from its own row of the history."""
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

    def exists(self, storage: Rows) -> Array:
        """Return which places are synapses."""
        return storage.ends < self.other.population_size

    def with_exists(self, storage: Rows, exists: Array) -> Rows:
        """Refuse: an empty place of a row does not say which pair of neurons it would connect."""
        raise NotImplementedError("rows have no place for a synapse that a rule may create")

    def from_matrix(self, storage: Rows, matrix: Array) -> Array:
        """Return the values of a matrix at the places."""
        rows = matrix if self.by is Side.PRE else matrix.T
        position = self.other.position(jnp.minimum(storage.ends, self.other.population_size - 1))
        return jnp.take_along_axis(rows, position, axis=1, mode="clip")

    def to_matrix(self, storage: Rows, values: Array) -> Array:
        """Return values at the places, or one value (), as a matrix (pre.size, post.size), 0 without a synapse.

        Where a pair has several synapses, it has the sum.
        """
        rank = jnp.minimum(storage.ends, self.other.population_size - 1)
        position = jnp.where(self.exists(storage), self.other.position(rank), self.other.size)
        full, row = jnp.broadcast_to(values, storage.ends.shape), jnp.arange(self.mine.size)[:, None]
        matrix = jnp.zeros((self.mine.size, self.other.size), full.dtype).at[row, position].add(full, mode="drop")
        return matrix if self.by is Side.PRE else matrix.T

    def of_post(self, storage: Rows, x: Array, position: int) -> Array:
        """Return the values at the synapses of one post-synaptic neuron."""
        if self.by is Side.POST:
            return x[position]
        return x.reshape(-1).at[storage.columns[position]].get(mode="clip")  # type: ignore[index]

    def combine(self, storage: Rows, values: Array, operation: Operation, into: Array) -> Array:
        """Return `into` plus what the values make for each post-synaptic neuron."""
        full = jnp.broadcast_to(values, storage.ends.shape)
        if self.by is Side.POST:
            return self.mine.add(into, reduce_contributions(full, self.exists(storage), operation, 1))
        if operation is not Operation.SUM:
            raise NotImplementedError("rows of pre-synaptic neurons carry sums only")
        return into.at[storage.ends].add(full, mode="drop")

    def weighted(self, storage: Rows, weights: Array, x: Array, into: Array) -> Array:
        """Return `into` plus the weighted sums: values are gathered along the rows of post-synaptic neurons."""
        if self.by is Side.PRE:
            return self.combine(storage, weights * self.pre(storage, x), Operation.SUM, into)
        return self.mine.add(into, jnp.sum(weights * x.at[storage.ends].get(mode="fill", fill_value=0), axis=1))

    def table(self, storage: Rows) -> SynapseTable:
        """Return the list of all synapses, sorted by the ranks of their post neurons, then of their pre neurons."""
        ends = np.asarray(storage.ends)
        row, column = np.nonzero(ends < self.other.population_size)
        ranks = self.mine.array[row], ends[row, column]
        pre, post = ranks if self.by is Side.PRE else ranks[::-1]
        return SynapseTable.of_synapses(pre, post, row * ends.shape[1] + column, self.places(storage))

    def places_in_dendrite(self, dendrite: SynapseTable) -> np.ndarray:
        """Return where `of_post` has the synapses of one post-synaptic neuron: it has them in the order of places."""
        return np.argsort(np.argsort(dendrite.place))

    def from_pairs(self, old: Rows, pre: np.ndarray, post: np.ndarray, width: int | None = None) -> Rows:
        """Return the storage of synapses that are given one by one."""
        mine, other = (pre, post) if self.by is Side.PRE else (post, pre)
        row, position = self.mine.positions(mine), self.other.positions(other)
        table = lay_out(row, position, self.mine.size, self.other.size, width)
        columns = None
        if self.has_columns:
            depth = round_up(deepest_column(table, self.other.size))
            columns = columns_of(jnp.asarray(table), self.other.size, depth, self.multapses)
        return Rows(jnp.asarray(self._ranks_of_positions[table]), columns)

    def width_with_room(self, old: Rows, pre: np.ndarray, post: np.ndarray) -> int:
        """Return the width of now where the longest row has room in it, or else a quarter more than that row needs."""
        longest, now = longest_row(pre if self.by is Side.PRE else post), old.ends.shape[1]
        return now if longest <= now else round_up(min(self.other.size, longest + longest // 4))

    def fits(self, width: int, pre: np.ndarray, post: np.ndarray) -> bool:
        """Tell whether rows of a width hold these synapses, and are no wider than the other side."""
        longest = longest_row(pre if self.by is Side.PRE else post)
        return max(1, longest) <= width <= round_up(self.other.size)

    def trimmed(self, storage: Rows) -> Rows:
        """Return the storage without the places beyond the longest row and the longest column, and the usual ones.

        Random connectivity is drawn into rows that are wide enough for almost any outcome, so that shapes are known
        before anything is drawn. What chance could have filled but did not only costs.
        """
        (rows, old), (usual_width, usual_depth) = storage.ends.shape, self.usual
        width = used_width(np.asarray(storage.ends) < self.other.population_size, usual_width)
        columns = storage.columns
        if columns is not None:
            columns = trim_columns(np.asarray(columns), rows, (old, width), usual_depth)
        return Rows(first_places(storage.ends, rows, width), columns)

    def with_columns(self, storage: Rows) -> Rows:
        """Return the storage with the columns that this form must have, found from the rows where they are missing."""
        if not self.has_columns or storage.columns is not None:
            return storage
        ends = np.asarray(storage.ends)
        there = ends < self.other.population_size
        position = np.where(there, self.other.positions(np.where(there, ends, 0)), self.other.size)
        depth = max(1, deepest_column(position, self.other.size))
        return Rows(storage.ends, columns_of(jnp.asarray(position), self.other.size, depth, self.multapses))
