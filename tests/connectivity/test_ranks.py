"""Subsets of a population."""

import jax.numpy as jnp
import numpy as np
import pytest

from jaxsnn.connectivity import Ranks, everything
from jaxsnn.errors import ArgumentError

SIZE = 12
SUBSETS = {
    "everything": everything(SIZE),
    "slice": Ranks(SIZE, range(2, 9)),
    "steps": Ranks(SIZE, range(1, 12, 3)),
    "backwards": Ranks(SIZE, range(8, 2, -2)),
    "list": Ranks(SIZE, (7, 0, 11, 3)),
    "empty": Ranks(SIZE, range(0)),
}


@pytest.mark.parametrize("name", SUBSETS)
def test_a_subset_is_an_index_array(name):
    """Oracle: NumPy's indexing by the list of ranks."""
    subset = SUBSETS[name]
    listed = np.array(list(subset.ranks), int)
    x, mine = np.arange(SIZE) * 10.0, np.arange(subset.size) + 1.0
    spread, added = np.zeros(SIZE), x.copy()
    spread[listed], added[listed] = mine, x[listed] + mine
    assert (subset.size, subset.is_everything) == (len(listed), name == "everything")
    np.testing.assert_array_equal(subset.array, listed)
    np.testing.assert_array_equal(np.flatnonzero(subset.mask), np.sort(listed))
    np.testing.assert_array_equal(x[subset.index], x[listed])
    np.testing.assert_array_equal(subset.take(jnp.asarray(x)), x[listed])
    np.testing.assert_array_equal(subset.spread(jnp.asarray(mine)), spread)
    np.testing.assert_array_equal(subset.add(jnp.asarray(x), jnp.asarray(mine)), added)
    np.testing.assert_array_equal(subset.positions(listed), np.arange(subset.size))
    np.testing.assert_array_equal(subset.position(jnp.asarray(subset.array)), np.arange(subset.size))
    np.testing.assert_array_equal(subset.ranks_at(jnp.arange(subset.size)), listed)


@pytest.mark.parametrize(
    ("ranks", "message"), [((3, 12), "rank 12 is outside"), ((3, -1), "rank -1"), ((3, 3), "twice")]
)
def test_ranks_that_cannot_be(ranks, message):
    with pytest.raises(ArgumentError, match=message):
        Ranks(SIZE, ranks)
