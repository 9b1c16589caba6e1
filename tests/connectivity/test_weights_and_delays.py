"""Weights and delays of the synapses of a connector."""

import jax
import jax.numpy as jnp
import numpy as np

from jaxsnn.connectivity import Drawn, Side
from jaxsnn.connectivity._weights_and_delays import sampled
from jaxsnn.distributions import Uniform
from jaxsnn.rng import fold_name


def test_numbers_stay_single_and_distributions_are_drawn():
    """Oracle: the number, and the draw of the distribution from the stream of its name."""
    key = jax.random.key(3)
    edges = Drawn(0.5, Uniform(1.0, 2.0)).edges(key, Side.POST, None, None, (2, 4), 2, jnp.float32)
    assert edges.by is Side.POST and edges.values["w"].shape == () and edges.values["w"] == 0.5
    expected = Uniform(1.0, 2.0).sample(fold_name(key, "delays"), (2, 4), jnp.float32)
    np.testing.assert_array_equal(edges.values["delay"], expected)


def test_draws_have_the_type_of_the_network():
    """Oracle: the type that is asked for."""
    for values in (1.5, Uniform(0.0, 1.0)):
        assert sampled(values, jax.random.key(0), (3, 2), jnp.float16).dtype == jnp.float16
