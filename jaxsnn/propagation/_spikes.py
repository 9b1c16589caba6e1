"""The spikes that a population emits in a step: packed into words, or flag by flag."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array

from ..surrogates import Surrogate
from ._bits import pack, unpack


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Spikes:
    """The spikes of one step.

    Args:
        words: (ceil(n / 32),) uint32, packed flags. What the event path walks and what monitors record.
        distance: (n,) float, distance of the spike condition to its threshold before the reset, positive where a
            neuron spiked. What gradients need: a surrogate is non-zero near 0, also where no spike happened.
        offset: (n,) float between 0 and 1, the part of the step that had passed when a neuron spiked; None where all
            spikes stand at the end of their step.
    """

    words: Array
    distance: Array
    offset: Array | None = None

    @property
    def flags(self) -> Array:
        """(n,) booleans."""
        return unpack(self.words, self.distance.shape[0])

    def values(self, surrogate: Surrogate) -> Array:
        """Return (n,) floats, 1 where a neuron spiked, that carry the surrogate derivative."""
        return surrogate.spike(self.flags, self.distance)

    def next(self, flags: Array, distance: Array, offset: Array | None = None) -> "Spikes":
        """Return the spikes of another step, in the same form."""
        return Spikes(pack(flags), distance, offset)

    def where(self, on: Array) -> "Spikes":
        """Return the spikes, none of them where `on`, a () boolean, does not hold."""
        return Spikes(jnp.where(on, self.words, 0), jnp.where(on, self.distance, -jnp.inf), self.offset)

    def unpacked(self) -> "Unpacked":
        """Return the same spikes, flag by flag."""
        return Unpacked(self.flags, self.distance, self.offset)


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Unpacked:
    """The spikes of one step as (n,) booleans, where no kernel walks them; see `Spikes`."""

    flags: Array
    distance: Array
    offset: Array | None = None

    @property
    def words(self) -> Array:
        """Packed flags."""
        return pack(self.flags)

    def values(self, surrogate: Surrogate) -> Array:
        """Return (n,) floats, 1 where a neuron spiked, that carry the surrogate derivative."""
        return surrogate.spike(self.flags, self.distance)

    def next(self, flags: Array, distance: Array, offset: Array | None = None) -> "Unpacked":
        """Return the spikes of another step, in the same form."""
        return Unpacked(flags, distance, offset)

    def where(self, on: Array) -> "Unpacked":
        """Return the spikes, none of them where `on`, a () boolean, does not hold."""
        return Unpacked(self.flags & on, jnp.where(on, self.distance, -jnp.inf), self.offset)

    def packed(self) -> Spikes:
        """Return the same spikes as words."""
        return Spikes(self.words, self.distance, self.offset)
