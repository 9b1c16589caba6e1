"""Monitors: what they sample and when, all forms of reading, statistics and pictures."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn import analysis
from jaxsnn.errors import ArgumentError, StateError, UnknownNameError
from jaxsnn.recording._buffer import BUFFER_BYTES

RAMP = snn.Neuron(equations="r = t\nm = t : population\nn += 1 : int\nb = t > 2.0 : bool")
COUNTER = snn.Neuron(equations="v += 1.0", spike="v >= 4.0", reset="v = 0.0")


def ramps(dt=1.0, geometry=3, **options):
    net = snn.Network(dt=dt, seed=1)
    P = net.create(geometry, RAMP, name="P")
    return net, P, net.monitor(P, "r", **options)


def counters(n=3):
    net = snn.Network(seed=1)
    P = net.create(n, COUNTER, name="P")
    P.v = np.arange(n) % 4
    return net, P, net.monitor(P, ["spike", "v"])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("period", "offset", "dt", "times"),
    [
        (5.0, None, 1.0, [0, 5, 10, 15, 20]),
        (5.0, 3.0, 1.0, [3, 8, 13, 18]),
        (None, None, 1.0, list(range(23))),
        (1.5, 0.5, 0.5, [0.5, 2.0, 3.5, 5.0, 6.5, 8.0, 9.5, 11.0]),
        (100.0, None, 1.0, [0]),
        (100.0, 50.0, 1.0, []),
    ],
)
def test_periods(period, offset, dt, times):
    """Oracle: r = t. The same samples whether the network runs in one piece, in many, or in steps."""
    for parts in ([23], [1, 1, 7, 4, 10], [2] * 11 + [1]):
        net, _, M = ramps(dt, period=period, period_offset=offset)
        net.compile()
        for n in parts:
            net.simulate(n * dt)
        np.testing.assert_allclose(M.get("r")[:, 0], times)


def test_periods_beside_each_other():
    """Oracle: r = t, for monitors of one population with periods of their own, over many record buffers."""
    net, P, every = ramps(geometry=BUFFER_BYTES // 4 // 64)  # a buffer holds at most 64 steps
    tens, spikes = net.monitor(P[:2], ["r", "n", "b"], period=10.0), net.monitor(P[1], "r", period=7.0)
    net.compile()
    net.simulate(205.0)
    assert every.get("r").shape[0] == 205
    data = tens.get()
    np.testing.assert_array_equal(data["r"], np.repeat(np.arange(0, 205, 10.0)[:, None], 2, 1))
    assert data["n"][:, 0].tolist() == list(range(1, 206, 10)) and data["b"][:2, 0].tolist() == [False, True]
    np.testing.assert_array_equal(spikes.get("r")[:, 0], np.arange(0, 205, 7.0))


def test_a_period_counts_from_the_creation_of_the_monitor():
    """Oracle: r = t."""
    net, P, _ = ramps()
    net.compile()
    net.simulate(3.0)
    late = net.monitor(P, "r", period=5.0)
    net.simulate(12.0)
    assert late.get("r")[:, 0].tolist() == [3, 8, 13]
    late.period = 2.0
    assert late.period == 2.0
    net.simulate(4.0)
    assert late.get("r")[:, 0].tolist() == [15, 17]
    late.period_offset = 1.0
    net.simulate(4.0)
    assert late.get("r")[:, 0].tolist() == [20, 22] and late.period_offset == 1.0


def test_periods_in_replicas_and_pure_functions():
    """Oracle: r = t in replicas; the rows of every step at offset, offset + period ... in `sim.run`."""
    net, _P, M = ramps(period=4.0, period_offset=1.0)
    sim = net.compile()

    def run(net, duration):
        net.simulate(duration)
        net.simulate(3.0)
        return net.get(M).get("r")[:, 0].tolist()

    replicas = net.parallel_run(run, 3, duration=[2.0, 6.0, 15.0])
    assert replicas == [[1], [1, 5], [1, 5, 9, 13, 17]]
    assert sim.run(*sim.init(0), duration=11.0)[1]["P"]["r"][:, 0].tolist() == [1, 5, 9]
    swept = snn.sweep(sim, {"P.m": np.zeros(3)}, duration=11.0)
    assert swept["P"]["r"][:, :, 0].tolist() == [[1, 5, 9]] * 3


def test_pause_and_resume():
    """Oracle: r = t."""
    net, _P, M = ramps(start=False)
    net.compile()
    net.simulate(2.0)
    M.start()
    net.simulate(2.0)
    M.pause()
    net.simulate(3.0)
    M.resume()
    net.simulate(1.0)
    assert M.times() == {"r": {"start": [2, 7], "stop": [4, None]}}
    assert M.get("r")[:, 0].tolist() == [2, 3, 7] and M.times() == {"r": {"start": [2, 7], "stop": [4, 8]}}
    M.start(["n"], period=2.0)
    net.simulate(4.0)
    assert M.variables == ["r", "n"]
    assert {k: v[:, 0].tolist() for k, v in M.get().items()} == {"r": [8, 10], "n": [9, 11]}
    M.reset()
    M.stop()
    net.simulate(1.0)
    with pytest.raises(UnknownNameError, match="the network has no monitor `P`"):
        M.get()


def test_spikes_around_a_pause():
    """Oracle: a neuron that spikes every 4 steps; rates count the time that was recorded."""
    net, _P, M = counters(2)
    net.compile()
    net.simulate(8.0)
    M.pause()
    net.simulate(8.0)
    M.resume()
    net.simulate(8.0)
    assert M.get("spike", keep=True) == {0: [3, 7, 19, 23], 1: [2, 6, 18, 22]}
    assert M.mean_fr() == 250.0
    assert M.get("spike") == {0: [], 1: []}


def test_forms_of_reading():
    """Oracle: r = t, and the shapes that ANNarchy gives."""
    net, P, M = ramps(geometry=(2, 3))
    N = net.monitor(P, ["r", "m", "n"])
    V = net.monitor(P[:, 1], "r")
    net.compile()
    net.simulate(4.0)
    assert M.get("r", keep=True).shape == (4, 6) and M.get(keep=True)["r"].shape == (4, 6)
    assert M.get("r", keep=True, reshape=True).shape == (4, 2, 3)
    assert M.get(["r"], keep=True).keys() == {"r"} and M.get("r", keep=True, force_dict=True).keys() == {"r"}
    assert M.size_in_bytes() == 4 * 6 * 4
    assert M.get("r").shape == (4, 6) and M.get("r").shape == (0, 6) and M.size_in_bytes() == 0
    data = N.get(["m", "n"])
    assert data["m"].tolist() == [0, 1, 2, 3] and data["n"].dtype == np.int32
    assert N.get("r").shape == (4, 6) and N.get()["m"].shape == (0,)
    assert V.get("r").shape == (4, 2) and V.get("r", reshape=True).shape == (0, 2)


def test_names_without_spaces():
    net = snn.Network()
    P = net.create(1, snn.Neuron(equations="r = sum(exc)"), name="P")
    M = net.monitor(P, "sum( exc )")
    net.compile()
    net.simulate(2.0)
    assert M.variables == ["sum(exc)"] and M.get(" sum(exc) ").tolist() == [[0.0], [0.0]]


def test_monitor_mistakes():
    net, P, M = ramps()
    for options, message in [
        ({"period": 0.1}, "at least one step of 1 ms, not 0.1 ms"),
        ({"period": 5.0, "period_offset": 5.0}, "within the period of 5 ms, not at 5.0 ms"),
        ({"period_offset": 1.0}, "within the period of 1 ms"),
    ]:
        with pytest.raises(ArgumentError, match=message):
            net.monitor(P, "r", **options)
    with pytest.raises(UnknownNameError, match="`q` is not a variable of the model"):
        net.monitor(P, "q")
    net.monitor(P, "sum(exc)")
    with pytest.raises(UnknownNameError, match=r"`sum\(exc\)` is not a variable of the model"):
        net.compile()
    net, P, M = ramps()
    net.compile()
    with pytest.raises(UnknownNameError, match="does not record `v`. Known names: r."):
        M.get("v")
    with pytest.raises(UnknownNameError, match="`q` is not a variable"):
        M.start(["q"])
    assert M.variables == ["r"]

    def change(net):
        net.get(M).period = 3.0

    with pytest.raises(snn.errors.ReplicaError) as caught:
        net.parallel_run(change, 2)
    assert isinstance(caught.value.__cause__, StateError)


def test_statistics():
    """Oracle: the pure functions on the spike dictionary; reading forgets the spikes, an argument does not."""
    net, _P, M = counters(3)
    net.compile()
    net.simulate(5.0)
    M.get("spike")
    net.simulate(30.0)
    spikes = M.get("spike", keep=True)
    for name, arguments in {
        "raster_plot": {},
        "histogram": {"bins": 2.0},
        "inter_spike_interval": {},
        "coefficient_of_variation": {},
    }.items():
        expected = getattr(analysis, name)(spikes, **arguments)
        np.testing.assert_array_equal(getattr(M, name)(spikes, **arguments), expected)
        net.simulate(0.0)
        np.testing.assert_array_equal(getattr(snn, name)(spikes, **arguments), expected)
    rate = M.population_rate()
    np.testing.assert_array_equal(rate, analysis.population_rate(spikes, start=5, stop=36))
    assert rate.shape == (31,) and M.population_rate().shape == (1,)
    net.simulate(40.0)
    spikes = M.get("spike", keep=True)
    np.testing.assert_array_equal(M.smoothed_rate(smooth=5.0), analysis.smoothed_rate(spikes, 5.0, 1.0, 35, 75))
    net.simulate(40.0)
    np.testing.assert_array_equal(M.inter_spike_interval(), np.full(27, 4.0))


def test_pictures():
    """Oracle: the data of the lines that were drawn; nothing is forgotten."""
    net, P, M = counters(2)
    tens = net.monitor(P, "v", period=10.0)
    net.compile()
    net.simulate(20.0)
    raster, v, sampled = M.plot(), M.plot("v"), tens.plot()
    times, ranks = M.raster_plot()
    np.testing.assert_array_equal(raster.lines[0].get_xydata(), np.stack([times, ranks], 1))
    np.testing.assert_array_equal(v.lines[1].get_xydata()[:, 0], np.arange(1, 21))
    np.testing.assert_array_equal(v.lines[1].get_ydata(), M.get("v")[:, 1])
    np.testing.assert_array_equal(sampled.lines[0].get_xdata(), [1.0, 11.0])
    assert v.get_ylabel() == "v" and raster.get_xlabel() == "time (ms)"
    plt.close("all")


def test_mean_rate_of_spikes_that_were_read():
    """Oracle: the spikes that were read before, and their duration."""
    net = snn.Network(dt=1.0, seed=1)
    net.create(snn.inputs.PoissonPopulation(100, rates=50.0), name="P")
    M = net.monitor(net.get_population("P"), "spike")
    net.compile()
    net.simulate(100.0)
    spikes = M.get("spike")
    assert M.mean_fr(spikes) == pytest.approx(sum(map(len, spikes.values())) / 100 / 0.1)
    with pytest.raises(StateError, match="a monitor forgets what it returns: read once, `spikes = M.get"):
        M.mean_fr()
