"""A subset of a population: which neurons, in which order."""

from dataclasses import dataclass
from functools import cached_property

import jax.numpy as jnp
import numpy as np
from jax import Array

from ..errors import ArgumentError


@dataclass(frozen=True)
class Ranks:
    """Neurons of a population, by rank.

    Args:
        population_size: number of neurons in the whole population.
        ranks: a `range`, which the engine turns into slices, or a tuple of distinct ranks.
    """

    population_size: int
    ranks: range | tuple[int, ...]

    def __post_init__(self) -> None:
        outside = [r for r in self._extremes() if not 0 <= r < self.population_size]
        if outside:
            raise ArgumentError(f"rank {outside[0]} is outside a population of {self.population_size} neurons")
        if not isinstance(self.ranks, range) and len(set(self.ranks)) != len(self.ranks):
            raise ArgumentError("a neuron stands twice in this list of ranks")

    def _extremes(self) -> tuple[int, ...]:
        """Return ranks that lie inside the population only if all do; of a range its ends, however long it is."""
        if not self.ranks:
            return ()
        if isinstance(self.ranks, range):
            return self.ranks[0], self.ranks[-1]
        return min(self.ranks), max(self.ranks)

    @cached_property
    def size(self) -> int:
        """Number of neurons in the subset."""
        return len(self.ranks)

    @cached_property
    def is_everything(self) -> bool:
        """Whether this is the whole population, in order."""
        return self.ranks == range(self.population_size)

    @cached_property
    def array(self) -> np.ndarray:
        """The ranks, (size,) int32."""
        return np.fromiter(self.ranks, np.int32, self.size)

    @cached_property
    def index(self) -> slice | np.ndarray:
        """What selects the subset from an array (population_size,): a slice where possible."""
        r = self.ranks
        if isinstance(r, range) and r.step > 0:
            return slice(r.start, r.stop, r.step)
        return self.array

    @cached_property
    def mask(self) -> np.ndarray:
        """Membership, (population_size,) booleans."""
        mask = np.zeros(self.population_size, bool)
        mask[self.array] = True
        return mask

    @cached_property
    def _table(self) -> np.ndarray:
        table = np.zeros(self.population_size, np.int32)
        table[self.array] = np.arange(self.size, dtype=np.int32)
        return table

    def position(self, rank: Array) -> Array:
        """Return where a member stands in the subset, int32; meaningless for others."""
        r = self.ranks
        if isinstance(r, range):
            offset = rank - r.start
            return offset if r.step == 1 else offset // r.step
        return jnp.asarray(self._table)[rank]

    def positions(self, ranks: np.ndarray) -> np.ndarray:
        """Return where members stand in the subset, int32, on the host; meaningless for others."""
        return self._table[ranks]

    def ranks_at(self, position: Array) -> Array:
        """Return the ranks of members from their positions, int32."""
        r = self.ranks
        return r.start + r.step * position if isinstance(r, range) else jnp.asarray(self.array)[position]

    def take(self, x: Array) -> Array:
        """Return the subset of x (population_size, ...)."""
        return x if self.is_everything else x[self.index]

    def spread(self, x: Array) -> Array:
        """Return (population_size,) with x (size,) at the subset and 0 elsewhere."""
        return x if self.is_everything else jnp.zeros(self.population_size, x.dtype).at[self.index].set(x)

    def add(self, into: Array, x: Array) -> Array:
        """Return `into` (population_size,) with x (size,) added at the subset."""
        return into + x if self.is_everything else into.at[self.index].add(x)


def everything(size: int) -> Ranks:
    """Return the whole population."""
    return Ranks(size, range(size))
