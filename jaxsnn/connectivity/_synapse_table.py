"""The synapses of a running projection as a list on the host, in the order of ANNarchy's lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import ShapeError


@dataclass(frozen=True, eq=False)
class SynapseTable:
    """Synapses sorted by the rank of their post neuron, then of their pre neuron.

    Args:
        pre, post: (synapses,) ranks of the two neurons.
        place: (synapses,) flat places in the storage.
        shape: of the places.
    """

    pre: np.ndarray
    post: np.ndarray
    place: np.ndarray
    shape: tuple[int, int]

    @classmethod
    def of_synapses(
        cls, pre: np.ndarray, post: np.ndarray, place: np.ndarray, shape: tuple[int, int]
    ) -> "SynapseTable":
        """Return the table of synapses that are given in any order."""
        order = np.lexsort((pre, post))
        return cls(pre[order], post[order], place[order], shape)

    @property
    def size(self) -> int:
        """Number of synapses."""
        return len(self.pre)

    @property
    def post_ranks(self) -> np.ndarray:
        """Ranks of the post neurons that have synapses, ascending."""
        return np.unique(self.post)

    @property
    def counts(self) -> np.ndarray:
        """Number of synapses of each of `post_ranks`."""
        return np.unique(self.post, return_counts=True)[1]

    def of(self, post: int) -> "SynapseTable":
        """Return the synapses of one post neuron."""
        first, last = np.searchsorted(self.post, [post, post + 1])
        return SynapseTable(self.pre[first:last], self.post[first:last], self.place[first:last], self.shape)

    def read(self, stored: np.ndarray) -> np.ndarray:
        """Return the values (synapses,) of an attribute that is stored as () or at the places."""
        return np.broadcast_to(stored, self.shape).reshape(-1)[self.place]

    def written(self, stored: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Return the stored array with other values at the synapses."""
        new = np.array(np.broadcast_to(stored, self.shape), dtype=np.result_type(stored, values))
        new.reshape(-1)[self.place] = values
        return new

    def at_places(self, values: np.ndarray, empty: Any) -> np.ndarray:
        """Return values (synapses,) or () at the places, and `empty` at the places that hold no synapse."""
        new = np.full(self.shape, empty, values.dtype)
        new.reshape(-1)[self.place] = values
        return new

    def split(self, values: np.ndarray) -> list[np.ndarray]:
        """Return values (synapses, ...) as one array for each of `post_ranks`."""
        return np.split(values, np.cumsum(self.counts)[:-1]) if self.size else []

    def joined(self, values: Any, what: str) -> np.ndarray:
        """Return lists, one for each of `post_ranks`, as one array (synapses,).

        Raises:
            ShapeError: the lists have other lengths than the dendrites.
        """
        rows = list(values)
        lengths = [np.size(row) for row in rows]
        if lengths != self.counts.tolist():
            wanted = f"one list for each of {len(self.counts)} post neurons with {_shown(self.counts)} values"
            raise ShapeError(f"{what} takes {wanted}, not {len(rows)} with {_shown(lengths)}")
        return np.concatenate([np.asarray(row, float).reshape(-1) for row in rows]) if rows else np.zeros(0)


def _shown(lengths: Sequence[int] | np.ndarray) -> str:
    """Return lengths for a message: one number where all are equal, else the first five."""
    listed = [int(n) for n in lengths]
    if len(set(listed)) == 1:
        return str(listed[0])
    return f"[{', '.join(map(str, listed[:5]))}{', ...' * (len(listed) > 5)}]"
