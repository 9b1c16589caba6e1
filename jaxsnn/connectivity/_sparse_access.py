"""Access to the synapses of one neuron in the sparse form: a row, or the places that its columns name."""

from dataclasses import dataclass
from typing import Any, ClassVar

import jax.numpy as jnp
from jax import Array

from ._ranks import Ranks
from ._row_access import RowIndex, Storage


@dataclass(frozen=True)
class SparseRow:
    """A row of the sparse form: the synapses of a neuron of the side that has the rows."""

    own: Ranks
    other: Ranks
    reaches_all: ClassVar[bool] = False

    def find(self, storage: Storage, copy: Storage, row: Array) -> RowIndex:
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

    def find(self, storage: Storage, copy: Storage, row: Array) -> RowIndex:
        """Return where the synapses of a neuron are; the row of a place is the neuron at its other end."""
        places = storage.columns[copy.columns, row]
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
