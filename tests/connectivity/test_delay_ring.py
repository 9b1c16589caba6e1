"""A ring of inputs to come, into which every spike is added with the delay of its synapse."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from jaxsnn.connectivity import Side, delay_ring
from jaxsnn.connectivity._dense import DenseForm
from jaxsnn.connectivity._rows import RowsForm
from jaxsnn.equations import Operation

from .pairs import ENDS, N_POST, N_PRE, pairs

LENGTH = 4


@pytest.mark.parametrize("ends", ENDS)
@pytest.mark.parametrize("now", [0, 3])
def test_every_synapse_has_its_own_step(ends, now):
    """Oracle: a loop over the pairs: part (now + delay - 1) of the ring, where a delay of one step arrives now."""
    listed = pairs(ends)
    form = RowsForm(listed.ends, Side.PRE, N_POST, N_PRE)
    rows, values = jax.jit(form.build)(listed.edges)
    table = form.table(rows)
    delays = 1 + np.arange(rows.ends.size, dtype=np.int32).reshape(rows.ends.shape) % LENGTH
    ring, x = delay_ring(form, LENGTH), 1.0 + np.arange(listed.ends.pre.population_size)
    storage = ring.storage(rows, jnp.asarray(delays), jnp.int32(now))
    expected = np.ones((LENGTH, listed.ends.post.population_size))
    for pre, post, weight, delay in zip(table.pre, table.post, listed.weights, table.read(delays), strict=True):
        expected[(now + delay - 1) % LENGTH, post] += weight * x[pre]

    @jax.jit
    def shown(storage, weights, x):
        into = jnp.ones(expected.size)
        gains = weights * ring.pre(storage, x)
        y = ring.post(storage, jnp.arange(listed.ends.post.population_size))
        sums = ring.weighted(storage, weights, x, into), ring.combine(storage, gains, Operation.SUM, into)
        return sums, y, ring.exists(storage)

    sums, y, exists = shown(storage, values["w"], x)
    for found in sums:
        np.testing.assert_array_equal(found, expected.reshape(-1))
    np.testing.assert_array_equal(table.read(np.asarray(y)), table.post)
    assert exists.sum() == table.size


def test_only_rows_of_pre_synaptic_neurons_end_in_a_ring():
    """Oracle: an error for every other form: spikes would be sent along other rows than those of their neurons."""
    ends = ENDS["whole"]
    for form in (DenseForm(ends), RowsForm(ends, Side.POST, 5, 7), RowsForm(ends, Side.PRE, 7, 5).transposed()):
        with pytest.raises(TypeError, match="no rows of pre-synaptic neurons"):
            delay_ring(form, LENGTH)
