"""Reports about delays: what other simulators did, and what a spike with a delay does here. See `docs/museum.md`."""

import numpy as np
import pytest

import jaxsnn as snn

DT = 0.1
SPIKE = 20  # the step in which all sources spike


class Arrivals:
    """One source population, and a listener for each delay: the steps at which its neurons receive something."""

    def __init__(self) -> None:
        net = snn.Network(dt=DT, seed=1)
        self.sources = net.create(snn.inputs.SpikeSourceArray([[SPIKE * DT]] * 3), name="sources")
        self.net, self.projections, self.monitors = net, {}, {}
        for name, delay in (
            ("half", 0.5),
            ("two", 2.0),
            ("twenty", 20.0),
            ("one", 1.0),
            ("none", 0.0),
            ("fifty", 50.0),
        ):
            self.listen(name, lambda p, delay=delay: p.one_to_one(1.0, delays=delay))
        own = np.where(np.eye(3) > 0, [1.0, 3.0, 7.0], np.nan)
        self.listen("own", lambda p: p.from_matrix(np.where(np.isnan(own), np.nan, 1.0), np.nan_to_num(own)))
        self.listen("queue", lambda p: p.from_matrix(self.diagonal(), np.diag([0.1, 1.0, 1.0])))
        self.listen("border", lambda p: p.from_matrix(self.diagonal(), np.diag([16.1, 16.3, 17.0])))
        self.listen("summed", lambda p: p.from_matrix(np.ones((3, 3)), np.full((3, 3), 1.0)))
        self.sim = net.compile()
        net.simulate(60.0)
        self.inputs = {name: m.get("g_exc") for name, m in self.monitors.items()}

    def listen(self, name: str, connect) -> None:
        cell = snn.Neuron(equations="x = g_exc", spike="x > 1e9", reset="x = 0.0")
        post = self.net.create(3, cell, name=name)
        self.projections[name] = connect(self.net.connect(self.sources, post, "exc", name=f"to_{name}"))
        self.monitors[name] = self.net.monitor(post, "g_exc")

    @staticmethod
    def diagonal() -> np.ndarray:
        return np.where(np.eye(3) > 0, 1.0, np.nan)

    def steps(self, name: str) -> list[list[int]]:
        """Return, for each listener, the steps from the spike to what arrives."""
        return [(np.flatnonzero(column) - SPIKE).tolist() for column in self.inputs[name].T]


@pytest.fixture(scope="module")
def arrivals():
    return Arrivals()


CASES = {
    "brian-team/brian2#352": ("half", [[5]] * 3),  # one delay for all did undefined things in one of its queues
    "brainpy/BrainPy#709 short": ("two", [[20]] * 3),  # delays came out two steps shorter
    "brainpy/BrainPy#709 long": ("twenty", [[200]] * 3),
    "SpiNNakerManchester/sPyNNaker#37": ("one", [[10]] * 3),  # 1 ms took 0.9 ms at a step of 0.1 ms
    "genn-team/ml_genn#161": ("none", [[1]] * 3),  # a delay of 0 did not compile; here it is the least one, a step
    "SpiNNakerManchester/sPyNNaker#1047": ("fifty", [[500]] * 3),  # a default maximum of 10 ms stood in the way
    "brian-team/brian2genn#49": ("own", [[10], [30], [70]]),  # delays of their own were ignored in silence
    "brian-team/brian2#576": ("queue", [[1], [10], [10]]),  # of two spikes in one place of a queue one was lost
    "SpiNNakerManchester/sPyNNaker#633": ("border", [[161], [163], [170]]),  # memory errors between 16 and 16.5 ms
}


@pytest.mark.parametrize("report", CASES)
def test_a_spike_arrives_after_its_delay(arrivals, report):
    """Oracle: arithmetic; a spike of step k arrives in step k + delay / dt."""
    name, steps = CASES[report]
    assert arrivals.steps(name) == steps


def test_spikes_with_one_delay_add_up(arrivals):
    """brian-team/brian2#576, many to one: three spikes that meet are a sum of three. Oracle: arithmetic."""
    arrived = arrivals.inputs["summed"][SPIKE + 10]
    assert arrived.tolist() == [2.0] * 3 or arrived.tolist() == [3.0] * 3
    assert arrivals.inputs["summed"].sum() == arrived.sum()


def test_delays_can_be_read(arrivals):
    """brian-team/brian2#1289, delays had no name; tfardet/NNGT#120, delays read NaN. Oracle: as given."""
    assert np.allclose(np.ravel(arrivals.projections["own"].delay), [1.0, 3.0, 7.0])
    assert arrivals.projections["twenty"].delay == pytest.approx(20.0)


def test_spikes_on_their_way_keep_their_delay(arrivals):
    """brian-team/brian2#355: what another delay does to spikes in the pipeline. Oracle: `docs/differences.md`."""
    net = arrivals.net
    net.reset()
    _ = arrivals.monitors["own"].get("g_exc")
    net.simulate(2.5)
    arrivals.projections["own"].delay = [[5.0], [5.0], [5.0]]
    net.simulate(7.5)
    arrived = [np.flatnonzero(g).tolist() for g in arrivals.monitors["own"].get("g_exc").T]
    assert arrived == [[SPIKE + 10], [SPIKE + 30], [SPIKE + 70]]


@pytest.mark.parametrize("dt", [0.1, 0.5])
def test_a_delay_is_in_ms_whatever_the_step(dt):
    """brainpy/BrainPy#96: the length of a delay was fixed with the default step. Oracle: 2 ms at both steps."""
    net = snn.Network(seed=1)
    net.config(dt=dt)
    source = net.create(snn.inputs.SpikeSourceArray([1.0]), name="source")
    post = net.create(1, snn.Neuron(equations="x = g_exc", spike="x > 1e9", reset="x = 0.0"), name="post")
    net.connect(source, post, "exc").all_to_all(1.0, delays=2.0)
    M = net.monitor(post, "g_exc")
    net.compile()
    net.simulate(5.0)
    assert (np.flatnonzero(M.get("g_exc")[:, 0]) * dt).tolist() == pytest.approx([3.0])
