"""Connectors that fix how many synapses a neuron has."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

from jaxsnn.connectivity import Drawn, Ends, FixedNumberPost, FixedNumberPre, Ranks, Side
from jaxsnn.connectivity import _fixed_number as module
from jaxsnn.errors import ArgumentError

ENDS = Ends(Ranks(30, range(2, 22)), Ranks(30, (4, 29, 7, 12, 0)), True)


def edges_of(connector, ends, seed: int):
    """Return the edges, from one program."""
    return jax.jit(lambda key: connector.edges(key, ends, {}, jnp.float32))(jax.random.key(seed))


@pytest.mark.parametrize("number", [1, 3, 19])  # few are drawn one by one, many from a shuffled row
def test_so_many_partners_to_each_post_neuron(number):
    """Oracle: the definition: different partners in ascending order, as many as asked for, and nobody himself."""
    connector = FixedNumberPre(Drawn(1.0), number)
    edges = edges_of(connector, ENDS, number)
    chosen = np.asarray(edges.other)
    assert edges.by is Side.POST and edges.exists is None and chosen.shape == (5, number)
    assert (np.diff(chosen, axis=1) > 0).all() and chosen.min() >= 0 and chosen.max() < 20
    assert not (ENDS.pre.array[chosen] == ENDS.post.array[:, None]).any()
    assert connector.most(ENDS)[1] == number and connector.expected(ENDS) == 5 * number
    assert connector.is_random(ENDS) is (number < 19)


def test_partners_of_pre_neurons():
    """Oracle: the definition, with rows of pre neurons."""
    edges = edges_of(FixedNumberPost(Drawn(1.0), 2), ENDS, 0)
    assert edges.by is Side.PRE and edges.other.shape == (20, 2)
    assert FixedNumberPost(Drawn(1.0), 2).most(ENDS)[0] == 2


@pytest.mark.parametrize("number", [2, 15])
def test_every_partner_is_as_likely(number):
    """Oracle: the binomial distribution of how often one of 20 is chosen by 4000 neurons, five standard deviations."""
    rows, size = 4000, 20
    ends = Ends(Ranks(size, range(size)), Ranks(rows, range(rows)), False)
    chosen = np.asarray(edges_of(FixedNumberPre(Drawn(1.0), number), ends, 2).other)
    share = number / size
    counts = np.bincount(chosen.reshape(-1), minlength=size)
    assert abs(counts - rows * share).max() < 5.0 * np.sqrt(rows * share * (1.0 - share))


@pytest.mark.parametrize("number", [19, 40])  # of 80: a few draws repeat, or most of those that are needed do
def test_large_rows_are_drawn_and_thinned_out(number, monkeypatch):
    """Oracle: the definition; binomial counts of each partner, hypergeometric ones in one half of the partners."""
    monkeypatch.setattr(module, "MOST_SHUFFLED", 0)
    rows, size = 3000, 82
    ends = Ends(Ranks(rows, range(rows)), Ranks(rows, range(size)), True)
    chosen = np.asarray(edges_of(FixedNumberPost(Drawn(1.0), number, self_connections=False), ends, 2).other)
    assert chosen.shape == (rows, number) and (np.diff(chosen, axis=1) > 0).all()
    assert chosen.min() >= 0 and chosen.max() < size
    assert not (chosen[:size] == np.arange(size)[:, None]).any()
    share, others = number / size, rows - size
    counts = np.bincount(chosen[size:].reshape(-1), minlength=size)
    assert abs(counts - others * share).max() < 5.0 * np.sqrt(others * share * (1.0 - share))
    lower, law = (chosen[size:] < size // 2).sum(axis=1), stats.hypergeom(size, size // 2, number)
    assert abs(lower.mean() - law.mean()) < 5.0 * law.std() / np.sqrt(others)
    assert abs(lower.var() / law.var() - 1.0) < 5.0 * np.sqrt(2.0 / others)


def test_numbers_that_cannot_be():
    with pytest.raises(ArgumentError, match="at least 1, not 0"):
        FixedNumberPre(Drawn(1.0), 0)
    with pytest.raises(ArgumentError, match="`number` is 20, but only 19 pre-synaptic neurons are there"):
        FixedNumberPre(Drawn(1.0), 20).check(ENDS)
    FixedNumberPre(Drawn(1.0), 20, self_connections=True).check(ENDS)
