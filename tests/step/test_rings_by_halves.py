"""Projections that fill rings take turns by halves in a large network: all depart, then all arrive; the same bits."""

import jax
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.step import _serial
from jaxsnn.step._transmission import build_transmissions

SIZE = 24
MODEL = snn.Neuron(
    parameters="drive = 1.5",
    equations="dv/dt = (drive - v + g_exc + g_inh) / 5.0 : init = 0.2\ndg_exc/dt = -g_exc / 2.0\ng_inh = 0.5 * g_inh",
    spike="v > 1.0",
    reset="v = 0.0",
)
DELAYS = snn.Uniform(1.0, 6.0)


def _network(seed: int = 1, fractional: bool = False) -> snn.Network:
    """Return two populations with rings to both of them, one ring to two targets, and one projection without a ring."""
    net = snn.Network(dt=0.5, seed=seed)
    one, two = net.create(SIZE, MODEL, name="one"), net.create(SIZE, MODEL, name="two")
    one.drive = np.linspace(1.1, 3.0, SIZE)
    for name, pre, post, target, weight in (
        ("a", one, two, "exc", 0.3),
        ("b", two, two, "inh", -0.2),
        ("c", two, one, "exc", 0.1),
        ("d", one, two, ["exc", "inh"], 0.07),
        ("at_once", one, two, "exc", 0.05),
        ("e", one, one, "inh", -0.1),
        ("f", one, two, "exc", 0.3),
    ):
        projection = net.connect(pre, post, target, name=name, fractional_delays=fractional and name == "a")
        delays = 0.5 if name == "at_once" else DELAYS
        projection.fixed_number_post(7, weights=snn.Normal(weight, 0.1 * abs(weight)), delays=delays)
    return net


def _scopes(net: snn.Network, by_halves: bool) -> list[str]:
    plans = list(net.compile().compiled.plans.values())
    return [name for name, *_ in build_transmissions(plans, 0.5, np.float32, by_halves, lambda phase: phase)]


def test_neighbours_in_the_order_of_a_step_take_turns_by_halves():
    """Oracle: the order of creation; what has no ring, or no neighbour with one, goes through both halves at once."""
    net = _network()
    assert _scopes(net, by_halves=False) == ["a", "b", "c", "d", "at_once", "e", "f"]
    assert _scopes(net, by_halves=True) == ["a", "b", "c", "d", "rings", "at_once", "e", "f", "rings"]


def _state(fractional: bool) -> tuple[list, dict]:
    net = _network(fractional=fractional)
    monitors = [net.monitor(net.population(name), ["g_exc", "g_inh", "spike"]) for name in ("one", "two")]
    net.compile()
    net.simulate(20.0)
    net.projection("d").transmission = False
    net.simulate(10.0)
    net.projection("d").transmission = True
    net.simulate(10.0)
    return jax.tree.leaves(net.state), {i: {k: m.get(k) for k in ("g_exc", "g_inh")} for i, m in enumerate(monitors)}


@pytest.mark.optimised
@pytest.mark.parametrize("fractional", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_halves_give_the_bits_of_one_after_the_other(monkeypatch, fractional):
    """Oracle: the plain path, projection by projection, which small networks take; a switch on the way included."""
    plain, seen = _state(fractional)
    monkeypatch.setattr(_serial, "MOST_NEURONS", 0)
    halves, seen_by_halves = _state(fractional)
    assert np.abs(seen[1]["g_inh"]).max() > 0.0
    for x, y in zip(plain, halves, strict=True):
        np.testing.assert_array_equal(np.asarray(x), np.asarray(y))
    jax.tree.map(np.testing.assert_array_equal, seen, seen_by_halves)


def _gradients() -> list:
    net = _network(fractional=True)
    net.monitor(net.population("two"), "v")
    sim = net.compile()
    params, state = sim.init(0)
    return jax.tree.leaves(jax.grad(lambda p: (sim.run(p, state, 10.0)[1]["two"]["v"] ** 2).sum())(params))


@pytest.mark.slow
def test_halves_give_the_gradients_of_one_after_the_other(monkeypatch):
    """Oracle: the plain path; reverse mode adds up in another order, hence the rounding."""
    plain = _gradients()
    monkeypatch.setattr(_serial, "MOST_NEURONS", 0)
    assert sum(float(np.abs(x).sum()) for x in plain) > 0.0
    for x, y in zip(plain, _gradients(), strict=True):
        np.testing.assert_allclose(y, x, rtol=1e-4, atol=1e-5 * (1.0 + float(np.abs(x).max())))
