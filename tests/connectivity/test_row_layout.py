"""How wide rows are, and where a synapse stands in them."""

import numpy as np
import pytest

from jaxsnn.connectivity._row_layout import lay_out, longest_row, round_up, used_width


@pytest.mark.parametrize("width", [None, 9, 20])
def test_synapses_stand_in_the_order_of_the_other_side(width):
    """Oracle: a list for each row, sorted, and filled up."""
    rng = np.random.default_rng(0)
    row, other = np.nonzero(rng.random((6, 11)) < 0.5)
    shuffled = rng.permutation(len(row))
    lists = [sorted(other[row == i].tolist()) for i in range(6)]
    wide = width or round_up(max(map(len, lists)))
    expected = [mine + [11] * (wide - len(mine)) for mine in lists]
    assert lay_out(row[shuffled], other[shuffled], 6, 11, width).tolist() == expected


def test_widths():
    """Oracle: by hand."""
    assert [round_up(n) for n in (0, 1, 8, 9, 16, 17)] == [8, 8, 8, 16, 16, 24]
    assert longest_row(np.array([3, 0, 3, 3])) == 3
    assert longest_row(np.zeros(0, int)) == 0
    used = np.zeros((2, 30), bool)
    assert used_width(used) == 8
    used[1, 8] = True
    assert used_width(used) == 16
    used[0, 29] = True
    assert used_width(used) == 30  # no more than there are
