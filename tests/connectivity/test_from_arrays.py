"""Connectors whose synapses are given as numbers."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from jaxsnn.connectivity import FromList, FromMatrix
from jaxsnn.connectivity._dense import DenseForm
from jaxsnn.distributions import Uniform
from jaxsnn.errors import ArgumentError, ShapeError

from .pairs import ENDS, SHAPE, pairs

LISTED = pairs("parts")


def built(connector):
    """Return which pairs are synapses, and the values of each, as matrices."""
    form = DenseForm(ENDS["parts"])
    build = jax.jit(lambda key, arrays: form.build(connector.edges(key, ENDS["parts"], arrays, jnp.float32)))
    storage, values = build(jax.random.key(1), connector.arrays)
    exists = np.ones(SHAPE, bool) if storage.exists is None else np.asarray(storage.exists)
    return exists, {name: np.broadcast_to(np.asarray(x), SHAPE) for name, x in values.items()}


def test_a_list():
    """Oracle: the matrix that is filled pair by pair; the order of the list does not matter."""
    order = np.random.default_rng(0).permutation(len(LISTED.pre))
    delays = 1.0 + LISTED.weights
    connector = FromList(LISTED.pre[order], LISTED.post[order], LISTED.weights[order], delays[order], SHAPE)
    exists, values = built(connector)
    np.testing.assert_array_equal(exists, LISTED.matrix > 0)
    np.testing.assert_array_equal(values["w"], LISTED.matrix)
    np.testing.assert_array_equal(values["delay"][exists], 1.0 + LISTED.matrix[exists])
    assert connector.most(ENDS["parts"]) == tuple((LISTED.matrix > 0).sum(axis=axis).max() for axis in (1, 0))
    assert (connector.weights, connector.delays, connector.longest_delay()) == (None, None, delays.max())
    assert connector.expected(ENDS["parts"]) == len(LISTED.pre) and not connector.is_random(ENDS["parts"])


def test_a_matrix():
    """Oracle: the matrix; what is not a number is no synapse."""
    given = np.where(LISTED.matrix > 0, LISTED.matrix, np.nan)
    delays = np.arange(1.0, 36.0).reshape(SHAPE)
    connector = FromMatrix(given, delays)
    exists, values = built(connector)
    np.testing.assert_array_equal(exists, LISTED.matrix > 0)
    np.testing.assert_array_equal(values["w"], LISTED.matrix)
    np.testing.assert_array_equal(values["delay"], delays)
    assert connector.longest_delay() == delays[exists].max()
    assert connector.most(ENDS["parts"]) == tuple(exists.sum(axis=axis).max() for axis in (1, 0))
    full = FromMatrix(np.ones(SHAPE))
    assert "exists" not in full.arrays and built(full)[0].all()


def test_other_delays():
    """Oracle: a matrix whose delays are drawn is the list of its synapses, with the same weights."""
    given = np.where(LISTED.matrix > 0, LISTED.matrix, np.nan)
    assert FromMatrix(given).with_delays(2.0).longest_delay() == 2.0
    drawn = FromMatrix(given).with_delays(Uniform(1.0, 4.0))
    exists, values = built(drawn)
    np.testing.assert_array_equal(values["w"], LISTED.matrix)
    assert drawn.longest_delay() == 4.0 and len(np.unique(values["delay"][exists])) == exists.sum()


def test_what_does_not_fit():
    with pytest.raises(ArgumentError, match="the synapse from neuron 1 to neuron 2 stands twice"):
        FromList(np.array([1, 1]), np.array([2, 2]), 1.0, 1.0, SHAPE)
    with pytest.raises(ArgumentError, match="has the post-synaptic neuron 7 of 7"):
        FromList(np.array([1]), np.array([7]), 1.0, 1.0, SHAPE)
    with pytest.raises(ShapeError, match=r"has shape \(2, 2\), the projection needs \(pre, post\) = \(5, 7\)"):
        built(FromMatrix(np.ones((2, 2))))
    with pytest.raises(ShapeError, match=r"the list is for \(pre, post\) = \(9, 9\) neurons"):
        built(FromList(np.array([1]), np.array([2]), 1.0, 1.0, (9, 9)))
