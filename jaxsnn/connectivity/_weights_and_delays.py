"""Weights and delays: one number for all synapses, or a draw from a distribution for each."""

from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
from jax import Array

from ..distributions import Distribution, FanIn
from ..rng import fold_name
from ._edges import DELAY, WEIGHT, Edges, Side, places_of_rows

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
        self,
        key: Array,
        by: Side,
        other: Array | None,
        exists: Array | None,
        shape: tuple[int, int],
        n_post: int,
        dtype: Any,
    ) -> Edges:
        """Return edges with weights and delays; `by`, `other` and `exists` are those of `Edges`.

        Args:
            key: decides what is drawn.
            shape: of the places.
            n_post: number of post-synaptic neurons.
            dtype: of weights and delays.
        """
        stream = fold_name(key, "weights")
        if isinstance(self.weights, FanIn):
            synapses = fan_in(by, other, exists, shape, n_post)
            weights = self.weights.scaled(stream, shape, synapses, dtype).astype(dtype)
        else:
            weights = sampled(self.weights, stream, shape, dtype)
        delays = sampled(self.delays, fold_name(key, "delays"), shape, dtype)
        return Edges(other, exists, {WEIGHT: weights, DELAY: delays}, by)


def fan_in(by: Side, other: Array | None, exists: Array | None, shape: tuple[int, int], n_post: int) -> Array:
    """Return how many synapses the post-synaptic neuron of each place has, an array that broadcasts against the places.

    Args:
        by, other, exists: see `Edges`.
        shape: of the places.
        n_post: number of post-synaptic neurons.
    """
    if other is None or by is Side.POST:  # rows of post-synaptic neurons have no empty place
        there = jnp.ones(shape, bool) if exists is None else jnp.broadcast_to(exists, shape)
        return there.sum(axis=0 if by is Side.PRE else 1, keepdims=True)
    places = places_of_rows(other, exists, n_post)
    counts = jnp.zeros(n_post, jnp.int32).at[places].add(1, mode="drop")
    return counts[jnp.minimum(places, n_post - 1)]


def sampled(values: float | Distribution, key: Array, shape: tuple[int, int], dtype: Any) -> Array:
    """Return draws of this shape, or one number ()."""
    if isinstance(values, Distribution):
        return values.sample(key, shape, dtype).astype(dtype)
    return jnp.asarray(values, dtype)
