"""The edge list, which every connector returns and every storage form reads.

Synapses stand in rows, one for each neuron of one side; a row has places, of which some may stay empty. So a key can
decide which synapses there are while shapes stay fixed: connectivity can be drawn inside `jit`, and differ between the
members of a `vmap`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

import jax
import jax.numpy as jnp
from jax import Array

from ..distributions import Distribution
from ..rng import fold_name

WEIGHT, DELAY = "w", "delay"


class Side(Enum):
    """One of the two sides of a projection."""

    PRE = "pre"
    POST = "post"

    @property
    def other(self) -> "Side":
        """The side across."""
        return Side.POST if self is Side.PRE else Side.PRE


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Edges:
    """Synapses in rows.

    Args:
        other: (rows, places) int32, position of the neuron on the other side, ascending within a row, the size of that
            side where there is no synapse; None where place k is neuron k of the other side.
        exists: (rows, places) booleans; None where `other` tells it all, or every place is a synapse.
        values: by name, (rows, places) or () for one value: the weights `w`, the delays `delay` in ms, and whatever
            else was drawn for each synapse.
        by: the side whose neurons have the rows.
    """

    other: Array | None
    exists: Array | None
    values: dict[str, Array]
    by: Side = field(metadata={"static": True})

    @property
    def shape(self) -> tuple[int, int] | None:
        """Shape of the places, where the edges know it themselves."""
        known = (x for x in (self.other, self.exists, *self.values.values()) if x is not None and x.ndim == 2)
        return next((x.shape for x in known), None)  # type: ignore[return-value]

    def drawn(self, key: Array, distributions: Mapping[str, Distribution], shape: tuple[int, int], dtype) -> "Edges":
        """Return the edges with more values at their places, each drawn from a stream of its own name."""
        own = self.shape or shape
        new = {name: d.sample(fold_name(key, name), own, dtype).astype(dtype) for name, d in distributions.items()}
        return replace(self, values=self.values | new)


def places_of_rows(other: Array, exists: Array | None, size: int) -> Array:
    """Return (rows, places) positions on the other side, `size` where there is no synapse."""
    return other if exists is None else jnp.where(exists, other, size)
