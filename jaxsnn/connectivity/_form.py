"""What a storage form can do: hold the synapses of a projection, show all of them at once, change with them."""

from typing import Protocol, Self

import jax.numpy as jnp
import numpy as np
from jax import Array

from ..equations import Operation
from ._edges import Edges, Side
from ._ends import Ends
from ._row_access import RowAccess, Storage
from ._synapse_table import SynapseTable


class KernelView(Protocol):
    """What a kernel sees of the synapses of a projection.

    An attribute with one value per synapse is an array of the shape of the places, or () while all are equal.
    """

    @property
    def ends(self) -> Ends:
        """The two sides of the projection."""
        ...

    @property
    def shape(self) -> tuple[int, int]:
        """Shape of the places, before they are trimmed."""
        ...

    @property
    def by(self) -> Side:
        """The side whose neurons have the rows of places."""
        ...

    @property
    def is_dense(self) -> bool:
        """Whether every pair of neurons has a place, so that weights form a matrix."""
        ...

    def row_access(self, side: Side) -> RowAccess:
        """Return the access to the synapses of one neuron of a side at a time."""
        ...

    def pre(self, storage: Storage, x: Array) -> Array:
        """Return a value of the pre-synaptic neuron, from (population,) or (), for every place, ready to broadcast."""
        ...

    def post(self, storage: Storage, x: Array) -> Array:
        """Return a value of the post-synaptic neuron, from (population,) or (), for every place, ready to broadcast."""
        ...

    def exists(self, storage: Storage) -> Array | None:
        """Return which places are synapses; None where all of them are."""
        ...

    def combine(self, storage: Storage, values: Array, operation: Operation, into: Array) -> Array:
        """Return `into` (post population,) plus what the values at the places make for each post-synaptic neuron."""
        ...

    def weighted(self, storage: Storage, weights: Array, x: Array, into: Array) -> Array:
        """Return `into` plus the sums of weights times a value of the pre-synaptic neuron, x (pre population,)."""
        ...


class Form(KernelView, Protocol):
    """A way to store synapses: a frozen description, whose arrays are a pytree of their own, the storage.

    The methods of `KernelView` and those down to `of_post` can be traced by JAX. The others look at the synapses
    themselves, between two runs, on the host.
    """

    @property
    def name(self) -> str:
        """What `summary()` prints and `storage=` accepts."""
        ...

    def summary(self, itemsize: int) -> str:
        """Return name, size and bytes for a reader.

        Args:
            itemsize: bytes of a weight.
        """
        ...

    def build(self, edges: Edges) -> tuple[Storage, dict[str, Array]]:
        """Return the storage of some edges, and their values, () or at the places."""
        ...

    def transposed(self) -> Self:
        """Return the form in which the same storage leads from the post-synaptic neurons to the pre-synaptic ones."""
        ...

    def places(self, storage: Storage) -> tuple[int, int]:
        """Return the shape of the places of a storage."""
        ...

    def delayed(self, storage: Storage, history: Array, row: Array) -> Array:
        """Return past values of the pre-synaptic neurons at the places.

        Args:
            storage: who is connected to whom.
            history: (length, population), a ring of values of the pre-synaptic population.
            row: of the history that each place reads, of the shape of the places.
        """
        ...

    def post_row(self, storage: Storage, x: Array) -> Array:
        """Return a `postsynaptic` attribute, from (post.size,) or (), for every place, ready to broadcast."""
        ...

    def with_exists(self, storage: Storage, exists: Array) -> Storage:
        """Return the storage in which other places are synapses.

        Raises:
            NotImplementedError: the form has no place for every pair, so it cannot say who a new partner would be.
        """
        ...

    def from_matrix(self, storage: Storage, matrix: Array) -> Array:
        """Return the values of (pre.size, post.size) at the places."""
        ...

    def to_matrix(self, storage: Storage, values: Array) -> Array:
        """Return values at the places, or one value (), as a matrix (pre.size, post.size), 0 without a synapse.

        Where a pair has several synapses, it has the sum.
        """
        ...

    def of_post(self, storage: Storage, x: Array, position: int) -> Array:
        """Return the values of x (places) at the places of one post-synaptic neuron, some of which may be empty."""
        ...

    def places_in_dendrite(self, dendrite: SynapseTable) -> np.ndarray:
        """Return where `of_post` has the synapses of one post-synaptic neuron, in the order of their table."""
        ...

    def table(self, storage: Storage) -> SynapseTable:
        """Return the list of all synapses, sorted by the ranks of their post neurons, then of their pre neurons."""
        ...

    def from_pairs(self, old: Storage, pre: np.ndarray, post: np.ndarray, width: int | None = None) -> Storage:
        """Return the storage of synapses that are given one by one.

        Args:
            old: the storage until now.
            pre, post: (synapses,) ranks; all of them belong to the two sides, and no pair stands twice.
            width: number of places in a row, where rows are not as wide as the other side; None takes what is needed.
        """
        ...

    def width_with_room(self, old: Storage, pre: np.ndarray, post: np.ndarray) -> int:
        """Return the number of places in a row for other synapses: that of now, or more, with room, where it is short.

        A width that grows with every synapse would have the step compiled for every one of them.
        """
        ...

    def fits(self, width: int, pre: np.ndarray, post: np.ndarray) -> bool:
        """Tell whether rows of a width hold these synapses, and are no wider than rows can become."""
        ...

    def trimmed(self, storage: Storage) -> Storage:
        """Return the storage without places that no neuron uses, the same object where all are used or must stay.

        What remains are the first places of each row, so that an array at the places is trimmed by a slice.
        """
        ...

    def with_columns(self, storage: Storage) -> Storage:
        """Return the storage with the means to find the synapses of one neuron of either side, where it must have them.

        A storage from before that was needed lacks them.
        """
        ...


def reduce_contributions(values: Array, exists: Array | None, operation: Operation, axis: int) -> Array:
    """Return the sum, mean, largest or smallest of the values at synapses along an axis; 0 where there is no synapse.

    Args:
        values: contributions at the places.
        exists: which places are synapses; None where all of them are.
        operation: how contributions become the input of a neuron.
        axis: along which the synapses of a neuron lie.
    """
    there = jnp.ones(values.shape, bool) if exists is None else exists
    count = values.shape[axis] if exists is None else exists.sum(axis=axis)
    if operation in (Operation.SUM, Operation.MEAN):
        total = jnp.sum(values if exists is None else jnp.where(there, values, 0.0), axis=axis)
        return total if operation is Operation.SUM else total / jnp.maximum(count, 1)
    if values.shape[axis] == 0:
        return jnp.sum(values, axis=axis)  # of nothing: zeros, where a maximum would raise
    # A minimum is a maximum of what is negated, so that neurons without synapses are found by one rule.
    sign = 1.0 if operation is Operation.MAX else -1.0
    extreme = sign * jnp.max(jnp.where(there, sign * values, -jnp.inf), axis=axis)
    return jnp.where(count > 0, extreme, 0.0)
