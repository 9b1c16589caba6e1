"""The columns of sparse rows: for each neuron of the other side, the places of its synapses."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from ._row_layout import used_width


@partial(jax.jit, static_argnames=("size", "depth", "multapses"))
def columns_of(positions: Array, size: int, depth: int, multapses: bool = False) -> Array:
    """Return the columns of rows.

    Args:
        positions: (rows, width) int32, position of the partner on the other side, `size` where there is no synapse.
        size: number of neurons on the other side.
        depth: the most synapses that one of them has.
        multapses: whether a position may stand several times in a row.

    Returns:
        (size, depth) int32: flat places `row * width + place`, ascending; `rows * width` where there is none.

    Example:
        >>> import jax.numpy as jnp
        >>> columns_of(jnp.array([[0, 2], [2, 3]]), size=3, depth=2).tolist()
        [[0, 4], [4, 4], [1, 2]]
    """
    # Both ways give the same table. A CPU counts, as sorting all places took it most of the time of `init`; an
    # accelerator sorts, as a loop over rows would leave it idle. Counting takes a row at once, so it would give one
    # place to several synapses of a pair.
    if multapses:
        return sort_all_places(positions, size, depth)
    return lax.platform_dependent(
        positions,
        cpu=partial(count_row_by_row, size=size, depth=depth),
        default=partial(sort_all_places, size=size, depth=depth),
    )


def count_row_by_row(positions: Array, size: int, depth: int) -> Array:
    """Return the columns by counting, row after row: the next place in the column of a neuron is its count so far."""
    rows, width = positions.shape
    lanes = lax.iota(jnp.int32, width)

    def body(row: Array, carry: tuple[Array, Array]) -> tuple[Array, Array]:
        table, count = carry
        neuron = positions[row]
        rank = count.at[neuron].get(mode="clip")
        table = table.at[neuron, rank].set(row * width + lanes, mode="drop")
        # Set, not add: an addition would be a second reader of the counts, and XLA would copy all of them at every row.
        return table, count.at[neuron].set(rank + 1, mode="drop")

    empty = jnp.full((size, depth), rows * width, jnp.int32)
    return lax.fori_loop(0, rows, body, (empty, jnp.zeros(size, jnp.int32)))[0]


def sort_all_places(positions: Array, size: int, depth: int) -> Array:
    """Return the columns by sorting all places at once by their neuron; a stable sort keeps the order of places."""
    flat = positions.reshape(-1)
    order = jnp.argsort(flat, stable=True).astype(jnp.int32)
    neuron = flat[order]
    first = jnp.searchsorted(neuron, jnp.arange(size, dtype=neuron.dtype)).astype(jnp.int32)
    rank = jnp.arange(flat.shape[0], dtype=jnp.int32) - first[jnp.minimum(neuron, size - 1)]
    empty = jnp.full((size, depth), flat.shape[0], jnp.int32)
    return empty.at[neuron, rank].set(order, mode="drop")


def deepest_column(positions: np.ndarray, size: int) -> int:
    """Return the most synapses of a neuron of the other side."""
    counts = np.bincount(positions.reshape(-1), minlength=size)
    return int(counts[:size].max(initial=0))  # behind these stands the count of empty places


def trim_columns(columns: np.ndarray, rows: int, widths: tuple[int, int], usual: int) -> Array:
    """Return columns without unused places beyond the usual depth, of rows that are trimmed.

    Args:
        columns: of the rows as they were.
        rows: number of rows.
        widths: places of a row before and after.
        usual: places that a column keeps, where it has so many.
    """
    old, width = widths
    there = columns < rows * old
    depth = used_width(there, usual)
    row, place = np.divmod(columns[:, :depth], old)
    return jnp.asarray(np.where(there[:, :depth], row * width + place, rows * width).astype(np.int32))
