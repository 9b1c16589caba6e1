"""What weights and delays are: one number for all synapses, or drawn from a distribution for each."""

from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
from jax import Array

from ..distributions import Distribution
from ..rng import fold_name
from ._edges import DELAY, WEIGHT, Edges, Side

Weights = float | Distribution
Delays = float | Distribution


@dataclass(frozen=True)
class Drawn:
    """Weights and delays of synapses whose places a connector decides.

    Args:
        weights: one number or a distribution.
        delays: ms, one number or a distribution.
    """

    weights: Weights
    delays: Delays = 0.0

    def edges(
        self, key: Array, by: Side, other: Array | None, exists: Array | None, shape: tuple[int, int], dtype: Any
    ) -> Edges:
        """Return the edges on some places."""
        weights = sampled(self.weights, fold_name(key, "weights"), shape, dtype)
        delays = sampled(self.delays, fold_name(key, "delays"), shape, dtype)
        return Edges(other, exists, {WEIGHT: weights, DELAY: delays}, by)


def sampled(values: float | Distribution, key: Array, shape: tuple[int, int], dtype: Any) -> Array:
    """Return draws of this shape, or one number ()."""
    if isinstance(values, Distribution):
        return values.sample(key, shape, dtype).astype(dtype)
    return jnp.asarray(values, dtype)
