"""The choice of a storage form."""

import jax
import numpy as np
import pytest

from jaxsnn.connectivity import DENSE, ROWS, AllToAll, Drawn, Ends, FixedProbability, Side, choose_form, everything
from jaxsnn.connectivity._bounds import usual_most
from jaxsnn.connectivity._rows import RowsForm
from jaxsnn.errors import ArgumentError

ENDS = Ends(everything(100), everything(50), False)
SPARSE, FULL = FixedProbability(Drawn(1.0), 0.02), AllToAll(Drawn(1.0))


def test_what_costs_less():
    """Oracle: the costs by hand: a cell of a matrix takes 0.1 ns near and 0.4 far, a synapse of a row 2.5."""
    assert choose_form(FULL, ENDS, by=Side.PRE).form.name == DENSE
    assert choose_form(SPARSE, ENDS, by=Side.PRE).form.name == ROWS
    assert choose_form(SPARSE, ENDS, by=Side.PRE).reason == "2 % of the pairs are synapses"
    between, large = FixedProbability(Drawn(1.0), 0.1), Ends(everything(3000), everything(3000), False)
    assert choose_form(between, ENDS, by=Side.PRE).form.name == DENSE
    assert choose_form(between, large, by=Side.PRE).form.name == ROWS


def test_synapses_that_events_change_cost_arithmetic():
    """Oracle: the costs by hand: 3 ns for each cell, 6.5 for each place of a row, so rows up to a share of 0.46."""
    for share, name in ((0.1, ROWS), (0.45, ROWS), (0.47, DENSE)):
        connector = FixedProbability(Drawn(1.0), share)
        assert choose_form(connector, ENDS, by=Side.PRE, is_changed=True).form.name == name


@pytest.mark.parametrize("by", list(Side))
def test_rows_are_as_wide_as_chance_may_fill_them(by):
    """Oracle: the most synapses that the connector says a neuron of either side has, always and in 99 of 100 draws."""
    form = choose_form(SPARSE, ENDS, by=by, has_columns=True).form
    sides = SPARSE.most(ENDS) if by is Side.PRE else SPARSE.most(ENDS)[::-1]
    usual = usual_most(50, 100.0, 100), usual_most(100, 100.0, 50)
    assert form == RowsForm(ENDS, by, *sides, has_columns=True, usual=usual if by is Side.PRE else usual[::-1])


def test_a_network_of_another_seed_has_the_same_shapes():
    """Oracle: the shapes of the first draw; one in 50 may exceed what is usual."""
    ends = Ends(everything(1000), everything(400), False)
    form = choose_form(SPARSE, ends, by=Side.PRE, has_columns=True).form
    drawn = (form.build(SPARSE.edges(jax.random.key(i), ends, {}, np.float32))[0] for i in range(8))
    shapes = [(x.ends.shape, x.columns.shape) for x in map(form.trimmed, drawn)]
    assert len(set(shapes)) == 1
    assert shapes[0][0][1] < form.shape[1]


def test_what_is_asked_for():
    """Oracle: the name, whatever the connector."""
    for name in (DENSE, ROWS):
        choice = choose_form(FULL, ENDS, by=Side.POST, requested=name)
        assert (choice.form.name, choice.reason) == (name, "asked for")
    with pytest.raises(ArgumentError, match=r"unknown storage `row`\. Did you mean `rows`\?"):
        choose_form(FULL, ENDS, by=Side.PRE, requested="row")


def test_any_pair_may_become_a_synapse():
    """Oracle: a place for every pair; rows have none, and say so."""
    assert choose_form(SPARSE, ENDS, by=Side.PRE, all_pairs=True).form.is_dense
    with pytest.raises(ArgumentError, match="need a place for every pair: leave `storage` out"):
        choose_form(SPARSE, ENDS, by=Side.PRE, all_pairs=True, requested=ROWS)


@pytest.mark.slow
def test_too_many_places():
    """Places are named by 32-bit numbers: a projection that has more is refused, with what to do."""
    ends = Ends(everything(3_000_000), everything(3_000_000), True)
    connector = FixedProbability(Drawn(1.0), 1000.0 / 3_000_000)
    assert isinstance(choose_form(connector, ends, by=Side.PRE).form, RowsForm)
    with pytest.raises(ArgumentError, match=r"3000000 x 1\d+ places.*parts of the pre-synaptic population"):
        choose_form(connector, ends, by=Side.PRE, has_columns=True)
