"""Connectors that look at pairs of neurons."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from jaxsnn.connectivity import AllToAll, Drawn, Ends, FixedProbability, OneToOne, Ranks, everything
from jaxsnn.connectivity._dense import DenseForm
from jaxsnn.connectivity._pairs import ROWS_AT_ONCE, beside
from jaxsnn.distributions import Uniform
from jaxsnn.errors import ArgumentError
from jaxsnn.rng import COUNTER

RECURRENT = Ends(Ranks(12, range(2, 10)), Ranks(12, (3, 11, 0, 5)), True)


def matrix(connector, ends) -> np.ndarray:
    """Return which pairs are synapses, (pre.size, post.size)."""
    build = jax.jit(lambda key: DenseForm(ends).build(connector.edges(key, ends, {}, jnp.float32))[0])
    exists = build(jax.random.key(0)).exists
    return np.ones(ends.shape, bool) if exists is None else np.asarray(exists)


@pytest.mark.parametrize("itself", [False, True])
def test_all_to_all(itself):
    """Oracle: all pairs but those of a neuron with itself."""
    connector = AllToAll(Drawn(0.5), itself)
    expected = np.array([[itself or i != j for j in RECURRENT.post.ranks] for i in RECURRENT.pre.ranks])
    np.testing.assert_array_equal(matrix(connector, RECURRENT), expected)
    assert connector.expected(RECURRENT) == expected.sum()
    assert connector.most(RECURRENT) == RECURRENT.shape[::-1] and not connector.is_random(RECURRENT)


@pytest.mark.parametrize(("n_pre", "n_post"), [(4, 7), (7, 4)])
def test_one_to_one(n_pre, n_post):
    """Oracle: the diagonal."""
    ends = Ends(everything(n_pre), everything(n_post), False)
    np.testing.assert_array_equal(matrix(OneToOne(Drawn(1.0)), ends), np.eye(n_pre, n_post))
    assert OneToOne(Drawn(1.0)).expected(ends) == min(n_pre, n_post)


@pytest.mark.parametrize("probability", [0.0, 1.0])
def test_certain_pairs(probability):
    """Oracle: none, or all but those of a neuron with itself."""
    connector = FixedProbability(Drawn(1.0), probability)
    expected = matrix(AllToAll(Drawn(1.0)), RECURRENT) & (probability > 0)
    np.testing.assert_array_equal(matrix(connector, RECURRENT), expected)
    assert not connector.is_random(RECURRENT)


def test_weights_and_delays_are_drawn_for_each_place():
    """Oracle: the bounds of the distributions, and as many numbers as there are places."""
    edges = AllToAll(Drawn(Uniform(1.0, 2.0), 3.0)).edges(jax.random.key(0), RECURRENT, {}, jnp.float32)
    weights = np.asarray(edges.values["w"])
    assert weights.shape == RECURRENT.shape and len(np.unique(weights)) == weights.size
    assert weights.min() >= 1.0 and weights.max() <= 2.0 and edges.values["delay"] == 3.0
    connector = AllToAll(Drawn(1.0, Uniform(1.0, 6.0)))
    assert connector.longest_delay() == 6.0 and connector.with_delays(2.0).longest_delay() == 2.0


def test_places_beside_oneself():
    """Oracle: by hand: positions 0, 1, 2 when position 1 is left out, when nobody is, and when nobody needs to be."""
    place = jnp.array([[0, 1, 2], [0, 1, 2]])
    assert beside(place, np.array([1, -1])).tolist() == [[0, 2, 3], [0, 1, 2]]
    assert beside(place, None) is place


def test_a_probability_lies_between_0_and_1():
    with pytest.raises(ArgumentError, match="must lie between 0 and 1, not 1.5"):
        FixedProbability(Drawn(1.0), 1.5)


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
