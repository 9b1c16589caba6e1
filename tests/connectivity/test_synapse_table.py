"""The list of synapses on the host."""

import numpy as np
import pytest

from jaxsnn.connectivity import SynapseTable
from jaxsnn.errors import ShapeError

# Four synapses, given in another order: 5 -> 1, 2 -> 1, 0 -> 4, 2 -> 4, at places of a table of 2 x 3.
TABLE = SynapseTable.of_synapses(np.array([2, 5, 0, 2]), np.array([4, 1, 4, 1]), np.array([5, 0, 3, 1]), (2, 3))
STORED = np.arange(10.0, 16.0).reshape(2, 3)


def test_the_order_is_that_of_annarchy():
    """Oracle: by hand: post neurons ascending, in each of them pre neurons ascending."""
    assert TABLE.post.tolist() == [1, 1, 4, 4] and TABLE.pre.tolist() == [2, 5, 0, 2]
    assert TABLE.place.tolist() == [1, 0, 3, 5]
    assert TABLE.post_ranks.tolist() == [1, 4] and TABLE.counts.tolist() == [2, 2] and TABLE.size == 4
    dendrite = TABLE.of(4)
    assert (dendrite.pre.tolist(), dendrite.place.tolist(), TABLE.of(2).size) == ([0, 2], [3, 5], 0)


def test_values_at_places():
    """Oracle: by hand; one number stands for all."""
    assert TABLE.read(STORED).tolist() == [11.0, 10.0, 13.0, 15.0]
    assert TABLE.read(np.asarray(7.0)).tolist() == [7.0] * 4
    written = TABLE.written(STORED, np.array([1.0, 2.0, 3.0, 4.0]))
    assert written.tolist() == [[2.0, 1.0, 12.0], [3.0, 14.0, 4.0]]
    assert STORED[0, 0] == 10.0  # what was stored stays as it was
    assert TABLE.at_places(np.array([1, 2, 3, 4]), -1).tolist() == [[2, 1, -1], [3, -1, 4]]


def test_lists_by_post_neuron():
    """Oracle: by hand: they come back as they were."""
    values = np.array([1.0, 2.0, 3.0, 4.0])
    assert [part.tolist() for part in TABLE.split(values)] == [[1.0, 2.0], [3.0, 4.0]]
    assert TABLE.joined([[1.0, 2.0], [3.0, 4.0]], "`w`").tolist() == values.tolist()
    empty = SynapseTable.of_synapses(*(np.zeros(0, int),) * 3, (2, 3))
    assert empty.split(np.zeros(0)) == [] and empty.joined([], "`w`").size == 0


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([[1.0, 2.0]], "`w` takes one list for each of 2 post neurons with 2 values, not 1 with 2"),
        ([[1.0], [2.0, 3.0, 4.0]], r"with 2 values, not 2 with \[1, 3\]"),
        ([[1.0]] * 7 + [[]], r"not 8 with \[1, 1, 1, 1, 1, \.\.\.\]"),
    ],
)
def test_lists_of_other_lengths(given, message):
    with pytest.raises(ShapeError, match=message):
        TABLE.joined(given, "`w`")
