"""Normals from bits: as exact as single precision, the same whatever the shape of the batch."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import ndtri

from jaxsnn.normals import normal_of, standard_normal

pytestmark = pytest.mark.optimised  # the bits and golden numbers of optimised programs, too


def test_every_draw_is_the_inverse_distribution_function():
    """Oracle: SciPy's `ndtri` in double precision, at every third of the 2**24 numbers that bits can stand for."""
    k = np.arange(-(2**23), 2**23, 3, dtype=np.int32)
    x = (k.astype(np.float64) + 0.5) * 2.0**-23
    exact = -np.sign(x) * ndtri((1 - np.abs(x)) / 2)
    drawn = np.asarray(jax.jit(normal_of)(jnp.asarray((k << 8).view(np.uint32)))).astype(np.float64)
    assert np.abs(drawn / exact - 1).max() < 1e-6
    assert np.abs(drawn).max() > 5.4


def test_lower_bits_do_not_count():
    """Oracle: the definition: the upper 24 bits decide."""
    bits = jax.random.bits(jax.random.key(0), (1000,), jnp.uint32)
    np.testing.assert_array_equal(normal_of(bits), normal_of(bits | np.uint32(255)))


def test_same_bits_in_a_batch():
    """Oracle: the same key alone."""
    keys = jax.random.split(jax.random.key(1), 7)
    alone = jax.jit(lambda k: standard_normal(k, (37,), jnp.float32))
    together = jax.jit(jax.vmap(lambda k: standard_normal(k, (37,), jnp.float32)))(keys)
    np.testing.assert_array_equal(together, jnp.stack([alone(k) for k in keys]))
