"""The columns of sparse rows: rows seen from the other side."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from jaxsnn.connectivity._columns import columns_of, count_row_by_row, sort_all_places

ROWS, PLACES, SIZE = 60, 12, 40


def rows(seed: int) -> np.ndarray:
    """Return (ROWS, PLACES) different positions in each row, some of them missing."""
    rng = np.random.default_rng(seed)
    there = np.sort(np.stack([rng.permutation(SIZE)[:PLACES] for _ in range(ROWS)]), axis=1)
    return np.where(rng.random(there.shape) < 0.7, there, SIZE).astype(np.int32)


def by_hand(other: np.ndarray, width: int) -> np.ndarray:
    """Return the table, synapse by synapse."""
    table = np.full((SIZE, width), other.size)
    for neuron in range(SIZE):
        places = np.flatnonzero(other == neuron)[:width]
        table[neuron, : len(places)] = places
    return table


@pytest.mark.parametrize("width", [30, 5])
@pytest.mark.parametrize("way", [count_row_by_row, sort_all_places, columns_of])
def test_columns(way, width):
    """Oracle: a hand-written search, also where a neuron has more synapses than the table holds."""
    assert np.array_equal(way(jnp.asarray(rows(0)), SIZE, width), by_hand(rows(0), width))


def test_columns_of_rows_in_which_a_neuron_stands_several_times():
    """Oracle: a hand-written search."""
    several = np.sort(np.random.default_rng(2).integers(0, SIZE + 1, (ROWS, PLACES)), axis=1).astype(np.int32)
    found = columns_of(jnp.asarray(several), SIZE, 40, multapses=True)
    assert np.array_equal(found, by_hand(several, 40))


def test_columns_in_a_batch():
    """Oracle: a hand-written search."""
    several = np.stack([rows(0), rows(1)])
    found = jax.vmap(lambda x: columns_of(x, SIZE, 30))(jnp.asarray(several))
    assert np.array_equal(found, np.stack([by_hand(x, 30) for x in several]))
