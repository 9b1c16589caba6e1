"""Spikes that carry gradients: a step function forward, a smooth surrogate of its derivative backward.

A spike condition such as `v > v_thresh` is a step function of the distance d = v - v_thresh. Its derivative is zero
almost everywhere, so gradients use the derivative of a smooth function instead (E. O. Neftci, H. Mostafa, F. Zenke,
"Surrogate gradient learning in spiking neural networks", IEEE Signal Processing Magazine 36, 2019,
doi:10.1109/MSP.2019.2931595).
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

import jax
import jax.numpy as jnp
from jax import Array

from .errors import ArgumentError, did_you_mean


@dataclass(frozen=True)
class Surrogate:
    """The derivative that stands in for that of the step function.

    Args:
        name: for messages and `summary()`.
        derivative: maps the distance to threshold (any shape, in the unit of the condition) to a non-negative slope.
        support: the distance beyond which the derivative is exactly zero, in the same unit; infinite by default.
    """

    name: str
    derivative: Callable[[Array], Array]
    support: float = inf

    def spike(self, flags: Array, distance: Array) -> Array:
        """Return the flags as numbers whose derivative is the surrogate of the distance.

        Args:
            flags: booleans, the spikes as they happened.
            distance: to threshold, positive where the condition holds; same shape.
        """

        @jax.custom_jvp
        def value(flags, distance):
            return flags.astype(distance.dtype)

        @value.defjvp
        def _(primals, tangents):
            flags, distance = primals
            return value(flags, distance), self.derivative(distance) * tangents[1]

        return value(flags, distance)


def fast_sigmoid(beta: float = 1.0) -> Surrogate:
    """Return the derivative of the fast sigmoid, 1 / (1 + beta |d|)^2.

    Args:
        beta: steepness, in the inverse unit of the condition (1/mV for `v > v_thresh`).

    References:
        F. Zenke, S. Ganguli, "SuperSpike", Neural Computation 30, 2018, doi:10.1162/neco_a_01086.

    Example:
        >>> import jax
        >>> surrogate = fast_sigmoid(beta=1.0)
        >>> float(jax.grad(lambda d: surrogate.spike(d > 0, d))(1.0))
        0.25
    """
    return Surrogate(f"fast_sigmoid(beta={beta:g})", lambda d: 1.0 / (1.0 + beta * jnp.abs(d)) ** 2)


def triangle(width: float = 1.0) -> Surrogate:
    """Return a triangle of height 1 that is zero beyond `width` from the threshold, max(0, 1 - |d| / width).

    References:
        G. Bellec et al., "Long short-term memory and learning-to-learn in networks of spiking neurons", NeurIPS 2018,
        arXiv:1803.09574.
    """
    return Surrogate(f"triangle(width={width:g})", lambda d: jnp.maximum(0.0, 1.0 - jnp.abs(d) / width), width)


KNOWN: dict[str, Callable[[], Surrogate]] = {"fast_sigmoid": fast_sigmoid, "triangle": triangle}


def by_name(surrogate: str | Surrogate) -> Surrogate:
    """Return the surrogate of this name with its defaults."""
    if isinstance(surrogate, Surrogate):
        return surrogate
    if surrogate not in KNOWN:
        raise ArgumentError(f"unknown surrogate `{surrogate}`.{did_you_mean(str(surrogate), KNOWN)}")
    return KNOWN[surrogate]()
