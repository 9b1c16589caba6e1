"""Synapses as plain lists of pairs, which are the oracle of every storage form."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np

from jaxsnn.connectivity import Edges, Ends, FromList, Ranks, everything

SHAPE = N_PRE, N_POST = 5, 7  # of every projection here, so that few programs are compiled
ENDS = {
    "whole": Ends(everything(N_PRE), everything(N_POST), False),
    "parts": Ends(Ranks(9, (3, 1, 8, 0, 5)), Ranks(15, range(1, 15, 2)), False),
}


@dataclass(frozen=True)
class Pairs:
    """Synapses one by one.

    Args:
        ends: the two sides.
        pre, post: (synapses,) positions on them, in the order of ANNarchy: by rank of post, then of pre.
        weights: (synapses,).
    """

    ends: Ends
    pre: np.ndarray
    post: np.ndarray
    weights: np.ndarray

    @property
    def ranks(self) -> tuple[np.ndarray, np.ndarray]:
        """Ranks of pre and post neurons."""
        return self.ends.pre.array[self.pre], self.ends.post.array[self.post]

    @property
    def matrix(self) -> np.ndarray:
        """Weights as a matrix (pre.size, post.size), 0 without a synapse."""
        whole = np.zeros(self.ends.shape)
        whole[self.pre, self.post] = self.weights
        return whole

    @property
    def edges(self) -> Edges:
        """The same synapses as the edges of a connector."""
        connector = FromList(self.pre, self.post, self.weights, 1.0, self.ends.shape)
        return connector.edges(jax.random.key(0), self.ends, connector.arrays, jnp.float32)


def pairs(ends: str, share: float = 0.4, seed: int = 0) -> Pairs:
    """Return random pairs with whole numbers for weights, which floating point adds exactly."""
    there = np.random.default_rng(seed).random(SHAPE) < share
    pre, post = (index.astype(np.int32) for index in np.nonzero(there))
    sides = ENDS[ends]
    order = np.lexsort((sides.pre.array[pre], sides.post.array[post]))
    return Pairs(sides, pre[order], post[order], np.arange(1.0, len(order) + 1.0))
