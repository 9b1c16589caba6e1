"""The two sides of a projection."""

import numpy as np
import pytest

from jaxsnn.connectivity import Ends, Ranks, Side, everything

MINE = Ends(Ranks(8, (5, 1, 7)), Ranks(8, range(1, 7)), True)


@pytest.mark.parametrize("by", list(Side))
def test_where_a_neuron_meets_itself(by):
    """Oracle: a search for each rank in the list of the other side."""
    mine, other = list(MINE.side(by).ranks), list(MINE.side(by.other).ranks)
    expected = [other.index(rank) if rank in other else -1 for rank in mine]
    np.testing.assert_array_equal(MINE.itself(by, self_connections=False), expected)
    allowed = np.array([[i != j for j in MINE.post.ranks] for i in MINE.pre.ranks])
    np.testing.assert_array_equal(MINE.allowed(self_connections=False), allowed)


def test_where_no_neuron_can_meet_itself():
    """Oracle: nothing to avoid: it is allowed, or populations differ, or the sides have no neuron in common."""
    apart = Ends(Ranks(8, range(4)), Ranks(8, range(4, 8)), True)
    other = Ends(everything(3), everything(4), False)
    assert MINE.itself(Side.PRE, self_connections=True) is None and MINE.allowed(True) is None
    assert other.itself(Side.PRE, self_connections=False) is None and other.allowed(False) is None
    assert apart.itself(Side.PRE, self_connections=False) is None


def test_the_opposite_direction():
    """Oracle: the sides by hand; twice is once not."""
    back = MINE.transposed()
    assert (back.pre, back.post, back.shape) == (MINE.post, MINE.pre, (6, 3))
    assert back.transposed() == MINE
    assert (Side.PRE.other, Side.POST.other) == (Side.POST, Side.PRE)
