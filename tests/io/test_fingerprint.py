"""One number for one network at one moment: equal for equal bits, whatever led to them, and for nothing else."""

import json
from dataclasses import replace

import jax
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError, StateError
from jaxsnn.simulation import _fingerprint

from . import networks
from .conftest import shared


@pytest.mark.slow
def test_a_loaded_network_goes_on(borrowed, tmp_path):
    """Oracle: the network that ran on in one call; `test_continuing` has it for networks of every kind."""
    net, other = borrowed(networks.delays), borrowed(networks.delays, seed=2)
    net.save(tmp_path / "net.npz")
    net.simulate(60.0)
    other.load(tmp_path / "net.npz")
    other.simulate(20.0)
    other.simulate(40.0)
    assert other.fingerprint() == net.fingerprint()


def test_the_file_tells_it(net, tmp_path):
    """Oracle: the network, at the moment at which it was saved."""
    net.save(tmp_path / "net.npz")
    with np.load(tmp_path / "net.npz") as file:
        assert json.loads(str(file["header"]))["fingerprint"] == net.fingerprint()


@pytest.mark.slow
def test_replicas_alone_and_together(net):
    """Oracle: the replica of the same seed: among others, alone, one after the other in two parts."""

    def run(replica, parts):
        for _ in range(parts):
            replica.simulate(40.0 / parts)
        return replica.fingerprint()

    together = net.parallel_run(run, 3, seeds=[5, 6, 7], parts=1)
    assert len(set(together)) == 3
    assert net.parallel_run(run, 1, seeds=[6], parts=1) == together[1:2]
    assert net.parallel_run(run, 3, seeds=[5, 6, 7], parts=2, sequential=True) == together


@pytest.mark.slow
def test_what_a_replica_assigns_counts(net):
    """Oracle: the value itself: assigned before the first step, after it, or not at all."""

    def run(replica, v, late):
        if late:
            replica.simulate(1.0)
        if v is not None:
            replica.get(net.population("P")).noise = v
        before = replica.fingerprint()
        replica.simulate(0.0)
        assert replica.fingerprint() == before
        return before

    found = net.parallel_run(run, 4, seeds=[5, 5, 5, 5], v=[None, 3.0, 4.0, 3.0], late=[False, False, False, True])
    assert len(set(found)) == 4
    assert net.parallel_run(run, 1, seeds=[5], v=[3.0], late=[False]) == found[1:2]


def test_pure_functions_have_the_same(net):
    """Oracle: the network, whose rows of synapses are trimmed; those of `init` are not."""
    sim = net.simulation
    params, state = sim.init(1)
    again = networks.started(networks.delays, 1)
    assert snn.fingerprint(sim, params, state) == snn.fingerprint(again.simulation, again.params, again.state)
    assert snn.fingerprint(sim, net.params, net.state) == net.fingerprint()


def _without_a_synapse(dendrite):
    dendrite.prune_synapse(dendrite.pre_ranks[0])


CHANGES = {
    "a variable": lambda net: setattr(net.population("P"), "v", -60.0),
    "a parameter": lambda net: setattr(net.population("P"), "a", 0.03),
    "a weight": lambda net: setattr(net.projection("exc").dendrite(0), "w", 0.125),
    "a step": lambda net: net.simulate(1.0),
    "the clock": lambda net: setattr(net, "time", 5000.0),
    "the seed": lambda net: net.set_seed(12),
    "a switch": lambda net: setattr(net.projection("exc"), "transmission", False),
    "a monitor": lambda net: net.monitor(net.population("P"), "u", name="more"),
    "a population that is disabled": lambda net: net.population("P").disable(),
    "synapses": lambda net: (
        net.projection("exc").dendrite(0).prune_synapse(net.projection("exc").dendrite(0).pre_ranks[0])
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_everything_counts(what, borrowed):
    """Oracle: the network before."""
    net = borrowed(networks.delays)
    before = net.fingerprint()
    CHANGES[what](net)
    assert net.fingerprint() != before


def test_the_order_of_storage_and_distances_do_not_count(net):
    """Oracle: the same numbers at other places, and other numbers where no synapse is, which nothing reads."""
    sim, state = net.simulation, net.state
    (name,) = [p for p, words in state.spikes.items()]
    spikes = {name: replace(state.spikes[name], distance=state.spikes[name].distance + 1.0)}
    assert snn.fingerprint(sim, net.params, replace(state, spikes=spikes)) == net.fingerprint()
    places = net._core.synapses("exc")
    w = np.array(net.params.projections["exc"]["w"])
    unused = np.setdiff1d(np.arange(w.size), places.place)
    assert unused.size
    w.reshape(-1)[unused] += 1.0
    params = replace(net.params, projections={"exc": {**net.params.projections["exc"], "w": w}})
    assert snn.fingerprint(sim, params, state) == net.fingerprint()
    w.reshape(-1)[places.place[:1]] += 1.0
    assert snn.fingerprint(sim, params, state) != net.fingerprint()


def test_versions_and_the_platform_count(net, monkeypatch):
    """Oracle: the same network with another version of JAX."""
    before = net.fingerprint()
    monkeypatch.setattr(_fingerprint, "versions", lambda: {"jax": "0.0.1"})
    assert net.fingerprint() != before


def test_an_exported_program_tells_it(tmp_path):
    """Oracle: the network and its arrays; a batch has one, too."""
    net = snn.Network(dt=1.0, seed=1)
    net.create(2, snn.Izhikevich, name="P")
    sim = net.compile()
    params, state = sim.init(1)
    exported = snn.export(sim, params, state, 5.0, platforms=["cpu"])
    assert exported.about["fingerprint"] == snn.fingerprint(sim, params, state)
    both = jax.vmap(sim.init)(jax.random.split(jax.random.key(0), 2))
    batch = snn.export(sim, *both, 5.0, platforms=["cpu"], in_axes=(0, 0))
    assert len(batch.about["fingerprint"]) == 64 and batch.about["fingerprint"] != exported.about["fingerprint"]


def test_what_has_none(net):
    """Each message says what was expected."""
    with pytest.raises(StateError, match=r"fingerprint\(\) before compile\(\)"):
        snn.Network().fingerprint()
    with pytest.raises(ArgumentError, match="`simulation` is the `Simulation` that `compile"):
        snn.fingerprint(net, net.params, net.state)  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="`params` is a `NetworkParams`"):
        snn.fingerprint(net.simulation, net.state, net.params)  # type: ignore[arg-type]


def test_networks_of_one_description_share_it():
    """Oracle: the fixture's networks, described twice by one function."""
    one, again = shared(networks.delays, 1), networks.started(networks.delays, 1)
    again.simulate(20.0)
    assert one.fingerprint() == again.fingerprint()
