"""The synapses of one neuron: where they are stored, and who is at their other ends.

A line reads and writes arrays with a leading axis of copies, so that copies of a network in a batch need not be taken
apart: `lead` is the copy.
"""

from dataclasses import dataclass
from typing import ClassVar, Protocol

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
class Spot:
    """Where the synapses of one neuron are.

    Args:
        row: of the neuron, int32.
        places: flat places of the synapses, where they are not a row of the storage.
        ends: ranks of the neurons at the other ends, where these are a selection.
        exists: which of the places are synapses; None where nothing is added elsewhere anyway.
        there: which of the places are written; None for all.
    """

    row: Array
    places: Array | None = None
    ends: Array | None = None
    exists: Array | None = None
    there: Array | None = None


class Line(Protocol):
    """Access to the synapses of one neuron."""

    @property
    def own(self) -> Ranks:
        """The side of the neuron."""
        ...

    @property
    def other(self) -> Ranks:
        """The side across."""
        ...

    spans: ClassVar[bool]  # whether there is a place for every neuron of the other side

    def find(self, storage: Storage, lead: Storage, row: Array) -> Spot:
        """Return where the synapses of a neuron are; `lead` has the copy of each array of the storage."""
        ...

    def read(self, array: Array, lead: Array, spot: Spot) -> Array:
        """Return the values at the synapses, of an array (copies, *places)."""
        ...

    def write(self, array: Array, lead: Array, spot: Spot, values: Array) -> Array:
        """Return the array with other values at the synapses."""
        ...

    def aside(self, x: Array) -> Array:
        """Return the values (population,) of the other side as `across` takes them; called once per step."""
        ...

    def across(self, x: Array, spot: Spot) -> Array:
        """Return the values of the neurons at the other ends."""
        ...

    def add(self, into: Array, spot: Spot, values: Array) -> Array:
        """Return `into` (population of the other side,) with the values added."""
        ...

    def ask(self, x: Array, spot: Spot) -> Array:
        """Return what `add` would add to: the values of x (population of the other side,), 0 without a synapse."""
        ...

    def put(self, into: Array, spot: Spot, values: Array) -> Array:
        """Return `into` (population of the other side,) with the values in the place of what was there."""
        ...


@dataclass(frozen=True)
class DenseRow:
    """The row of a pre-synaptic neuron in the dense form."""

    own: Ranks
    other: Ranks
    spans: ClassVar[bool] = True

    def find(self, storage: Dense, lead: Dense, row: Array) -> Spot:
        """Return where the synapses of a neuron are."""
        exists = None if storage.exists is None else storage.exists[lead.exists, row]
        return Spot(row, exists=exists, there=exists)

    def read(self, array: Array, lead: Array, spot: Spot) -> Array:
        """Return the values at the synapses."""
        return array[lead, spot.row]

    def write(self, array: Array, lead: Array, spot: Spot, values: Array) -> Array:
        """Return the array with other values at the synapses."""
        return array.at[lead, spot.row].set(values)

    def aside(self, x: Array) -> Array:
        """Return the values of the side that take part."""
        return self.other.take(x)

    def across(self, x: Array, spot: Spot) -> Array:
        """Return the values of the neurons at the other ends."""
        return x

    def add(self, into: Array, spot: Spot, values: Array) -> Array:
        """Return `into` with the values added."""
        return self.other.add(into, jnp.broadcast_to(values, (self.other.size,)))

    def ask(self, x: Array, spot: Spot) -> Array:
        """Return the values of x at the other ends, 0 without a synapse."""
        mine = self.other.take(x)
        return mine if spot.exists is None else jnp.where(spot.exists, mine, 0.0)

    def put(self, into: Array, spot: Spot, values: Array) -> Array:
        """Return `into` with the values in the place of what was there."""
        full = jnp.broadcast_to(values, (self.other.size,))
        return full if self.other.is_everything else into.at[self.other.index].set(full)


@dataclass(frozen=True)
class DenseColumn(DenseRow):
    """The column of a post-synaptic neuron in the dense form."""

    def find(self, storage: Dense, lead: Dense, row: Array) -> Spot:
        """Return where the synapses of a neuron are."""
        exists = None if storage.exists is None else storage.exists[lead.exists, :, row]
        return Spot(row, exists=exists, there=exists)

    def read(self, array: Array, lead: Array, spot: Spot) -> Array:
        """Return the values at the synapses."""
        return array[lead, :, spot.row]

    def write(self, array: Array, lead: Array, spot: Spot, values: Array) -> Array:
        """Return the array with other values at the synapses."""
        return array.at[lead, :, spot.row].set(values)


@dataclass(frozen=True)
class SparseRow:
    """A row of the sparse form: the synapses of a neuron of the side that has the rows."""

    own: Ranks
    other: Ranks
    spans: ClassVar[bool] = False

    def find(self, storage: Rows, lead: Rows, row: Array) -> Spot:
        """Return where the synapses of a neuron are."""
        ends = storage.ends[lead.ends, row]
        return Spot(row, ends=ends, there=ends < self.other.population_size)

    def read(self, array: Array, lead: Array, spot: Spot) -> Array:
        """Return the values at the synapses."""
        return array[lead, spot.row]

    def write(self, array: Array, lead: Array, spot: Spot, values: Array) -> Array:
        """Return the array with other values at the synapses."""
        return array.at[lead, spot.row].set(values)

    def aside(self, x: Array) -> Array:
        """Return the values as they are."""
        return x

    def across(self, x: Array, spot: Spot) -> Array:
        """Return the values of the neurons at the other ends."""
        return x.at[spot.ends].get(mode="clip")

    def add(self, into: Array, spot: Spot, values: Array) -> Array:
        """Return `into` with the values added."""
        return into.at[spot.ends].add(values, mode="drop")

    def ask(self, x: Array, spot: Spot) -> Array:
        """Return the values of x at the other ends, 0 without a synapse."""
        return x.at[spot.ends].get(mode="fill", fill_value=0)

    def put(self, into: Array, spot: Spot, values: Array) -> Array:
        """Return `into` with the values in the place of what was there."""
        return into.at[spot.ends].set(values, mode="drop")


@dataclass(frozen=True)
class SparseColumn(SparseRow):
    """The synapses of a neuron of the side that has no rows in the sparse form."""

    def find(self, storage: Rows, lead: Rows, row: Array) -> Spot:
        """Return where the synapses of a neuron are."""
        places = storage.columns[lead.columns, row]  # type: ignore[index]
        rows, width = storage.ends.shape[-2:]
        ranks = self.other.ranks_at(jnp.minimum(places // width, rows - 1))
        return Spot(row, places=places, ends=jnp.where(places < rows * width, ranks, self.other.population_size))

    def read(self, array: Array, lead: Array, spot: Spot) -> Array:
        """Return the values at the synapses."""
        return array.reshape(array.shape[0], -1).at[lead, spot.places].get(mode="clip")

    def write(self, array: Array, lead: Array, spot: Spot, values: Array) -> Array:
        """Return the array with other values at the synapses."""
        flat = array.reshape(array.shape[0], -1)
        return flat.at[lead, spot.places].set(values, mode="drop").reshape(array.shape)


@dataclass(frozen=True)
class DelayRingRow(SparseRow):
    """The row of a pre-synaptic neuron that ends in the inputs of steps to come."""

    form: DelayRingForm

    def find(self, storage: DelayRing, lead: DelayRing, row: Array) -> Spot:  # type: ignore[override]
        """Return where the synapses of a neuron are."""
        ends, delays = storage.ends[lead.ends, row], storage.delays[lead.delays, row]
        return Spot(row, ends=self.form.place(ends, delays, storage.now[lead.now]))


def line_of(form: KernelView, side: Side) -> Line:
    """Return the access to the synapses of one neuron of a side."""
    own, other = form.ends.side(side), form.ends.side(side.other)
    match form:
        case DenseForm():
            return (DenseRow if side is form.by else DenseColumn)(own, other)
        case DelayRingForm():
            return DelayRingRow(own, other, form)
        case RowsForm():
            return (SparseRow if side is form.by else SparseColumn)(own, other)
    raise TypeError(f"{form!r} has no lines")
