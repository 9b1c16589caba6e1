"""Access to the synapses of one neuron, whatever the storage form: where they are, and who is at their other ends.

Arrays have a leading axis of copies, one for each member of a batch that has its own, so that a batch need not be taken
apart: `copy` says which one is read or written. An index out of range stands for a place without a synapse; reads clip
    it,
additions and writes drop it.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import jax
import jax.numpy as jnp
from jax import Array

from ..connectivity import (
    DelayRing,
    DelayRingForm,
    Dense,
    DenseForm,
    KernelView,
    Ranks,
    Rows,
    RowsForm,
    Side,
    Storage,
)


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class RowIndex:
    """Where the synapses of one neuron are.

    Args:
        row: of the neuron, int32.
        places: flat places of the synapses, where they are not a row of the storage.
        ends: indices of the neurons at the other ends, where these are a selection.
        add_mask: at which of the places something may be added; None where an end without a synapse is out of range.
        write_mask: which of the places may be written; None where a place without a synapse is out of range.
    """

    row: Array
    places: Array | None = None
    ends: Array | None = None
    add_mask: Array | None = None
    write_mask: Array | None = None


class RowAccess(Protocol):
    """Access to the synapses of one neuron of a side, at a time."""

    @property
    def own(self) -> Ranks:
        """The side of the neuron."""
        ...

    @property
    def other(self) -> Ranks:
        """The side across."""
        ...

    reaches_all: ClassVar[bool]  # whether there is a place for every neuron of the other side

    def find(self, storage: Storage, copy: Storage, row: Array) -> RowIndex:
        """Return where the synapses of a neuron are; `copy` has an index for each array of the storage."""
        ...

    def read(self, array: Array, copy: Any, at: RowIndex) -> Array:
        """Return the values at the synapses, of an array (copies, *places)."""
        ...

    def write(self, array: Array, copy: Any, at: RowIndex, values: Array) -> Array:
        """Return the array with other values at the synapses."""
        ...

    def other_side(self, x: Array) -> Array:
        """Return the values of the other side, from (population,), as `at_ends` takes them; called once per step."""
        ...

    def at_ends(self, x: Array, at: RowIndex) -> Array:
        """Return the values of the neurons at the other ends."""
        ...

    def add(self, into: Array, at: RowIndex, values: Array) -> Array:
        """Return `into` (population of the other side,) with the values added."""
        ...

    def gather(self, x: Array, at: RowIndex) -> Array:
        """Return the values of x (population of the other side,) at the ends, 0 without a synapse: `add` transposed."""
        ...

    def overwrite(self, into: Array, at: RowIndex, values: Array) -> Array:
        """Return `into` (population of the other side,) with the values in the place of what was there."""
        ...


@dataclass(frozen=True)
class DenseRow:
    """The row of a neuron in the dense form."""

    own: Ranks
    other: Ranks
    reaches_all: ClassVar[bool] = True

    def find(self, storage: Dense, copy: Dense, row: Array) -> RowIndex:
        """Return where the synapses of a neuron are."""
        exists = None if storage.exists is None else storage.exists[copy.exists, row]
        return RowIndex(row, add_mask=exists, write_mask=exists)

    def read(self, array: Array, copy: Any, at: RowIndex) -> Array:
        """Return the values at the synapses."""
        return array[copy, at.row]

    def write(self, array: Array, copy: Any, at: RowIndex, values: Array) -> Array:
        """Return the array with other values at the synapses."""
        return array.at[copy, at.row].set(values)

    def other_side(self, x: Array) -> Array:
        """Return the values of the neurons of the other side that take part."""
        return self.other.take(x)

    def at_ends(self, x: Array, at: RowIndex) -> Array:
        """Return the values of the neurons at the other ends: all that take part."""
        return x

    def add(self, into: Array, at: RowIndex, values: Array) -> Array:
        """Return `into` with the values added."""
        return self.other.add(into, jnp.broadcast_to(values, (self.other.size,)))

    def gather(self, x: Array, at: RowIndex) -> Array:
        """Return the values of x at the other ends, 0 without a synapse."""
        mine = self.other.take(x)
        return mine if at.add_mask is None else jnp.where(at.add_mask, mine, 0.0)

    def overwrite(self, into: Array, at: RowIndex, values: Array) -> Array:
        """Return `into` with the values in the place of what was there."""
        full = jnp.broadcast_to(values, (self.other.size,))
        return full if self.other.is_everything else into.at[self.other.index].set(full)


@dataclass(frozen=True)
class DenseColumn(DenseRow):
    """The column of a neuron of the side that has no rows in the dense form."""

    def find(self, storage: Dense, copy: Dense, row: Array) -> RowIndex:
        """Return where the synapses of a neuron are."""
        exists = None if storage.exists is None else storage.exists[copy.exists, :, row]
        return RowIndex(row, add_mask=exists, write_mask=exists)

    def read(self, array: Array, copy: Any, at: RowIndex) -> Array:
        """Return the values at the synapses."""
        return array[copy, :, at.row]

    def write(self, array: Array, copy: Any, at: RowIndex, values: Array) -> Array:
        """Return the array with other values at the synapses."""
        return array.at[copy, :, at.row].set(values)


@dataclass(frozen=True)
class SparseRow:
    """A row of the sparse form: the synapses of a neuron of the side that has the rows."""

    own: Ranks
    other: Ranks
    reaches_all: ClassVar[bool] = False

    def find(self, storage: Rows, copy: Rows, row: Array) -> RowIndex:
        """Return where the synapses of a neuron are."""
        ends = storage.ends[copy.ends, row]
        return RowIndex(row, ends=ends, write_mask=ends < self.other.population_size)

    def read(self, array: Array, copy: Any, at: RowIndex) -> Array:
        """Return the values at the synapses."""
        return array[copy, at.row]

    def write(self, array: Array, copy: Any, at: RowIndex, values: Array) -> Array:
        """Return the array with other values at the synapses."""
        return array.at[copy, at.row].set(values)

    def other_side(self, x: Array) -> Array:
        """Return the values as they are: ends are ranks in the whole population."""
        return x

    def at_ends(self, x: Array, at: RowIndex) -> Array:
        """Return the values of the neurons at the other ends."""
        return x.at[at.ends].get(mode="clip")

    def add(self, into: Array, at: RowIndex, values: Array) -> Array:
        """Return `into` with the values added."""
        return into.at[at.ends].add(values, mode="drop")

    def gather(self, x: Array, at: RowIndex) -> Array:
        """Return the values of x at the other ends, 0 without a synapse."""
        return x.at[at.ends].get(mode="fill", fill_value=0)

    def overwrite(self, into: Array, at: RowIndex, values: Array) -> Array:
        """Return `into` with the values in the place of what was there."""
        return into.at[at.ends].set(values, mode="drop")


@dataclass(frozen=True)
class SparseColumn(SparseRow):
    """The synapses of a neuron of the side that has no rows in the sparse form, found by their places."""

    def find(self, storage: Rows, copy: Rows, row: Array) -> RowIndex:
        """Return where the synapses of a neuron are; the row of a place is the neuron at its other end."""
        places = storage.columns[copy.columns, row]  # type: ignore[index]
        rows, width = storage.ends.shape[-2:]
        ranks = self.other.ranks_at(jnp.minimum(places // width, rows - 1))
        return RowIndex(row, places=places, ends=jnp.where(places < rows * width, ranks, self.other.population_size))

    def read(self, array: Array, copy: Any, at: RowIndex) -> Array:
        """Return the values at the synapses."""
        return array.reshape(array.shape[0], -1).at[copy, at.places].get(mode="clip")

    def write(self, array: Array, copy: Any, at: RowIndex, values: Array) -> Array:
        """Return the array with other values at the synapses."""
        flat = array.reshape(array.shape[0], -1)
        return flat.at[copy, at.places].set(values, mode="drop").reshape(array.shape)


@dataclass(frozen=True)
class DelayRingRow(SparseRow):
    """The row of a pre-synaptic neuron that ends in the inputs of steps to come."""

    form: DelayRingForm

    def find(self, storage: DelayRing, copy: DelayRing, row: Array) -> RowIndex:  # type: ignore[override]
        """Return where the synapses of a neuron are; nothing at them is ever written, so no place is masked."""
        ends, delays = storage.ends[copy.ends, row], storage.delays[copy.delays, row]
        return RowIndex(row, ends=self.form.place(ends, delays, storage.now[copy.now]))


def row_access(form: KernelView, side: Side) -> RowAccess:
    """Return the access to the synapses of one neuron of a side.

    Raises:
        TypeError: nothing here gives access to this form.
    """
    own, other = form.ends.side(side), form.ends.side(side.other)
    match form:
        case DenseForm():
            return (DenseRow if side is form.by else DenseColumn)(own, other)
        case DelayRingForm():
            return DelayRingRow(own, other, form)
        case RowsForm():
            return (SparseRow if side is form.by else SparseColumn)(own, other)
    raise TypeError(f"there is no access to the synapses of one neuron in {form!r}")
