"""Networks that tests of exported functions share, and what the same bits are."""

from functools import cache

import jax
import numpy as np

import jaxsnn as snn
from tests.conftest import acceptance

DURATION = 30.0

LIF = snn.Neuron(
    parameters="tau = 20.0 ; tau_g = 5.0",
    equations="tau_g * dg_exc/dt = -g_exc ; tau * dv/dt + v = g_exc + 3.0 * Normal(0.6, 1.0)",
    spike="v > 1.0",
    reset="v = 0.0",
    refractory=2.0,
)


def recurrent() -> snn.Network:
    """Describe noisy excitatory and inhibitory neurons, all connected to all."""
    return acceptance(snn.Network(dt=1.0, seed=3), n=40)[0]


def plastic() -> snn.Network:
    """Describe inputs that learn by STDP, each synapse with its delay, and a delayed recurrent projection."""
    net = snn.Network(dt=1.0, seed=3)
    inputs = net.create(snn.inputs.PoissonPopulation(30, rates=100.0), name="inputs")
    cells = net.create(20, LIF, name="cells")
    stdp = snn.STDP(A_plus=0.05, A_minus=0.05, w_max=1.0)
    learning = net.connect(inputs, cells, "exc", stdp, name="learning")
    learning.fixed_probability(0.4, weights=snn.Uniform(0.0, 1.0), delays=snn.Uniform(1.0, 6.0))
    net.connect(cells, cells, "exc", name="loop").all_to_all(weights=snn.Uniform(0.0, 0.2), delays=3.0)
    net.monitor(cells, ["spike", "v"])
    net.monitor(learning, "w", period=10.0)
    return net


def stimulated() -> snn.Network:
    """Describe neurons that a raster drives, sparse rows with delays, a surrogate of compact support, and rates."""
    net = snn.Network(dt=1.0, seed=3, surrogate="triangle")
    images = net.create(snn.inputs.SpikeRaster(np.random.default_rng(0).random((30, 10)) < 0.2), name="images")
    cells = net.create(64, LIF, name="cells")
    net.connect(images, cells, "exc", name="seen").all_to_all(weights=snn.Uniform(0.0, 1.0))
    sparse = net.connect(cells, cells, "exc", name="sparse", storage="rows")
    sparse.fixed_probability(0.1, weights=snn.Uniform(0.0, 0.3), delays=snn.Uniform(1.0, 5.0))
    ring = net.create(5, snn.Neuron(parameters="tau = 10.0", equations="tau * dr/dt + r = sum(exc)"), name="ring")
    net.connect(ring, ring, "exc", name="late").all_to_all(weights=0.1, delays=4.0)
    ring.r = 1.0
    net.monitor(cells, "spike")
    net.monitor(ring, "r", period=3.0)
    return net


def small() -> snn.Network:
    """Describe three noisy neurons and their synapses."""
    net = snn.Network(dt=1.0, seed=3)
    cells = net.create(3, LIF, name="cells")
    net.connect(cells, cells, "exc", name="loop").all_to_all(weights=snn.Uniform(0.0, 0.5))
    net.monitor(cells, "spike")
    return net


@cache
def small_started() -> tuple:
    """Return the simulation of the small network in single precision, its parameters and its state."""
    sim = small().compile()
    return sim, *sim.init(3)


def assert_same(one, other):
    """Assert that two trees have the same structure, types and bits."""
    assert jax.tree.structure(one) == jax.tree.structure(other)
    for x, y in zip(jax.tree.leaves(one), jax.tree.leaves(other), strict=True):
        assert x.dtype == y.dtype
        np.testing.assert_array_equal(x, y)
