"""Random distributions: a description and `sample(key, shape, dtype)`. Nothing is drawn until a key is given.

    >>> import jax
    >>> Uniform(0.0, 0.5).sample(jax.random.key(0), (2, 3)).shape
    (2, 3)

They stand for values that are drawn when a network is initialised (`weights=Uniform(0.0, 0.5)`, `P.v = Normal(-65, 5)`)
and are drawn again for every replica. Equations use the same classes for a draw at each step.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from . import rng

Number = Any  # a float, or inside equations an array that broadcasts against the shape


class Distribution:
    """A random distribution: the base of all classes here."""

    def sample(self, key: Array, shape: Sequence[int], dtype=None) -> Array:
        """Draw an array.

        Args:
            key: typed JAX key.
            shape: of the array.
            dtype: floating-point; None takes JAX's present precision.
        """
        raise NotImplementedError

    def get_values(self, shape: int | Sequence[int], seed: int | None = None) -> np.ndarray:
        """Return a NumPy array of draws, as ANNarchy's method of this name.

        Args:
            shape: an integer or a tuple.
            seed: for reproducible draws; by default fresh ones from the operating system.
        """
        shape = (int(shape),) if isinstance(shape, int | np.integer) else tuple(shape)
        return np.asarray(self.sample(rng.key(rng.entropy() if seed is None else seed), shape))


def _clipped(x: Array, low: Number, high: Number) -> Array:
    if low is not None:
        x = jnp.maximum(x, low)
    return x if high is None else jnp.minimum(x, high)


def _float(dtype):
    return jnp.result_type(float) if dtype is None else dtype


@dataclass(frozen=True)
class Uniform(Distribution):
    """Uniform on [min, max)."""

    min: Number
    max: Number

    def sample(self, key: Array, shape: Sequence[int], dtype=None) -> Array:
        """Draw an array of this shape."""
        return self.min + (self.max - self.min) * jax.random.uniform(key, shape, _float(dtype))


@dataclass(frozen=True)
class DiscreteUniform(Distribution):
    """Integers from min to max, both included, as floats."""

    min: Number
    max: Number

    def sample(self, key: Array, shape: Sequence[int], dtype=None) -> Array:
        """Draw an array of this shape."""
        span = jnp.floor((self.max - self.min + 1) * jax.random.uniform(key, shape, _float(dtype)))
        return jnp.minimum(self.min + span, self.max).astype(_float(dtype))


@dataclass(frozen=True)
class Normal(Distribution):
    """Normal with mean mu and standard deviation sigma; values outside [min, max] move to the bound."""

    mu: Number
    sigma: Number
    min: Number = None
    max: Number = None

    def sample(self, key: Array, shape: Sequence[int], dtype=None) -> Array:
        """Draw an array of this shape."""
        return _clipped(self.mu + self.sigma * jax.random.normal(key, shape, _float(dtype)), self.min, self.max)


@dataclass(frozen=True)
class LogNormal(Distribution):
    """The exponential of a normal with mean mu and standard deviation sigma."""

    mu: Number
    sigma: Number
    min: Number = None
    max: Number = None

    def sample(self, key: Array, shape: Sequence[int], dtype=None) -> Array:
        """Draw an array of this shape."""
        normal = self.mu + self.sigma * jax.random.normal(key, shape, _float(dtype))
        return _clipped(jnp.exp(normal), self.min, self.max)


@dataclass(frozen=True)
class Exponential(Distribution):
    """Exponential with mean Lambda (a scale; inside equations ANNarchy and jaxsnn take a rate)."""

    Lambda: Number
    min: Number = None
    max: Number = None

    def sample(self, key: Array, shape: Sequence[int], dtype=None) -> Array:
        """Draw an array of this shape."""
        return _clipped(self.Lambda * jax.random.exponential(key, shape, _float(dtype)), self.min, self.max)


@dataclass(frozen=True)
class Gamma(Distribution):
    """Gamma with shape alpha and scale beta."""

    alpha: Number
    beta: Number = 1.0
    min: Number = None
    max: Number = None

    def sample(self, key: Array, shape: Sequence[int], dtype=None) -> Array:
        """Draw an array of this shape."""
        return _clipped(self.beta * jax.random.gamma(key, self.alpha, shape, _float(dtype)), self.min, self.max)


@dataclass(frozen=True)
class Binomial(Distribution):
    """Number of successes in n trials of probability p."""

    n: Number
    p: Number

    def sample(self, key: Array, shape: Sequence[int], dtype=None) -> Array:
        """Draw an array of this shape."""
        return jax.random.binomial(key, self.n, self.p, shape, _float(dtype))
