"""Weights and delays: one number for all synapses, or a draw from a distribution for each."""

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
    """How weights and delays are drawn for the synapses of a connector.

    Args:
        weights: one number or a distribution.
        delays: ms, one number or a distribution.
    """

    weights: Weights
    delays: Delays = 0.0

    def edges(
        self, key: Array, by: Side, other: Array | None, exists: Array | None, shape: tuple[int, int], dtype: Any
    ) -> Edges:
        """Return edges with weights and delays; `by`, `other` and `exists` are those of `Edges`.

        Args:
            key: decides what is drawn.
            shape: of the places.
            dtype: of weights and delays.
        """
        weights = sampled(self.weights, fold_name(key, "weights"), shape, dtype)
        delays = sampled(self.delays, fold_name(key, "delays"), shape, dtype)
        return Edges(other, exists, {WEIGHT: weights, DELAY: delays}, by)


def sampled(values: float | Distribution, key: Array, shape: tuple[int, int], dtype: Any) -> Array:
    """Return draws of this shape, or one number ()."""
    if isinstance(values, Distribution):
        return values.sample(key, shape, dtype).astype(dtype)
    return jnp.asarray(values, dtype)
