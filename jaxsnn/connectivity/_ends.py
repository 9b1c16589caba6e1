"""The two sides of a projection."""

from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jax import Array

from ._edges import Side
from ._ranks import Ranks


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
        """Shape of a matrix of all pairs: (pre.size, post.size)."""
        return self.pre.size, self.post.size

    def transposed(self) -> "Ends":
        """Return the two sides in the opposite direction."""
        return Ends(self.post, self.pre, self.same_population)

    def side(self, side: Side) -> Ranks:
        """Return one side."""
        return self.pre if side is Side.PRE else self.post

    def allowed(self, self_connections: bool) -> Array | None:
        """Return booleans (pre.size, post.size) that are False where a neuron would meet itself; None for all True."""
        if self_connections or not self.same_population:
            return None
        return jnp.asarray(self.pre.array)[:, None] != jnp.asarray(self.post.array)[None, :]

    def itself(self, by: Side, self_connections: bool) -> np.ndarray | None:
        """Return, for each neuron of one side, its own position on the other side, or -1 if it is not there.

        Args:
            by: the side.
            self_connections: whether a neuron may meet itself: then there is nothing to avoid.

        Returns:
            (size,) int32; None where no neuron can meet itself.
        """
        if self_connections or not self.same_population:
            return None
        mine, other = self.side(by), self.side(by.other)
        position = np.full(mine.population_size, -1, np.int32)
        position[other.array] = np.arange(other.size, dtype=np.int32)
        found = position[mine.array]
        return found if (found >= 0).any() else None
