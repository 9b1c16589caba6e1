"""Synapses as pairs of ranks, turned into what a form stores."""

from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np

from ._dense import Dense
from ._edges import Side
from ._form import Form, Storage
from ._ranks import Ranks
from ._rows import Rows, RowsForm
from ._transpose_rows import turned

UNIT = 8  # rows are rounded up to a multiple, as the compiler trims them


@dataclass(frozen=True)
class Stored:
    """Synapses in the storage of a projection.

    Args:
        storage: who is connected to whom.
        place: flat places, (synapses,), in the order in which the synapses were given.
        shape: of the places.
    """

    storage: Storage
    place: np.ndarray
    shape: tuple[int, int]

    def placed(self, values: np.ndarray, empty: Any) -> np.ndarray:
        """Return values (synapses,) or () at the places, `empty` where there is no synapse."""
        new = np.full(self.shape, empty, values.dtype)
        new.reshape(-1)[self.place] = values
        return new


def stored(form: Form, old: Storage, pre: np.ndarray, post: np.ndarray, width: int | None = None) -> Stored:
    """Return given synapses in a form.

    Args:
        form: of the projection.
        old: its storage until now.
        pre, post: ranks, (synapses,); all of them belong to the two sides, and no pair stands twice.
        width: of sparse rows, at least that of the longest; None takes what is needed.
    """
    ends = form.ends
    positions = _positions(ends.pre, pre), _positions(ends.post, post)
    mine, other = positions if form.by is Side.PRE else positions[::-1]
    if isinstance(form, RowsForm):
        return _in_rows(form, mine, other, width)
    place, exists = mine * form.shape[1] + other, np.zeros(form.shape, bool)
    exists.reshape(-1)[place] = True
    keeps = isinstance(old, Dense) and old.exists is None and exists.all()
    return Stored(Dense(None if keeps else jnp.asarray(exists)), place, form.shape)


def longest_row(form: RowsForm, pre: np.ndarray, post: np.ndarray) -> int:
    """Return the most synapses that a row of the form would hold."""
    ranks = pre if form.by is Side.PRE else post
    return int(np.bincount(ranks).max(initial=0))


def rounded(width: int) -> int:
    """Return a width for rows that are so long."""
    return max(UNIT, -(-width // UNIT) * UNIT)


def _in_rows(form: RowsForm, row: np.ndarray, other: np.ndarray, width: int | None) -> Stored:
    """Return synapses in rows, each in the order of the other side."""
    order = np.lexsort((other, row))
    counts = np.bincount(row, minlength=form.mine.size)
    first = np.cumsum(counts) - counts
    column = np.empty_like(order)
    column[order] = np.arange(len(order)) - np.repeat(first, counts)
    wide = width or rounded(int(counts.max(initial=0)))
    positions = np.full((form.mine.size, wide), form.other.size, np.int32)
    positions[row, column] = other
    ranks = np.append(form.other.array, np.int32(form.other.population_size))[positions]
    columns = _columns(form, positions) if form.has_columns else None
    return Stored(Rows(jnp.asarray(ranks), columns), row * wide + column, positions.shape)


def _columns(form: RowsForm, positions: np.ndarray) -> Any:
    """Return where the synapses of each neuron of the other side stand."""
    depth = int(np.bincount(positions.reshape(-1), minlength=form.other.size)[: form.other.size].max(initial=0))
    return turned(jnp.asarray(positions), form.other.size, rounded(depth))


def _positions(side: Ranks, ranks: np.ndarray) -> np.ndarray:
    """Return where ranks stand on a side."""
    table = np.zeros(side.population_size, np.int64)
    table[side.array] = np.arange(side.size)
    return table[ranks]
