"""Wrong input, as a newcomer meets it: each message says what was given, what was expected, what to do."""

import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import (
    ArgumentError,
    EquationError,
    JaxsnnError,
    JaxsnnWarning,
    NonFiniteError,
    ReplicaError,
    ShapeError,
    StateError,
    UnknownAttributeError,
    UnknownNameError,
)

UNSTABLE = snn.Neuron(parameters="a = 1.0", equations="dw/dt = a ; dv/dt = v * v", spike="v > 1e30")


@pytest.fixture
def net():
    net = snn.Network(dt=1.0, seed=0)
    net.P = net.create(10, snn.Izhikevich, name="P")
    return net


@pytest.mark.parametrize(
    ("equations", "message"),
    [
        (
            "dv/dt = -v + tua",
            "unknown name `tua`. Did you mean `tau`?\n  line 1: dv/dt = -v + tua\n                       ^",
        ),
        ("v = 1\nw = (v + 2", "this parenthesis is never closed\n  line 2: w = (v + 2\n              ^"),
        ("v = __import__('os')", "`'` has no meaning in an equation\n  line 1: v = __import__('os')"),
        ("v = __import__(tau)", "unknown function `__import__`."),
        ("v = tau.__class__", "`tau.__class__`: attributes of other objects"),
    ],
)
def test_equations(equations, message):
    with pytest.raises(EquationError) as caught:
        snn.Network().create(1, snn.Neuron(parameters="tau = 10.0", equations=equations, spike="v > 1"))
    assert message in str(caught.value)


def test_unknown_attribute(net):
    for P in (net.P, net.P[:5]):
        with pytest.raises(
            UnknownAttributeError, match="population `P` has no attribute `nois`. Did you mean `noise`?"
        ):
            P.nois = 3.0
        with pytest.raises(AttributeError, match="population `P` has no attribute `q`. Known names: I, a, b, c, d,"):
            _ = P.q


def test_wrong_shape(net):
    with pytest.raises(ShapeError, match=r"takes a scalar or 10 values, not an array of shape \(3,\)"):
        net.P.c = np.zeros(3)
    with pytest.raises(ShapeError, match=r"`c` of view of 4 neurons of population `P` takes a scalar or 4 values"):
        net.P[:4].c = np.zeros(10)
    with pytest.raises(ArgumentError, match="takes numbers or a distribution, not 'high'"):
        net.P.c = "high"


def test_unused_target(net):
    net.connect(net.P, net.P, target="ex", name="exc").all_to_all(weights=1.0)
    message = (
        "projection `exc` feeds the target `ex`, but the equations of population `P` read no `g_ex`. "
        "Did you mean `exc`?"
    )
    with pytest.raises(UnknownNameError) as caught:
        net.compile()
    assert message in str(caught.value)
    assert not net.is_compiled


def test_simulate_before_compile(net):
    with pytest.raises(StateError, match=r"simulate\(\) before compile\(\)"):
        net.simulate(10.0)
    with pytest.raises(StateError, match="compile"):
        _ = net.simulation


@pytest.mark.parametrize("duration", [-1.0, float("nan"), float("inf"), "1 s", None])
def test_durations(net, duration):
    net.compile()
    with pytest.raises(ArgumentError, match="a duration is a (finite )?number of ms"):
        net.simulate(duration)


@pytest.mark.parametrize("dt", [0.0, -1.0, float("nan"), "1"])
def test_steps(dt):
    with pytest.raises(ArgumentError, match="`dt` is a step in ms, greater than 0"):
        snn.Network(dt=dt)


def test_no_replicas(net):
    with pytest.raises(ArgumentError, match="`number` is an integer, at least 1, not 0"):
        net.parallel_run(lambda net: None, number=0)
    snn.Population(3, snn.Izhikevich)
    with pytest.raises(ArgumentError, match="`number` is an integer, at least 1, not 0"):
        snn.parallel_run(lambda idx, net: None)


def test_a_method_that_raises(net):
    def method(net, i):
        net.simulate(1.0)
        return 1 / (i - 5)

    with pytest.raises(ReplicaError, match="replica 5 of 8 raised ZeroDivisionError: division by zero") as caught:
        net.parallel_run(method, number=8, i=range(8))
    assert caught.value.results[6] == 1.0


def test_values_that_are_not_finite():
    """Oracle: v' = v^2 doubles its exponent at each Euler step of 1 ms: from 10 it passes 3.4e38 in step 6."""
    net = snn.Network(dt=1.0)
    P = net.create(4, UNSTABLE, name="P")
    net.compile()
    P[2].v = 10.0
    net.simulate(2.0, check_finite=True)
    before = P.v
    with pytest.raises(NonFiniteError, match="`v` of population `P` is not finite after step 5") as caught:
        net.simulate(10.0, check_finite=True)
    v, steps = np.float32(10.0), 0
    with np.errstate(over="ignore"):
        while np.isfinite(v):
            v, steps = v + v * v, steps + 1
    assert (caught.value.population, caught.value.variable, caught.value.step) == ("P", "v", steps - 1)
    np.testing.assert_array_equal(P.v, before)
    assert net.get_current_step() == 2
    with pytest.warns(JaxsnnWarning, match="`v` of population `P` is not finite at t = 12 ms"):
        net.simulate(10.0)
    assert not np.isfinite(P.v[2])


def test_one_family_of_exceptions():
    """Each class refines a built-in exception, so both kinds of `except` work."""
    pairs = [
        (EquationError, ValueError),
        (ShapeError, ValueError),
        (ArgumentError, ValueError),
        (StateError, RuntimeError),
    ]
    pairs += [(UnknownAttributeError, AttributeError), (UnknownNameError, LookupError), (ReplicaError, RuntimeError)]
    assert all(issubclass(ours, JaxsnnError) and issubclass(ours, builtin) for ours, builtin in pairs)


def test_setup():
    with pytest.raises(ArgumentError, match="unknown setting `num_thread`. Did you mean `num_threads`?"):
        snn.setup(num_thread=4, strict=True)
    with pytest.raises(ArgumentError, match="`precision` is 'float' or 'double', not 'half'"):
        snn.setup(precision="half")
    snn.setup(dt=0.5, num_threads=4, strict=True)
    assert snn.dt() == 0.5
    snn.Population(1, snn.Izhikevich)
    with pytest.raises(ArgumentError, match="comes before the first population"):
        snn.setup(dt=0.1)
    snn.clear()
    snn.setup(strict=False)
    assert snn.dt() == 0.5
    snn.setup(dt=1.0)
