"""Losses in a folder: the same bits, computed once, and nothing else in their place."""

import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError, StoreError
from jaxsnn.fitting import replaced
from tests.fitting.test_fit import lif_simulation

pytest.importorskip("zarr")
POINTS = {"cell.tau": np.linspace(5.0, 30.0, 11)}


@pytest.fixture(scope="module")
def sim():
    return lif_simulation()


def loss_of(sim, target=0.5, start=None):
    state = sim.init(0)[1] if start is None else start

    def loss(params):
        return ((sim.run(params, state, 60.0)[1]["cell"]["v"] - target) ** 2).mean()

    return loss


@pytest.mark.parametrize("batch_size", [None, 3])
def test_the_folder_has_the_losses(sim, tmp_path, batch_size):
    """Oracle: the bits of the call without a folder, however shares fill it; a second call computes nothing."""
    loss, params = loss_of(sim), sim.init(0)[0]
    wanted = snn.evaluate(loss, params, POINTS, batch_size=batch_size)
    first = snn.evaluate(loss, params, POINTS, batch_size=batch_size, to=tmp_path / "r", shard=(1, 2))
    assert 0 < first.missing().size < 11
    whole = snn.evaluate(loss, params, POINTS, batch_size=batch_size, to=tmp_path / "r")
    np.testing.assert_array_equal(whole.values()["loss"], wanted)
    assert len(np.unique(wanted)) == 11
    assert repr(snn.open_sweep(tmp_path / "r")).endswith("11 of 11 runs, loss")
    assert whole.verify(share=0.5).size == 0


def test_losses_of_something_else_are_refused(sim, tmp_path):
    """Oracle: what differs, by name: a number that the loss reads, points, parameters that stay, the network."""
    params, folder = sim.init(0)[0], tmp_path / "r"
    snn.evaluate(loss_of(sim), params, POINTS, to=folder)
    with pytest.raises(StoreError, match="differs: loss"):
        snn.evaluate(loss_of(sim, 0.25), params, POINTS, to=folder)
    with pytest.raises(StoreError, match="differs: points"):
        snn.evaluate(loss_of(sim), params, {"cell.tau": np.linspace(5.0, 31.0, 11)}, to=folder)
    with pytest.raises(StoreError, match="differs: batch size: None there, 2 here"):
        snn.evaluate(loss_of(sim), params, POINTS, to=folder, batch_size=2)
    with pytest.raises(StoreError, match="differs: parameters"):
        snn.evaluate(loss_of(sim), replaced(params, {"cell.tau_g": 6.0}), POINTS, to=folder)
    with pytest.raises(StoreError, match="differs: state"):
        snn.evaluate(loss_of(sim, start=replaced(sim.init(0)[1], {"cell.v": 0.1})), params, POINTS, to=folder)
    with pytest.raises(StoreError, match="work: evaluate there, sweep here"):
        snn.sweep(sim, POINTS, 60.0, to=folder)


def test_options_without_a_folder_are_refused(sim):
    with pytest.raises(ArgumentError, match="`shard`, `part` is for results in a folder: say which by `to`"):
        snn.evaluate(loss_of(sim), sim.init(0)[0], POINTS, shard=(0, 2), part=2)
    with pytest.raises(ArgumentError, match="`part` is a multiple of `batch_size`, 3, not 4"):
        snn.evaluate(loss_of(sim), sim.init(0)[0], POINTS, batch_size=3, part=4, to="never")
