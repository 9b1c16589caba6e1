"""Every spike through every weight: the plain path, and the same as a matrix product."""

from collections.abc import Callable

import jax.numpy as jnp
from jax import Array, lax

from ..connectivity import Ranks
from ..surrogates import Surrogate
from ._spikes import Spikes

Kernel = Callable[[Array, Spikes, Array], Array]


def plain(pre: Ranks, post: Ranks, surrogate: Surrogate) -> Kernel:
    """Return the vectorised form: multiply and sum. It defines what the other kernels mean.

    Args:
        pre, post: the two sides of the projection.
        surrogate: derivative of a spike.

    Returns:
        `kernel(weights (pre.size, post.size), spikes, into (post population,))`, which returns `into` plus the input.
    """

    def kernel(weights: Array, spikes: Spikes, into: Array) -> Array:
        values = pre.take(spikes.values(surrogate))
        return post.add(into, jnp.sum(values[:, None] * weights, axis=0))

    return kernel


def product(pre: Ranks, post: Ranks, surrogate: Surrogate) -> Kernel:
    """Return the matrix product: best for many spikes, for a batch of stimuli, and on a GPU."""

    def kernel(weights: Array, spikes: Spikes, into: Array) -> Array:
        values = pre.take(spikes.values(surrogate))
        return post.add(into, jnp.matmul(values, weights, precision=lax.Precision.HIGHEST))

    return kernel
