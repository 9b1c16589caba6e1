"""Random distributions: a description and `sample(key, shape, dtype)`. Nothing is drawn until a key is given.

    >>> import jax
    >>> Uniform(0.0, 0.5).sample(jax.random.key(0), (2, 3)).shape
    (2, 3)

They stand for values that are drawn when a network is initialised (`weights=Uniform(0.0, 0.5)`, `P.v = Normal(-65, 5)`)
and are drawn again for every replica. Equations use the same classes for a draw at each step.
"""

from collections.abc import Sequence
from dataclasses import InitVar, dataclass
from math import inf
from numbers import Real
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from . import rng
from .errors import ArgumentError
from .normals import standard_normal

Seed = Any  # an integer or None once a distribution is made; its constructor also takes a generator of NumPy
Number = Any  # a float, or inside equations an array that broadcasts against the shape


class Distribution:
    """A random distribution: the base of all classes here.

    A `seed` of its own makes a distribution give the same values wherever it is used; without one the place where it is
    used decides. A generator of NumPy in its place, or as `rng`, gives it one.

        >>> import numpy as np
        >>> Uniform(0.0, 1.0, np.random.default_rng(3)) == Uniform(0.0, 1.0, rng=np.random.default_rng(3))
        True
    """

    seed: Seed = None

    def __post_init__(self, rng: np.random.Generator | None = None) -> None:
        given = self.seed if rng is None else rng
        if isinstance(given, np.random.Generator):
            object.__setattr__(self, "seed", int(given.integers(2**32)))
        for name, value in vars(self).items():
            if name != "seed" and isinstance(value, Real):
                object.__setattr__(self, name, float(value))  # NumPy's and Constants too: no type of theirs decides

    def sample(self, key: Array, shape: Sequence[int], dtype=None) -> Array:
        """Draw an array.

        Args:
            key: typed JAX key; not used if the distribution has a seed of its own.
            shape: of the array.
            dtype: floating-point; None takes JAX's present precision.
        """
        if self.seed is not None:
            key = rng.COUNTER.wrap(rng.raw(rng.key(self.seed)))
        return self._draw(key, shape, jnp.result_type(float) if dtype is None else dtype)

    def _draw(self, key: Array, shape: Sequence[int], dtype) -> Array:
        """Return draws; what a subclass defines."""
        raise NotImplementedError

    @property
    def upper_bound(self) -> float:
        """The largest value it can give, infinite where there is no bound."""
        bound = getattr(self, "max", None)
        return inf if bound is None else float(bound)

    def get_values(self, shape: int | Sequence[int], seed: int | None = None) -> np.ndarray:
        """Return a NumPy array of draws, as ANNarchy's method of this name.

        Args:
            shape: an integer or a tuple.
            seed: for reproducible draws; by default fresh ones from the operating system.
        """
        shape = (int(shape),) if isinstance(shape, int | np.integer) else tuple(shape)
        return np.asarray(self.sample(rng.key(rng.entropy() if seed is None else seed), shape))

    def get_list_values(self, size: int) -> list[float]:
        """Return a list of draws."""
        return self.get_values(size).tolist()

    def get_value(self) -> float:
        """Return one draw."""
        return float(self.get_values(1)[0])


def _clipped(x: Array, low: Number, high: Number) -> Array:
    if low is not None:
        x = jnp.maximum(x, low)
    return x if high is None else jnp.minimum(x, high)


@dataclass(frozen=True)
class Uniform(Distribution):
    """Uniform on [min, max)."""

    min: Number
    max: Number
    seed: Seed = None
    rng: InitVar[np.random.Generator | None] = None

    def _draw(self, key: Array, shape: Sequence[int], dtype) -> Array:
        return self.min + (self.max - self.min) * jax.random.uniform(key, shape, dtype)


@dataclass(frozen=True)
class DiscreteUniform(Distribution):
    """Integers from min to max, both included, as floats."""

    min: Number
    max: Number
    seed: Seed = None
    rng: InitVar[np.random.Generator | None] = None

    def _draw(self, key: Array, shape: Sequence[int], dtype) -> Array:
        span = jnp.floor((self.max - self.min + 1) * jax.random.uniform(key, shape, dtype))
        return jnp.minimum(self.min + span, self.max).astype(dtype)


@dataclass(frozen=True)
class Normal(Distribution):
    """Normal with mean mu and standard deviation sigma; values outside [min, max] move to the bound."""

    mu: Number
    sigma: Number
    min: Number = None
    max: Number = None
    seed: Seed = None
    rng: InitVar[np.random.Generator | None] = None

    def __post_init__(self, rng: np.random.Generator | None) -> None:
        super().__post_init__(rng)
        if isinstance(self.sigma, Real) and self.sigma < 0:
            raise ArgumentError(f"`sigma` is a standard deviation, at least 0, not {self.sigma}")

    def _draw(self, key: Array, shape: Sequence[int], dtype) -> Array:
        return _clipped(self.mu + self.sigma * standard_normal(key, shape, dtype), self.min, self.max)


@dataclass(frozen=True)
class LogNormal(Distribution):
    """The exponential of a normal with mean mu and standard deviation sigma."""

    mu: Number
    sigma: Number
    min: Number = None
    max: Number = None
    seed: Seed = None
    rng: InitVar[np.random.Generator | None] = None

    def __post_init__(self, rng: np.random.Generator | None) -> None:
        super().__post_init__(rng)
        if isinstance(self.sigma, Real) and self.sigma < 0:
            raise ArgumentError(f"`sigma` is a standard deviation, at least 0, not {self.sigma}")

    def _draw(self, key: Array, shape: Sequence[int], dtype) -> Array:
        normal = self.mu + self.sigma * standard_normal(key, shape, dtype)
        return _clipped(jnp.exp(normal), self.min, self.max)


@dataclass(frozen=True)
class Exponential(Distribution):
    """Exponential with mean Lambda (a scale; inside equations ANNarchy and jaxsnn take a rate)."""

    Lambda: Number
    min: Number = None
    max: Number = None
    seed: Seed = None
    rng: InitVar[np.random.Generator | None] = None

    def _draw(self, key: Array, shape: Sequence[int], dtype) -> Array:
        return _clipped(self.Lambda * jax.random.exponential(key, shape, dtype), self.min, self.max)


@dataclass(frozen=True)
class Gamma(Distribution):
    """Gamma with shape alpha and scale beta."""

    alpha: Number
    beta: Number = 1.0
    min: Number = None
    max: Number = None
    seed: Seed = None
    rng: InitVar[np.random.Generator | None] = None

    def _draw(self, key: Array, shape: Sequence[int], dtype) -> Array:
        return _clipped(self.beta * jax.random.gamma(key, self.alpha, shape, dtype), self.min, self.max)


@dataclass(frozen=True)
class Binomial(Distribution):
    """Number of successes in n trials of probability p."""

    n: Number
    p: Number
    seed: Seed = None
    rng: InitVar[np.random.Generator | None] = None

    @property
    def upper_bound(self) -> float:
        """The number of trials."""
        return float(self.n)

    def _draw(self, key: Array, shape: Sequence[int], dtype) -> Array:
        return jax.random.binomial(key, self.n, self.p, shape, dtype)
