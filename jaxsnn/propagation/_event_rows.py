"""A batch as one list of event rows: arrays that rows share are indexed by row, never broadcast."""

from typing import Any

import jax
import jax.numpy as jnp
from jax import Array


def indices(size: int, which: Any, which_in: Any, copies: Any, copies_in: Any) -> Any:
    """Return which copy each row of a batch reads, (size * rows,) for each array.

    Args:
        size: of the batch.
        which: (rows,) int32 for each array, with a leading axis of the batch where `which_in` says so.
        copies: arrays with an axis of copies, with a leading axis of the batch where `copies_in` says so.
    """

    def chosen(w: Array, w_in: bool, x: Array, x_in: bool) -> Array:
        w = w if w_in else jnp.broadcast_to(w, (size, *w.shape))
        return (w + x.shape[1] * jnp.arange(size, dtype=w.dtype)[:, None] if x_in else w).reshape(-1)

    return jax.tree.map(chosen, which, which_in, copies, copies_in)


def joined_copies(copies: Any, copies_in: Any) -> Any:
    """Return the copies of all members of a batch along one axis."""
    return jax.tree.map(lambda x, x_in: x.reshape(-1, *x.shape[2:]) if x_in else x, copies, copies_in)


def joined_rows(size: int, rows: Any, rows_in: Any) -> Any:
    """Return the rows of all members of a batch along one axis."""

    def flat(x: Array, x_in: bool) -> Array:
        whole = x if x_in else jnp.broadcast_to(x, (size, *x.shape))
        return whole.reshape(-1, *whole.shape[2:])

    return jax.tree.map(flat, rows, rows_in)
