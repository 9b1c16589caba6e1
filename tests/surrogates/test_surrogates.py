"""Surrogates: formulas, supports, composed conditions, who chooses them, and the path through the reset."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn import surrogates
from jaxsnn.equations import Scope, distance, evaluate
from jaxsnn.errors import ArgumentError, UnknownNameError

from ..cases import some

D = np.array([-3.0, -1.0, -0.4, -0.1, 0.0, 0.05, 0.4, 1.0, 2.5])

# Formulas by hand, in NumPy, from the papers; those with a support write it as a condition.
FORMULAS = [
    (surrogates.fast_sigmoid(2.0), 1 / (1 + 2 * abs(D)) ** 2),
    (surrogates.fast_sigmoid(2.0, height=3.0), 3 / (1 + 2 * abs(D)) ** 2),
    (surrogates.super_spike(10.0), (10 * abs(D) + 1) ** -2.0),
    (surrogates.arctan(), 1 / (1 + (np.pi * D) ** 2)),
    (surrogates.arctan(alpha=4.0, height=2.0), 4 / 2 / (1 + (np.pi / 2 * 4 * D) ** 2)),
    (surrogates.gaussian(0.3), np.exp(-(D**2) / (2 * 0.09))),
    (surrogates.slayer(2.0, height=0.5), 0.5 * np.exp(-2 * abs(D))),
    (surrogates.triangle(0.5, height=0.3), 0.3 * np.where(abs(D) < 0.5, 1 - abs(D) / 0.5, 0)),
    (surrogates.rectangle(0.4), np.where(abs(D) <= 0.4, 1.0, 0.0)),
    (surrogates.custom(lambda d: jnp.cos(d), support=1.5), np.where(abs(D) <= 1.5, np.cos(D), 0.0)),
]
ALL = [s for s, _ in FORMULAS]


@pytest.mark.parametrize(("surrogate", "formula"), FORMULAS, ids=lambda x: getattr(x, "name", ""))
def test_formulas(double, surrogate, formula):
    """Oracle: the formula of the paper written in NumPy; forward, the flags themselves."""
    values, pullback = jax.vjp(lambda d: surrogate.spike(d > 0, d), jnp.asarray(D))
    np.testing.assert_array_equal(values, D > 0)
    np.testing.assert_allclose(pullback(jnp.ones(D.size))[0], formula, rtol=1e-12)


@pytest.mark.parametrize("surrogate", [s for s in ALL if np.isfinite(s.support)], ids=lambda s: s.name)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_compact_support_is_exact(double, surrogate, dtype):
    """Oracle: the definition of `support`: exactly zero one floating-point number beyond it, not before."""
    edge = dtype(surrogate.support)
    beyond = np.array([np.nextafter(edge, dtype(np.inf)), -np.nextafter(edge, dtype(np.inf)), 1e30], dtype)
    np.testing.assert_array_equal(jax.jit(surrogate.slope)(beyond), 0.0)
    assert (jax.jit(surrogate.slope)(np.array([0.99 * edge, -0.99 * edge], dtype)) > 0).all()


def test_what_has_no_support_is_nowhere_zero(double):
    """Oracle: the definition: an infinite support stands for a derivative that is nowhere zero."""
    for surrogate in (s for s in ALL if not np.isfinite(s.support)):
        assert (surrogate.slope(jnp.asarray(D)) > 0).all()


@pytest.mark.parametrize("surrogate", ALL, ids=lambda s: s.name)
def test_infinite_distances_have_no_slope(surrogate):
    """Oracle: zero, and zero again for the derivative of the slope: a refractory neuron is -inf away."""
    far = jnp.array([-jnp.inf, jnp.inf])
    np.testing.assert_array_equal(surrogate.slope(far), 0.0)
    np.testing.assert_array_equal(jax.grad(lambda d: surrogate.slope(d).sum())(far), 0.0)


def test_equal_constants_make_equal_surrogates():
    """Oracle: equality of dataclasses. What is equal shares what was compiled."""
    assert surrogates.arctan(2.0) == surrogates.by_name("arctan") != surrogates.arctan(3.0)
    assert hash(surrogates.triangle()) == hash(surrogates.by_name("triangle"))
    assert surrogates.fast_sigmoid(3.0) != surrogates.super_spike(3.0)  # other names
    assert set(surrogates.KNOWN) == {s.name.split("(")[0] for s in ALL} - {"custom"}


def test_mistakes_in_surrogates():
    with pytest.raises(ArgumentError, match="unknown surrogate `arktan`. Did you mean `arctan`"):
        surrogates.by_name("arktan")
    with pytest.raises(ArgumentError, match=r"a surrogate is a name such as 'arctan', or a `Surrogate`"):
        surrogates.by_name(lambda d: d)
    with pytest.raises(ArgumentError, match="`width` of the surrogate `triangle` is a finite number greater than 0"):
        surrogates.triangle(width=0.0)
    with pytest.raises(ArgumentError, match="`height` of the surrogate `arctan`"):
        surrogates.arctan(height=float("inf"))
    with pytest.raises(ArgumentError, match="takes a function of the distance to threshold, not 3"):
        surrogates.custom(3)
    with pytest.raises(ArgumentError, match=r"maps float32\[3\] to float32\[\]: it returns one slope for each"):
        surrogates.custom(lambda d: d.sum())
    with pytest.raises(ArgumentError, match="cannot be evaluated by JAX"):
        surrogates.custom(lambda d: np.exp(np.asarray(d)))
    with pytest.raises(ArgumentError, match="`support` of the surrogate `mine`"):
        surrogates.custom(jnp.cos, support=-1.0, name="mine")
    with pytest.raises(ArgumentError, match="`reach` is a finite number greater than 0"):
        surrogates.plot(reach=-1.0)


def test_plot_shows_every_surrogate():
    """Oracle: the curves are the slopes."""
    axes = surrogates.plot(["triangle", surrogates.slayer(3.0)], reach=1.0)
    assert [line.get_label() for line in axes.lines] == ["triangle(width=1)", "slayer(beta=3)"]
    x, y = axes.lines[1].get_data()
    np.testing.assert_allclose(y, np.exp(-3 * abs(x)), rtol=1e-5)
    assert len(surrogates.plot().lines) == len(surrogates.KNOWN)


# Composed conditions


INF = np.inf


def ab(condition, then, otherwise):
    return then if condition else otherwise


# Text, and its distance by hand from floats a, b, c and the boolean p.
CONDITIONS = [
    ("a > b", lambda a, b, c, p: a - b),
    ("a >= 2 * b", lambda a, b, c, p: a - 2 * b),
    ("a < b", lambda a, b, c, p: b - a),
    ("a <= b * c", lambda a, b, c, p: b * c - a),
    ("not (a > b)", lambda a, b, c, p: b - a),
    ("not a < b", lambda a, b, c, p: a - b),
    ("a > b and c < 1", lambda a, b, c, p: min(a - b, 1 - c)),
    ("a > b or c < 1", lambda a, b, c, p: max(a - b, 1 - c)),
    ("a > b and b > c and c > a", lambda a, b, c, p: min(a - b, b - c, c - a)),
    ("a > b or b > c or c > a", lambda a, b, c, p: max(a - b, b - c, c - a)),
    ("not (a > b and c < 1)", lambda a, b, c, p: max(b - a, c - 1)),  # De Morgan
    ("not (a > b or c < 1)", lambda a, b, c, p: min(b - a, c - 1)),
    ("(a > b and c > 0) or not (b > 1 or a < c)", lambda a, b, c, p: max(min(a - b, c), min(1 - b, a - c))),
    ("not (not (a > b))", lambda a, b, c, p: a - b),
    ("a > b and p", lambda a, b, c, p: a - b if p else -INF),
    ("a > b or p", lambda a, b, c, p: INF if p else a - b),
    ("a > b and not p", lambda a, b, c, p: -INF if p else a - b),
    ("p", lambda a, b, c, p: ab(p, INF, -INF)),
    ("a == b", lambda a, b, c, p: ab(a == b, INF, -INF)),
    ("a != b and c > 0", lambda a, b, c, p: ab(a != b, c, -INF)),
    ("if p: a > b else: c > b", lambda a, b, c, p: ab(p, a - b, c - b)),
    ("above(a, b) and p", lambda a, b, c, p: ab(p, a - b, -INF)),
    ("a", lambda a, b, c, p: ab(a != 0, INF, -INF)),
]


def analysed(text):
    neuron = snn.Neuron(
        parameters="p = True", equations="a = a ; b = b ; c = c", spike=text, functions="above(x, y) = x > y"
    )
    return neuron.analysed.spike


@pytest.mark.parametrize(("text", "by_hand"), some(CONDITIONS, 2), ids=[t for t, _ in CONDITIONS])
def test_distance_of_composed_conditions(double, text, by_hand):
    """Oracle: the distance by hand, its central differences, and the truth of the condition, which is its sign."""
    node = analysed(text)
    draw = np.random.default_rng(0)
    for values in draw.normal(size=(6, 3)):
        for p in (True, False):

            def of(values, p=p):
                return distance(node, Scope({"a": values[0], "b": values[1], "c": values[2], "p": p}))

            found, expected = of(jnp.asarray(values)), by_hand(*values, p)
            np.testing.assert_allclose(found, expected, rtol=1e-12)
            truth = evaluate(node, Scope(dict(zip("abc", values, strict=True)) | {"p": p}))
            assert bool(truth) is bool(found > 0)
            steps = 1e-6 * np.eye(3)
            finite = np.isfinite(expected)
            slopes = [(by_hand(*(values + h), p) - by_hand(*(values - h), p)) / 2e-6 if finite else 0.0 for h in steps]
            np.testing.assert_allclose(jax.grad(lambda v: of(v) * 1.0)(jnp.asarray(values)), slopes, atol=1e-8)


TWO_CONDITIONS = snn.Neuron(
    parameters="a = 0.0 ; b = 0.0 ; armed = True",
    equations="v = a ; u = b",
    spike="armed and (v > 1.0 or u < -0.5)",
    reset="v = 0.0",
    surrogate=surrogates.gaussian(0.7),
)


def test_composed_condition_in_a_network(double):
    """Oracle: the chain rule by hand, for one step: the gradient goes to what is nearest to deciding."""
    net = snn.Network(dt=1.0, seed=1)
    P = net.create(4, TWO_CONDITIONS, name="P")
    P.a, P.b, P.armed = [0.4, 1.2, 0.4, 0.4], [0.5, 0.5, -0.6, 0.5], [True, True, True, False]
    net.monitor(P, "spike")
    sim = net.compile()
    params, state = sim.init(0)

    def spikes(params):
        return sim.run(params, state, duration=1.0)[1]["P"]["spike"].sum()

    value, gradient = jax.value_and_grad(spikes)(params)
    assert value == 2
    slope = lambda d: np.exp(-(d**2) / (2 * 0.49))  # noqa: E731
    np.testing.assert_allclose(gradient.populations["P"]["a"], [slope(0.6), slope(0.2), 0, 0], rtol=1e-12)
    np.testing.assert_allclose(gradient.populations["P"]["b"], [0, 0, -slope(0.1), 0], rtol=1e-12)


# Who chooses

CELL = snn.Neuron(parameters="I = 0.4", equations="v += I", spike="v > 1.0", reset="v = 0.0", name="cell")


def chosen_network(**options):
    net = snn.Network(dt=1.0, seed=1, **options)
    for name, own in (("A", None), ("B", surrogates.slayer(2.0))):
        cells = net.create(1, CELL, name=name, surrogate=own)
        net.monitor(cells, "spike")
    return net


def slopes_of(sim, **options):
    """Return dS/dI of A and B after one step, where d = I - 1 = -0.6."""
    params, state = sim.init(0)

    def spikes(params):
        records = sim.run(params, state, duration=1.0, **options)[1]
        return records["A"]["spike"].sum() + records["B"]["spike"].sum()

    gradients = jax.grad(spikes)(params).populations
    return [float(gradients[name]["I"].sum()) for name in "AB"]


@pytest.fixture(scope="module")
def plain_choice():
    return chosen_network().compile()


FAST, SLAYER = 1 / 1.6**2, np.exp(-1.2)
ARCTAN, TRIANGLE = 1 / (1 + (0.6 * np.pi) ** 2), 0.4


def test_population_before_network_before_model(plain_choice):
    """Oracle: the formulas by hand; the default of the model, the choice of B, the choice of the network."""
    np.testing.assert_allclose(slopes_of(plain_choice), [FAST, SLAYER], rtol=1e-6)
    with_arctan = chosen_network(surrogate="arctan").compile()
    np.testing.assert_allclose(slopes_of(with_arctan), [ARCTAN, SLAYER], rtol=1e-6)


def test_run_and_simulation_before_all(plain_choice):
    """Oracle: the formulas by hand; the simulation itself stays what it was."""
    np.testing.assert_allclose(slopes_of(plain_choice, surrogate="triangle"), [TRIANGLE, TRIANGLE], rtol=1e-6)
    only_a = plain_choice.with_surrogate("arctan", "A")
    np.testing.assert_allclose(slopes_of(only_a), [ARCTAN, SLAYER], rtol=1e-6)
    np.testing.assert_allclose(slopes_of(plain_choice), [FAST, SLAYER], rtol=1e-6)
    assert plain_choice.with_surrogate(surrogates.arctan(2.0), ["A"]) is only_a
    assert plain_choice.with_surrogate() is plain_choice
    assert "surrogate arctan(alpha=2)" in only_a.summary()


def looped(surrogate, reset):
    """Return two populations that excite each other, forth by synapses with delays, back by the same synapses."""
    cell = snn.Neuron(parameters="I = 0.4", equations="v += I + g_exc - 0.1 * v", spike="v > 1.0", reset="v = 0.0")
    net = snn.Network(dt=1.0, seed=1, surrogate=surrogate, differentiable_reset=reset)
    A, B = (net.create(3, cell, name=name) for name in "AB")
    forth = net.connect(A, B, "exc", name="forth").all_to_all(weights=snn.Uniform(0.0, 0.3), delays=2.0)
    net.transpose(forth, "exc").connect()
    net.monitor(B, "spike")
    return net.compile()


@pytest.mark.slow
def test_with_surrogate_is_the_network_that_was_made_with_it(double):
    """Oracle: another surface: the same network with the surrogate from the beginning."""
    made, changed = looped("arctan", True), looped("slayer", False).with_surrogate("arctan", differentiable_reset=True)

    def gradient(sim):
        params, state = made.init(0)
        return jax.grad(lambda p: sim.run(p, state, duration=15.0)[1]["B"]["spike"].sum())(params)

    expected, found = gradient(made), gradient(changed)
    assert np.abs(expected.projections["forth"]["w"]).max() > 0.1
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-12), found, expected)


def test_with_surrogate_compiles_once(plain_choice, compilations):
    """Oracle: JAX's own count: a second run with an equal surrogate compiles nothing."""
    params, state = plain_choice.init(0)
    plain_choice.run(params, state, 3.0, surrogate="gaussian")
    compilations.count = 0
    plain_choice.run(params, state, 3.0, surrogate=surrogates.gaussian())
    assert compilations.count == 0


def test_inputs_keep_their_derivative(double):
    """Oracle: the straight-through derivative, dt / 1000 per Hz; a population that is named takes the other."""
    net = snn.Network(dt=1.0, seed=1, surrogate="arctan", differentiable_reset=True)
    noise = net.create(snn.inputs.PoissonPopulation(3, rates=400.0), name="noise")
    net.create(1, CELL, name="A")
    net.monitor(noise, "spike")
    sim = net.compile()
    params, state = sim.init(0)

    def gradient(sim):
        count = lambda p: sim.run(p, state, duration=1.0)[1]["noise"]["spike"].sum()  # noqa: E731
        return jax.grad(count)(params).populations["noise"]["rates"].sum()

    np.testing.assert_allclose(gradient(sim), 0.003, rtol=1e-12)
    np.testing.assert_allclose(gradient(sim.with_surrogate("triangle")), 0.003, rtol=1e-12)
    assert gradient(sim.with_surrogate("triangle", "noise")) < 0.0029


def test_mistakes_in_choices(plain_choice):
    with pytest.raises(UnknownNameError, match="no population `AA`. Did you mean `A`"):
        plain_choice.with_surrogate("arctan", "AA")
    with pytest.raises(ArgumentError, match="unknown surrogate `arctn`. Did you mean `arctan`"):
        plain_choice.with_surrogate("arctn")
    with pytest.raises(ArgumentError, match="`differentiable_reset` is True or False, not 'carry'"):
        plain_choice.with_surrogate(differentiable_reset="carry")
    with pytest.raises(ArgumentError, match="`differentiable_reset` is True or False, not 1"):
        snn.Network(differentiable_reset=1)
    rate = snn.Neuron(equations="r = 1.0")
    with pytest.raises(ArgumentError, match="belong to spiking neurons"):
        snn.Network().create(1, rate, surrogate="arctan")
    net = snn.Network()
    net.create(1, rate, name="R")
    with pytest.raises(ArgumentError, match="population `R` is rate-coded: it has no spikes"):
        net.compile().with_surrogate("arctan", "R")


# The path through the reset

SLOPE = surrogates.gaussian(0.4)
RESETTING = snn.Neuron(
    parameters="tau = 8.0 ; I = 1.6 ; jump = 0.3 ; low = -0.2",
    equations="tau * dv/dt = I - v - u ; 20.0 * du/dt = -u",
    spike="v > 1.0",
    reset="v = low ; u += jump * v + 0.5",
    refractory=2.0,
    surrogate=SLOPE,
)
STEPS = 30


def resetting(differentiable):
    net = snn.Network(dt=1.0, seed=1)
    P = net.create(2, dataclasses.replace(RESETTING, differentiable_reset=differentiable), name="P")
    P.I = [1.6, 2.5]
    net.monitor(P, ["v", "u", "spike"])
    return net.compile()


@jax.custom_jvp
def spike_by_hand(v):
    return (v > 1.0).astype(v.dtype)


@spike_by_hand.defjvp
def _(primals, tangents):
    return spike_by_hand(*primals), jnp.exp(-((primals[0] - 1.0) ** 2) / (2 * 0.16)) * tangents[0]


def loop_by_hand(p, carries):
    """Return traces of v, u and spikes: the neuron above as a loop, `x + s (new - x)` at its reset."""

    def step(carry, _):
        v, u, left = carry
        free = left == 0
        dv, du = (p["I"] - v - u) / p["tau"], -u / 20.0
        v, u = jnp.where(free, v + dv, v), jnp.where(free, u + du, u)
        s = jnp.where(free, spike_by_hand(v), 0.0)
        gate = s if carries else jax.lax.stop_gradient(s)
        v = v + gate * (p["low"] - v)
        u = u + gate * (p["jump"] * v + 0.5)
        return (v, u, jnp.where(s > 0, 2, jnp.maximum(left - 1, 0))), (v, u, s)

    return jax.lax.scan(step, (jnp.zeros(2), jnp.zeros(2), jnp.zeros(2, int)), length=STEPS)[1]


WEIGHTS = np.random.default_rng(3).normal(size=(3, STEPS, 2))


def weighted(traces):
    return sum((w * x).sum() for w, x in zip(WEIGHTS, traces, strict=True))


@pytest.mark.parametrize("carries", [False, True])
def test_reset_path(double, carries):
    """Oracle: the neuron as a loop by hand with `x + s (new - x)`, where the gradient of s is stopped or not."""
    sim = resetting(carries)
    params, state = sim.init(0)
    mine = params.populations["P"]

    def total(p):
        records = sim.run(dataclasses.replace(params, populations={"P": p}), state, duration=float(STEPS))[1]["P"]
        traces = [records[name] for name in ("v", "u", "spike")]
        return weighted(traces), traces

    def total_by_hand(p):
        traces = loop_by_hand(p, carries)
        return weighted(traces), traces

    by_hand = {name: jnp.broadcast_to(mine[name], (2,)) for name in ("tau", "I", "jump", "low")}
    gradient, found = jax.grad(total, has_aux=True)(mine)
    reference, expected = jax.jit(jax.grad(total_by_hand, has_aux=True))(by_hand)
    assert found[2].sum() > 4
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12)
    for name, value in reference.items():
        np.testing.assert_allclose(np.sum(gradient[name]), np.sum(value), rtol=1e-8, err_msg=name)


def test_reset_path_changes_no_number():
    """Oracle: the run without it, bit for bit."""
    stopped = resetting(False)
    params, state = stopped.init(0)
    carried = stopped.with_surrogate(differentiable_reset=True)
    runs = [sim.run(params, state, duration=float(STEPS)) for sim in (stopped, carried)]
    jax.tree.map(np.testing.assert_array_equal, runs[0][1], runs[1][1])
    jax.tree.map(np.testing.assert_array_equal, runs[0][0].populations, runs[1][0].populations)
