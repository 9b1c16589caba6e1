"""Bounded and tied parameters."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError, ShapeError, UnknownNameError
from jaxsnn.fitting._maps import Map, fitted_map
from jaxsnn.step import storage_of
from tests.fitting.test_fit import LIF, SOURCE

from ..cases import some

INTERVALS = [(1.0, None), (None, 40.0), (1.0, 100.0), (None, None), (0.0, 1e-3)]
VALUES = {(0.0, 1e-3): np.array([2e-4, 9.9e-4])}


@pytest.mark.slow
@pytest.mark.parametrize("bounds", INTERVALS)
def test_maps_are_what_they_say(double, bounds):
    """Oracle: the values before; the formulas of the docstring in NumPy; the derivative by central differences."""
    x = VALUES.get(bounds, np.array([1.5, 20.0, 39.9]))
    m = fitted_map("x", jnp.asarray(x), bounds)
    u = np.asarray(m.unbounded(jnp.asarray(x)))
    np.testing.assert_allclose(m.value(u, x), x, rtol=1e-12)
    softplus = lambda z: np.log1p(np.exp(z))  # noqa: E731
    low, high = bounds
    match low is None, high is None:
        case False, True:
            expected = low + np.mean(x - low) * softplus(u)
        case True, False:
            expected = high - np.mean(high - x) * softplus(-u)
        case False, False:
            expected = low + (high - low) / (1 + np.exp(-u))
        case _:
            expected = u
    np.testing.assert_allclose(x, expected, rtol=1e-12)
    slope = jax.grad(lambda u: m.value(u, x).sum())(u)
    np.testing.assert_allclose(slope, (m.value(u + 1e-6, x) - m.value(u - 1e-6, x)) / 2e-6, rtol=1e-6)
    far = np.array([-60.0, 60.0])
    inside = np.asarray(m.value(far, np.broadcast_to(x[0], 2)))
    assert low is None or (inside >= low).all()
    assert high is None or (inside <= high).all()


def test_a_value_on_a_bound_stays_there():
    """Oracle: the value before, and a gradient of 0; the others move to where the loss wants them."""
    start = {"w": np.array([0.0, 0.5, 0.2], np.float32)}
    loss = lambda p: jnp.sum((p["w"] - 1.0) ** 2)  # noqa: E731
    result = snn.fit(
        loss, start, optax.chain(optax.add_decayed_weights(1e-6), optax.adam(0.1)), 200, bounds={"w": (0, None)}
    )
    np.testing.assert_allclose(result.params["w"], [0.0, 1.0, 1.0], atol=1e-3)
    assert result.params["w"][0] == 0.0


def test_bounds_hold_where_the_loss_pulls_beyond_them():
    """Oracle: the minimum of the loss on the intervals, their ends; without bounds, that of the loss."""
    loss = lambda p: (p["a"] - 9.0) ** 2 + (p["b"] + 9.0) ** 2 + (p["c"] - 9.0) ** 2  # noqa: E731
    start = {"a": 1.0, "b": 1.0, "c": 1.0}
    bounds = {"*": (0.0, None), "a": (None, 2.0), "c": (-np.inf, np.inf)}
    result = snn.fit(loss, start, optax.adam(0.3), 300, bounds=bounds)
    np.testing.assert_allclose([result.params[n] for n in "abc"], [2.0, 0.0, 9.0], atol=0.01)
    assert result.params["a"] <= 2.0 and result.params["b"] >= 0.0
    assert result.trained["a"] == result.params["a"]


def bounded_cell():
    """Return a network whose model states bounds, one of them by a constant."""
    neuron = snn.Neuron(
        parameters="""
            tau = 20.0 : min=1.0, max=longest
            v_thresh = 1.0 : population, min=0.0
            n = 3 : int, min=1
            v_r = 0.0
        """,
        equations="tau * dv/dt + v = 2.0 * v_thresh * n / 3",
        spike="v > v_thresh",
        reset="v = v_r",
    )
    synapse = snn.Synapse(parameters="gain = 1.0 : projection, max=5.0", pre_spike="g_target += gain * w")
    net = snn.Network(dt=1.0, seed=1)
    net.constant("longest", 50.0)
    cell = net.create(2, neuron, name="cell")
    source, target = net.create(1, SOURCE, name="source"), net.create(1, LIF, name="target")
    net.connect(source, target, "exc", synapse, name="proj").all_to_all(weights=1.0)
    net.monitor(cell, ["spike", "v"])
    return net


def test_models_state_bounds():
    """Oracle: the text. A run does not read them: values outside are allowed, as in ANNarchy."""
    net = bounded_cell()
    sim = net.compile()
    expected = {"cell.tau": (1.0, 50.0), "cell.v_thresh": (0.0, None), "proj.gain": (None, 5.0)}
    assert sim.bounds == expected
    state = sim.run(*sim.init(0, {"cell.tau": 300.0}), duration=1.0)[0]
    np.testing.assert_allclose(state.populations["cell"]["v"], 2.0 / 300.0, rtol=1e-6)


def test_bounds_of_a_model_reach_the_fit():
    """Oracle: the end of the interval that the text gives, where the loss pulls beyond it."""
    sim = bounded_cell().compile()
    params, state = sim.init(0)
    loss = lambda p: sim.run(p, state, duration=5.0)[1]["cell"]["v"].mean()  # noqa: E731
    result = snn.fit(loss, params, optax.adam(1.0), 40, trainable=["cell.tau"], bounds=sim.bounds)
    np.testing.assert_allclose(result.params.populations["cell"]["tau"], 50.0, rtol=1e-2)
    with pytest.raises(ArgumentError, match=r"`cell.tau` starts at 300, outside its bounds \(1, 50\)"):
        snn.fit(
            loss, sim.init(0, {"cell.tau": 300.0})[0], optax.adam(1.0), 40, trainable=["cell.tau"], bounds=sim.bounds
        )


def test_tied_parameters_have_one_value_and_their_gradients_add():
    """Oracle: the same loss of one parameter."""
    loss = lambda p: (p["a"] - 1.0) ** 2 + 3.0 * (p["b"] - 5.0) ** 2 + p["c"] ** 2  # noqa: E731
    start = {"a": np.float32(2.0), "b": np.float32(7.0), "c": np.float32(1.0)}
    result = snn.fit(loss, start, optax.sgd(0.05), 20, tied=[["a", "b"]])
    alone = snn.fit(
        lambda p: loss({"a": p["ab"], "b": p["ab"], "c": p["c"]}),
        {"ab": start["a"], "c": start["c"]},
        optax.sgd(0.05),
        20,
    )
    np.testing.assert_allclose(result.history, alone.history, rtol=1e-5)
    assert result.params["a"] == result.params["b"] and sorted(result.trained) == ["a", "b", "c"]
    np.testing.assert_allclose(result.params["a"], 4.0, atol=1e-3)


def test_a_group_keeps_the_bounds_of_all():
    """Oracle: the narrower end."""
    loss = lambda p: -p["x"]["tau"] - p["y"]["tau"]  # noqa: E731
    start = {"x": {"tau": 1.0}, "y": {"tau": 2.0}}
    fit = lambda **options: snn.fit(loss, start, optax.adam(0.5), 60, tied=["*.tau"], **options)  # noqa: E731
    result = fit(bounds={"x.tau": (0.0, 3.0), "y.tau": (0.5, 4.0)})
    np.testing.assert_allclose(result.params["y"]["tau"], 3.0, rtol=1e-2)
    with pytest.raises(ArgumentError, match=r"those of `x.tau`, `y.tau` are two numbers \(low, high\), low < high"):
        fit(bounds={"x.tau": (0.0, 3.0), "y.tau": (3.5, 4.0)})


START = {"a": {"tau": 1.0, "w": np.ones((2, 2))}, "b": {"tau": 2.0, "n": 3}}
MISTAKES = {
    "no such parameter": (
        {"bounds": {"a.taw": (0, 1)}},
        UnknownNameError,
        "`bounds`: no parameter matches `a.taw`. Did you mean",
    ),
    "no mapping": ({"bounds": [(0, 1)]}, ArgumentError, r"`bounds` are \(low, high\) by name, such as"),
    "no pair": (
        {"bounds": {"a.tau": 3.0}},
        ArgumentError,
        r"those of `a.tau` are two numbers \(low, high\), low < high, .* not 3.0",
    ),
    "wrong order": ({"bounds": {"a.tau": (3, 1)}}, ArgumentError, r"low < high, None for an open side, not \(3, 1\)"),
    "not a number": ({"bounds": {"a.tau": (float("nan"), 1)}}, ArgumentError, "low < high"),
    "outside": (
        {"bounds": {"b.tau": (3, None)}},
        ArgumentError,
        r"`b.tau` starts at 2, outside its bounds \(3, inf\): start inside",
    ),
    "on the bound": (
        {"bounds": {"a.w": (1, None)}},
        ArgumentError,
        r"`a.w` starts on a bound of \(1, inf\), from where it cannot move",
    ),
    "tied, not trained": (
        {"tied": [["a.tau", "b.n"]]},
        ArgumentError,
        "`tied`: `b.n` is not trained: add it to `trainable`",
    ),
    "tied twice": ({"tied": [["a.tau", "b.tau"], ["b.*u"]]}, ArgumentError, "`tied`: `b.tau` is in two groups"),
    "tied shapes": (
        {"tied": [["a.tau", "a.w"]]},
        ShapeError,
        r"one value cannot stand for `a.tau` \(\) float32, `a.w` \(2, 2\)",
    ),
    "tied name": (
        {"tied": [["a.tau", "b.taw"]]},
        UnknownNameError,
        "`tied`: no parameter matches `b.taw`. Did you mean `b.tau`?",
    ),
}


@pytest.mark.parametrize(("options", "error", "message"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes(options, error, message):
    with pytest.raises(error, match=message):
        snn.fit(lambda p: p["a"]["tau"], START, optax.sgd(0.1), 3, **options)


@pytest.mark.parametrize("bounds", [(50.0, 100.0), (None, 100.0)], ids=["two", "one"])
def test_a_fit_goes_on_from_one_that_ended_on_a_bound(bounds):
    """Oracle: the minimum of the loss, far from the bound."""
    options = {"bounds": {"a": bounds}}
    with pytest.warns(snn.errors.FitWarning, match="the start is on a bound, from where nothing moves.* `a` at 9"):
        second = snn.fit(lambda p: (p["a"] - 70.0) ** 2, {"a": jnp.float32(100.0)}, optax.adam(0.2), 200, **options)
    assert abs(float(second.params["a"]) - 70.0) < 0.1


def test_scale_follows_the_start():
    """Oracle: a factor of 1000 in the unit. A learning rate moves a bounded value by the same share of it."""

    def fit(unit):
        return snn.fit(lambda p: (p["x"] / unit - 3.0) ** 2, {"x": unit}, optax.sgd(0.1), 5, bounds={"x": (0, None)})

    np.testing.assert_allclose(fit(1000.0).history, fit(1.0).history, rtol=1e-4)
    assert fitted_map("x", jnp.float32(5.0), (0.0, None)) == Map(0.0, None, 5.0)


@pytest.mark.parametrize("storage", some(["dense", "rows"], 2))
def test_missing_synapses_stay_missing(storage):
    """Oracle: the value where there is no synapse, before and after; others move, and stay above their bound."""
    net = snn.Network(dt=1.0, seed=1)
    source = net.create(snn.inputs.PoissonPopulation(20, rates=100.0), name="source")
    cell = net.create(5, LIF, name="cell")
    weights = snn.Uniform(0.2, 0.5)
    net.connect(source, cell, "exc", name="exc", storage=storage).fixed_probability(0.3, weights=weights)
    net.monitor(cell, "v")
    sim = net.compile()
    params, state = sim.init(0)
    before = np.asarray(params.projections["exc"]["w"])
    loss = lambda p: jnp.mean((sim.run(p, state, duration=20.0)[1]["cell"]["v"] - 0.1) ** 2)  # noqa: E731
    result = snn.fit(loss, params, optax.adam(0.1), 5, trainable="exc.w", bounds={"exc.w": (0.0, None)})
    after = np.asarray(result.params.projections["exc"]["w"])
    link = sim.compiled.plans["exc"]
    exists = np.asarray(link.form.exists(storage_of(link, state)))
    assert 0 < exists.sum() < exists.size
    np.testing.assert_allclose(after[~exists], before[~exists], rtol=1e-6)
    assert storage == "rows" or (after[~exists] == 0.0).all()
    assert (after[exists] > 0.0).all() and (np.abs(after - before)[exists] > 1e-4).mean() > 0.5
