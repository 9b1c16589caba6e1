"""Who is connected to whom, and how strongly: frozen descriptions that a key turns into a weight matrix.

A connector draws nothing until the network is initialised, so every replica gets its own weights from its own key. A
new connector is one class here with `exists` and `weights`.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from ..distributions import Distribution
from ..errors import ArgumentError, ShapeError
from ..rng import fold_name
from ._ranks import Ranks

Weights = float | Distribution


@dataclass(frozen=True)
class Ends:
    """The two sides of a projection.

    Args:
        pre, post: subsets of their populations.
        same_population: whether both belong to one population, so that a neuron could meet itself.
    """

    pre: Ranks
    post: Ranks
    same_population: bool

    @property
    def shape(self) -> tuple[int, int]:
        """Shape of the weights: (pre.size, post.size)."""
        return self.pre.size, self.post.size

    def allowed(self, self_connections: bool) -> Array | None:
        """Return booleans (pre.size, post.size) that are False where a neuron would meet itself; None for all True."""
        if self_connections or not self.same_population:
            return None
        return jnp.asarray(self.pre.array)[:, None] != jnp.asarray(self.post.array)[None, :]


class Connector(Protocol):
    """What a connector can do."""

    @property
    def values(self) -> Any:
        """What the weights are or are drawn from."""
        ...

    def exists(self, key: Array, ends: Ends) -> Array | None:
        """Return booleans (pre.size, post.size): where there is a synapse; None for everywhere."""
        ...

    def weights(self, key: Array, ends: Ends, dtype: Any) -> Array:
        """Return the weights (pre.size, post.size), zero where there is no synapse."""
        ...


class _Drawn:
    """Weights that are one number or drawn from a distribution, on the pairs that `exists` names."""

    def weights(self, key: Array, ends: Ends, dtype: Any) -> Array:
        """Return the weights (pre.size, post.size), zero where there is no synapse."""
        exists = self.exists(key, ends)  # type: ignore[attr-defined]
        values = sample_weights(self.values, fold_name(key, "weights"), ends.shape, dtype)  # type: ignore[attr-defined]
        return values if exists is None else jnp.where(exists, values, 0.0)


def sample_weights(values: Weights, key: Array, shape: tuple[int, int], dtype: Any) -> Array:
    """Return weights of this shape: drawn, or one number everywhere."""
    if isinstance(values, Distribution):
        return values.sample(key, shape, dtype).astype(dtype)
    return jnp.full(shape, values, dtype)


@dataclass(frozen=True)
class AllToAll(_Drawn):
    """Every pre neuron to every post neuron.

    Args:
        values: one weight for all, or a distribution.
        self_connections: whether a neuron may project to itself, where both sides share a population.
    """

    values: Weights
    self_connections: bool = False

    def exists(self, key: Array, ends: Ends) -> Array | None:
        """Return where there is a synapse."""
        return ends.allowed(self.self_connections)


@dataclass(frozen=True)
class OneToOne(_Drawn):
    """The k-th pre neuron to the k-th post neuron, up to the shorter side."""

    values: Weights

    def exists(self, key: Array, ends: Ends) -> Array | None:
        """Return where there is a synapse."""
        return jnp.eye(*ends.shape, dtype=bool)


@dataclass(frozen=True)
class FixedProbability(_Drawn):
    """Each pair independently with the same probability.

    Args:
        probability: between 0 and 1.
        values: one weight for all, or a distribution.
        self_connections: whether a neuron may project to itself.
    """

    probability: float
    values: Weights
    self_connections: bool = False

    def __post_init__(self) -> None:
        if not 0.0 <= self.probability <= 1.0:
            raise ArgumentError(f"`probability` must lie between 0 and 1, not {self.probability}")

    def exists(self, key: Array, ends: Ends) -> Array | None:
        """Return where there is a synapse."""
        drawn = jax.random.bernoulli(fold_name(key, "exists"), self.probability, ends.shape)
        allowed = ends.allowed(self.self_connections)
        return drawn if allowed is None else drawn & allowed


@dataclass(frozen=True, eq=False)
class FromMatrix:
    """Given weights.

    Args:
        values: (pre.size, post.size); NaN marks a missing synapse.
    """

    values: np.ndarray

    def exists(self, key: Array, ends: Ends) -> Array | None:
        """Return where there is a synapse."""
        return None if np.isfinite(self.values).all() else jnp.asarray(~np.isnan(self.values))

    def weights(self, key: Array, ends: Ends, dtype: Any) -> Array:
        """Return the weights (pre.size, post.size), zero where there is no synapse."""
        if self.values.shape != ends.shape:
            message = f"the matrix has shape {self.values.shape}, the projection needs (pre, post) = {ends.shape}"
            raise ShapeError(message)
        return jnp.asarray(self.numbers, dtype)

    @property
    def numbers(self) -> np.ndarray:
        """The weights, zero where there is no synapse."""
        return np.nan_to_num(self.values)
