"""Surrogates that are nowhere zero: their gradient reaches neurons far from the threshold."""

from math import pi

import jax.numpy as jnp
from jax import Array

from ._make import make
from ._surrogate import Surrogate

# Their slopes in the language of equations.
FAST_SIGMOID = "{h} / (1.0 + {c} * abs({d}))**2"
ARCTAN = f"{{h}} / (1.0 + ({0.5 * pi!r} * {{c}} * {{d}})**2)"
GAUSSIAN = "{h} * exp(-0.5 * ({d} / {c})**2)"
EXPONENTIAL = "{h} * exp(-{c} * abs({d}))"


def fast_sigmoid(beta: float = 1.0, height: float = 1.0) -> Surrogate:
    """Return the derivative of the fast sigmoid x / (1 + |x|), height / (1 + beta |d|)^2.

    Args:
        beta: steepness, in the inverse unit of the condition (1/mV for `v > v_thresh`).
        height: slope at the threshold. `height=beta` makes it the derivative of d beta / (1 + beta |d|) itself.

    References:
        F. Zenke, S. Ganguli, "SuperSpike", Neural Computation 30, 2018, doi:10.1162/neco_a_01086.

    Example:
        >>> import jax
        >>> surrogate = fast_sigmoid(beta=1.0)
        >>> float(jax.grad(lambda d: surrogate.spike(d > 0, d))(1.0))
        0.25
    """
    return make("fast_sigmoid", _fast_sigmoid, FAST_SIGMOID, {"beta": beta}, height)


def super_spike(beta: float = 1.0) -> Surrogate:
    """Return the surrogate of SuperSpike, 1 / (1 + beta |d|)^2: `fast_sigmoid` of height 1, under its paper's name.

    Args:
        beta: steepness, in the inverse unit of the condition; 1/mV in the paper.

    References:
        F. Zenke, S. Ganguli, "SuperSpike: Supervised learning in multilayer spiking neural networks", Neural
        Computation 30, 2018, doi:10.1162/neco_a_01086.

    Example:
        >>> float(super_spike(beta=2.0).slope(jnp.array(-0.5)))
        0.25
    """
    return make("super_spike", _fast_sigmoid, FAST_SIGMOID, {"beta": beta}, 1.0)


def arctan(alpha: float = 2.0, height: float = 1.0) -> Surrogate:
    """Return the derivative of an arcus tangens, height / (1 + (pi / 2 alpha d)^2). Its tails fall as 1 / d^2.

    Args:
        alpha: steepness, in the inverse unit of the condition.
        height: slope at the threshold. That of the paper is `alpha / 2`, which is 1 at its alpha of 2.

    References:
        W. Fang, Z. Yu, Y. Chen, T. Masquelier, T. Huang, Y. Tian, "Incorporating learnable membrane time constant to
        enhance learning of spiking neural networks", ICCV 2021, doi:10.1109/ICCV48922.2021.00266.

    Example:
        >>> round(float(arctan(alpha=2.0).slope(jnp.array(1.0 / jnp.pi))), 6)
        0.5
    """
    return make("arctan", _arctan, ARCTAN, {"alpha": alpha}, height)


def gaussian(sigma: float = 0.5, height: float = 1.0) -> Surrogate:
    """Return a Gaussian, height exp(-d^2 / (2 sigma^2)).

    Args:
        sigma: standard deviation, in the unit of the condition.
        height: slope at the threshold; `1 / (sigma sqrt(2 pi))` makes its area 1, as in the papers.

    References:
        Y. Wu, L. Deng, G. Li, J. Zhu, L. Shi, "Spatio-temporal backpropagation for training high-performance spiking
        neural networks", Frontiers in Neuroscience 12, 2018, doi:10.3389/fnins.2018.00331 (its h4); B. Yin,
        F. Corradi, S. M. Bohté, Nature Machine Intelligence 3, 2021, doi:10.1038/s42256-021-00397-w.

    Example:
        >>> round(float(gaussian(sigma=2.0).slope(jnp.array(2.0))), 6)
        0.606531
    """
    return make("gaussian", _gaussian, GAUSSIAN, {"sigma": sigma}, height)


def slayer(beta: float = 5.0, height: float = 1.0) -> Surrogate:
    """Return the exponential of SLAYER, height exp(-beta |d|).

    Args:
        beta: steepness, in the inverse unit of the condition.
        height: slope at the threshold, `1 / alpha` in the paper.

    References:
        S. B. Shrestha, G. Orchard, "SLAYER: Spike layer error reassignment in time", NeurIPS 2018,
        doi:10.48550/arXiv.1810.08646.

    Example:
        >>> round(float(slayer(beta=5.0).slope(jnp.array(0.2))), 6)
        0.367879
    """
    return make("slayer", _exponential, EXPONENTIAL, {"beta": beta}, height)


def _fast_sigmoid(d: Array, beta: float) -> Array:
    return 1.0 / (1.0 + beta * jnp.abs(d)) ** 2


def _arctan(d: Array, alpha: float) -> Array:
    return 1.0 / (1.0 + (0.5 * pi * alpha * d) ** 2)


def _gaussian(d: Array, sigma: float) -> Array:
    return jnp.exp(-0.5 * (d / sigma) ** 2)


def _exponential(d: Array, beta: float) -> Array:
    return jnp.exp(-beta * jnp.abs(d))
