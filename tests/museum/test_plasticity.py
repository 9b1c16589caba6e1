"""Reports about plasticity: what other simulators did, and what holds here. See `docs/museum.md`."""

from math import exp

import numpy as np
import pytest

import jaxsnn as snn

TAU = 20.0
PAIRS = snn.Synapse(
    parameters="tau = 20.0 : projection",
    equations="tau * dx/dt = -x : event-driven\ntau * dy/dt = -y : event-driven",
    pre_spike="g_target += w ; x += 1.0 ; w = w - 0.1 * y",
    post_spike="y += 1.0 ; w = w + 0.1 * x",
)
TRAINS = {  # steps of pre- and post-synaptic spikes
    "first pair": ([10], [15]),
    "post first": ([12], [5]),
    "end": ([40], [45]),
    "long silence": ([1, 900], [3, 905]),
    "together": ([30], [30]),
    "many": ([1, 4, 9, 30, 31, 90], [2, 4, 11, 29, 33, 70, 95]),
}


def weight(pre: list[int], post: list[int], delay: int = 1) -> float:
    """Return the weight after all spikes, from 1: the rule above in a loop over events.

    As in ANNarchy, see `docs/differences.md`: what arrives acts at the beginning of a step, a post-synaptic spike at
    its end; a trace decays from the end of one event's step to the beginning, or the end, of the next one's.
    """
    w, x, y, last = 1.0, 0.0, 0.0, 0
    arrivals, spikes = [(k + delay, "begin") for k in pre], [(k, "end") for k in post]
    for step, when in sorted(arrivals + spikes):
        now = step if when == "begin" else step + 1
        x, y, last = x * exp(-(now - last) / TAU), y * exp(-(now - last) / TAU), step + 1
        if when == "begin":
            x, w = x + 1.0, w - 0.1 * y
        else:
            y, w = y + 1.0, w + 0.1 * x
    return w


class Learning:
    """Pairs of neurons with given spikes, joined by the rule with delays of one and three steps, and by depression."""

    def __init__(self) -> None:
        net = snn.Network(dt=1.0, seed=1, strict=False)
        pre, post = ([[float(k) for k in train[i]] for train in TRAINS.values()] for i in (0, 1))
        A = net.create(snn.inputs.SpikeSourceArray(pre), name="A")
        B = net.create(snn.inputs.SpikeSourceArray(post), name="B")
        self.near = net.connect(A, B, "exc", PAIRS, name="near").one_to_one(1.0)
        self.far = net.connect(A, B, "exc", PAIRS, name="far").one_to_one(1.0, delays=3.0)
        cell = snn.Neuron(equations="x = g_exc", spike="x > 1e9", reset="x = 0.0")
        train = net.create(snn.inputs.SpikeSourceArray([5.0, 15.0, 17.0]), name="train")
        C, D = net.create(1, cell, name="C"), net.create(1, cell, name="D")
        stp = snn.STP(tau_rec=100.0, tau_facil=50.0, U=0.2)
        net.connect(train, C, "exc", stp, name="rows", storage="rows").all_to_all(2.0)
        net.connect(train, D, "exc", stp, name="dense", storage="dense").all_to_all(2.0)
        self.weights = net.monitor(self.near, "w")
        self.inputs = {name: net.monitor(part, "g_exc") for name, part in (("rows", C), ("dense", D))}
        net.compile()
        net.simulate(950.0)
        self.net, self.w = net, dict(zip(TRAINS, np.ravel(self.near.w), strict=True))
        self.series = self.weights.get("w").reshape(950, -1)


@pytest.fixture(scope="module")
def learning():
    return Learning()


CASES = {
    "nest/nest-simulator#1604": "first pair",  # the first pair seemed lost, and the sign inverted
    "SpiNNakerManchester/sPyNNaker#393": "post first",  # post-synaptic spikes before the first arrival did not depress
    "SpiNNakerManchester/sPyNNaker#394": "end",  # spikes at the end of a run were not evaluated
    "nest/nest-simulator#2443": "long silence",  # the history of spikes was cut too early
    "nest/nest-simulator#1840": "together",  # spikes of both in the same step
    "genn-team/genn#208 next step": "many",  # spike times were read from the wrong place of a queue
}


@pytest.mark.parametrize("report", CASES)
def test_weights_follow_the_rule(learning, report):
    """Oracle: the rule in a loop over events."""
    name = CASES[report]
    assert learning.w[name] == pytest.approx(weight(*TRAINS[name]), rel=1e-5)


def test_delayed_spikes_act_when_they_arrive(learning):
    """genn-team/genn#208, #26: with delays, the times of spikes came from the wrong place. Oracle: the same loop."""
    expected = [weight(*train, delay=3) for train in TRAINS.values()]
    assert np.allclose(np.ravel(learning.far.w), expected, rtol=1e-5)


def test_weights_change_at_the_post_synaptic_spike(learning):
    """nest/nestml#909: a pair showed only at the next pre-synaptic spike. Oracle: the weight a step later."""
    place = list(TRAINS).index("first pair")
    assert learning.series[14, place] == 1.0
    assert learning.series[15, place] == pytest.approx(weight([10], [15]), rel=1e-5)


def test_weights_that_are_read_are_those_that_act(learning):
    """SpiNNakerManchester/sPyNNaker#458: reading weights under STDP gave others. Oracle: the monitor's last sample."""
    assert np.ravel(learning.near.w).tolist() == learning.series[-1].tolist()


def test_one_step_at_a_time_learns_the_same(learning):
    """BindsNET/bindsnet#683: no learning when a network ran step by step. Oracle: the same run at once."""
    net, series = learning.net, learning.series
    net.reset(synapses=True, projections=True)
    for _ in range(50):
        net.step()
    assert np.ravel(learning.near.w).tolist() == series[49].tolist()


def test_another_delay_is_one_for_learning_too(learning):
    """NeuralEnsemble/PyNN#77: setting delays did not reach STDP. Oracle: the loop with the delay."""
    net = learning.net
    net.reset(synapses=True, projections=True)
    learning.near.delay = 3.0
    net.simulate(100.0)
    learning_of_many = np.ravel(learning.near.w)[list(TRAINS).index("many")]
    assert learning_of_many == pytest.approx(weight(*TRAINS["many"], delay=3), rel=1e-5)
    learning.near.delay = 1.0


def test_short_term_plasticity(learning):
    """nest/nest-simulator#1672, the first spike; brainpy/BrainPy#848, STP left out in sparse storage, and old values.

    Oracle: the equations of Tsodyks and Markram, decayed to the spike first.
    """
    x, u, last, sent = 1.0, 0.2, 5.0, []
    for t in (5.0, 15.0, 17.0):  # from the end of one step to the beginning of another
        x, u = 1.0 - (1.0 - x) * exp(-(t - last) / 100.0), 0.2 + (u - 0.2) * exp(-(t - last) / 50.0)
        sent.append(2.0 * u * x)
        x, u, last = x * (1.0 - u), u + 0.2 * (1.0 - u), t + 1.0
    for name in ("rows", "dense"):
        arrived = learning.inputs[name].get("g_exc", keep=True)[:50, 0]
        assert arrived[arrived != 0].tolist() == pytest.approx(sent, rel=1e-5)
