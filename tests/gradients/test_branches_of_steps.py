"""Steps have branches without an `if`: silent and refractory neurons, bounds, silent synapses, places without one."""

from functools import cache

import jax
import numpy as np
import pytest

import jaxsnn as snn

from .differences import Derivatives, Start


def resetting(method):
    """Return a neuron that spikes in the third step: before, u has no root, afterwards that of v has no slope."""
    return snn.Neuron(
        parameters="k = 0.9; q = 0.25 : population",
        equations=f"u += k : init=-2.0; c += 1.0; x += 0.0; dv/dt = -q * sqrt(v) - v / 9.0 : init=4.0, {method}",
        spike="c == 3.0 and log(c - 1.0) > 0.5",
        reset="v = 0.0 * v; x = sqrt(u) + q",
        refractory=10.0,
    )


def bounded(method):
    """Return a neuron whose value comes to its bound from infinity."""
    ode = f"tau * dr/dt = -r + k * exp(1000.0 * r) : max=1.0, {method}; dx/dt = r * x - x : init=0.3"
    return snn.Neuron(parameters="tau = 2.0 : population; k = 0.7", equations=ode)


PLASTIC = snn.Synapse(psp="log(w) * pre.r", equations="dz/dt = pre.r / w - sqrt(w) * z : init=0.4")
SILENT = snn.Synapse(
    parameters="z = 2.0; tau = 10.0 : projection",
    equations="tau * dy/dt = -y : event-driven",
    pre_spike="g_target += w / z; y += sqrt(z) * w",
)
RATES = snn.Neuron(parameters="k = 0.8", equations="dr/dt = k * sum(exc) - r / 4.0 : init=0.5")
NONE = np.nan


def silent_synapses(net):
    """Add synapses of a neuron that spikes and one that does not, where the rule of the latter has no value."""
    pre = net.create(snn.inputs.SpikeSourceArray([[1.0, 3.0], []]), name="pre")
    post = net.create(2, snn.Neuron(equations="v = g_exc", spike="v > 99.0", reset=""), name="post")
    proj = net.connect(pre, post, "exc", SILENT, name="silent", kernel="plain").all_to_all(weights=0.6)
    proj.z = np.array([[2.0, 0.0], [1.5, 0.0]])
    net.monitor(post, "v")
    net.monitor(proj, "y", name="y")


@cache
def steps():
    net = snn.Network(dt=1.0)
    for method in ("explicit", "rosenbrock"):
        net.monitor(net.create(2, resetting(method), name=f"reset_{method}"), ["v", "x"])
    for method in ("explicit", "exponential"):
        P = net.create(2, bounded(method), name=f"bounded_{method}")
        P.r = [0.9, -0.1]
        net.monitor(P, ["r", "x"])
    for storage in ("dense", "rows"):
        P = net.create(3, RATES, name=f"rates_{storage}")
        proj = net.connect(P, P, "exc", PLASTIC, name=storage, storage=storage)
        proj.from_matrix(np.array([[NONE, 0.5, NONE], [1.5, NONE, 0.7], [NONE, 0.9, NONE]]))
        net.monitor(P, "r")
        net.monitor(proj, "z", name=f"z_{storage}")
    silent_synapses(net)
    sim = net.compile()

    def loss(*begun):
        records = jax.tree.leaves(sim.run(*begun, duration=5.0)[1])
        return sum((x * (1.0 + np.arange(len(x))).reshape(-1, *[1] * (x.ndim - 1))).sum() for x in records)

    return Derivatives(Start(sim), loss)


OWNERS = ["reset_explicit", "reset_rosenbrock", "bounded_explicit", "bounded_exponential"]


@pytest.mark.parametrize("owner", [*OWNERS, "rates_dense", "rates_rows", "dense", "rows", "silent"])
def test_steps(double, owner):
    """Oracle: central differences of fourth order."""
    found, expected = ({name: of[name] for name in steps().of(owner)} for of in (steps().reverse, steps().differences))
    for name, gradient in found.items():
        np.testing.assert_allclose(gradient, expected[name], rtol=1e-6, atol=1e-7, err_msg=name)
    assert any(np.abs(x).max() > 0.1 for x in found.values())
