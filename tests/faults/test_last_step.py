"""Many steps: the clock ends in an error, not in an overflow, and what is set back keeps its distances."""

import warnings

import jax
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError, JaxsnnWarning, StateError
from jaxsnn.step import FARTHEST, LAST_STEP


@pytest.fixture(scope="module")
def net():
    """Spikes on their way, event-driven synapses that remember, a table of inputs, a refractory period."""
    net = snn.Network(dt=1.0, seed=1)
    S = net.create(snn.inputs.SpikeSourceArray([[3.0, 9.0], [5.0, 12.0]]), name="S")
    P = net.create(2, snn.IF_curr_exp(tau_refrac=3.0), name="P")
    net.connect(S, P, "exc", snn.STP(tau_rec=50.0), name="stp").all_to_all(30.0, delays=4.0)
    net.monitor(P, ["v", "spike"], name="M")
    net.compile()
    return net


def trace(net, step):
    """Return 20 ms from the beginning, of which the last 12 are counted from another step."""
    net.reset(projections=True, reseed_rng=True)
    net.simulate(8.0)
    net.set_current_step(step)
    net.simulate(12.0)
    return net.get_monitor("M").get("v")


def test_the_last_step(net, tmp_path):
    """Oracle: the same steps counted from 8, and the limit that the error names."""
    expected = trace(net, 8)
    np.testing.assert_array_equal(trace(net, LAST_STEP - 12), expected)
    assert net.get_current_step() == LAST_STEP
    before = net.population("P").v
    for call in (lambda: net.simulate(1.0), net.step, lambda: net.simulate(10.0)):
        with pytest.raises(StateError, match="the last one that it counts, 2137483647"):
            call()
    np.testing.assert_array_equal(net.population("P").v, before)
    net.save(tmp_path / "late.npz")
    net.load(tmp_path / "late.npz")
    net.set_current_step(0)
    net.simulate(5.0)
    assert np.isfinite(net.population("P").v).all()


def test_the_clock_goes_back_from_the_last_step(net):
    """Oracle: the same steps without a change of the clock: events keep their distance, also those that never were."""
    expected = trace(net, 8)
    net.reset(projections=True, reseed_rng=True)
    net.simulate(8.0)
    net.set_current_step(LAST_STEP)
    net.set_current_step(0)
    net.simulate(12.0)
    np.testing.assert_array_equal(net.get_monitor("M").get("v"), expected)
    last = np.concatenate(jax.tree.leaves(net.state.last_events["stp"]))
    assert (last >= -FARTHEST).all() and (last <= 12).all()


def test_durations_and_clocks_that_are_too_long(net):
    for call in (
        lambda: net.simulate(1e300),
        lambda: net.simulate(2.2e9),
        lambda: net.set_current_step(2**31 - 3),
        lambda: net.set_time(float("nan")),
        lambda: net.set_time(1e300),
    ):
        with pytest.raises(ArgumentError, match=r"a network can do 2137483647|at most 2137483647|a finite number"):
            call()


def test_pure_runs(net):
    """Oracle: the error of `simulate`; while JAX traces, nobody knows the step."""
    sim, params, state = net.compile(), net.params, net.state
    late = jax.tree.map(lambda x: x, state)
    object.__setattr__(late, "step", np.int32(LAST_STEP - 2))
    sim.run(params, late, 2.0)
    with pytest.raises(StateError, match="the last one that it counts"):
        sim.run(params, late, 3.0)


def test_time_in_single_precision():
    """Oracle: float32 has 24 bits: up to step 2^23 all times differ, and from there on a warning says so, once."""
    net = snn.Network(dt=0.1, seed=1)
    P = net.create(1, snn.Neuron(equations="r = t"), name="P")
    net.compile()
    net.set_current_step(2**23 - 4)
    M = net.monitor(P, "r")
    net.simulate(0.3)
    values = M.get("r")[:, 0]
    assert (np.diff(values) > 0).all()
    np.testing.assert_allclose(values, 0.1 * (2**23 - 4 + np.arange(3.0)), atol=0.05)
    with pytest.warns(JaxsnnWarning, match="population `P` read the time itself, .* from step 8388608 on"):
        net.simulate(1.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        net.simulate(1.0)
