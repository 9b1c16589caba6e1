"""Surrogates of compact support: exactly zero beyond a width, so that most neurons need no backward pass."""

import jax.numpy as jnp
from jax import Array

from ._make import make
from ._surrogate import Surrogate

# Their slopes in the language of equations.
TRIANGLE = "{h} * pos(1.0 - abs({d}) / {c})"
RECTANGLE = "ite(abs({d}) <= {c}, {h}, 0.0)"


def triangle(width: float = 1.0, height: float = 1.0) -> Surrogate:
    """Return a triangle that is zero beyond `width` from the threshold, height max(0, 1 - |d| / width).

    Args:
        width: half of its base, in the unit of the condition; its `support`.
        height: slope at the threshold, 0.3 in the paper.

    References:
        G. Bellec et al., "Long short-term memory and learning-to-learn in networks of spiking neurons", NeurIPS 2018,
        doi:10.48550/arXiv.1803.09574.

    Example:
        >>> triangle(width=2.0).slope(jnp.array([-3.0, 0.0, 1.0])).tolist()
        [0.0, 1.0, 0.5]
    """
    return make("triangle", _triangle, TRIANGLE, {"width": width}, height, is_compact=True)


def rectangle(width: float = 0.5, height: float = 1.0) -> Surrogate:
    """Return a rectangle, `height` up to `width` from the threshold and zero beyond.

    Args:
        width: half of its base, in the unit of the condition; its `support`.
        height: slope; `1 / (2 width)` makes its area 1, as in the paper.

    References:
        Y. Wu, L. Deng, G. Li, J. Zhu, L. Shi, "Spatio-temporal backpropagation for training high-performance spiking
        neural networks", Frontiers in Neuroscience 12, 2018, doi:10.3389/fnins.2018.00331 (its h1).

    Example:
        >>> rectangle(width=0.5).slope(jnp.array([-0.6, -0.5, 0.3])).tolist()
        [0.0, 1.0, 1.0]
    """
    return make("rectangle", _rectangle, RECTANGLE, {"width": width}, height, is_compact=True)


def _triangle(d: Array, width: float) -> Array:
    # The comparison, not the rounding of a quotient, makes it zero beyond the width.
    return jnp.where(jnp.abs(d) <= width, jnp.maximum(0.0, 1.0 - jnp.abs(d) / width), 0.0)


def _rectangle(d: Array, width: float) -> Array:
    return jnp.where(jnp.abs(d) <= width, jnp.ones_like(d), 0.0)
