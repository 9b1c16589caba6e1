"""Connectors that look at pairs of neurons: all of them, the k-th with the k-th, each with a probability."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import log1p
from typing import Any, Self

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from ..distributions import Distribution
from ..errors import ArgumentError
from ..rng import fold_name
from ._bounds import most_successes
from ._edges import Edges, Side
from ._ends import Ends
from ._weights_and_delays import Delays, Drawn, Weights

ROWS_AT_ONCE = 4096
NO_ARRAYS: Mapping[str, np.ndarray] = {}


@dataclass(frozen=True)
class OfDrawn:
    """A connector whose weights and delays are numbers or distributions."""

    drawn: Drawn
    multapses: bool = field(default=False, init=False)

    @property
    def weights(self) -> Weights:
        """One number or a distribution."""
        return self.drawn.weights

    @property
    def delays(self) -> Delays:
        """One number of ms or a distribution."""
        return self.drawn.delays

    @property
    def arrays(self) -> Mapping[str, np.ndarray]:
        """Nothing is given as arrays."""
        return NO_ARRAYS

    def longest_delay(self) -> float:
        """Return the longest delay that any synapse can have, ms."""
        return longest(self.delays)

    def with_delays(self, delays: Delays) -> Self:
        """Return the same connector with other delays, ms."""
        return replace(self, drawn=replace(self.drawn, delays=delays))


def longest(delays: Delays) -> float:
    """Return the upper bound of a delay, ms; infinite where there is none."""
    return delays.upper_bound if isinstance(delays, Distribution) else float(delays)


@dataclass(frozen=True)
class AllToAll(OfDrawn):
    """Every pre neuron to every post neuron.

    Args:
        drawn: weights and delays.
        self_connections: whether a neuron may project to itself, where both sides share a population.
    """

    self_connections: bool = False
    title: str = field(default="All-to-All", init=False)

    def is_random(self, ends: Ends) -> bool:
        """Tell that no key decides which synapses there are."""
        return False

    def most(self, ends: Ends) -> tuple[int, int]:
        """Return the most synapses of a pre-synaptic neuron, and of a post-synaptic one."""
        return ends.post.size, ends.pre.size

    def expected(self, ends: Ends) -> float:
        """Return the number of synapses."""
        itself = ends.itself(Side.PRE, self.self_connections)
        return float(ends.pre.size * ends.post.size - (0 if itself is None else int((itself >= 0).sum())))

    def edges(self, key: Array, ends: Ends, arrays: Mapping[str, Array], dtype: Any) -> Edges:
        """Return the edges."""
        exists = None if ends.itself(Side.PRE, self.self_connections) is None else ends.allowed(False)
        return self.drawn.edges(key, Side.PRE, None, exists, ends.shape, ends.post.size, dtype)


@dataclass(frozen=True)
class OneToOne(OfDrawn):
    """The k-th pre neuron to the k-th post neuron, up to the shorter side."""

    title: str = field(default="One-to-One", init=False)

    def is_random(self, ends: Ends) -> bool:
        """Tell that no key decides which synapses there are."""
        return False

    def most(self, ends: Ends) -> tuple[int, int]:
        """Return the most synapses of a pre-synaptic neuron, and of a post-synaptic one."""
        return 1, 1

    def expected(self, ends: Ends) -> float:
        """Return the number of synapses."""
        return float(min(ends.shape))

    def edges(self, key: Array, ends: Ends, arrays: Mapping[str, Array], dtype: Any) -> Edges:
        """Return the edges."""
        n_pre, n_post = ends.shape
        other = jnp.minimum(lax.iota(jnp.int32, n_pre), n_post - 1)[:, None]
        exists = None if n_pre <= n_post else (lax.iota(jnp.int32, n_pre) < n_post)[:, None]
        return self.drawn.edges(key, Side.PRE, other, exists, (n_pre, 1), ends.post.size, dtype)


@dataclass(frozen=True)
class FixedProbability(OfDrawn):
    """Each pair independently with the same probability.

    Args:
        drawn: weights and delays.
        probability: between 0 and 1.
        self_connections: whether a neuron may project to itself.
    """

    probability: float = 1.0
    self_connections: bool = False
    title: str = field(default="Random", init=False)

    def __post_init__(self) -> None:
        if not 0.0 <= self.probability <= 1.0:
            raise ArgumentError(f"`probability` must lie between 0 and 1, not {self.probability}")

    def is_random(self, ends: Ends) -> bool:
        """Tell whether a key decides which synapses there are: it does unless the probability is 0 or 1."""
        return 0.0 < self.probability < 1.0

    def most(self, ends: Ends) -> tuple[int, int]:
        """Return the most synapses of a pre-synaptic neuron, and of a post-synaptic one."""
        n_pre, n_post = ends.shape
        widest = most_successes(n_post, self.probability, n_pre)
        return max(1, widest), max(1, most_successes(n_pre, self.probability, n_post))

    def expected(self, ends: Ends) -> float:
        """Return the expected number of synapses."""
        return self.probability * AllToAll(self.drawn, self.self_connections).expected(ends)

    def edges(self, key: Array, ends: Ends, arrays: Mapping[str, Array], dtype: Any) -> Edges:
        """Return the edges: the gaps between the synapses of a row are geometric, so the cost is that of synapses."""
        width, n_post = self.most(ends)[0], ends.post.size
        itself = ends.itself(Side.PRE, self.self_connections)
        gaps = _geometric(fold_name(key, "exists"), self.probability, (ends.pre.size, width), n_post)
        other = _after(gaps, itself, n_post)
        return self.drawn.edges(key, Side.PRE, other, None, (ends.pre.size, width), ends.post.size, dtype)


def beside(place: Array, itself: np.ndarray | Array | None) -> Array:
    """Return positions on the other side of places (rows, k), when the row's own neuron is left out in counting.

    Args:
        place: (rows, k) int32, how many possible partners stand before this one.
        itself: (rows,) int32, the position of the row's own neuron, -1 where it is not there; None for no neuron.
    """
    if itself is None:
        return place
    own = jnp.asarray(itself)[:, None]
    return place + ((own >= 0) & (place >= own)).astype(place.dtype)


def _after(gaps: Array, itself: np.ndarray | None, size: int) -> Array:
    """Return the positions that follow each other at such gaps, `size` for those behind the last neuron.

    So many rows at a time: otherwise the sums are a second array as large as the gaps.

    Args:
        gaps: (rows, places) int32, from 1 on.
        itself: (rows,) the position that a row leaves out, -1 for none; or None.
        size: number of neurons on the other side.
    """
    rows, many = gaps.shape[0], min(ROWS_AT_ONCE, gaps.shape[0])

    def body(turn: Array, found: Array) -> Array:
        first = jnp.minimum(turn * many, rows - many)
        some, own = jax.tree.map(lambda x: lax.dynamic_slice_in_dim(jnp.asarray(x), first, many), (gaps, itself))
        position = jnp.minimum(beside(jnp.cumsum(some, axis=1) - 1, own), size)
        return lax.dynamic_update_slice_in_dim(found, position, first, 0)

    return lax.fori_loop(0, -(-rows // many), body, jnp.zeros_like(gaps)) if rows else gaps


def _geometric(key: Array, probability: float, shape: tuple[int, int], limit: int) -> Array:
    """Draw numbers of trials up to the first success, int32, at most limit + 1.

    From 32 random bits each: a uniform of 23 bits would miss small probabilities by a tenth of a percent.
    """
    if probability >= 1.0:
        return jnp.ones(shape, jnp.int32)
    if probability <= 0.0:
        return jnp.full(shape, limit + 1, jnp.int32)
    uniform = jax.random.bits(key, shape, jnp.uint32).astype(jnp.float32) * np.float32(2.0**-32)
    trials = jnp.floor(-jnp.log1p(-uniform) * np.float32(-1.0 / log1p(-probability)))
    return jnp.minimum(trials, np.float32(limit)).astype(jnp.int32) + 1
