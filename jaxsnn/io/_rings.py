"""Rings, which the engine indexes by `step % length`, as rows in the order of time; packed spikes as flags."""

import jax
import numpy as np

from ..propagation import pack, unpack_events

_pack_rows = jax.jit(jax.vmap(pack))


def in_time(ring: np.ndarray, step: int) -> np.ndarray:
    """Return the rows of a ring from the one that the present step would overwrite on.

    For a past that is the oldest first, for a future what comes next first.

    Example:
        >>> in_time(np.array([3, 1, 2]), step=4).tolist()
        [1, 2, 3]
    """
    return np.roll(ring, -(step % len(ring)), axis=0)


def as_ring(rows: np.ndarray, step: int) -> np.ndarray:
    """Return the ring of rows in the order of time.

    Example:
        >>> as_ring(np.array([1, 2, 3]), step=4).tolist()
        [3, 1, 2]
    """
    return np.roll(rows, step % len(rows), axis=0)


def past_of_length(rows: np.ndarray, length: int, before: np.ndarray) -> np.ndarray:
    """Return the last rows of a past; where there are too few, older ones are as given."""
    missing = max(0, length - len(rows))
    older = np.broadcast_to(before, (missing, *rows.shape[1:]))
    return np.concatenate([older, rows[max(0, len(rows) - length) :]])


def future_of_length(rows: np.ndarray, length: int) -> np.ndarray:
    """Return the next rows of a future in which nothing happens after the given ones."""
    new = np.zeros((length, *rows.shape[1:]), rows.dtype)
    new[: len(rows)] = rows[:length]
    return new


def flags_of(words: np.ndarray, size: int) -> np.ndarray:
    """Return (rows, size) booleans of (rows, words) packed flags, (size,) of (words,)."""
    rows = np.atleast_2d(words)
    flags = np.zeros((len(rows), size), bool)
    flags[unpack_events(rows)] = True
    return flags.reshape(*words.shape[:-1], size)


def words_of(flags: np.ndarray) -> np.ndarray:
    """Return (rows, words) packed flags of (rows, size) booleans, (words,) of (size,)."""
    words = np.asarray(_pack_rows(np.atleast_2d(flags)))
    return words.reshape(*flags.shape[:-1], words.shape[-1])
