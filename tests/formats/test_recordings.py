"""What is told to other programs is what the monitors hold: times, ranks, gaps, synapses."""

import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError, ShapeError, StateError, UnknownNameError
from jaxsnn.formats import recordings_of


def signals(source, *more, **options):
    return {s.name: s for s in recordings_of(source, *more, **options).signals}


def spikes(source, *more, **options):
    return {s.name: s for s in recordings_of(source, *more, **options).spikes}


def test_spikes_are_those_of_the_monitor(net):
    """Oracle: `Monitor.get`: each recorded rank with its steps, before and after the pause."""
    found = spikes(net)["part.spike"]
    held = net.get_monitor("part").get("spike", keep=True)
    assert found.recorded.tolist() == [2, 4, 6, 8] == list(held)
    for train, steps in zip(found.trains, held.values(), strict=True):
        np.testing.assert_array_equal(train, np.array(steps) * 0.5)
    assert len(found.times) > 10
    assert found.intervals == ((0, 200), (266, 400))


def test_values_are_those_of_the_monitor(net):
    """Oracle: `Monitor.get`, and the times at which `Monitor.plot` draws: a sample holds at the end of its step."""
    found = signals(net)["part.v"]
    monitor = net.get_monitor("part")
    np.testing.assert_array_equal(found.values, monitor.get("v", keep=True))
    np.testing.assert_array_equal(found.times, monitor.plot("v").lines[0].get_xdata())
    assert found.times[-1] == net.time == 200.0
    assert found.labels["rank"].tolist() == [2, 4, 6, 8]


def test_a_pause_is_a_gap(net):
    """Oracle: the times of the pause, 100 to 133 ms; a period of 5 ms goes on counting from the beginning."""
    found = signals(net)
    assert [(s.first, s.every, len(s.values)) for s in found["part.v"].stretches] == [(1, 1, 200), (267, 1, 134)]
    assert [(s.first, s.every, len(s.values)) for s in found["slow.v"].stretches] == [(1, 10, 20), (271, 10, 13)]


def test_synapses_have_both_ranks(net):
    """Oracle: the connectivity matrix, whose weights are the last sample but one step, as nothing has changed since."""
    found = signals(net)["weights.w"]
    now = net.projection("exc").connectivity_matrix()
    assert found.values.shape == (20, net.projection("exc").nb_synapses)
    assert now[found.labels["post"], found.labels["pre"]].shape == (found.values.shape[1],)
    np.testing.assert_array_equal(found.values[-1], now[found.labels["post"], found.labels["pre"]].astype(np.float32))


def test_a_silent_population_is_told(net):
    """Oracle: three neurons that did not spike, recorded all the time."""
    found = spikes(net)["silent.spike"]
    assert (found.recorded.tolist(), found.times.size, found.intervals) == ([0, 1, 2], 0, ((0, 400),))
    assert [x.size for x in found.trains] == [0, 0, 0]


def test_nothing_is_forgotten(net):
    """Oracle: the second reading."""
    assert recordings_of(net).signals[0].values.size == recordings_of(net).signals[0].values.size > 0


def test_a_period_that_changes_cuts_a_signal():
    """Oracle: the periods that were set, 1 and 4 ms; every sample is told."""
    net = snn.Network(dt=1.0, seed=1)
    monitor = net.monitor(net.create(2, snn.LeakyIntegrator, name="P"), "r")
    net.compile()
    net.simulate(6.0)
    monitor.period = 4.0
    net.simulate(10.0)
    (found,) = recordings_of(monitor).signals
    assert [(s.first, s.every, len(s.values)) for s in found.stretches] == [(1, 1, 6), (9, 4, 2)]
    assert found.times.tolist() == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 9.0, 13.0]


def described(period=None, seed=1):
    net = snn.Network(dt=0.5, seed=seed)
    cells = net.create(8, snn.Izhikevich(i_offset=10.0, noise=3.0), name="cells")
    net.monitor(cells[[5, 1, 6]], ["spike", "v"], period=period, period_offset=1.0 if period else None, name="part")
    return net


@pytest.mark.parametrize("period", [None, 2.0])
def test_records_of_a_run_are_those_of_a_network(period):
    """Oracle: the monitor of a network that runs as long from the same seed, to the bit."""
    net = described(period)
    sim = net.compile()
    _, records = sim.run(*sim.init(1), 50.0)
    net.simulate(50.0)
    of_run, of_net = (signals(records, sim)["part.v"], signals(net)["part.v"])
    np.testing.assert_array_equal(of_run.values, of_net.values)
    np.testing.assert_array_equal(of_run.times, of_net.times)
    np.testing.assert_array_equal(of_run.labels["rank"], of_net.labels["rank"])
    of_run, of_net = (spikes(records, net)["part.spike"], spikes(net)["part.spike"])
    for name in ("times", "ranks", "recorded", "intervals"):
        np.testing.assert_array_equal(getattr(of_run, name), getattr(of_net, name))
    assert of_run.times.size > 3
    later = recordings_of(records, sim, start=50.0)
    np.testing.assert_array_equal(later.spikes[0].times, of_net.times + 50.0)
    np.testing.assert_array_equal(later.signals[0].times, signals(net)["part.v"].times + 50.0)


def test_units_and_names():
    """Oracle: what was given, by variable and by monitor; the fingerprint of the network."""
    net = described()
    net.compile()
    net.simulate(5.0)
    assert signals(net, units={"v": "V", "part.v": "mV"})["part.v"].unit == "mV"
    assert recordings_of(net).about["fingerprint"] == net.fingerprint()
    with pytest.raises(UnknownNameError, match=r"nothing that was recorded is called `w`. Known names: part.v, v"):
        recordings_of(net, units={"w": "mV"})
    with pytest.raises(ArgumentError, match=r"`units\['v'\]` is a text, not 3"):
        recordings_of(net, units={"v": 3})


def test_what_cannot_be_told(net):
    """Each message says what was given and what to do."""
    sim = net.simulation
    with pytest.raises(ArgumentError, match=r"a network, `open_records\(...\)`, or the records of"):
        recordings_of(3)
    with pytest.raises(ArgumentError, match="records are arrays alone: give `simulation`"):
        recordings_of({"part": {}})
    with pytest.raises(ArgumentError, match="`simulation` and `start` belong to records"):
        recordings_of(net, start=5.0)
    with pytest.raises(UnknownNameError, match="the network has no monitor `parts`. Did you mean `part`?"):
        recordings_of({"parts": {}}, sim)
    with pytest.raises(UnknownNameError, match="monitor `part` does not record `u`"):
        recordings_of({"part": {"u": np.zeros((3, 4))}}, sim)
    with pytest.raises(ShapeError, match=r"`part.v` has the shape \(2, 3, 4\), not \(n_steps, 4\): of a batch"):
        recordings_of({"part": {"v": np.zeros((2, 3, 4))}}, sim)
    with pytest.raises(ArgumentError, match="`weights.w`: records of synapses stand at places"):
        recordings_of({"weights": {"w": np.zeros((2, 3))}}, sim)
    with pytest.raises(ArgumentError, match="`start` is a time of whole steps of 0.5 ms, not 0.3"):
        recordings_of({"part": {"v": np.zeros((2, 4))}}, sim, start=0.3)
    with pytest.raises(StateError, match="nothing was recorded: call `simulate` first"):
        recordings_of({"part": {"v": np.zeros((0, 4))}}, sim)


def test_what_holds_nothing():
    """Each message says what to do."""
    net, other = snn.Network(seed=1), snn.Network(dt=0.5, seed=1)
    with pytest.raises(ArgumentError, match="the network has no monitor"):
        recordings_of(net)
    monitor = net.monitor(net.create(2, snn.LeakyIntegrator, name="P"), "r")
    with pytest.raises(StateError, match="exporting what was recorded before compile"):
        recordings_of(monitor)
    net.compile()
    with pytest.raises(StateError, match=r"`Monitor.get` forgets what it returns"):
        recordings_of(monitor)
    with_other_step = other.monitor(other.create(2, snn.LeakyIntegrator, name="P"), "r")
    other.compile()
    with pytest.raises(ArgumentError, match="belong to networks with different `dt`"):
        recordings_of([monitor, with_other_step])
    net.simulate(3.0)
    with pytest.raises(ArgumentError, match=r"two recordings are called `P.r`"):
        recordings_of([monitor, monitor])
    net.time = 1.0
    net.simulate(2.0)
    with pytest.raises(StateError, match=r"time was set back while `P.r` was recorded"):
        recordings_of(monitor)
