"""Late in a run single precision knows no single step of `t`: what is counted in steps loses nothing by it."""

import warnings

import jax.numpy as jnp
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import JaxsnnWarning
from jaxsnn.step import LAST_STEP
from jaxsnn.step._clock import time_of

LATE = 2**25 + 3  # 0.1 ms each: times of single precision are 0.25 ms apart
DELAYS = np.array([[0.1, 0.4], [0.5, 0.2]])
CELL = snn.Neuron(
    parameters="tau = 3.0",
    equations="""
        tau * dv/dt = 2.0 - v + g_exc
        tau * dg_exc/dt = -g_exc
        since = t - t_last
        fresh = if t_last - t > -0.85: 1.0 else: 0.0
    """,
    spike="(v > 1.0) and (t > t_last)",
    reset="v = 0.0",
    refractory=0.7,
)
TRACE = snn.Synapse(
    equations="""
        2.0 * da/dt = -a : event-driven
        b = exp((t_pre - t) / 5.0)
        c = exp((t_post - t) / 5.0) : postsynaptic
        d = t_pre - t_post
    """,
    pre_spike="g_target += w * b ; a += 1.0 ; w += 0.1 * exp((t_post - t) / 3.0) * a",
    post_spike="w -= if t_post >= t_pre: 0.1 * exp((t_pre - t) / 3.0) else: 0.1",
)


@pytest.fixture(scope="module")
def net():
    net = snn.Network(dt=0.1, seed=1)
    S = net.create(snn.inputs.SpikeSourceArray([[0.3, 0.9, 2.2], [0.5, 1.2]]), name="S")
    A = net.create(snn.inputs.TimedArray(np.arange(30.0)[:, None], schedule=0.2, period=3.0), name="A")
    P = net.create(2, CELL, name="P")
    net.connect(S, P, "exc", TRACE, name="own").from_matrix(np.full((2, 2), 0.7), delays=DELAYS)
    net.connect(S, P, "exc", snn.STP(tau_rec=5.0), name="stp").all_to_all(0.7, delays=0.4)
    net.monitor(P, ["v", "since", "fresh", "spike"], name="P")
    net.monitor(net.projection("own"), ["a", "b", "c", "d", "w"], name="own")
    net.monitor(A, "r", name="A")
    net.compile()
    return net


def trace(net, step):
    """Return 8 ms of records, and the steps of calls, of which all but the first 0.5 ms are counted from a step."""
    net.reset(projections=True, synapses=True, reseed_rng=True)
    net.clear_all_callbacks()
    net.simulate(0.5)
    net.set_current_step(step)
    calls = []
    net.every(0.3, wait=0.1)(lambda count: calls.append(net.get_current_step() - step))
    net.simulate(7.5)
    records = {m: net.get_monitor(m).get() for m in ("P", "own", "A")}
    spikes = {i: np.asarray(x) - (step - 5) * (np.asarray(x) >= step) for i, x in records["P"].pop("spike").items()}
    return records, spikes, calls


@pytest.mark.parametrize("step", [LATE, LAST_STEP - 100])
def test_steps_are_not_lost(net, step):
    """Oracle: the run counted from step 5: decay, delays, refractory periods, tables, callbacks, time differences."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # nothing reads a time but in differences
        (records, spikes, calls), (late, late_spikes, late_calls) = trace(net, 5), trace(net, step)
    for monitor, own in records.items():
        for name, values in own.items():
            np.testing.assert_array_equal(late[monitor][name], values, err_msg=f"{monitor}.{name}")
    assert {i: x.tolist() for i, x in late_spikes.items()} == {i: x.tolist() for i, x in spikes.items()}
    assert len(spikes[0]) > 3 and late_calls == calls == list(range(1, 75, 3))


def test_the_fixture_reads_times(net):
    """Oracle: by hand: neither is constant, so that the comparison above is one of numbers that change."""
    records, spikes, _ = trace(net, LATE)
    since = np.diff(records["P"]["since"][:, 0])
    np.testing.assert_allclose(since[since > 0], 0.1, rtol=1e-3)  # the first spike ever is long ago
    assert set(records["P"]["fresh"][:, 0]) == {0.0, 1.0}
    assert np.unique(np.asarray(records["own"]["b"])).size > 10
    assert np.diff(spikes[0]).min() >= 8  # 7 steps of rest and one of integration


@pytest.mark.parametrize("dt", [0.1, 0.025, 1.0, 1.0 / 3.0])
def test_t_is_the_nearest_number(dt):
    """Oracle: NumPy's product in double precision, rounded once."""
    steps = np.random.default_rng(1).integers(0, LAST_STEP, 10_000).astype(np.int32)
    times = np.asarray(time_of(jnp.asarray(steps), dt, jnp.float32))
    np.testing.assert_array_equal(times, (steps * dt).astype(np.float32))


def test_t_in_equations():
    """Oracle: that of `get_time`, rounded once; a text that reads the time itself is named, a difference is not."""
    net = snn.Network(dt=0.1, seed=1)
    P = net.create(1, snn.Neuron(equations="x = t", spike="x < 0.0"), name="P")
    Q = net.create(1, snn.Neuron(equations="x = t - t_last + g_exc", spike="x < 0.0"), name="Q", stop_condition="x > t")
    net.connect(P, Q, "exc", snn.Synapse(pre_spike="g_target += w * sin(t_pre)"), name="sine").all_to_all(1.0)
    net.compile()
    net.set_current_step(LATE)
    with pytest.warns(JaxsnnWarning, match="population `P`, population `Q`, projection `sine` read the time itself"):
        net.simulate(0.1)
    assert P.x[0] == np.float32(LATE * 0.1)
