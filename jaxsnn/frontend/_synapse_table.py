"""The synapses of a running projection on the host: where they are stored, in the order of ANNarchy's lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..connectivity import Dense, Form, Rows, RowsForm, Side
from ..errors import ArgumentError, ShapeError


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
        """Return the values (synapses,) of an attribute with one value per synapse."""
        return np.broadcast_to(stored, self.shape).reshape(-1)[self.place]

    def written(self, stored: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Return the stored array with other values at the synapses."""
        new = np.array(np.broadcast_to(stored, self.shape), dtype=np.result_type(stored, values))
        new.reshape(-1)[self.place] = values
        return new

    def split(self, values: np.ndarray) -> list[np.ndarray]:
        """Return values (synapses, ...) as one array for each of `post_ranks`."""
        return np.split(values, np.cumsum(self.counts)[:-1]) if self.size else []

    def joined(self, values: Any, what: str) -> np.ndarray:
        """Return lists, one for each of `post_ranks`, as one array (synapses,).

        Raises:
            ShapeError: other lengths.
        """
        rows = list(values)
        lengths = [np.size(row) for row in rows]
        if lengths != self.counts.tolist():
            wanted = f"one list for each of {len(self.counts)} post neurons with {_shown(self.counts)} values"
            raise ShapeError(f"{what} takes {wanted}, not {len(rows)} with {_shown(lengths)}")
        return np.concatenate([np.asarray(row, float).reshape(-1) for row in rows]) if rows else np.zeros(0)


def _shown(lengths: Sequence[int] | np.ndarray) -> str:
    listed = [int(n) for n in lengths]
    return (
        str(listed[0]) if len(set(listed)) == 1 else f"[{', '.join(map(str, listed[:5]))}{', ...' * (len(listed) > 5)}]"
    )


def table_of(form: Form, storage: Any) -> SynapseTable:
    """Return the table of what is stored."""
    match storage:
        case Dense(exists):
            pre, post = np.nonzero(np.ones(form.shape, bool) if exists is None else np.asarray(exists))
            place, shape = pre * form.shape[1] + post, form.shape
            pre, post = form.ends.pre.array[pre], form.ends.post.array[post]
        case Rows(ends, _) if isinstance(form, RowsForm):
            ends = np.asarray(ends)
            row, column = np.nonzero(ends < form.other.population_size)
            place, shape = row * ends.shape[1] + column, ends.shape
            mine, other = form.mine.array[row], ends[row, column]
            pre, post = (mine, other) if form.by is Side.PRE else (other, mine)
        case _:
            raise ArgumentError(f"{form!r} has no synapses of its own")
    order = np.lexsort((pre, post))
    return SynapseTable(pre[order], post[order], place[order], (int(shape[0]), int(shape[1])))
