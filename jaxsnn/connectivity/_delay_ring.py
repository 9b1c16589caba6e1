"""Spikes on their way, each with the delay of its synapse: rows of places that end in a ring of inputs to come.

The ring is one array (length * post population,). Its part `t % length` holds the input of step t; a spike is added to
the part of the step in which it arrives as soon as it is emitted, and nothing needs to be looked up later.
"""

from dataclasses import dataclass, field

import jax
import jax.numpy as jnp
from jax import Array

from ..equations import Operation
from ._edges import Side
from ._ends import Ends
from ._form import Form
from ._row_access import RowIndex, Storage
from ._rows import RowsForm
from ._sparse_access import SparseRow


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class DelayRing:
    """The rows of a projection in one step, with what says where in the ring their synapses end.

    Args:
        ends: (rows, width) int32, ranks in the post-synaptic population, its size where there is no synapse.
        delays: (rows, width) integers, steps from 1 on.
        now: () int32, the part of the ring that belongs to the present step.
    """

    ends: Array
    delays: Array
    now: Array


@dataclass(frozen=True)
class DelayRingForm:
    """The rows of pre-synaptic neurons, seen by kernels as rows that end in a ring of inputs.

    Args:
        ends: the two sides.
        shape: of the places.
        length: of the ring, steps: the longest delay.
    """

    ends: Ends
    shape: tuple[int, int]
    length: int
    by: Side = field(default=Side.PRE, init=False)
    is_dense: bool = field(default=False, init=False)

    def storage(self, rows: Storage, delays: Array, now: Array) -> DelayRing:
        """Return what kernels take in the place of the storage of the projection, for one step."""
        return DelayRing(rows.ends, delays, now)

    def place(self, ends: Array, delays: Array, now: Array) -> Array:
        """Return where spikes of the last step end in the ring; beyond it where there is no synapse."""
        size = self.ends.post.population_size
        ring = self.length * size
        place = (delays.astype(now.dtype) - 1 + now) * size + ends  # a delay of 1 step arrives in the present one
        return jnp.where(ends < size, jnp.where(place >= ring, place - ring, place), ring)

    def row_access(self, side: Side) -> "DelayRingRow":
        """Return the access to the synapses of one pre-synaptic neuron."""
        return DelayRingRow(self.ends.side(side), self.ends.side(side.other), self)

    def pre(self, storage: DelayRing, x: Array) -> Array:
        """Return a value of the pre-synaptic neuron for every place."""
        return x if jnp.ndim(x) == 0 else self.ends.pre.take(x)[:, None]

    def post(self, storage: DelayRing, x: Array) -> Array:
        """Return a value of the post-synaptic neuron for every place."""
        return x if jnp.ndim(x) == 0 else x.at[storage.ends].get(mode="clip")

    def exists(self, storage: DelayRing) -> Array:
        """Return which places are synapses."""
        return storage.ends < self.ends.post.population_size

    def combine(self, storage: DelayRing, values: Array, operation: Operation, into: Array) -> Array:
        """Return the ring with the values added."""
        full = jnp.broadcast_to(values, storage.ends.shape)
        return into.at[self.place(storage.ends, storage.delays, storage.now)].add(full, mode="drop")

    def weighted(self, storage: DelayRing, weights: Array, x: Array, into: Array) -> Array:
        """Return the ring with the weighted values added."""
        return self.combine(storage, weights * self.pre(storage, x), Operation.SUM, into)


@dataclass(frozen=True)
class DelayRingRow(SparseRow):
    """The row of a pre-synaptic neuron that ends in the inputs of steps to come."""

    form: DelayRingForm

    def find(self, storage: DelayRing, copy: DelayRing, row: Array) -> RowIndex:
        """Return where the synapses of a neuron are; nothing at them is ever written, so no place is masked."""
        ends, delays = storage.ends[copy.ends, row], storage.delays[copy.delays, row]
        return RowIndex(row, ends=self.form.place(ends, delays, storage.now[copy.now]))


def delay_ring(form: Form, length: int) -> DelayRingForm:
    """Return a form as kernels see it whose spikes end in a ring of inputs.

    Args:
        form: of the projection: rows of pre-synaptic neurons.
        length: of the ring, steps: the longest delay.

    Raises:
        TypeError: the form has no rows of pre-synaptic neurons.
    """
    if not isinstance(form, RowsForm) or form.by is not Side.PRE:
        raise TypeError(f"{form!r} has no rows of pre-synaptic neurons, which alone end in a ring of inputs")
    return DelayRingForm(form.ends, form.shape, length)
