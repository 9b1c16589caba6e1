"""Functions that users define: in equations, from Python, with constants and conditionals."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings

import jaxsnn as snn
from jaxsnn.equations import (
    Context,
    NeuronTexts,
    Scope,
    analyse_neuron,
    call,
    define_functions,
    evaluate,
    parse_expression,
)
from jaxsnn.errors import ArgumentError, EquationError, UnknownAttributeError, UnknownNameError

from .running import Lone, run
from .test_parse import CONDITIONALS, POINTS, text_of

FUNCTIONS = """
    sigmoid(x) = 1.0 / (1.0 + exp(-x))
    gated(x, y) = if x > y: sigmoid(x - y)   # calls the one above
        else: if x < -y: -1.0
        else: y^2 : double, double, double
    none() = 3.0 ; scaled(x) = tau * x
"""
X = np.array([-2.0, -0.5, 0.25, 1.0, 3.0])


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def gated(x, y):
    return np.where(x > y, sigmoid(x - y), np.where(x < -y, -1.0, y**2))


@pytest.fixture
def net():
    net = snn.Network(dt=1.0)
    net.constant("tau", 4.0)
    net.add_function(FUNCTIONS)
    return net


def test_functions_are_called_from_python(net, double):
    """Oracle: NumPy. Arguments are numbers or arrays that broadcast; the network need not be compiled."""
    np.testing.assert_allclose(net.function("sigmoid")(X), sigmoid(X), rtol=1e-14)
    np.testing.assert_allclose(net.function("gated")(X[:, None], np.abs(X)), gated(X[:, None], np.abs(X)), rtol=1e-14)
    assert net.function("scaled")(2) == 8.0 and net.function("none")() == 3.0
    assert isinstance(net.function("sigmoid")(0.0), np.ndarray)
    net.add_function("one(x) = 1")
    np.testing.assert_array_equal(net.function("one")(X), np.ones(len(X)))


def test_functions_of_a_model_are_methods_of_its_populations(net, double):
    """Oracle: NumPy; they may use constants and functions of the network."""
    neuron = snn.Neuron(equations="r = f(t, 2)", functions="f(x, y) = sigmoid(x) * y + tau\nsecond(x) = f(x, x)")
    P = net.create(2, neuron, name="P")
    assert P.functions == ["f", "second"]
    np.testing.assert_allclose(P.f(X, 2.0), sigmoid(X) * 2.0 + 4.0, rtol=1e-14)
    np.testing.assert_allclose(P[:1].second(X), sigmoid(X) * X + 4.0, rtol=1e-14)
    net.compile()
    np.testing.assert_allclose(P.f(X, 2.0), sigmoid(X) * 2.0 + 4.0, rtol=1e-14)


def test_unknown_functions_and_wrong_numbers_of_arguments(net):
    with pytest.raises(UnknownNameError, match="no function `sigmoyd`. Did you mean `sigmoid`?"):
        net.function("sigmoyd")
    with pytest.raises(ArgumentError, match="`gated` takes 2 arguments, 1 given"):
        net.function("gated")(X)
    P = net.create(1, snn.Neuron(equations="r = f(1)", functions="f(x) = x"))
    with pytest.raises(UnknownAttributeError, match="no attribute `g`"):
        P.g(1.0)


def test_functions_everywhere(net, double):
    """Oracle: NumPy; in an ODE, an increment, a bound, an initial value, a parameter, a condition and a reset."""
    neuron = snn.Neuron(
        parameters="p = scaled(0.5)",
        equations="""
            dv/dt = scaled(1) - v : init=none(), max=scaled(2)
            w += gated(t, 2)
        """,
        spike="gated(v, 3.5) > 0.5",
        reset="v = sigmoid(w)",
    )
    P = net.create(1, neuron, name="P")
    M = net.monitor(P, ["v", "w", "spike"])
    net.compile()
    net.simulate(6.0)
    v, w, rows, spikes = 3.0, 0.0, [], []
    for t in range(6):
        v, w = min(v + (4.0 - v), 8.0), w + gated(t, 2.0)
        if gated(v, 3.5) > 0.5:
            v = sigmoid(w)
            spikes.append(t)
        rows.append((v, w))
    np.testing.assert_allclose(np.column_stack([M.get("v"), M.get("w")]), rows, rtol=1e-14)
    assert M.get("spike") == {0: spikes} and P.p.tolist() == [2.0]


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(CONDITIONALS)
def test_a_call_is_its_body(tree):
    """Oracle: the body itself, with the arguments in the place of their names: the same bits."""
    text, names = text_of(tree), {name: jnp.asarray(x) for name, x in POINTS.items()}
    own = define_functions(f"f(flag, b, a) = {text}", Context())
    texts = NeuronTexts("", "r = 0 ; a = 0 ; b = 0 ; flag = 0 ; x = f(flag, b, a)")
    model = analyse_neuron(texts, context=Context((), own))
    found = evaluate(model.updates[-1].expression, Scope(dict(names)))
    np.testing.assert_array_equal(found, evaluate(parse_expression(text), Scope(dict(names))))
    np.testing.assert_array_equal(call(own[0], (names["flag"], names["b"], names["a"]), {}), found)


def test_arguments_hide_everything(double):
    """Oracle: by hand. In a body `tau` is the constant, an argument of that name comes first, attributes never."""
    neuron = snn.Neuron(
        parameters="tau = 100.0",
        equations="r = tau + body(1) + argument(1)\nconstant_of_the_language = shadow(2)",
        functions="body(x) = tau * x\nargument(tau) = 10 * tau\nshadow(E) = E",
    )
    found = run({"P": Lone(neuron)}, 1, constants={"tau": 4.0})["P"]
    assert found["r"].tolist() == [[100.0 + 4.0 + 10.0]]
    assert found["constant_of_the_language"].tolist() == [[2.0]]


def test_a_function_may_take_the_place_of_a_built_in():
    """Oracle: by hand; its own body sees the built-in. A strict network refuses it."""
    net = snn.Network(dt=1.0, strict=False)
    model = snn.Neuron(equations="r = sin(0.0) + sqrt(4)", functions="sin(x) = sin(x) + 5")
    with pytest.warns(snn.JaxsnnWarning, match="`sin` is a function of the equation language"):
        P = net.create(1, model)
    net.compile()
    net.simulate(1.0)
    assert P.r.tolist() == [7.0]


def test_types_behind_a_colon_are_accepted():
    """Oracle: the same functions without them."""
    typed, plain = (define_functions(f"f(x, y) = x + y{end}", Context()) for end in (" : float, double, int", ""))
    assert typed == plain


def test_arguments_hide_words_of_the_language(net):
    """Oracle: the formula; a published model calls its arguments `v`, `t` and `s`."""
    net.add_function("nmda(v, t, s) = ((v - t) / s)^2 ; times(dt, i) = dt * i")
    np.testing.assert_allclose(net.function("nmda")(5.0, 1.0, 2.0), 4.0)
    np.testing.assert_allclose(net.function("times")(3.0, 4.0), 12.0)


def test_a_function_of_the_network_that_comes_later_is_unknown(net):
    """A model is read in the surroundings of its population's creation."""
    neuron = snn.Neuron(equations="r = later(t)")
    with pytest.raises(EquationError, match="unknown function `later`"):
        net.create(1, neuron)
    net.add_function("later(x) = 2 * x")
    net.create(1, neuron)


@pytest.mark.parametrize("definition", [3, None, ["f(x) = x"]])
def test_a_definition_is_a_text(net, definition):
    with pytest.raises(ArgumentError, match="`functions` is a text in the equation language"):
        net.add_function(definition)


def test_gradients_flow_through_functions(double):
    """Oracle: the derivative by hand: sigmoid' = s (1 - s)."""
    (function,) = define_functions("f(x) = 1 / (1 + exp(-a * x))", Context(("a",)))
    for x in (-1.0, 0.0, 2.0):
        s = sigmoid(1.5 * x)
        found = jax.grad(lambda y: call(function, (y,), {"a": 1.5}))(x)
        np.testing.assert_allclose(found, 1.5 * s * (1 - s), rtol=1e-12)
