"""Rows seen from the other side, and the positions of connectors drawn in parts."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from jaxsnn.connectivity import Drawn, Ends, FixedProbability, RowsForm, Side, choose_form, everything
from jaxsnn.connectivity._columns import columns_of, count_row_by_row, sort_all_places
from jaxsnn.connectivity._pairs import ROWS_AT_ONCE
from jaxsnn.errors import ArgumentError
from jaxsnn.rng import COUNTER

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


def test_columns_in_a_batch():
    """Oracle: a hand-written search."""
    several = np.stack([rows(0), rows(1)])
    found = jax.vmap(lambda x: columns_of(x, SIZE, 30))(jnp.asarray(several))
    assert np.array_equal(found, np.stack([by_hand(x, 30) for x in several]))


def test_fixed_probability_in_parts():
    """Oracle: the numbers of synapses and of neurons beside themselves that probability and layout ask for."""
    n = 2 * ROWS_AT_ONCE + 7
    ends = Ends(everything(n), everything(n), same_population=True)
    key = COUNTER.wrap(jnp.array([1, 2], jnp.uint32))
    edges = FixedProbability(Drawn(1.0), 4.0 / n).edges(key, ends, {}, jnp.float32)
    other = np.asarray(edges.other)
    there = other < n
    assert abs(there.sum() - 4 * n) < 4 * np.sqrt(4 * n)
    assert not (other == np.arange(n)[:, None]).any()
    assert ((np.diff(other, axis=1) > 0) | ~there[:, 1:]).all()
    halves = np.add.reduceat(there.sum(axis=1), [0, ROWS_AT_ONCE, 2 * ROWS_AT_ONCE - 1])[:2] / ROWS_AT_ONCE
    assert abs(halves - 4.0).max() < 4 * 2 / np.sqrt(ROWS_AT_ONCE)
    assert abs(np.bincount(other[there], minlength=n).var() / 4.0 - 1.0) < 0.1  # columns are binomial too


def test_too_many_places():
    """Places are named by 32-bit numbers: a projection that has more is refused, with what to do."""
    ends = Ends(everything(3_000_000), everything(3_000_000), True)
    connector = FixedProbability(Drawn(1.0), 1000.0 / 3_000_000)
    assert isinstance(choose_form(connector, ends, by=Side.PRE).form, RowsForm)
    with pytest.raises(ArgumentError, match=r"3000000 x 1\d+ places.*parts of the pre-synaptic population"):
        choose_form(connector, ends, by=Side.PRE, has_columns=True)
