"""`fit_trace`: parameters of a neuron from a trace with spikes."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError, ShapeError, UnknownNameError
from jaxsnn.fitting import fit_trace
from jaxsnn.fitting.traces._nudge import held_loss
from jaxsnn.fitting.traces._recorded import read_recording
from jaxsnn.fitting.traces._trace_fit import coincidences

DT, STEPS = 0.5, 200
TRUE = {"P.tau": 10.0, "P.R": 1.2}
BOUNDS = {"P.tau": (3.0, 30.0), "P.R": (0.3, 3.0)}
CELL = snn.Neuron("tau = 10.0 ; R = 1.2 ; I = 0.0", "tau * dv/dt = R * I - v", spike="v > 1.0", reset="v = 0.0")


def described() -> snn.Network:
    """Return a leaky integrate-and-fire neuron with a current that follows a table, and two neurons beside it."""
    net = snn.Network(dt=DT, seed=0)
    current = 1.2 + np.sin(np.arange(STEPS) / 10)
    P = net.create(1, CELL, name="P", tables={"I": snn.inputs.Table(current)})
    net.create(2, CELL, name="two")
    net.monitor(P, ["v", "spike"], name="M")
    net.compile()
    net.simulate(STEPS * DT)
    return net


@pytest.fixture(scope="module")
def recorded():
    """Return the simulation, the recorded potential and the steps of the spikes."""
    net = described()
    M = net.get_monitor("M")
    return net.compile(), M.get("v")[:, 0], np.array(M.get("spike")[0])


def loss_of(recorded, **changed):
    sim, v, spikes = recorded
    given = {"noise": 0.1, "around": 0.0, "ceiling": None} | changed
    params, state = sim.init(0)
    return held_loss(sim, params, state, read_recording(sim, "P", "v", v, spikes, **given))


def test_loss_while_held(recorded):
    """Oracle: the recurrence in a loop: Euler's step, the recorded reset, the error, the pull."""
    _, v, spikes = recorded
    current, x, errors = 1.2 + np.sin(np.arange(STEPS) / 10), 0.0, []
    for k in range(STEPS):
        x += DT / 14.0 * (0.9 * current[k] - x)
        x = 0.0 if k in spikes else x
        errors.append(np.log1p(((x - v[k]) / 0.1) ** 2) if k not in spikes else 0.0)
        x = min(x, v.max())
        x += (1.0 - np.exp(-0.3 * DT)) * (v[k] - x)
    assert len(spikes) > 5
    found = loss_of(recorded)({"P.tau": jnp.asarray(14.0), "P.R": jnp.asarray(0.9)}, 0.3)
    assert float(found) == pytest.approx(np.sum(errors) / (STEPS - len(spikes)), rel=1e-4)


@pytest.mark.slow
def test_loss_vanishes_at_the_truth(recorded):
    """Oracle: the parameters behind the recording; the loss has a minimum there whatever the coupling."""
    loss = loss_of(recorded)
    for coupling in (0.0, 1.0):
        value, slope = jax.value_and_grad(loss)({n: jnp.asarray(x) for n, x in TRUE.items()}, coupling)
        assert float(value) < 1e-6 and max(abs(float(x)) for x in slope.values()) < 1e-2


@pytest.mark.slow
def test_parameters_come_back(recorded):
    """Oracle: the parameters behind the recording, and its spikes, from starts at random within wide bounds."""
    sim, v, spikes = recorded
    noisy = v + 0.02 * np.random.default_rng(0).standard_normal(STEPS)
    found = fit_trace(sim, "P", noisy, spikes, BOUNDS, noise=0.02, candidates=64, starts=3, steps=40, tolerance=1.0)
    for name, value in TRUE.items():
        assert found.values[name] == pytest.approx(value, rel=0.03)
        assert found.starts[name].shape == (3,)
    assert found.hits == found.recorded == len(spikes) == len(found.spikes)
    np.testing.assert_allclose(found.trace[: spikes[0]], v[: spikes[0]], atol=0.03)
    assert f"{found.hits} of {found.recorded} spikes" in str(found) and "P.tau = " in str(found)
    assert found.history.shape == (3 * 41,)


def test_coincidences():
    """Oracle: pairs counted by hand."""
    assert coincidences(np.array([5, 10]), np.array([], int), 3) == 0
    assert coincidences(np.array([5, 10]), np.array([8, 9]), 3) == 2
    assert coincidences(np.array([5, 10]), np.array([1, 14]), 3) == 0


MISTAKES = {
    "population": ({"population": "Q"}, UnknownNameError, "no population `Q`"),
    "several": ({"population": "two"}, ArgumentError, "`two` is one neuron that spikes, not 2"),
    "variable": ({"variable": "u"}, UnknownNameError, "`P` has no variable `u`"),
    "values": ({"values": np.zeros((3, 2))}, ShapeError, r"`values` are finite numbers \(n_steps,\).* shape \(3, 2\)"),
    "spikes": ({"spikes": [500]}, ArgumentError, "`spikes` are steps of the recording, integers from 0 to 199"),
    "times": ({"spikes": [10.5]}, ArgumentError, "`spikes` are steps"),
    "bounds": ({"bounds": 3}, ArgumentError, r"`bounds` are \(low, high\) by name"),
    "open": ({"bounds": {"P.tau": (1.0, None)}}, ArgumentError, "those of `P.tau` are open"),
    "unknown": ({"bounds": {"P.x": (1.0, 2.0)}}, UnknownNameError, "P.x"),
    "couplings": ({"couplings": [-1.0]}, ArgumentError, "`couplings` are numbers of 1/ms, at least 0"),
    "around": ({"around_spikes": 1e6}, ArgumentError, "leaves no sample of the recording"),
}


@pytest.mark.parametrize(("changed", "error", "message"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes(recorded, changed, error, message):
    sim, v, spikes = recorded
    given = {"population": "P", "values": v, "spikes": spikes, "bounds": BOUNDS} | changed
    with pytest.raises(error, match=message):
        fit_trace(sim, **given)
