"""Access to the synapses of one neuron, of either side and in every form."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from jaxsnn.connectivity import Side

from ..cases import some
from .pairs import ENDS, pairs
from .test_form import FORMS


@pytest.mark.parametrize("ends", ENDS)
@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("form", some(FORMS, 2))
def test_the_synapses_of_one_neuron(form, side, ends):
    """Oracle: the pairs of each neuron, one by one: what is read, added, gathered, overwritten and written at them.

    Of two copies of all arrays the second is used; the first holds other numbers.
    """
    listed = pairs(ends)
    made = FORMS[form](listed.ends)
    access = made.row_access(side)
    x = 1.0 + np.arange(access.other.population_size)

    @jax.jit
    def shown(edges, x):
        storage, values = made.build(edges)
        weights = jnp.broadcast_to(values["w"], made.places(storage))
        two = jax.tree.map(lambda y: jnp.stack([jnp.zeros_like(y), y]), (storage, weights))
        copy = jax.tree.map(lambda _: jnp.int32(1), two)

        def of(position):
            at = access.find(two[0], copy[0], position)
            read, there = access.read(two[1], copy[1], at), access.at_ends(access.other_side(x), at)
            masked = lambda new, old: new if at.add_mask is None else jnp.where(at.add_mask, new, old)  # noqa: E731
            return {
                "added": access.add(jnp.zeros_like(x), at, read),
                "ends": access.add(jnp.zeros_like(x), at, masked(there, 0.0)),
                "gathered": jnp.sum(read * access.gather(x, at)),
                "overwritten": access.overwrite(x, at, masked(-there, there)),
                "written": access.write(two[1], copy[1], at, -read)[1],
            }

        return storage, weights, jax.vmap(of)(jnp.arange(access.own.size))

    storage, weights, found = jax.tree.map(np.asarray, shown(listed.edges, x))
    table = made.table(storage)
    mine, others = listed.ranks if side is Side.PRE else listed.ranks[::-1]
    for position, rank in enumerate(access.own.array):
        partners, own = others[mine == rank], listed.weights[mine == rank]
        sums, ends_of, signs = np.zeros_like(x), np.zeros_like(x), np.where(mine == rank, -1.0, 1.0)
        sums[partners], ends_of[partners] = own, x[partners]
        np.testing.assert_array_equal(found["added"][position], sums)
        np.testing.assert_array_equal(found["ends"][position], ends_of)
        assert found["gathered"][position] == (own * x[partners]).sum()
        np.testing.assert_array_equal(found["overwritten"][position], x - 2.0 * ends_of)
        np.testing.assert_array_equal(table.read(found["written"][position]), signs * listed.weights)
    np.testing.assert_array_equal(table.read(weights), listed.weights)
    assert access.reaches_all is made.is_dense
