"""Fitting: known parameters are found again, and gradients are those of finite differences."""

import dataclasses
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError, FitError, FitWarning, UnknownNameError
from jaxsnn.fitting import named_leaves, replaced
from tests.conftest import acceptance

SOURCE = snn.Neuron(parameters="period = 7.0", equations="n += 1", spike="n >= period", reset="n = 0")
LIF = snn.Neuron(
    parameters="tau = 20.0 ; tau_g = 5.0 ; v_thresh = 1.0",
    equations="tau_g * dg_exc/dt = -g_exc ; tau * dv/dt + v = g_exc",
    spike="v > v_thresh",
    reset="v = 0.0",
    refractory=2.0,
)


def lif_simulation():
    """Return a LIF neuron that one regular source drives."""
    net = snn.Network(dt=0.5, seed=0)
    source, cell = net.create(1, SOURCE, name="source"), net.create(1, LIF, name="cell")
    source.period = 20.0
    net.connect(source, cell, target="exc", name="input").one_to_one(weights=1.0)
    net.monitor(cell, ["v", "spike"])
    return net.compile()


def trace_of(sim):
    _, state = sim.init(jax.random.key(0))

    def trace(params):
        return sim.run(params, state, duration=60.0)[1]["cell"]["v"][:, 0]

    return trace


def with_values(sim, tau, w):
    params, _ = sim.init(jax.random.key(0), {"cell.tau": tau, "input.w": np.full((1, 1), w)})
    return params


@pytest.mark.parametrize(("w", "n_spikes"), [(0.7, 0), (2.0, 5)])
def test_lif_gradient_is_that_of_finite_differences(double, w, n_spikes):
    """Oracle: central differences in float64, below threshold and with spikes, which the step is too small to move."""
    sim = lif_simulation()
    trace = trace_of(sim)
    target = trace(with_values(sim, 12.0, 1.1 * w))

    def loss(params):
        return jnp.mean((trace(params) - target) ** 2)

    params, state = with_values(sim, 15.0, w), sim.init(jax.random.key(0))[1]
    spikes = sim.run(params, state, duration=60.0)[1]["cell"]["spike"]
    assert (spikes.sum() > 0) == (n_spikes > 0)
    gradients = named_leaves(jax.grad(loss)(params))
    for name in ("cell.tau", "cell.tau_g", "input.w"):
        leaf, h = named_leaves(params)[name], 1e-6

        def shifted(by, name=name, leaf=leaf):
            return loss(replaced(params, {name: leaf + by}))

        expected = (shifted(h) - shifted(-h)) / (2 * h)
        assert abs(expected) > 1e-6
        np.testing.assert_allclose(gradients[name].sum(), expected, rtol=1e-5)


def test_lif_parameters_are_recovered():
    """Oracle: the parameters that made the membrane trace (below threshold, where the loss has one minimum)."""
    sim = lif_simulation()
    trace = trace_of(sim)
    target = trace(with_values(sim, 12.0, 0.7))
    result = snn.fit(
        lambda params: jnp.mean((trace(params) - target) ** 2),
        with_values(sim, 20.0, 0.4),
        optax.adam(optax.exponential_decay(0.2, 200, 0.5)),
        steps=600,
        trainable=["cell.tau", "input.w"],
    )
    np.testing.assert_allclose(result.trained["cell.tau"], 12.0, rtol=1e-3)
    np.testing.assert_allclose(result.trained["input.w"], [[0.7]], rtol=1e-3)
    assert result.loss < 1e-8 < 1e-3 < result.history[0]
    assert result.params.populations["cell"]["tau_g"] == 5.0


@pytest.mark.slow
def test_recurrent_gain_meets_a_rate():
    """Oracle: the mean rate at the gain that defined the target, over the same eight seeds.

    Gradients go through surrogate spikes of the recurrent network: without them the rate does not depend on the gain.
    """
    sim = acceptance(snn.Network(dt=1.0, seed=1), n=100)[0].compile()
    keys = jax.random.split(jax.random.key(1), 8)

    def rate(gain, key):
        params, state = sim.init(key)
        projections = {name: {"w": gain * p["w"]} for name, p in params.projections.items()}
        records = sim.run(replace(params, projections=projections), state, duration=100.0)[1]
        return 1000.0 * records["P"]["spike"].mean()

    mean_rate = jax.jit(lambda gain: jax.vmap(rate, (None, 0))(gain, keys).mean())
    target = mean_rate(6.0)
    optimizer = optax.chain(optax.clip(1.0), optax.adam(0.3))
    result = snn.fit(lambda p: (mean_rate(p["gain"]) / target - 1.0) ** 2, {"gain": 1.0}, optimizer, steps=60)
    assert mean_rate(1.0) < 0.7 * target
    assert abs(mean_rate(result.params["gain"]) / target - 1) < 0.02
    assert abs(result.params["gain"] - 6.0) < 0.6
    assert np.abs(result.gradient_norm).min() > 0


def test_names_of_parameters():
    sim = lif_simulation()
    params, _ = sim.init(jax.random.key(0))
    assert sorted(named_leaves(params)) == [
        *("cell.refractory", "cell.tau", "cell.tau_g", "cell.v_thresh", "input.w", "source.period"),
    ]


def test_patterns_choose_what_is_trained():
    """Oracle: the parameters before. Only what matches moves."""
    params = {"a": {"x": 1.0, "y": 2.0}, "b": {"x": 3.0}}
    loss = lambda p: sum(v**2 for v in jax.tree.leaves(p))  # noqa: E731
    result = snn.fit(loss, params, optax.sgd(0.1), steps=3, trainable=["a.*"])
    assert sorted(result.trained) == ["a.x", "a.y"]
    assert result.params["b"]["x"] == 3.0 and result.params["a"]["y"] < 2.0
    with pytest.raises(UnknownNameError, match=r"no parameter matches `a.z`. Did you mean `a."):
        snn.fit(loss, params, optax.sgd(0.1), steps=3, trainable=["a.z"])
    with pytest.raises(ArgumentError, match="`n` is not a floating-point parameter"):
        snn.fit(lambda p: p["x"], {"n": 3, "x": 1.0}, optax.sgd(0.1), steps=3, trainable=["n"])
    with pytest.raises(ArgumentError, match="`steps` is an integer, at least 1"):
        snn.fit(loss, params, optax.sgd(0.1), steps=0)


def test_history_and_best():
    """Oracle: gradient descent on x^2 by hand; a step too large shows that the best is kept, not the last."""
    with pytest.warns(FitWarning, match="no step was better than the start"):
        result = snn.fit(lambda p: p["x"] ** 2, {"x": 1.0}, optax.sgd(1.25), steps=2)
    np.testing.assert_allclose(result.history, [1.0, 2.25, 5.0625], rtol=1e-6)
    np.testing.assert_allclose(result.gradient_norm, [2.0, 3.0, 4.5], rtol=1e-6)
    assert result.loss == 1.0 and result.params["x"] == 1.0


def test_a_loss_that_is_not_finite_stops():
    with pytest.raises(FitError, match="the loss is not finite at step 1.*`diagnose` at its `params`") as caught:
        snn.fit(lambda p: jnp.log(p["x"]), {"x": 1.0}, optax.sgd(2.0), steps=5)
    assert caught.value.result.params["x"] == 1.0
    assert caught.value.params["x"] == -1.0


def test_progress_bar(capfd):
    snn.fit(lambda p: p["x"] ** 2, {"x": 1.0}, optax.sgd(0.1), steps=3, progress=True)
    assert "fit: 100%" in capfd.readouterr().err


@pytest.mark.parametrize("surrogate", [snn.surrogates.fast_sigmoid(2.0), snn.surrogates.triangle(3.0)])
def test_surrogates_are_what_they_say(double, surrogate):
    """Oracle: the definition: the step function forward, the surrogate's formula backward."""
    neuron = dataclasses.replace(LIF, surrogate=surrogate)
    assert neuron.surrogate_function is surrogate
    d = jnp.array([-5.0, -0.5, 0.0, 0.25, 2.0])
    values, pullback = jax.vjp(lambda d: surrogate.spike(d > 0, d), d)
    np.testing.assert_array_equal(values, [0, 0, 0, 1, 1])
    formula = {
        "fast_sigmoid(beta=2)": 1 / (1 + 2 * np.abs(d)) ** 2,
        "triangle(width=3)": np.maximum(0, 1 - np.abs(d) / 3),
    }
    np.testing.assert_allclose(pullback(jnp.ones(5))[0], formula[surrogate.name], rtol=1e-12)
    with pytest.raises(ArgumentError, match="unknown surrogate `fast_sigmoit`. Did you mean `fast_sigmoid`?"):
        snn.Neuron(equations="v = 1", spike="v > 0", surrogate="fast_sigmoit")
