"""Neurons for learning: LIF, CubaLIF, ALIF and the readout LI."""

from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError
from jaxsnn.surrogates import arctan

STEPS, WEIGHT = 120, 0.45
SPIKES = (np.random.default_rng(0).random(STEPS) < 0.4).astype(float)
MODELS = {"LIF": snn.LIF, "CubaLIF": snn.CubaLIF, "ALIF": snn.ALIF, "LI": snn.LI}
WEIGHTS = {"LIF": WEIGHT, "CubaLIF": 8 * WEIGHT, "ALIF": WEIGHT, "LI": -WEIGHT}


@cache
def compiled() -> snn.Simulation:
    """Return one neuron of each model, fed by one spike train."""
    net = snn.Network(dt=1.0, seed=0)
    source = net.create(snn.inputs.SpikeRaster(SPIKES[:, None]), name="source")
    for name, model in MODELS.items():
        cell = net.create(1, model(bias=0.1), name=name)
        net.connect(source, cell, target="exc", name=f"to_{name}").all_to_all(weights=WEIGHTS[name])
        net.monitor(cell, ["v"] if name == "LI" else ["v", "spike"])
    return net.compile()


@cache
def recorded() -> dict:
    """Return what the four neurons do."""
    records = compiled().run(*compiled().init(0), float(STEPS))[1]
    return jax.tree.map(lambda x: np.asarray(x[:, 0]), records)


def recurrence(weight: float, tau_a: float = np.inf, beta: float = 0.0, threshold: float = 1.0):
    """Return v and spikes of the recurrence of Bellec et al. (2020): decay, input, spike, minus the threshold."""
    v, a, vs, spikes = 0.0, 0.0, [], []
    for x in np.append(0.0, SPIKES[:-1]):
        a, v = a * np.exp(-1.0 / tau_a), 0.1 + np.exp(-1.0 / 20.0) * (v - 0.1) + weight * x
        spikes.append(v > threshold + beta * a)
        v, a = (v - threshold, a + 1.0) if spikes[-1] else (v, a)
        vs.append(v)
    return np.array(vs), np.array(spikes)


@pytest.mark.parametrize(
    ("name", "constants"),
    [("LIF", {}), ("ALIF", {"tau_a": 200.0, "beta": 0.2}), ("LI", {"threshold": np.inf})],
)
def test_recurrence(name, constants):
    """Oracle: the recurrence, in a loop; the input arrives one step after it is emitted."""
    v, spikes = recurrence(WEIGHTS[name], **constants)
    np.testing.assert_allclose(recorded()[name]["v"], v, atol=2e-6)
    if name != "LI":
        assert spikes.sum() > 5
        np.testing.assert_array_equal(recorded()[name]["spike"] > 0.5, spikes)


def test_synaptic_current():
    """Oracle: the exact solution of v for a current that is constant in a step, in a loop."""
    v, g, vs = 0.0, 0.0, []
    for x in np.append(0.0, SPIKES[:-1]):
        g += WEIGHTS["CubaLIF"] * x
        v, g = 0.1 + g + np.exp(-1.0 / 20.0) * (v - 0.1 - g), g * np.exp(-1.0 / 5.0)
        v -= float(v > 1.0)
        vs.append(v)
    np.testing.assert_allclose(recorded()["CubaLIF"]["v"], vs, atol=2e-5)
    assert recorded()["CubaLIF"]["spike"].sum() > 5


def test_adaptation_makes_intervals_longer():
    """Oracle: the same neuron without adaptation has more spikes."""
    assert recorded()["ALIF"]["spike"].sum() < recorded()["LIF"]["spike"].sum()


def test_readout_has_true_gradients(double):
    """Oracle: central differences; the readout has no spike, so no surrogate."""
    net = snn.Network(dt=1.0, seed=0)
    source = net.create(snn.inputs.SpikeRaster(SPIKES[:20, None]), name="source")
    readout = net.create(2, snn.LI(bias=0.2), name="readout")
    net.connect(source, readout, target="exc", name="exc").all_to_all(weights=0.5)
    net.monitor(readout, "v")
    sim = net.compile()
    state = sim.init(0)[1]

    @jax.jit
    def output(tau, bias, w):
        params = sim.init(0, {"readout.tau_m": tau, "readout.bias": bias, "exc.w": w})[0]
        return sim.run(params, state, 20.0)[1]["readout"]["v"].sum()

    x = (jnp.array([10.0, 20.0]), jnp.array([0.1, 0.2]), jnp.array([[0.5, -0.5]]))
    slopes = jax.grad(output, argnums=(0, 1, 2))(*x)
    for k, slope in enumerate(slopes):
        moved = [tuple(v + sign * 1e-5 if i == k else v for i, v in enumerate(x)) for sign in (1, -1)]
        np.testing.assert_allclose(slope.sum(), (output(*moved[0]) - output(*moved[1])) / 2e-5, rtol=1e-6)


def test_arguments():
    """Oracle: the signature; every parameter has one value per neuron."""
    for model in MODELS.values():
        assert not any(a.shared for a in model().analysed.attributes)
    assert snn.ALIF(surrogate="arctan").surrogate_function == arctan()
    with pytest.raises(ArgumentError, match="`tau_a` is a number other than 0"):
        snn.ALIF(tau_a=0.0)
    assert {*MODELS.values()} < {*snn.list_standard_neurons()}
