"""Reports about refractory periods and the clock: what other simulators did, and what holds. See `docs/museum.md`."""

import numpy as np
import pytest

import jaxsnn as snn

DT = 0.1


def eager(refractory: float) -> snn.Neuron:
    """Return a neuron that spikes whenever it may."""
    return snn.Neuron(equations="v = 1.0", spike="v > 0.5", reset="v = 0.0", refractory=refractory)


class Eager:
    """Neurons that spike whenever they may, for half a second."""

    def __init__(self) -> None:
        net = snn.Network(dt=DT, seed=1)
        parts = {
            "three": net.create(1, eager(3.0), name="three"),
            "one": net.create(1, eager(1.0), name="one"),
            "free": net.create(1, eager(0.0), name="free"),
            "iaf": net.create(1, snn.IF_curr_exp(tau_refrac=2.0, i_offset=1e6), name="iaf"),
            "aeif": net.create(1, snn.EIF_cond_exp_isfa_ista(tau_refrac=2.0, i_offset=1e6), name="aeif"),
        }
        clock = net.create(1, snn.Neuron(equations="r = t"), name="clock")
        self.sampled = net.monitor(clock, "r", period=0.3)
        monitors = {name: net.monitor(part, "spike") for name, part in parts.items()}
        net.compile()
        net.simulate(500.0)
        self.net = net
        self.spikes = {name: np.asarray(m.get("spike")[0]) for name, m in monitors.items()}


@pytest.fixture(scope="module")
def eager_neurons():
    return Eager()


def test_refractory_periods_do_not_depend_on_the_time(eager_neurons):
    """brian-team/brian2#943: multiples of dt came out a step longer, at some times. Oracle: arithmetic."""
    assert set(np.diff(eager_neurons.spikes["three"])) == {31}  # 30 steps of rest, and the one that spikes


def test_a_neuron_can_spike_when_its_refractory_period_is_over(eager_neurons):
    """nest/nest-simulator#3309: a period of 1 ms gave a spike every 2 ms. Oracle: 10 steps of rest."""
    assert set(np.diff(eager_neurons.spikes["one"])) == {11}


def test_no_spike_is_dropped_without_a_refractory_period(eager_neurons):
    """nest/nest-simulator#330: spikes closer than a hard-wired 2 ms were left out. Oracle: one in each step."""
    assert eager_neurons.spikes["free"].tolist() == list(range(5000))


def test_models_agree_about_the_refractory_period(eager_neurons):
    """nest/nest-simulator#547: one family of models reset in another step than the other. Oracle: each other."""
    assert eager_neurons.spikes["iaf"].tolist() == eager_neurons.spikes["aeif"].tolist()
    assert set(np.diff(eager_neurons.spikes["iaf"])) == {21}


def test_samples_with_a_period_do_not_drift(eager_neurons):
    """neuronsimulator/nrn#497: a recording with a step of its own drifted, by adding up 0.025. Oracle: k * 0.3 ms."""
    times = eager_neurons.sampled.get("r", keep=True)[:, 0]
    assert len(times) == 1667  # in 500 ms, the first at 0
    assert np.allclose(times, np.arange(1667) * 0.3, atol=1e-3)


def test_time_is_what_was_simulated(eager_neurons):
    """nest/nest-simulator#264: 0.11 ms ran 0.2 ms and said 0.11. Oracle: durations round up, and the clock tells."""
    before = eager_neurons.net.get_time()
    eager_neurons.net.simulate(0.11)
    assert eager_neurons.net.get_time() - before == pytest.approx(0.2)


@pytest.mark.parametrize("dt", [0.1, 0.05])
def test_refractory_periods_are_in_ms(dt):
    """nest/nest-simulator#473: 20 steps, whatever the step. Oracle: 2 ms and the step that spikes."""
    net = snn.Network(dt=dt, seed=1)
    P = net.create(1, eager(2.0), name="P")
    M = net.monitor(P, "spike")
    net.compile()
    net.simulate(20.0)
    assert set(np.diff(M.get("spike")[0])) == {round(2.0 / dt) + 1}


def test_one_spike_is_one_event_at_a_fine_step():
    """nest/nest-simulator#329: one spike of a Hodgkin-Huxley neuron was several events. Oracle: that at 0.05 ms."""
    numbers = []
    for step in (0.05, 0.01):
        net = snn.Network(dt=step, seed=1)
        P = net.create(1, snn.HH_cond_exp(i_offset=0.5, annarchy_rates=False), name="P")
        M = net.monitor(P, "spike")
        net.compile()
        net.simulate(60.0)
        numbers.append(len(M.get("spike")[0]))
    assert numbers[0] == numbers[1] > 1


def test_a_step_is_not_rounded():
    """nest/nest-simulator#643: a step of 0.03125 ms became 0.031 ms. Oracle: 32 steps are 1 ms."""
    net = snn.Network(dt=0.03125, seed=1)
    net.create(1, snn.Neuron(equations="r = t"), name="P")
    net.compile()
    net.simulate(1.0)
    assert (net.dt, net.get_current_step(), net.get_time()) == (0.03125, 32, 1.0)
