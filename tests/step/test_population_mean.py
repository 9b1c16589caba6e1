"""Projections that send all of their neurons as one number; populations that wait until they are switched on."""

import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn import errors
from jaxsnn.frontend._changes import change_schedule
from jaxsnn.inputs import SWITCH, Input, Standby


@pytest.fixture(scope="module")
def network():
    """Return a network with means of a view, of an expression, of two projections to one input, and one on standby."""
    net = snn.Network(dt=1.0)
    P = net.create(4, snn.Izhikevich, name="P")
    counter = snn.Neuron(equations="r += 1.0 + sum(mean) ; top = max(r)")
    readout = snn.Neuron(equations="r = sum(mean)")
    one, both = net.create(2, readout, name="one"), net.create(1, readout, name="both")
    net.population_mean(P[1:3], one, "mean", "pre.v", name="view").connect_mean()
    net.population_mean(P, both, "mean", "pre.v * pre.u + 1.0", name="product").connect_mean(scale=2.0)
    net.population_mean(P[3:], both, "mean", "pre.v", name="last").connect_mean(scale=-1.0)
    waiting = net.create(Input(2, counter, schedule=Standby()), name="waiting")
    net.population_mean(one, waiting, "mean", name="measured").connect_mean(baseline=2.0)
    net.compile()
    return net


def restarted(net: snn.Network) -> None:
    net.reset()
    P = net.population("P")
    P.v, P.u = [-60.0, -62.0, -64.0, -66.0], [-13.0, -12.0, -11.0, -10.0]


def test_the_mean_of_what_is_sent_arrives(network):
    """Oracle: NumPy, from the values before the step."""
    restarted(network)
    v, u = network.population("P").v, network.population("P").u
    network.simulate(1.0)
    np.testing.assert_allclose(network.population("one").r, [-63.0, -63.0], rtol=1e-6)
    expected = 2.0 * (v * u + 1.0).mean() - v[3]
    np.testing.assert_allclose(network.population("both").r, expected, rtol=1e-6)
    network.projection("last").scale = 0.0
    network.projection("product").transmission = False
    v = network.population("P").v
    network.simulate(1.0)
    assert network.population("both").r == 0.0
    assert network.projection("last").scale == 0.0
    assert "projection view: P -> one (mean), population mean" in network.summary()
    assert {"view.scale", "last.scale"} <= set(network.simulation.names)
    network.projection("product").transmission = True


def test_a_population_on_standby_keeps_its_values_and_what_it_measures_waits_with_it(network):
    """Oracle: closed form; the input is (x - b) / |b| after the two steps that measure b."""
    restarted(network)
    waiting = network.population("waiting")
    network.simulate(3.0)
    np.testing.assert_array_equal(waiting.r, 0.0)
    change_schedule(network._core, "waiting", {SWITCH: True})
    one, expected = network.population("one"), 0.0
    seen = []
    for step in range(4):
        x = float(one.r.mean())
        seen.append(x)
        network.simulate(1.0)
        baseline = np.mean(seen[:2])
        expected += 1.0 + (0.0 if step < 2 else (x - baseline) / abs(baseline))
        np.testing.assert_allclose(waiting.r, expected, rtol=1e-4)
    change_schedule(network._core, "waiting", {SWITCH: False})
    network.simulate(2.0)
    np.testing.assert_allclose(waiting.r, expected, rtol=1e-4)


def test_mistakes():
    """Oracle: the messages."""
    net = snn.Network()
    P = net.create(2, snn.Izhikevich, name="P")
    Q = net.create(1, snn.Neuron(equations="r = sum(mean)"), name="Q")
    q = net.population_mean(P, Q, "mean", "pre.v", name="q")
    with pytest.raises(errors.StateError, match="projection `q` is not connected: call `connect_mean`"):
        net.compile()
    with pytest.raises(errors.StateError, match="is not connected yet: call `connect_mean`"):
        _ = q.scale
    with pytest.raises(errors.ArgumentError, match="`scale` of a population mean is a number, not 'a'"):
        q.connect_mean(scale="a")
    with pytest.raises(errors.ArgumentError, match="`baseline` is a duration in ms, at least 0, not -1"):
        q.connect_mean(baseline=-1.0)
    q.connect_mean()
    q.scale = 3.0
    assert q.scale == 3.0
    with pytest.raises(errors.ArgumentError, match="it has no synapses of its own, so no `dendrites`"):
        _ = q.dendrites
    net.population_mean(P, Q, "mean", "pre.r", name="rates").connect_mean()
    with pytest.raises(errors.EquationError, match="computes no mean firing rate"):
        net.compile()
