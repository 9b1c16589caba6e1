"""What a population hands on when it spikes."""

from dataclasses import dataclass

import jax
from jax import Array

from ..surrogates import Surrogate
from ._bits import unpack


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Spikes:
    """The spikes of one step.

    Args:
        words: (ceil(n / 32),) uint32, packed flags. What the event path walks and what monitors record.
        distance: (n,) float, distance of the spike condition to its threshold before the reset, positive where a
            neuron spiked. What gradients need: a surrogate is non-zero near 0, also where no spike happened.
    """

    words: Array
    distance: Array

    def values(self, surrogate: Surrogate) -> Array:
        """Return (n,) floats, 1 where a neuron spiked, that carry the surrogate derivative."""
        return surrogate.spike(unpack(self.words, self.distance.shape[0]), self.distance)
