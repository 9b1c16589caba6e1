"""Strict rules for the whole suite, and the networks that many tests share."""

import os

os.environ.setdefault("MPLBACKEND", "Agg")

import jax
import numpy as np
import pytest

import jaxsnn as snn

jax.config.update("jax_numpy_rank_promotion", "raise")


@pytest.fixture
def double():
    """Run a test in double precision, where ANNarchy's traces are."""
    jax.config.update("jax_enable_x64", True)
    yield
    jax.config.update("jax_enable_x64", False)


@pytest.fixture(autouse=True)
def fresh_default_network():
    """Give every test its own default network, with the settings that `setup` begins with."""
    snn.clear()
    yield
    snn.clear()
    snn.setup(dt=1.0, method="explicit")
    snn.clear()


class Compilations:
    """Counts what XLA compiles."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, event: str, _seconds: float, **_: object) -> None:
        self.count += event == "/jax/core/compile/backend_compile_duration"


COMPILATIONS = Compilations()
jax.monitoring.register_event_duration_secs_listener(COMPILATIONS)


@pytest.fixture
def compilations():
    """Return the counter of compilations, set to zero."""
    COMPILATIONS.count = 0
    return COMPILATIONS


def acceptance(net: snn.Network, n: int = 1000, seed: int = 0) -> tuple[snn.Network, object, object]:
    """Describe the acceptance network (80 % excitatory) in `net`; return the network, its population and monitor."""
    draw = np.random.default_rng(seed)
    n_exc = n * 4 // 5
    P = net.create(n, snn.Izhikevich, name="P")
    exc, inh = P[:n_exc], P[n_exc:]
    re, ri = draw.random(n_exc), draw.random(n - n_exc)
    exc.set({"noise": 5.0, "a": 0.02, "b": 0.2, "c": -65.0 + 15.0 * re**2, "d": 8.0 - 6.0 * re**2, "v": -65.0})
    inh.set({"noise": 2.0, "a": 0.02 + 0.08 * ri, "b": 0.25 - 0.05 * ri, "c": -65.0, "d": 2.0, "v": -65.0})
    P.u = P.v * P.b
    net.connect(exc, P, target="exc", name="exc").all_to_all(weights=snn.Uniform(0.0, 0.5))
    net.connect(inh, P, target="inh", name="inh").all_to_all(weights=snn.Uniform(0.0, 1.0))
    return net, P, net.monitor(P, "spike")
