"""Access to the synapses of one neuron, whatever the storage form: where they are, and who is at their other ends.

Arrays have a leading axis of copies, one for each member of a batch that has its own, so that a batch need not be taken
apart: `copy` says which one is read or written. An index out of range stands for a place without a synapse: a read
clips it, an addition or a write drops it.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import jax
from jax import Array

from ._ranks import Ranks

Storage = Any  # the pytree in which a form keeps who is connected to whom


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
