"""How wide rows are, and at which place of its row a synapse stands; on the host, in NumPy."""

import jax
import numpy as np
from jax import Array

UNIT = 8  # widths are multiples of it: a vector of a CPU holds so many numbers


def round_up(width: int) -> int:
    """Return a width for rows whose longest one has so many synapses.

    Example:
        >>> round_up(0), round_up(8), round_up(9)
        (8, 8, 16)
    """
    return max(UNIT, -(-width // UNIT) * UNIT)


def longest_row(row: np.ndarray) -> int:
    """Return the most synapses of a row, from the row of each synapse."""
    return int(np.bincount(row).max(initial=0))


def used_width(used: np.ndarray, least: int = 0) -> int:
    """Return the number of places up to the last one that some row uses, rounded up, but no more than there are.

    Args:
        used: (rows, places) booleans.
        least: number of places that are kept in any case.
    """
    last = int(np.flatnonzero(used.any(axis=0)).max(initial=-1))
    return min(used.shape[1], round_up(max(last + 1, least)))


def first_places(x: Array, rows: int, width: int) -> Array:
    """Return the first places of the first rows.

    Memory of a CPU is sliced by NumPy: it copies megabytes before JAX would have found a program for one slice.
    """
    if x.shape == (rows, width):
        return x
    on_cpu = isinstance(x, Array) and jax.default_backend() == "cpu" and len(x.devices()) == 1
    return jax.device_put(np.asarray(x)[:rows, :width]) if on_cpu else x[:rows, :width]


def lay_out(row: np.ndarray, other: np.ndarray, rows: int, size: int, width: int | None) -> np.ndarray:
    """Return a table with the synapses of each row, in the order of the other side.

    Args:
        row: (synapses,) the row of each.
        other: (synapses,) its position on the other side.
        rows: number of rows.
        size: number of neurons of the other side, which fills the empty places.
        width: number of places in a row; None takes that of the longest, rounded up.

    Returns:
        (rows, width) int32.

    Example:
        >>> lay_out(np.array([1, 0, 1]), np.array([2, 0, 1]), rows=2, size=5, width=2).tolist()
        [[0, 5], [1, 2]]
    """
    order = np.lexsort((other, row))
    counts = np.bincount(row, minlength=rows)
    first = np.cumsum(counts) - counts
    place = np.arange(len(order)) - np.repeat(first, counts)
    table = np.full((rows, width or round_up(int(counts.max(initial=0)))), size, np.int32)
    table[row[order], place] = other[order]
    return table
