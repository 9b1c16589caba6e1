"""Constants of a network: where they stand, when they can change, and what gradients they have."""

from dataclasses import replace

import jax
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError

from .running import Lone, rate, run

LEAKY = "tau * dr/dt = base - r"


def decay(tau: float, base: float, steps: int, r: float = 0.0) -> list[float]:
    """Return explicit Euler of tau r' = base - r, dt = 1."""
    rows = []
    for _ in range(steps):
        r += (base - r) / tau
        rows.append(r)
    return rows


def leaky(**options: object):
    """Return a network with two constants, one population and its monitor."""
    net = snn.Network(dt=1.0, seed=1, **options)
    tau, base = net.constant("tau", 10.0), net.constant("base", 2.0)
    P = net.create(1, snn.Neuron(equations=LEAKY), name="P")
    return net, tau, base, net.monitor(P, "r")


def test_constants_stand_in_equations(double):
    """Oracle: explicit Euler in Python; `set` before compilation."""
    net, tau, _, M = leaky()
    tau.set(5.0)
    net.compile()
    net.simulate(6.0)
    np.testing.assert_allclose(M.get("r")[:, 0], decay(5.0, 2.0, 6), rtol=1e-14)
    assert (tau.value, 2 * tau, tau.name) == (5.0, 10.0, "tau")


def test_constants_change_between_runs(double):
    """Oracle: explicit Euler in Python, with the new value from there on; nothing is compiled again."""
    net, tau, base, M = leaky()
    net.compile()
    net.simulate(4.0)
    tau.set(2.0)
    base.set(-1.0)
    net.simulate(4.0)
    first = decay(10.0, 2.0, 4)
    np.testing.assert_allclose(M.get("r")[:, 0], [*first, *decay(2.0, -1.0, 4, first[-1])], rtol=1e-14)


def test_constants_stand_in_every_place(double):
    """Oracle: by hand."""
    lone = rate(
        """
        r = t : init=2*tau, min=tau, max=tau + high
        n += tau : int
        s = tau - t : population, init=high
        c = if t > tau: tau else: -tau
        """,
        "p = 2*tau + 1 ; q = sqrt(high) ; whole = tau : int",
    )
    spiking = Lone(snn.Neuron("rest = tau_ref", "v += 1", "v > tau", None, "v = -tau", None, "rest"))
    constants = {"tau": 2.0, "high": 4.0, "tau_ref": 1.0}
    found = run({"P": lone, "S": spiking}, 8, constants=constants)
    t = np.arange(8.0)
    np.testing.assert_array_equal(found["P"]["r"][:, 0], np.clip(t, 2, 6))
    np.testing.assert_array_equal(found["P"]["n"][:, 0], 2 * (t + 1))
    np.testing.assert_array_equal(found["P"]["s"], 2 - t)
    np.testing.assert_array_equal(found["P"]["c"][:, 0], np.where(t > 2, 2, -2))
    assert found["S"]["spike"] == {0: [2]}
    np.testing.assert_array_equal(found["S"]["v"][:, 0], [1, 2, -2, -2, -1, 0, 1, 2])


def test_values_of_parameters_and_initial_values(double):
    """Oracle: by hand. What was computed from a constant once does not follow `set`, as documented."""
    net = snn.Network(dt=1.0)
    tau = net.constant("tau", 4.0)
    neuron = snn.Neuron("p = 2*tau + 1 ; q = sqrt(tau) : population", "r += 0 : init=tau - p\ns = tau")
    P = net.create(2, neuron, name="P")
    tau.set(9.0)
    assert P.p.tolist() == [19.0] * 2 and P.q == 3.0 and P.r.tolist() == [-10.0] * 2
    net.compile()
    tau.set(16.0)
    net.simulate(1.0)
    assert P.p.tolist() == [19.0] * 2 and P.q == 3.0 and P.r.tolist() == [-10.0] * 2 and P.s.tolist() == [16.0] * 2


def test_attributes_hide_constants_and_constants_hide_those_of_the_language(double):
    """Oracle: by hand; one population has an attribute of the name, the other has not."""
    mine, other = rate("r = tau", "tau = 1.0"), rate("r = tau")
    found = run({"mine": mine, "other": other}, 1, constants={"tau": 7.0})
    assert (found["mine"]["r"].item(), found["other"]["r"].item()) == (1.0, 7.0)


def test_replicas_have_their_own_constants(double):
    """Oracle: explicit Euler in Python with the value of each replica; the network keeps its own."""
    net, tau, _, M = leaky()
    net.compile()

    def method(replica, value):
        mine = replica.get(tau)
        replica.simulate(2.0)
        mine.set(value)
        replica.simulate(3.0)
        return replica.get(M).get("r")[:, 0], mine.value

    values = [2.0, 5.0, 20.0]
    for (found, read), value in zip(net.parallel_run(method, number=3, value=values), values, strict=True):
        first = decay(10.0, 2.0, 2)
        np.testing.assert_allclose(found, [*first, *decay(value, 2.0, 3, first[-1])], rtol=1e-14)
        assert read == value
    assert tau.value == 10.0


def test_constants_are_given_to_the_pure_functions_by_name(double):
    """Oracle: explicit Euler in Python; a parameter that the constant decides follows the value that is given."""
    net, _, _, _ = leaky()
    Q = net.create(1, snn.Neuron("p = 2 * tau", "r = p"), name="Q")
    net.monitor(Q, "r")
    sim = net.compile()
    _, records = sim.run(*sim.init(1, {"tau": 4.0}), duration=6.0)
    np.testing.assert_allclose(records["P"]["r"][:, 0], decay(4.0, 2.0, 6), rtol=1e-14)
    np.testing.assert_array_equal(records["Q"]["r"], np.full((6, 1), 8.0))


@pytest.mark.parametrize("method", ["explicit", "exponential", "semiimplicit", "implicit", "midpoint", "rk4"])
def test_gradients_with_respect_to_constants(method, double):
    """Oracle: central differences in double precision, step 1e-5."""
    net, _, _, _ = leaky(method=method)
    sim = net.compile()
    params, state = sim.init(1)

    def loss(constants):
        _, records = sim.run(replace(params, constants=constants), state, duration=12.0)
        return (records["P"]["r"] ** 2).mean()

    found = jax.grad(loss)(params.constants)
    for name in ("tau", "base"):
        up, down = ({**params.constants, name: params.constants[name] + h} for h in (1e-5, -1e-5))
        np.testing.assert_allclose(found[name], (loss(up) - loss(down)) / 2e-5, rtol=1e-7)


@pytest.mark.parametrize(
    "name",
    ["t", "dt", "t_last", "size", "pi", "E", "g_exc", "mean", "sum", "if", "True", "1a", "a b", "", "é", 3, None],
)
def test_names_that_no_constant_can_have(name):
    with pytest.raises(ArgumentError, match="cannot be the name of a constant"):
        snn.Network().constant(name, 1.0)


@pytest.mark.parametrize("value", ["1", None, float("nan"), float("inf"), True, [1.0], 1j])
def test_values_that_no_constant_can_have(value):
    net = snn.Network()
    with pytest.raises(ArgumentError, match="the constant `tau` takes a finite number, not"):
        net.constant("tau", value)
    tau = net.constant("tau", 1.0)
    with pytest.raises(ArgumentError, match="the constant `tau` takes a finite number, not"):
        tau.set(value)


def test_a_constant_exists_once():
    net = snn.Network()
    net.constant("tau", 1.0)
    with pytest.raises(ArgumentError, match="the constant `tau` exists already: change it with `set`"):
        net.constant("tau", 2.0)
    assert snn.Network().constant("tau", 2.0).value == 2.0
