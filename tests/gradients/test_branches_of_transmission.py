"""What counts for nobody adds nothing to a gradient: beside a maximum, without a synapse, while w may not change."""

from functools import cache

import jax
import numpy as np
import pytest

import jaxsnn as snn

from .differences import Derivatives, Start

pytestmark = pytest.mark.slow

NONE = np.nan
FULL = np.array([[1.0, 2.0, 3.0], [1.0, 1.5, 0.5]])  # (post, pre)
GAPS = np.array([[NONE, 2.0, 3.0], [NONE, 1.5, NONE]])
SENDER = snn.Neuron(parameters="k = 0.0", equations="r = k")  # the first one stands where a root has no slope
ROOT, OF_SYNAPSE = "w * cbrt(pre.r)", "cbrt(w * pre.r)"
SYNAPSES = {
    "max": (snn.Synapse(psp=ROOT, operation="max"), FULL),
    "min": (snn.Synapse(psp=f"-{ROOT}", operation="min"), FULL),
    "max_of_some": (snn.Synapse(psp=OF_SYNAPSE, operation="max"), GAPS),
    "sum_of_some": (snn.Synapse(psp=ROOT), GAPS),
    "fixed": (snn.Synapse(equations="w += cbrt(pre.r); dz/dt = w - z", psp="(w + z) * pre.r"), FULL),
    "fixed_ode": (snn.Synapse(equations="dw/dt = cbrt(pre.r) : max=9.0; dz/dt = w - z", psp="(w + z) * pre.r"), FULL),
}


def receiver(net, name, shape=2):
    post = net.create(shape, snn.Neuron(equations="r = sum(exc)"), name=f"post_{name}")
    net.monitor(post, "r")
    return post


@cache
def runs():
    net = snn.Network(dt=1.0)
    pre, line = net.create(3, SENDER, name="pre"), net.create(6, SENDER, name="line")
    for storage in ("dense", "rows"):
        for name, (synapse, weights) in SYNAPSES.items():
            post = receiver(net, f"{name}_{storage}")
            proj = net.connect(pre, post, "exc", synapse, name=f"{name}_{storage}", storage=storage)
            proj.from_matrix(weights)
    kernel = np.array([0.5, 1.5])
    psps = {"convolution": OF_SYNAPSE, "factor": ROOT}
    for name, psp in psps.items():
        post = receiver(net, name, 6)
        net.convolution(line, post, "exc", psp=psp, operation="max", name=name).connect_filter(kernel)
    net.pooling(
        line, receiver(net, "pooling", 3), "exc", psp="cbrt(pre.r)", operation="max", name="pooling"
    ).connect_pooling()
    sim = net.compile()
    for name in SYNAPSES:
        if name.startswith("fixed"):
            for storage in ("dense", "rows"):
                net.projection(f"{name}_{storage}").plasticity = False
    for sender, rates in ((pre, [0.0, 4.0, 9.0]), (line, [0.0, 2.0, 1.0, 3.0, 0.0, 5.0])):
        sender.k = sender.r = rates
    return sim, Start(sim, begun=(net.params, net.state))


@cache
def derivatives():
    sim, start = runs()

    def loss(*begun):
        records = jax.tree.leaves(sim.run(*begun, duration=4.0)[1])
        return sum((x * (1.0 + np.arange(x.size)).reshape(x.shape)).sum() for x in records)

    return Derivatives(start, loss)  # type: ignore[arg-type]


def both():
    return derivatives().reverse, derivatives().differences


OWNERS = [f"{name}_{storage}" for name in SYNAPSES for storage in ("dense", "rows")]


@pytest.mark.parametrize("owner", ["pre", "line", *OWNERS, "convolution", "factor"])
def test_steps(double, owner):
    """Oracle: central differences of fourth order."""
    found, expected = ({name: of[name] for name in derivatives().of(owner)} for of in both())
    for name, gradient in found.items():
        np.testing.assert_allclose(gradient, expected[name], rtol=1e-6, atol=1e-6, err_msg=name)
    assert any(np.abs(x).max() > 0.1 for x in found.values())
