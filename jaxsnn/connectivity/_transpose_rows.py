"""Rows seen from the other side: for each neuron there, the places of its synapses."""

from functools import partial

import jax
import jax.numpy as jnp
from jax import Array, lax


@partial(jax.jit, static_argnames=("size", "width"))
def turned(other: Array, size: int, width: int) -> Array:
    """Return, for each neuron of the other side, the places of its synapses in the rows.

    Args:
        other: (rows, places) int32, position on the other side, `size` where there is no synapse; a position stands at
            most once in a row.
        size: number of neurons on the other side.
        width: the most synapses that one of them has.

    Returns:
        (size, width) int32: flat places `row * places + place`, ascending; `rows * places` where there is none.

    Example:
        >>> import jax.numpy as jnp
        >>> turned(jnp.array([[0, 2], [2, 3]]), size=3, width=2).tolist()
        [[0, 4], [4, 4], [1, 2]]
    """
    return lax.platform_dependent(
        other, cpu=partial(counted, size=size, width=width), default=partial(sorted_out, size=size, width=width)
    )


def counted(other: Array, size: int, width: int) -> Array:
    """As `turned`, row by row: a neuron's next place is where it has counted to. Nothing is sorted."""
    rows, places = other.shape
    lanes = lax.iota(jnp.int32, places)

    def body(row: Array, carry: tuple[Array, Array]) -> tuple[Array, Array]:
        table, count = carry
        neuron = other[row]
        rank = count.at[neuron].get(mode="clip")
        table = table.at[neuron, rank].set(row * places + lanes, mode="drop")
        return table, count.at[neuron].set(rank + 1, mode="drop")  # set, not add: one reader, no copy of the counts

    empty = jnp.full((size, width), rows * places, jnp.int32)
    return lax.fori_loop(0, rows, body, (empty, jnp.zeros(size, jnp.int32)))[0]


def sorted_out(other: Array, size: int, width: int) -> Array:
    """As `turned`, all at once: places sorted by their neuron."""
    flat = other.reshape(-1)
    order = jnp.argsort(flat, stable=True).astype(jnp.int32)
    neuron = flat[order]
    first = jnp.searchsorted(neuron, jnp.arange(size, dtype=neuron.dtype)).astype(jnp.int32)
    rank = jnp.arange(flat.shape[0], dtype=jnp.int32) - first[jnp.minimum(neuron, size - 1)]
    empty = jnp.full((size, width), flat.shape[0], jnp.int32)
    return empty.at[neuron, rank].set(order, mode="drop")
