"""How a method is chosen and how an equation is written: neither changes the numbers."""

from functools import cache

import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError, EquationError
from jaxsnn.integrators import KNOWN, RK4, by_name

from ..cases import slow
from ..equations.running import rate, run
from .reference import NAMES, beside, each

DT, N_STEPS = 0.5, 20
VALUES = {"tau": [0.7, 3.0, 12.5], "A": [1.0, -2.0, 0.1]}
PARAMETERS = "tau = 1.0 ; A = 0.0"

FORMS = [
    "tau * dx/dt + x = A - 0.3*y",
    "tau * dx/dt = A - x - 0.3*y",
    "dx/dt = (A - 0.3*y - x) / tau",
    "dx/dt + x / tau = (A - 0.3*y) / tau",
    "dx/dt = A/tau - 0.3*y/tau - x/tau",
    "(dx/dt) * tau / 2 = 0.5 * (A - 0.3*y) - x + x / 2",
    "-dx/dt = -1/tau * (A - (x + 0.3*y))",
    "A - 0.3*y - tau * dx/dt = x",
]
CONDUCTANCE = "cm * dv/dt = cm / tau_m * (E - v) + g * (Ee - v) : init=-65, {0}\ng = 2 + cos(t)\nr = v"


@cache
def forms(methods):
    """Return the recordings of every form under some methods: one network, three neurons each."""
    models = {
        f"{method}_{i}": rate(f"{form} : init=2, {method}\ndy/dt = x - y : {method}", PARAMETERS, 3, **VALUES)
        for method in methods
        for i, form in enumerate(FORMS)
    }
    given = "cm = 0.5 ; tau_m = 20.0 ; E = -70.0 ; Ee = 10.0"
    models |= {
        f"conductance_{m}": rate(CONDUCTANCE.format(m), given) for m in ("exponential", "semiimplicit") if m in methods
    }
    return run(models, N_STEPS, DT)


@pytest.mark.parametrize("method", each(NAMES))
def test_form_of_an_equation(method, double):
    """Oracle: the other forms of the same equation, to rounding."""
    found = forms(beside(method))
    first = found[f"{method}_0"]
    for i, form in enumerate(FORMS):
        for name in "xy":
            scale = np.max(np.abs(first[name]), axis=0)
            error = np.max(np.abs(found[f"{method}_{i}"][name] - first[name]) / scale)
            assert error <= 1e-12, (form, name)


@pytest.mark.parametrize("method", each(["exponential", "semiimplicit"]))
def test_time_constant_of_a_conductance(method, double):
    """Oracle: reference section 4: 1/tau = 1/tau_m + g/cm and A = (E/tau_m + g Ee/cm) tau, frozen during the step."""
    v, g = -65.0, 0.0  # `g` stands below: the equation reads that of the step before
    for step, found in enumerate(forms(beside(method))[f"conductance_{method}"]["v"][:, 0]):
        tau = 1 / (1 / 20 + g / 0.5)
        target, h = (-70 / 20 + g * 10 / 0.5) * tau, DT / tau
        v += (-np.expm1(-h) if method == "exponential" else h / (1 + h)) * (target - v)
        np.testing.assert_allclose(found, v, rtol=1e-13)
        g = 2 + np.cos(step * DT)


TEXT = "dx/dt = -x + 0.5*y{0}\ntau * dy/dt + y = 1 - x{0}\ndz/dt = -z*x : init=1{1}\nr = x"


def _recorded(method: str, neuron: snn.Neuron) -> dict[str, np.ndarray]:
    net = snn.Network(dt=DT, method=method)
    monitor = net.monitor(net.create(2, neuron, name="P"), ["x", "y", "z"])
    net.compile()
    net.simulate(10.0)
    return monitor.get()


@pytest.mark.parametrize("method", ["rk4", *map(slow, (*(name for name in NAMES if name != "rk4"), "runge-kutta4"))])
def test_method_of_the_network_is_that_of_a_flag(method):
    """Oracle: the flag, bit for bit; a flag goes before the method of the network."""
    by_network = _recorded(method, snn.Neuron("tau = 3.0", TEXT.format("", ", explicit")))
    by_flag = _recorded("exponential", snn.Neuron("tau = 3.0", TEXT.format(f" : {method}", ", explicit")))
    for name in "xyz":
        np.testing.assert_array_equal(by_network[name], by_flag[name])


def test_runge_kutta4_is_rk4():
    """Oracle: reference section 3.2: two names of one method."""
    assert by_name("runge-kutta4") is by_name("rk4") is RK4
    assert set(KNOWN) == {*NAMES, "runge-kutta4"}


def test_unknown_method():
    with pytest.raises(ArgumentError, match="unknown numerical method `rk5`. Did you mean `rk4`"):
        snn.Network(method="rk5")


@pytest.mark.parametrize(
    "equations, message",
    [
        ("dx/dt = -x*x : implicit", "`implicit` solves equations that are linear in `x`; this one is not"),
        ("dx/dt = -y : implicit\ndy/dt = x*y : implicit", "linear in `x`, `y`; this one is not"),
        ("dx/dt = 1 / x : implicit", "this one is not. Use `exponential`, `rosenbrock` or `rk4`"),
        ("dx/dt = 1 : exponential", "`exponential` needs a term that is linear in `x`: use `explicit`"),
        ("dx/dt = exp(-x) : semiimplicit", "`semiimplicit` needs a term that is linear in `x`: use `explicit`"),
        ("dx/dt = -x : rk4\ndy/dt = -y : midpoint", "`rk4` and `midpoint` cannot be mixed in consecutive ODEs"),
        ("dx/dt = -x : implicit\ndy/dt = -y : rk4", "`implicit` and `rk4` cannot be mixed in consecutive ODEs"),
        ("dx/dt = -x : event-driven", "`event-driven` integrates synaptic variables at spikes only"),
    ],
)
def test_equations_that_a_method_cannot_solve(equations, message):
    """Oracle: reference section 4, which method solves what."""
    with pytest.raises(EquationError) as error:
        snn.Network().create(1, snn.Neuron(equations=equations + "\nr = x"), name="P")
    assert message in str(error.value)
