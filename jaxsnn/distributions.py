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
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from . import arguments, rng
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
    POSITIVE: ClassVar[tuple[str, ...]] = ()  # arguments above 0
    NOT_NEGATIVE: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self, rng: np.random.Generator | None = None) -> None:
        object.__setattr__(self, "seed", _seed_of(self.seed if rng is None else rng))
        for name, value in vars(self).items():
            left_out = value is None and getattr(type(self), name, 0) is None  # the default
            if name != "seed" and not left_out and not isinstance(value, Array):
                object.__setattr__(self, name, self._number(name, value))  # no type of NumPy's or of a Constant decides
        self._check()

    def _number(self, name: str, value: Any) -> float:
        what = f"{name}` of `{type(self).__name__}"
        least = 0.0 if name in self.NOT_NEGATIVE else -inf
        return arguments.real(value, what, least=least, above=0.0 if name in self.POSITIVE else -inf)

    def _check(self) -> None:
        """Raise for arguments that do not fit each other."""
        low, high = (getattr(self, bound, None) for bound in ("min", "max"))
        if isinstance(low, float) and isinstance(high, float) and low > high:
            raise ArgumentError(f"`min` of `{type(self).__name__}` is at most its `max`, not {low:g} with {high:g}")

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
        sizes = shape if isinstance(shape, tuple | list) else (shape,)
        shape = tuple(arguments.whole(n, "shape", least=0) for n in sizes)
        return np.asarray(self.sample(rng.key(rng.entropy() if seed is None else seed), shape))

    def get_list_values(self, size: int) -> list[float]:
        """Return a list of draws."""
        return self.get_values(size).tolist()

    def get_value(self) -> float:
        """Return one draw."""
        return float(self.get_values(1)[0])


def _seed_of(given: Any) -> int | None:
    """Return the seed that was given, drawn where it is a generator of NumPy."""
    if given is None:
        return None
    if isinstance(given, np.random.Generator):
        return int(given.integers(2**32))
    return arguments.whole(given, "seed", least=0, most=2**64 - 1)


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

    def _check(self) -> None:
        super()._check()
        for name in ("min", "max"):
            bound = getattr(self, name)
            if isinstance(bound, float) and not bound.is_integer():
                raise ArgumentError(f"`{name}` of `DiscreteUniform` is an integer, not {bound:g}")

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
    NOT_NEGATIVE = ("sigma",)

    def _draw(self, key: Array, shape: Sequence[int], dtype) -> Array:
        return _clipped(self.mu + self.sigma * standard_normal(key, shape, dtype), self.min, self.max)


@dataclass(frozen=True)
class TruncatedNormal(Distribution):
    """Normal with mean mu and standard deviation sigma, without what lies outside [min, max].

    As if a value outside were drawn again; those of `Normal` move to the bound, where they would pile up. Mean and
    deviation are those before the cut.

    Args:
        mu, sigma: of the normal distribution; sigma is above 0.
        min, max: bounds; None for no bound.
        seed, rng: see `Distribution`.

    Raises:
        ArgumentError: no finite numbers, a sigma of 0, a `min` that is not below `max`.

    Example:
        >>> delays = TruncatedNormal(1.5, 0.75, min=0.1, max=5.0).get_values(1000, seed=1)
        >>> bool(0.1 < delays.min() and delays.max() < 5.0)
        True
    """

    mu: Number
    sigma: Number
    min: Number = None
    max: Number = None
    seed: Seed = None
    rng: InitVar[np.random.Generator | None] = None
    POSITIVE = ("sigma",)

    def _check(self) -> None:
        super()._check()
        if self.min is not None and self.min == self.max:
            raise ArgumentError(f"`min` of `TruncatedNormal` is below its `max`, not {self.min:g} with {self.max:g}")

    def _draw(self, key: Array, shape: Sequence[int], dtype) -> Array:
        low, high = (
            edge if bound is None else (bound - self.mu) / self.sigma
            for bound, edge in ((self.min, -inf), (self.max, inf))
        )
        x = jax.random.truncated_normal(key, low, high, shape, dtype)
        return _clipped(self.mu + self.sigma * x, self.min, self.max)  # rounding alone can leave the bounds


@dataclass(frozen=True)
class LogNormal(Distribution):
    """The exponential of a normal with mean mu and standard deviation sigma."""

    mu: Number
    sigma: Number
    min: Number = None
    max: Number = None
    seed: Seed = None
    rng: InitVar[np.random.Generator | None] = None
    NOT_NEGATIVE = ("sigma",)

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
    POSITIVE = ("Lambda",)

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
    POSITIVE = ("alpha", "beta")

    def _draw(self, key: Array, shape: Sequence[int], dtype) -> Array:
        return _clipped(self.beta * jax.random.gamma(key, self.alpha, shape, dtype), self.min, self.max)


@dataclass(frozen=True)
class Binomial(Distribution):
    """Number of successes in n trials of probability p."""

    n: Number
    p: Number
    seed: Seed = None
    rng: InitVar[np.random.Generator | None] = None
    NOT_NEGATIVE = ("n", "p")

    def _check(self) -> None:
        if isinstance(self.n, float) and not self.n.is_integer():
            raise ArgumentError(f"`n` of `Binomial` is a number of trials, not {self.n:g}")
        if isinstance(self.p, float) and self.p > 1:
            raise ArgumentError(f"`p` of `Binomial` is a probability, at most 1, not {self.p:g}")

    @property
    def upper_bound(self) -> float:
        """The number of trials."""
        return float(self.n)

    def _draw(self, key: Array, shape: Sequence[int], dtype) -> Array:
        return jax.random.binomial(key, self.n, self.p, shape, dtype)


@dataclass(frozen=True)
class FanIn(Distribution):
    """Weights scaled by the number of synapses that a neuron receives, n: gain x / sqrt(n) with x drawn at random.

    With x of mean 0 and variance 1, a neuron whose n inputs all spike in a step gets an input of variance gain^2,
    however many they are. Only the weights of connectors take it, since only they know n; n counts the synapses of
    that projection.

    Args:
        gain: standard deviation of the input, in its unit.
        distribution: of x; None for the normal one of mean 0 and variance 1.

    Raises:
        ArgumentError: used elsewhere than as `weights=` of a connector; a gain that is no finite number.

    Example:
        >>> import jaxsnn as snn
        >>> net = snn.Network(dt=1.0, seed=0)
        >>> P, Q = net.create(400, snn.LIF, name="P"), net.create(50, snn.LIF, name="Q")
        >>> _ = net.connect(P, Q, target="exc", name="exc").all_to_all(weights=snn.FanIn(2.0))
        >>> params, _ = net.compile().init(0)
        >>> round(float(params.projections["exc"]["w"].std()), 2)  # 2 / sqrt(400)
        0.1

    References:
        Y. LeCun, L. Bottou, G. B. Orr, K.-R. Mueller, "Efficient BackProp", 1998, doi:10.1007/3-540-49430-8_2.
    """

    gain: Number = 1.0
    distribution: Distribution | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "gain", arguments.real(self.gain, "gain` of `FanIn"))
        given = Normal(0.0, 1.0) if self.distribution is None else self.distribution
        if not isinstance(given, Distribution) or isinstance(given, FanIn):
            raise ArgumentError(f"`distribution` of `FanIn` is one such as `Uniform(-1.0, 1.0)`, not {given!r}")
        object.__setattr__(self, "distribution", given)

    def scaled(self, key: Array, shape: Sequence[int], synapses: Array, dtype: Any) -> Array:
        """Draw weights.

        Args:
            key: typed JAX key.
            shape: of the weights.
            synapses: that broadcasts against the shape, how many synapses the receiving neuron of a weight has.
            dtype: floating-point.
        """
        x = self.distribution.sample(key, shape, dtype)  # type: ignore[union-attr]
        return self.gain * x / jnp.sqrt(jnp.maximum(synapses, 1).astype(dtype))

    def _draw(self, key: Array, shape: Sequence[int], dtype) -> Array:
        raise ArgumentError("`FanIn` scales by a number of synapses: only `weights=` of a connector takes it")
