"""What `xi` means in the language: who has the name, who shares a noise, where it may stand."""

import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import EquationError

from .running import rate, run

SIZE, STEPS = 4000, 25


def within(equations: str, parameters: str = "", constants: dict[str, float] | None = None):
    """Return the model as a network sees it: alone, a model does not know whether `xi` is one of its constants."""
    net = snn.Network()
    for name, value in (constants or {}).items():
        net.constant(name, value)
    return net.create(1, snn.Neuron(parameters, f"{equations}\nr = 0.0"))


def test_who_shares_a_noise():
    """Oracle: one path for one name, also under another method; independent paths, of variance t, for other names and
    neurons (4 standard errors); one path in all where a variable has one value."""
    model = "da/dt = xi_1\ndb/dt = xi_1 : rk4\ndc/dt = xi_2\ndd/dt = 3.0 * xi_a - 3.0 * xi_a"
    found = run({"P": rate(model, size=SIZE), "one": rate("de/dt = xi : population\ndf/dt = e", size=2)}, STEPS, dt=0.2)
    a, b, c, d = (found["P"][name][-1] for name in "abcd")
    np.testing.assert_allclose(b, a, rtol=1e-5, atol=1e-6)
    assert np.all(np.abs(d) < 1e-4)
    assert abs(np.corrcoef(a, c)[0, 1]) < 4 / np.sqrt(SIZE)
    for x in (a, c):
        assert abs(np.var(x) / (STEPS * 0.2) - 1.0) < 4 * np.sqrt(2 / SIZE)
    f = found["one"]["f"]
    assert found["one"]["e"].shape == (STEPS,) and np.std(f[:, 0]) > 0.0
    np.testing.assert_array_equal(f[:, 0], f[:, 1])


def test_noise_beside_bounds():
    """Oracle: the equation without bounds, whose noise is the same; a bound cuts off what the step has computed.

    In a few of these neurons the term of second order, which is 0.004 at most, decides whether x comes to the bound.
    """
    step = "d{0}/dt = {0} * xi_1 / (1.0 + {0}**2) : init=0.5, milstein"
    model = "\n".join([step.format("x"), f"{step.format('y')}, max=0.6", f"{step.format('z')}, min=-1e9"])
    found = run({"P": rate(model, size=2000)}, 5, dt=0.1)["P"]
    np.testing.assert_allclose(found["z"], found["x"], rtol=1e-6)
    np.testing.assert_allclose(found["y"][0], np.minimum(found["x"][0], 0.6), rtol=1e-6)
    assert np.any(found["y"][0] < 0.6) and np.any(found["x"][0] > 0.6)


def test_who_has_the_name():
    """Oracle: x = 2 t: a parameter, a variable and a constant of the network hide the noise."""
    models = {
        "parameter": rate("dx/dt = xi", "xi = 2.0"),
        "variable": rate("xi_1 = 2.0\ndx/dt = xi_1"),
        "constant": rate("dx/dt = xi_c"),
    }
    found = run(models, 3, constants={"xi_c": 2.0})
    for name in models:
        assert found[name]["x"][-1, 0] == 6.0, name


MISTAKES = {
    "m = xi": "stands in an ODE.*Normal",
    "dx/dt = -x : max=xi": "stands in an ODE",
    "dx/dt = xi\ndy/dt = xi": "`xi` stands in two equations.*`xi_1` and `xi_2`",
    "dx/dt = xi_1 : population\ndy/dt = xi_1": "have not as many values each",
    "dx/dt = xi**2": "sums and multiples.*not a power",
    "dx/dt = xi_1 * xi_2": "product of two",
    "xi * dx/dt = -x": "sums and multiples",
    "dx/dt = x * xi : rk4": "`rk4` solves equations to which white noise is added; here `x` multiplies it.*heun",
    "dx/dt = x * xi : exponential": "`exponential` solves equations to which white noise is added",
    "dx/dt = -x * xi : exact": "`exact` solves equations to which white noise is added",
    "(1 + x) * dx/dt = xi : midpoint": "here `x` multiplies it",
    "dx/dt = y * xi_1 : milstein\ndy/dt = xi_2 : milstein": "here `y`, which has noise too.*explicit.*heun",
    "dx/dt = x * xi_1 + xi_2 : milstein": "both `xi_1` and `xi_2` stand in this equation",
}


@pytest.mark.parametrize("equations", MISTAKES)
def test_mistakes(equations):
    with pytest.raises(EquationError, match="(?s)" + MISTAKES[equations]):
        within(equations)


def test_mistakes_elsewhere():
    net, spiking = snn.Network(), {"equations": "dv/dt = -v + xi", "reset": "v = 0.0"}
    with pytest.raises(EquationError, match="stands in an ODE"):
        net.create(1, snn.Neuron(**spiking, spike="v > xi"))
    with pytest.raises(EquationError, match="make `xi` an argument"):
        net.create(1, snn.Neuron(**spiking, spike="v > 1.0", functions="f(x) = x + xi"))
    P = net.create(1, snn.Neuron(**spiking, spike="v > 1.0"))
    with pytest.raises(EquationError, match="event-driven equation"):
        net.connect(P, P, "exc", snn.Synapse(equations="dx/dt = -x + xi : event-driven", pre_spike="g_target += x"))


@pytest.mark.parametrize("equations", ["dx/dt = y * xi : milstein\ndy/dt = -y : milstein", "dx/dt = x * xi : heun"])
def test_what_may_multiply_noise(equations):
    within(equations)


def test_noise_in_synapses():
    """Oracle: a Wiener process has the variance t, whether its equations run at each step or, over as long a step, at
    every fourth; 4 standard errors of 10,000 synapses."""
    net = snn.Network(dt=0.5, seed=1)
    P = net.create(100, snn.Neuron(equations="r = 0.0"))
    walk = snn.Synapse(equations="dx/dt = xi", psp="x")
    often, seldom = (net.connect(P, P, target, walk).all_to_all(weights=1.0) for target in ("a", "b"))
    net.compile()
    seldom.enable_learning(period=2.0)
    net.simulate(20.0)
    for proj in (often, seldom):
        x = np.asarray(proj.x, float)
        assert abs(np.var(x) / 20.0 - 1.0) < 4 * np.sqrt(2 / x.size)
