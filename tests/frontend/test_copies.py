"""Copies of parts of one network in another: `add`, `get`, `everything`, `copy`, and runs of several networks."""

import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError, ReplicaError, StateError, UnknownNameError
from tests.conftest import acceptance

CELL = snn.Neuron(parameters="a = 1.0 ; g = 2.0 : population", equations="x += a : init=5.0 ; r = x + g + sum(exc)")
LEARNING = snn.Synapse(parameters="eta=0.5 : projection", equations="w += eta * 0.0 ; y += 1.0")


def test_a_copy_begins_as_its_original_was_described():
    """Oracle: measured in ANNarchy 4.8.2: values from before the original's `compile()`, own time, own weights.

    There the monitors of the original record nothing any more; here they do.
    """
    P, Q = snn.Population(3, CELL, name="first"), snn.Population(4, CELL)
    P.a, P.x, P.g = 2.0, [1.0, 2.0, 3.0], 3.0
    pr = snn.Projection(P, Q, "exc", LEARNING)
    pr.connect_all_to_all(weights=snn.Uniform(0, 1))
    pm = snn.Projection(Q[:2], P[1:], "exc")
    pm.connect_from_matrix(np.arange(4.0).reshape(2, 2))
    m, mv = snn.Monitor(P, ["x", "r"]), snn.Monitor(P[:2], "x", period=2.0)
    snn.compile(silent=True)
    pr.w, P.a, P.x, pr.eta = 0.25, 11.0, 100.0, 0.7
    net = snn.Network()
    assert net.add([P, Q, pr, pm, m, mv]) is None
    assert [net.get(part).name for part in (P, Q, pr, pm)] == ["first", "pop1", "proj0", "proj1"]
    net.compile()
    assert (net.get(P).a.tolist(), net.get(P).x.tolist(), net.get(P).g) == ([2.0] * 3, [1.0, 2.0, 3.0], 3.0)
    assert net.get(pm).w == [[0.0, 1.0], [2.0, 3.0]] and net.get(pr).eta == 0.5
    assert len({w for row in net.get(pr).w for w in row}) == 12
    snn.simulate(4.0)
    assert P.x.tolist() == [144.0] * 3 and (snn.get_time(), net.get_time()) == (4.0, 0.0)
    assert m.get("x").shape == (4, 3) and pr.w[0] == [0.25] * 3
    net.simulate(5.0)
    assert (snn.get_time(), net.get_time()) == (4.0, 5.0)
    assert net.get(m).get("x").tolist() == [[1.0 + 2 * k, 2.0 + 2 * k, 3.0 + 2 * k] for k in range(1, 6)]
    assert net.get(mv).get("x").tolist() == [[3.0, 4.0], [7.0, 8.0], [11.0, 12.0]]
    net.reset()
    net.step()
    assert net.get([P, P[:2], P.neuron(1)])[0].x.tolist() == [3.0, 4.0, 5.0]
    assert net.get(P[:2]).x.tolist() == [3.0, 4.0] and net.get(P.neuron(1)).x == 4.0
    assert net.get(pr.dendrite(1)).w == net.get(pr).w[1]


def test_lines_of_scripts():
    """Oracle: run in ANNarchy 4.8.2: no neuron without input spikes, and the values before `compile()` come back."""
    P = snn.Population(3, snn.Izhikevich)
    m = snn.Monitor(P, "spike")
    net = snn.Network()
    net.add([P, m])
    net.compile(silent=True)
    net.simulate(10.0)
    assert net.get(m).get() == {"spike": {0: [], 1: [], 2: []}} and net.get(P).size == 3
    everything = snn.Network(everything=True)
    everything.compile("annarchy", clean=False, compiler="g++")
    everything.simulate(5.0)
    everything.reset()
    assert everything.get(P).v.tolist() == [-65.0] * 3
    assert [p.name for p in everything.get_populations()] == ["pop0"] and len(everything.get_monitors(P)) == 1


def test_a_copy_gives_the_numbers_of_its_original():
    """Oracle: the default network of the same seed."""
    snn.setup(seed=4)
    net, P, M = acceptance(snn.default_network(), n=40)
    other = snn.Network(everything=True, seed=4)
    copied = other.copy(seed=4)
    for network in (net, other, copied):
        network.compile()
        network.simulate(60.0)
    spikes = M.get("spike")
    assert sum(map(len, spikes.values())) > 5
    assert other.get(M).get("spike") == copied.get(M).get("spike") == spikes
    np.testing.assert_array_equal(copied.get(P).v, P.v)
    assert len(other.get_projections(post="P", target="inh")) == 1


def test_inputs_constants_and_callbacks():
    """Oracle: measured in ANNarchy 4.8.2 at dt = 0.5: tables and constants come along, callbacks do not."""
    snn.setup(dt=0.5)
    c = snn.Constant("cc", 3.0)
    snn.add_function("dbl(x) = 2 * x")
    T = snn.TimedArray(rates=np.arange(6.0).reshape(3, 2), schedule=1.0)
    P = snn.Population(2, snn.Neuron(parameters="a = 1.0", equations="r = cc * dbl(a) + sum(exc)"))
    snn.Projection(T, P, "exc").connect_one_to_one(1.0)
    mp, calls = snn.Monitor(P, "r"), []
    snn.every(period=2.0)(calls.append)
    net = snn.Network(everything=True)
    net.compile()
    net.simulate(4.0)
    assert (net.dt, net.get_time(), net.get_current_step(), calls) == (0.5, 4.0, 8, [])
    table = [[6, 6], [6, 7], [6, 7], [8, 9], [8, 9], [10, 11], [10, 11], [10, 11]]
    assert net.get(mp).get("r").tolist() == table
    net.get(T).rates = np.ones((3, 2))
    assert T.rates.tolist() == [[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]
    c.set(10.0)
    net.simulate(1.0)
    assert net.get(P).r.tolist() == [21.0, 21.0] and net.get(c).value == 10.0
    net.get(c).set(1.0)
    assert (c.value, net.get(c).value) == (10.0, 1.0)


@pytest.fixture
def described():
    P, Q = snn.Population(3, CELL), snn.Population(2, CELL)
    pr = snn.Projection(P, Q, "exc")
    pr.connect_all_to_all(weights=snn.Uniform(0, 1))
    return P, Q, pr, snn.Monitor(P, "x")


def test_what_cannot_be_added(described):
    """A failed call adds nothing, and each message says what to do."""
    P, Q, pr, m = described
    net = snn.Network()
    with pytest.raises(ArgumentError, match="belongs to another network"):
        net.get(P)
    with pytest.raises(ArgumentError, match="projection `proj0` needs `pop1`, which has not been added: add it first"):
        net.add([P, pr, Q])
    assert net.populations() == [] and net.add([]) is None
    net.add(P)
    net.add([P])  # a second time adds nothing
    with pytest.raises(UnknownNameError, match="this network has no copy of population `pop1`.*`add` it before"):
        net.get(Q)
    with pytest.raises(ArgumentError, match="`add` takes populations, projections and monitors of another network"):
        net.add(P[:2])
    with pytest.raises(ArgumentError, match="`get` takes a population, view"):
        net.get(3)
    with pytest.raises(ArgumentError, match="not of this one or of several"):
        net.add(snn.Network().create(1, CELL))
    with pytest.raises(ArgumentError, match=r"step of 0.5 ms cannot have copies.*`Network\(dt=1\)`"):
        snn.Network(dt=0.5).add(P)
    with pytest.raises(ArgumentError, match=r"`everything` is True or False, not 0.1: name `dt`"):
        snn.Network(0.1)
    other = snn.Network()
    other.create(3, CELL, name="pop0")
    with pytest.raises(ArgumentError, match="another part of the name `pop0`"):
        other.add(P)
    net.compile()
    with pytest.raises(StateError, match="a copy of something cannot be added: the network is compiled"):
        net.add(m)


def several():
    """Return three networks that are alike but for a value, and one that is not."""
    nets = [snn.Network(everything=True, seed=i) for i in range(3)]
    nets.append(snn.Network(seed=3))
    nets[3].add(snn.populations() + snn.monitors())
    nets[0].get(snn.get_population("pop0")).x = [1.0, 2.0, 3.0]
    for net in nets[:3]:
        net.compile()
    nets[1].get(snn.get_population("pop0")).a = 10.0
    return nets


def test_runs_of_several_networks(described):
    """Oracle: the method on each network by itself; where the networks stand afterwards, and 35, 65: ANNarchy 4.8.2."""
    P, _, pr, m = described

    def method(idx, net, duration):
        net.simulate(duration)
        weights = net.get(pr).w if net.projections() else None
        return idx, net.get_time(), net.get(P).x.tolist(), net.get(m).get("x").tolist(), weights

    nets, options = several(), {"duration": [2.0, 3.0, 4.0, 1.0]}
    results = snn.parallel_run(method, networks=nets, **options)
    assert [net.get_time() for net in nets] == [0.0] * 4
    assert snn.parallel_run(method=method, networks=nets, sequential=True, **options) == results
    assert [net.get_time() for net in nets] == [2.0, 3.0, 4.0, 1.0]
    assert [x[2] for x in results] == [[3.0, 4.0, 5.0], [35.0] * 3, [9.0] * 3, [6.0] * 3]
    later = snn.parallel_run(method, networks=nets, **options)
    assert [x[1] for x in later] == [4.0, 6.0, 8.0, 2.0] and [net.get_time() for net in nets] == [2.0, 3.0, 4.0, 1.0]
    assert later[1][2] == [65.0] * 3 and len(later[1][3]) == 3


def test_errors_and_progress_of_several_networks(described, capfd):
    """An exception names the network, the others go on; the bar counts all."""
    nets = several()

    def method(idx, net):
        net.simulate(1.0)
        if idx == 1:
            raise ZeroDivisionError("no spikes")
        net.simulate(1.0)
        return net.get_time()

    with pytest.raises(ReplicaError, match="replica 1 of 4 raised ZeroDivisionError") as caught:
        snn.parallel_run(method, networks=nets, progress_bar=True, measure_time=True)
    assert caught.value.results == [2.0, None, 2.0, 2.0]
    printed = capfd.readouterr()
    assert "Running 4 networks in parallel took" in printed.out and "/4" in printed.err
    with pytest.raises(ArgumentError, match="`x` needs one value per replica: a list or array of length 4"):
        snn.parallel_run(lambda idx, net, x: x, networks=nets, x=[1, 2])
    with pytest.raises(ArgumentError, match="`number` is an integer, at least 1, not 0"):
        snn.parallel_run(lambda idx, net: None, networks=[])
    nets[2].simulate(1.0)  # the networks are free again
