"""Rates through weights: every neuron sends at every step."""

from collections.abc import Callable

import jax.numpy as jnp
from jax import Array

from ..connectivity import Ranks

RateKernel = Callable[[Array, Array, Array], Array]


def weighted_sum(pre: Ranks, post: Ranks) -> RateKernel:
    """Return `kernel(weights, r, into)`: into (post population,) plus the weighted sum of r (pre population,).

    Weights are (pre.size, post.size).
    """

    def kernel(weights: Array, r: Array, into: Array) -> Array:
        return post.add(into, jnp.matmul(pre.take(r), weights))

    return kernel
