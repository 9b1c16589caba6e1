"""Access to the synapses of one neuron in the dense form: a row of the matrix, or a column."""

from dataclasses import dataclass
from typing import Any, ClassVar

import jax.numpy as jnp
from jax import Array

from ._ranks import Ranks
from ._row_access import RowIndex, Storage


@dataclass(frozen=True)
class DenseRow:
    """The row of a neuron in the dense form."""

    own: Ranks
    other: Ranks
    reaches_all: ClassVar[bool] = True

    def find(self, storage: Storage, copy: Storage, row: Array) -> RowIndex:
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

    def find(self, storage: Storage, copy: Storage, row: Array) -> RowIndex:
        """Return where the synapses of a neuron are."""
        exists = None if storage.exists is None else storage.exists[copy.exists, :, row]
        return RowIndex(row, add_mask=exists, write_mask=exists)

    def read(self, array: Array, copy: Any, at: RowIndex) -> Array:
        """Return the values at the synapses."""
        return array[copy, :, at.row]

    def write(self, array: Array, copy: Any, at: RowIndex, values: Array) -> Array:
        """Return the array with other values at the synapses."""
        return array.at[copy, :, at.row].set(values)
