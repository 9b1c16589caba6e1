"""What ANNarchy takes with some meaning goes on working at module level, with a warning; a strict network refuses."""

import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import JaxsnnError, JaxsnnWarning


def population(net, **texts):
    return net.create(2, snn.Neuron(**texts))


def assign_nan(net):
    P = net.create(2, snn.Izhikevich)
    P.v = np.nan
    return P


CASES = {
    "min above max": (lambda net: population(net, equations="r = 1.0 : min=2.0, max=1.0"), "`min` is at most `max`"),
    "no solution": (lambda net: population(net, equations="0.0 * dr/dt = 1.0"), "the factor of `dr/dt` is 0"),
    "too large": (lambda net: population(net, equations="r = 1e400"), "too large for 64 bits"),
    "cut": (lambda net: population(net, parameters="a = 1.5 : int", equations="r = a"), "an `int` is an integer"),
    "order": (
        lambda net: population(net, equations="r = Uniform(1.0, 0.0)"),
        "`min` of `Uniform` is at most its `max`",
    ),
    "sign": (lambda net: population(net, equations="r = Normal(0.0, -1.0)"), "`sigma` of `Normal`"),
    "function": (lambda net: net.add_function("exp(x) = x"), "`exp` is a function of the equation language"),
    "NaN": (assign_nan, "not NaN"),
    "slash": (lambda net: net.create(1, snn.Izhikevich, name="a/b"), "divides names in files"),
    "empty name": (lambda net: net.create(1, snn.Izhikevich, name=""), "is empty"),
}


@pytest.mark.parametrize("case", CASES)
def test_remarks(case):
    """Oracle: the table of warnings in `docs/differences.md`."""
    make, says = CASES[case]
    with pytest.raises(JaxsnnError, match=says):
        make(snn.Network())
    with pytest.warns(JaxsnnWarning, match=says):
        make(snn.Network(strict=False))


@pytest.mark.filterwarnings("ignore::jaxsnn.errors.JaxsnnWarning")
def test_what_is_remarked_on_runs():
    """Oracle: C++ for the bounds (the last one wins), and the way in which reversed bounds draw."""
    net = snn.Network(seed=1, strict=False)
    P = population(net, equations="r = 1.5 : min=2.0, max=1.0")
    Q = population(net, equations="r = Uniform(1.0, 0.0)")
    net.compile()
    net.simulate(1.0)
    assert P.r.tolist() == [1.0, 1.0]
    assert ((Q.r > 0.0) & (Q.r <= 1.0)).all()
