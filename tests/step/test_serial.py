"""A step in one thread, one part after the other: the same numbers as in the order that XLA chooses."""

from types import SimpleNamespace

import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.step import _serial

EQUATIONS = """
    dv/dt = 0.04 * v^2 + 5.0 * v + 140.0 - u + g_exc + drive : init = -65.0, midpoint
    du/dt = 0.02 * (0.2 * v - u) : init = -13.0, midpoint
    tau * dg_exc/dt = -g_exc : exponential
    x = v + u
    y = x - v
"""


def _network() -> snn.Network:
    model = snn.Neuron(
        parameters="drive = 10.0 ; tau = 5.0",
        equations=EQUATIONS,
        spike="v >= 30.0",
        reset="v = -65.0 ; u += 8.0 ; g_exc = 0.0 ; x = 1.0 ; y = x + 1.0 ; x = y",
        refractory=2.0,
    )
    net = snn.Network(seed=3, dt=1.0)
    one, two = net.create(5, model, name="one"), net.create(3, model, name="two")
    two.drive = [4.0, 8.0, 12.0]
    for pre, post in ((one, two), (two, one)):
        net.connect(pre, post, "exc").all_to_all(weights=0.5)
    one.compute_firing_rate(100.0)
    net.compile()
    net.simulate(120.0)
    return net


def _values(net: snn.Network) -> dict[str, np.ndarray]:
    one, two = net.population("one"), net.population("two")
    found = {f"{p.name}.{name}": getattr(p, name) for p in (one, two) for name in ("v", "u", "g_exc", "x", "y")}
    return {name: np.asarray(x) for name, x in (found | {"rate": one.r}).items()}


@pytest.mark.optimised
def test_one_thread_gives_the_numbers_of_several(monkeypatch):
    """Oracle: the same network, whose operations XLA orders; statements of a reset that read each other included."""
    alone = _values(_network())
    monkeypatch.setattr(_serial, "MOST_NEURONS", 0)
    free = _values(_network())
    assert alone["rate"].max() > 0.0
    for name, x in free.items():
        np.testing.assert_array_equal(alone[name], x, err_msg=name)


@pytest.mark.parametrize(("size", "platform", "answer"), [(16, "cpu", True), (2**15, "cpu", False), (16, "gpu", False)])
def test_only_a_small_network_on_a_cpu_stays_in_one_thread(size, platform, answer):
    """Oracle: the bound that `_serial` names."""
    halves = [SimpleNamespace(size=size // 2)] * 2
    assert _serial.is_quicker_alone(halves, platform) is answer
