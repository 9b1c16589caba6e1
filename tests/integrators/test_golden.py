"""Each numerical method against numbers of ANNarchy 4.8.2, in double precision."""

from functools import cache

import numpy as np
import pytest

from ..equations.running import golden, rate, run

pytestmark = pytest.mark.optimised  # the bits and golden numbers of optimised programs, too

RTOL = 1e-9  # `_meta.tolerance_hint` of golden.json

TRACES = {
    name: trace
    for file in ("num_methods", "explicit_euler_traces")
    for name, trace in golden(file).items()
    if name != "_meta"
}
MODELS = {
    "stiff": "tau * dr/dt + r = sin(2*pi*t/5) : init=2, {0}",
    "oscillator": "dr/dt = -om * y : init=1, {0}\ndy/dt = om * r : {0}",
    "vanderpol": "dr/dt = y : init=2, {0}\ndy/dt = mu * (1 - r*r) * y - r : {0}",
}
CONSTANTS = "tau = 0.35 ; om = 2.0 ; mu = 5.0"

NONLINEAR = {name: case for name, case in golden("num_nonlinear").items() if name != "_meta"}
PAIRS = [(name, method) for name in NONLINEAR for method in ("exponential", "semiimplicit")]


def _model(trace: str):
    _, model, method = trace.split("_")
    return rate(MODELS[model].format(method), CONSTANTS)


@cache
def traces():
    """Return the recordings of all traces: one network, 300 steps of 0.1 ms."""
    return run({trace: _model(trace) for trace in TRACES}, steps=300, dt=0.1)


@cache
def nonlinear():
    """Return the recordings of all non-linear equations under both methods: one network, 10 steps of 0.5 ms."""
    models = {
        f"{name}_{method}": rate(f"{NONLINEAR[name]['equation']} : init=0.3, {method}", "k = 2.0")
        for name, method in PAIRS
    }
    return run(models, steps=10, dt=0.5)


def test_every_method_of_annarchy_has_a_trace():
    methods = {"explicit", "implicit", "semiimplicit", "exponential", "midpoint", "rk4"}
    assert {trace.split("_")[2] for trace in TRACES} == methods


@pytest.mark.parametrize("trace", TRACES)
def test_traces_of_annarchy(trace, double):
    """Oracle: ANNarchy 4.8.2, `traces` of golden.json."""
    steps = TRACES[trace]["sample_steps"]
    for variable, expected in TRACES[trace]["values"].items():
        found = traces()[trace][variable][steps, 0]
        np.testing.assert_allclose(found, expected, rtol=RTOL, atol=0, err_msg=variable)


@pytest.mark.parametrize("name, method", PAIRS)
def test_linear_part_of_a_nonlinear_equation(name, method, double):
    """Oracle: ANNarchy 4.8.2, which linear part it takes from each equation.

    Powers and functions of x go into A whole; a product of x with a function of x counts the function as coefficient; a
    quotient divides by the value of its denominator.
    """
    found = nonlinear()[f"{name}_{method}"]["r"][:, 0]
    np.testing.assert_allclose(found, NONLINEAR[name][method], rtol=RTOL, atol=0)
