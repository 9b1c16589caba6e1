"""The edge list."""

import jax
import jax.numpy as jnp
import numpy as np

from jaxsnn.connectivity import Edges, Side
from jaxsnn.connectivity._edges import places_of_rows
from jaxsnn.distributions import Normal, Uniform
from jaxsnn.rng import fold_name


def test_values_from_streams_of_their_own():
    """Oracle: the distribution with the key of that name: what else is drawn does not matter."""
    edges = Edges(None, None, {"w": jnp.ones((2, 3))}, Side.PRE)
    drawn = edges.drawn(key := jax.random.key(4), {"a": Uniform(0.0, 1.0), "b": Normal(0.0, 1.0)}, (9, 9), jnp.float32)
    alone = edges.drawn(key, {"b": Normal(0.0, 1.0)}, (9, 9), jnp.float32)
    np.testing.assert_array_equal(drawn.values["b"], alone.values["b"])
    expected = Uniform(0.0, 1.0).sample(fold_name(key, "a"), (2, 3), jnp.float32)
    np.testing.assert_array_equal(drawn.values["a"], expected)
    assert set(drawn.values) == {"w", "a", "b"} and set(edges.values) == {"w"}


def test_the_shape_of_the_places():
    """Oracle: the first array that has one; a single value has none."""
    one = jnp.ones(())
    assert Edges(None, None, {"w": one}, Side.PRE).shape is None
    assert Edges(None, jnp.ones((2, 5), bool), {"w": one}, Side.PRE).shape == (2, 5)
    assert Edges(None, None, {"w": one, "delay": jnp.ones((4, 6))}, Side.POST).shape == (4, 6)


def test_places_that_hold_no_synapse():
    """Oracle: by hand: the size of the other side stands for nobody."""
    other, exists = jnp.array([[0, 2], [1, 2]]), jnp.array([[True, False], [True, True]])
    assert places_of_rows(other, exists, 3).tolist() == [[0, 3], [1, 2]]
    assert places_of_rows(other, None, 3) is other
