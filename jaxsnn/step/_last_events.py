"""When something last happened at the synapses of a projection, kept for its neurons."""

from dataclasses import dataclass, replace

import jax
import jax.numpy as jnp
from jax import Array

from ..connectivity import Side
from ._state_fields import LONG_AGO


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class LastEvents:
    """The steps of the last spikes that were events at all synapses of their neurons.

    Args:
        pre: (pre population,) int32, arrivals.
        post: (post population,) int32, post-synaptic spikes.
    """

    pre: Array
    post: Array

    def side(self, side: Side) -> Array:
        """Return the steps of the neurons of a side."""
        return self.pre if side is Side.PRE else self.post

    def after(self, side: Side, flags: Array, step: Array) -> "LastEvents":
        """Return the steps after an event in a step at the neurons of a side that are flagged, (population,)."""
        return replace(self, **{side.value: jnp.where(flags, step, self.side(side))})


def no_events(pre: int, post: int) -> LastEvents:
    """Return the steps of two populations of these sizes in which nothing has happened yet."""
    return LastEvents(*(jnp.full(size, LONG_AGO, jnp.int32) for size in (pre, post)))
