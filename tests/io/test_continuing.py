"""A loaded network goes on as the saved one did."""

from dataclasses import fields

import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.step import Constants, NetworkParams, NetworkState

from ..cases import quick
from . import networks
from .networks import assert_same, document, started

pytestmark = pytest.mark.optimised  # the bits and golden numbers of optimised programs, too


def spikes(net):
    return {m.name: m.get("spike") for m in net.monitors()}


SLOW = (networks.stdp, networks.stp, networks.rates, networks.noisy_synapses, networks.without_synapses)


@pytest.mark.parametrize("describe", quick(networks.ALL, lambda f: f not in SLOW))
def test_going_on(describe, borrowed, tmp_path):
    """Oracle: the network itself, which ran on: same spikes, same state, to the bit; the other had another seed.

    Its fingerprint says so, too.
    """
    net, other = borrowed(describe), borrowed(describe, seed=2)
    if describe is networks.noisy_synapses:
        net.projection("exc").enable_learning(period=3.0, offset=1.0)
    net.simulate(100.0)
    net.save(tmp_path / "net.npz")
    before, begun, _ = document(net), net.fingerprint(), spikes(net)
    net.simulate(100.0)

    assert other.fingerprint() != begun
    other.load(tmp_path / "net.npz")
    assert_same(document(other), before)
    assert other.fingerprint() == begun
    other.simulate(100.0)
    assert_same(document(other), document(net))
    assert other.fingerprint() == net.fingerprint() != begun
    found = spikes(net)
    assert spikes(other) == found
    assert sum(len(times) for population in found.values() for times in population.values()) > 10 or not found


@pytest.mark.parametrize("name", ["net.mat", "net.data", "net", "deep/er/net.npz"])
def test_formats(name, net, other, tmp_path):
    """Oracle: the network itself, in every format; the content of a file counts, not its name."""
    net.save(tmp_path / name)
    (tmp_path / name).rename(tmp_path / "renamed.xyz")
    other.load(str(tmp_path / "renamed.xyz"))
    assert_same(document(other), document(net))
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["renamed.xyz"]


@pytest.mark.parametrize("describe", [networks.stdp, pytest.param(networks.rates, marks=pytest.mark.slow)])
def test_storage_forms(describe, borrowed, tmp_path):
    """Oracle: the file, written again by a network that stores its synapses in the other form, to the bit.

    Run on, both forms compute the same within rounding.
    """
    usual = borrowed(describe)
    form = usual.simulation.compiled.plans[usual.projections()[0].name].form.name
    other = {"dense": "rows", "rows": "dense"}[form]
    nets = {form: usual, other: started(describe, 2, other)}
    nets[other].simulate(20.0)
    for storage, net in nets.items():
        assert net.simulation.compiled.plans[net.projections()[0].name].form.name == storage
        net.save(tmp_path / storage)
    for written, loaded in ((form, other), (other, form)):
        nets[written].load(tmp_path / written)
        before = document(nets[written])
        nets[loaded].load(tmp_path / written)
        assert_same(document(nets[loaded]), before)
    for net in nets.values():
        net.simulate(20.0)
    weights = [net.projections()[0].connectivity_matrix(np.nan) for net in nets.values()]
    np.testing.assert_allclose(*weights, rtol=1e-4)


def test_everything_random_follows(net, other, tmp_path):
    """Oracle: the network itself: what it draws after a reset, for an assignment and for new weights is in the file."""
    net.reset()
    net.simulate(10.0)
    net.population("P").v = snn.Normal(-60.0, 5.0)
    net.save(tmp_path / "net.npz")
    other.load(tmp_path / "net.npz")
    for n in (net, other):
        n.population("P").v = snn.Normal(-60.0, 5.0)
        n.reset(synapses=True)
        n.simulate(10.0)
    assert_same(document(other), document(net))


@pytest.mark.slow
def test_attributes_that_were_assigned(borrowed, tmp_path):
    """Oracle: the values that were assigned, one for each neuron or synapse where the description has one for all."""
    net, other = borrowed(networks.stp), borrowed(networks.stp, seed=2)
    net.population("post").tau_m = [5.0, 6.0, 7.0, 8.0, 9.0]
    net.population("pre").spike_times = [[5.0], [9.0, 90.0]]
    net.projection("random").U = snn.Uniform(0.2, 0.6)
    net.projection("stp").tau_rec = 70.0
    net.projection("stp").transmission = False
    net.save(tmp_path / "net.npz")
    other.load(tmp_path / "net.npz")
    assert other.population("post").tau_m.tolist() == [5.0, 6.0, 7.0, 8.0, 9.0]
    assert other.population("pre").spike_times == [[5.0], [9.0, 90.0]]
    assert other.projection("random").U == net.projection("random").U
    assert other.projection("stp").tau_rec == 70.0
    assert not other.projection("stp").transmission
    for n in (net, other):
        n.simulate(100.0)
    assert_same(document(other), document(net))


@pytest.mark.parametrize("changes", [{"rates": [[2.0], [3.0]], "schedule": [1.0, 4.0]}, {"period": 3.0}])
def test_tables(changes, tmp_path):
    """Oracle: the table that was given after compilation; the handle of the loaded input shows it."""

    def described():
        net = snn.Network()
        P = net.create(snn.inputs.TimedArray(np.arange(4.0)[:, None], schedule=2.0), name="P")
        net.compile()
        return net, P

    (net, P), (other, Q) = described(), described()
    P.update(**changes)
    net.simulate(3.0)
    net.save(tmp_path / "net.npz")
    other.load(tmp_path / "net.npz")
    assert (Q.rates.tolist(), Q.schedule, Q.period) == (P.rates.tolist(), P.schedule, P.period)
    for n in (net, other):
        n.simulate(6.0)
    assert_same(document(other), document(net))


@pytest.mark.slow
def test_correlated_table(borrowed, tmp_path):
    """Oracle: rates and correlations that were given after compilation."""
    net, other = borrowed(networks.noisy_synapses), borrowed(networks.noisy_synapses, seed=2)
    net.population("pre").update(rates=[30.0, 10.0, 5.0], corr=0.3, schedule=[0.0, 10.0, 20.0])
    net.save(tmp_path / "net.npz")
    other.load(tmp_path / "net.npz")
    assert other.population("pre").rates.tolist() == [30.0, 10.0, 5.0]
    assert other.population("pre").corr.tolist() == [0.3]
    assert_same(document(other), document(net))


def test_double_precision(double, tmp_path):
    """Oracle: the network itself, in 64 bits."""
    net = started(networks.delays)
    net.simulate(20.0)
    net.save(tmp_path / "net.mat")
    before = document(net)
    net.simulate(20.0)
    net.load(tmp_path / "net.mat")
    assert_same(document(net), before)
    assert before.arrays["populations/P/v"].dtype == np.float64


@pytest.mark.slow
def test_delays_that_have_grown(net, other, tmp_path):
    """Oracle: the network itself, whose delay was made longer than its description says, with spikes on their way."""
    net.projection("exc").delay = 12.0
    net.simulate(40.0)
    net.save(tmp_path / "net.npz")
    other.load(tmp_path / "net.npz")
    assert other.projection("exc").delay == 12.0
    for n in (net, other):
        n.simulate(40.0)
    assert_same(document(other), document(net))


@pytest.mark.slow
def test_own_delays_that_have_grown(borrowed, tmp_path):
    """Oracle: the network itself, with spikes on their way through delays longer than its description says."""
    net, other = borrowed(networks.pending), borrowed(networks.pending, seed=2)
    found = net.projection("exc")
    found.delay = [[15.0] * n for n in found.nb_synapses_per_dendrite()]
    net.simulate(40.0)
    net.save(tmp_path / "net.npz")
    other.load(tmp_path / "net.npz")
    for n in (net, other):
        n.simulate(40.0)
    assert_same(document(other), document(net))


def test_loading_compiles_nothing_where_shapes_stay(net, tmp_path, compilations):
    """Oracle: the count of compilations: a network that is loaded again and goes on compiles nothing."""
    net.save(tmp_path / "net.npz")
    net.load(tmp_path / "net.npz")
    net.simulate(10.0)
    net.load(tmp_path / "net.npz")
    compilations.count = 0
    net.simulate(10.0)
    assert compilations.count == 0
    net.load(tmp_path / "net.npz")
    assert compilations.count == 0


def test_a_file_is_a_function_of_the_network(net, tmp_path):
    """Oracle: two files of one network are equal, byte by byte."""
    net.save(tmp_path / "a")
    net.save(tmp_path / "b")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_arrays_can_be_read_without_jaxsnn(net, tmp_path):
    """Oracle: NumPy's own reader, without pickle."""
    net.save(tmp_path / "net.npz")
    with np.load(tmp_path / "net.npz", allow_pickle=False) as data:
        np.testing.assert_array_equal(data["populations/P/v"], net.population("P").v.reshape(-1))
        assert len(data["projections/exc/w"]) == net.projection("exc").nb_synapses


def test_the_file_keeps_all_of_the_state():
    """Oracle: a list by hand; who adds a part to the state of a network decides what files do with it."""
    known = {"step", "key", "populations", "spikes", "refractory", "last_spike", "reductions", "constants"}
    known |= {"axon_spikes", "windows", "sums", "origins", "projections", "last_events", "trains", "histories"}
    known |= {"pending", "connectivity", "decoded", "baselines"}
    only_in_a_run = {"tapes"}
    assert {f.name for f in fields(NetworkState)} == known | {
        "pending",
        "connectivity",
        "decoded",
        "baselines",
    } | only_in_a_run
    assert {f.name for f in fields(NetworkParams)} == {"populations", "projections", "constants"}
    assert {f.name for f in fields(Constants)} == {"populations", "projections", "connectivity", "switches"}
