"""Spikes on their way: a row of places that ends in the inputs of steps to come."""

from dataclasses import dataclass, field

import jax
import jax.numpy as jnp
from jax import Array

from ..equations import Operation
from ._edges import Side
from ._ends import Ends
from ._rows import RowsForm


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Pending:
    """Rows whose ends stand in a ring of inputs.

    Args:
        ends: (rows, width) int32, ranks in the post-synaptic population, its size where there is no synapse.
        delays: (rows, width) int32, steps from 1 on.
        now: () int32, the part of the ring that belongs to the present step.
    """

    ends: Array
    delays: Array
    now: Array


@dataclass(frozen=True)
class PendingForm:
    """The rows of pre-synaptic neurons, seen as rows into a ring of inputs (length * post population,).

    Args:
        rows: the form of the projection.
        length: of the ring, steps: the longest delay.
    """

    rows: RowsForm
    length: int
    name: str = field(default="pending", init=False)
    by: Side = field(default=Side.PRE, init=False)

    @property
    def ends(self) -> Ends:
        """The two sides."""
        return self.rows.ends

    @property
    def shape(self) -> tuple[int, int]:
        """Shape of the places."""
        return self.rows.shape

    def place(self, ends: Array, delays: Array, now: Array) -> Array:
        """Return where spikes of the last step end in the ring; beyond it where there is no synapse."""
        size = self.ends.post.population_size
        ring = self.length * size
        place = (delays - 1 + now) * size + ends
        return jnp.where(ends < size, jnp.where(place >= ring, place - ring, place), ring)

    def pre(self, storage: Pending, x: Array) -> Array:
        """Return a value of the pre-synaptic neuron for every place."""
        return x if jnp.ndim(x) == 0 else self.ends.pre.take(x)[:, None]

    def post(self, storage: Pending, x: Array) -> Array:
        """Return a value of the post-synaptic neuron for every place."""
        return x if jnp.ndim(x) == 0 else x.at[storage.ends].get(mode="clip")

    def exists(self, storage: Pending) -> Array:
        """Return which places are synapses."""
        return storage.ends < self.ends.post.population_size

    def combine(self, storage: Pending, values: Array, operation: Operation, into: Array) -> Array:
        """Return the ring with the values added."""
        full = jnp.broadcast_to(values, storage.ends.shape)
        return into.at[self.place(storage.ends, storage.delays, storage.now)].add(full, mode="drop")

    def weighted(self, storage: Pending, weights: Array, x: Array, into: Array) -> Array:
        """Return the ring with the weighted values added."""
        return self.combine(storage, weights * self.pre(storage, x), Operation.SUM, into)
