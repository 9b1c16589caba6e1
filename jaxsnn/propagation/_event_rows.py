"""A batch as one list of event rows: arrays that rows share are indexed by row, never broadcast.

An *event row* is one set of spikes with the inputs that it reaches: one member of a batch. An array that members share
is one *copy*, one that every member has of its own is as many; `which` says for each row which copy it reads. Nested
batches become a longer list of rows and of copies. A broadcast, which `vmap` would make of a shared array, copies
weights at every step.
"""

from typing import Any

import jax
import jax.numpy as jnp
from jax import Array


def join_indices(size: int, which: Any, which_in: Any, copies: Any, copies_in: Any) -> Any:
    """Return which copy each row of a batch reads, (size * rows,) for each array.

    Args:
        size: of the batch.
        which: (rows,) int32 for each array, with a leading axis of the batch where `which_in` says so.
        which_in: whether each of them has that axis.
        copies: arrays with an axis of copies, with a leading axis of the batch where `copies_in` says so.
        copies_in: whether each of them has that axis.
    """

    def joined(w: Array, w_in: bool, x: Array, x_in: bool) -> Array:
        w = w if w_in else jnp.broadcast_to(w, (size, *w.shape))
        # The copies of member i follow those of member i - 1, of which there are as many.
        return (w + x.shape[1] * jnp.arange(size, dtype=w.dtype)[:, None] if x_in else w).reshape(-1)

    return jax.tree.map(joined, which, which_in, copies, copies_in)


def join_copies(copies: Any, copies_in: Any) -> Any:
    """Return the copies of all members of a batch along one axis."""
    return jax.tree.map(lambda x, x_in: x.reshape(-1, *x.shape[2:]) if x_in else x, copies, copies_in)


def join_rows(size: int, rows: Any, rows_in: Any) -> Any:
    """Return the rows of all members of a batch along one axis."""

    def joined(x: Array, x_in: bool) -> Array:
        whole = x if x_in else jnp.broadcast_to(x, (size, *x.shape))
        return whole.reshape(-1, *whole.shape[2:])

    return jax.tree.map(joined, rows, rows_in)
