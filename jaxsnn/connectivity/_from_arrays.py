"""Connectors whose synapses are given as numbers: a matrix, a list of pairs."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array

from ..distributions import Distribution
from ..errors import ArgumentError, ShapeError
from ..rng import fold_name
from ._connector import Connector
from ._edges import DELAY, WEIGHT, Edges, Side
from ._ends import Ends
from ._pairs import longest
from ._weights_and_delays import Delays, Weights, sampled


@dataclass(frozen=True, eq=False)
class FromMatrix:
    """Given weights of all pairs.

    Args:
        values: (pre.size, post.size); NaN marks a missing synapse.
        given_delays: ms, one number or (pre.size, post.size).
        title: what ANNarchy calls it.
    """

    values: np.ndarray
    given_delays: float | np.ndarray = 0.0
    title: str = "Connectivity matrix"
    multapses: bool = field(default=False, init=False)

    @property
    def weights(self) -> None:
        """Every synapse has its own number."""
        return

    @property
    def delays(self) -> Delays | None:
        """One number of ms, or None where every synapse has its own."""
        return None if isinstance(self.given_delays, np.ndarray) else self.given_delays

    @cached_property
    def there(self) -> np.ndarray:
        """Where there is a synapse, (pre.size, post.size) booleans."""
        return ~np.isnan(self.values)

    @property
    def arrays(self) -> Mapping[str, np.ndarray]:
        """Weights, where they exist, delays."""
        return self._arrays

    @cached_property
    def _arrays(self) -> Mapping[str, np.ndarray]:
        found = {"weights": np.nan_to_num(self.values)}
        if not self.there.all():
            found["exists"] = self.there
        return found if self.delays is not None else found | {"delays": np.asarray(self.given_delays)}

    def with_delays(self, delays: Delays) -> Connector:
        """Return the same connector with other delays, ms."""
        if not isinstance(delays, Distribution):
            return replace(self, given_delays=delays)
        pre, post = (index.astype(np.int32) for index in np.nonzero(self.there))
        return FromList(pre, post, self.values[self.there], delays, self.values.shape, self.title)

    def is_random(self, ends: Ends) -> bool:
        """Tell that no key decides which synapses there are."""
        return False

    def most(self, ends: Ends) -> tuple[int, int]:
        """Return the most synapses of a pre-synaptic neuron, and of a post-synaptic one."""
        return max(1, int(self.there.sum(axis=1).max())), max(1, int(self.there.sum(axis=0).max()))

    def expected(self, ends: Ends) -> float:
        """Return the number of synapses."""
        return self._number

    @cached_property
    def _number(self) -> float:
        return float(np.count_nonzero(self.there))

    def longest_delay(self) -> float:
        """Return the longest delay, ms."""
        if self.delays is not None:
            return longest(self.delays)
        return float(np.max(np.where(self.there, self.given_delays, 0.0), initial=0.0))

    def edges(self, key: Array, ends: Ends, arrays: Mapping[str, Array], dtype: Any) -> Edges:
        """Return the edges."""
        if self.values.shape != ends.shape:
            message = f"the matrix has shape {self.values.shape}, the projection needs (pre, post) = {ends.shape}"
            raise ShapeError(message)
        delays = jnp.asarray(arrays.get("delays", self.delays), dtype)
        values = {WEIGHT: jnp.asarray(arrays["weights"], dtype), DELAY: delays}
        return Edges(None, arrays.get("exists"), values, Side.PRE)


@dataclass(frozen=True, eq=False)
class FromList:
    """A given list of pairs.

    Args:
        pre, post: (synapses,) int32, positions on the two sides.
        own_weights, own_delays: (synapses,), or one number or distribution for all; delays in ms.
        shape: (pre.size, post.size).
        title: what ANNarchy calls it.
    """

    pre: np.ndarray
    post: np.ndarray
    own_weights: np.ndarray | Weights
    own_delays: np.ndarray | Delays
    shape: tuple[int, int]
    title: str = field(default="User-defined")
    multapses: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        for name, side, size in (("pre", self.pre, self.shape[0]), ("post", self.post, self.shape[1])):
            wrong = side[(side < 0) | (side >= size)]
            if wrong.size:
                raise ArgumentError(f"a synapse of this list has the {name}-synaptic neuron {wrong[0]} of {size}")
        pairs = self.pre.astype(np.int64) * self.shape[1] + self.post
        values, counts = np.unique(pairs, return_counts=True)
        if (counts > 1).any():
            twice = divmod(int(values[counts > 1][0]), self.shape[1])
            raise ArgumentError(f"the synapse from neuron {twice[0]} to neuron {twice[1]} stands twice in this list")

    @property
    def weights(self) -> Weights | None:
        """One number or a distribution; None where every synapse has its own number."""
        return None if isinstance(self.own_weights, np.ndarray) else self.own_weights

    @property
    def delays(self) -> Delays | None:
        """One number of ms or a distribution; None where every synapse has its own number."""
        return None if isinstance(self.own_delays, np.ndarray) else self.own_delays

    @property
    def arrays(self) -> Mapping[str, np.ndarray]:
        """The rows of pre-synaptic neurons: positions of their partners, weights, delays."""
        return self._arrays

    @cached_property
    def _arrays(self) -> Mapping[str, np.ndarray]:
        order = np.lexsort((self.post, self.pre))
        pre, post = self.pre[order], self.post[order]
        counts = np.bincount(pre, minlength=self.shape[0])
        place = np.arange(len(pre)) - np.repeat(np.cumsum(counts) - counts, counts)
        width = max(1, int(counts.max(initial=0)))

        def in_rows(values: np.ndarray, empty: Any, dtype: Any) -> np.ndarray:
            rows = np.full((self.shape[0], width), empty, dtype)
            rows[pre, place] = values
            return rows

        found = {"other": in_rows(post, self.shape[1], np.int32)}
        if isinstance(self.own_weights, np.ndarray):
            found["weights"] = in_rows(self.own_weights[order], 0.0, float)
        if isinstance(self.own_delays, np.ndarray):
            found["delays"] = in_rows(self.own_delays[order], 0.0, float)
        return found

    def with_delays(self, delays: Delays) -> Connector:
        """Return the same connector with other delays, ms."""
        return replace(self, own_delays=delays)

    def is_random(self, ends: Ends) -> bool:
        """Tell that no key decides which synapses there are."""
        return False

    def most(self, ends: Ends) -> tuple[int, int]:
        """Return the most synapses of a pre-synaptic neuron, and of a post-synaptic one."""
        counts = (np.bincount(side, minlength=1) for side in (self.pre, self.post))
        widest, deepest = (max(1, int(c.max())) for c in counts)
        return widest, deepest

    def expected(self, ends: Ends) -> float:
        """Return the number of synapses."""
        return float(len(self.pre))

    def longest_delay(self) -> float:
        """Return the longest delay, ms."""
        own = self.own_delays
        return float(np.max(own, initial=0.0)) if isinstance(own, np.ndarray) else longest(own)

    def edges(self, key: Array, ends: Ends, arrays: Mapping[str, Array], dtype: Any) -> Edges:
        """Return the edges."""
        if self.shape != ends.shape:
            raise ShapeError(f"the list is for (pre, post) = {self.shape} neurons, the projection has {ends.shape}")
        other, given = jnp.asarray(arrays["other"], jnp.int32), {}
        for name, stream, values in ((WEIGHT, "weights", self.weights), (DELAY, "delays", self.delays)):
            if values is None:
                given[name] = jnp.asarray(arrays[stream], dtype)
            else:
                given[name] = sampled(values, fold_name(key, stream), (other.shape[0], other.shape[1]), dtype)
        return Edges(other, None, given, Side.PRE)
