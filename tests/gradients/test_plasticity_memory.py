"""Gradients through plasticity over thousands of steps, within a memory budget."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.fitting import named_leaves, replaced
from jaxsnn.simulation._budget import parsed_bytes

pytestmark = pytest.mark.slow  # thousands of steps, and what XLA allocates for optimised programs
STEPS, BUDGET = 2000, "2MiB"
OWN_RULE = snn.Synapse(
    parameters="tau_x = 20.0 : projection\neta = 0.002 : projection\nwanted = 0.3 : projection",
    equations="tau_x * dx/dt = -x : event-driven",
    pre_spike="g_target += w ; x += 1.0 ; w = clip(w - eta * wanted, 0.0, 2.0)",
    post_spike="w = clip(w + eta * x, 0.0, 2.0)",
)
CASES = {
    "STDP": (snn.STDP(A_plus=0.02, A_minus=0.02), ["tau_plus", "tau_minus", "A_plus", "A_minus"]),
    "STP": (snn.STP(), ["tau_rec", "tau_facil", "U"]),
    "own rule": (OWN_RULE, ["tau_x", "eta", "wanted"]),
}


def spiking(synapse):
    """Return 20 spike trains that reach 5 leaky neurons through plastic synapses."""
    net = snn.Network(dt=1.0, seed=1)
    raster = (np.random.default_rng(0).random((STEPS, 20)) < 0.03).astype(float)
    pre = net.create(snn.inputs.SpikeRaster(raster), name="pre")
    cell = snn.Neuron(parameters="tau = 10.0", equations="tau * dv/dt = -v + g_exc", spike="v > 0.2", reset="v = 0.0")
    P = net.create(5, cell, name="P")
    net.connect(pre, P, target="exc", synapse=synapse, name="q").all_to_all(weights=snn.Uniform(0.3, 1.0))
    return net, P


def rated():
    """Return 20 rates that reach 5 linear neurons through Oja's synapses."""
    net = snn.Network(dt=1.0, seed=1)
    pre = net.create(snn.inputs.TimedArray(np.random.default_rng(0).random((STEPS, 20))), name="pre")
    P = net.create(5, snn.Neuron(equations="r = sum(exc)"), name="P")
    net.connect(pre, P, target="exc", synapse=snn.Oja(eta=1e-4, alpha=2.0), name="q").all_to_all(weights=0.1)
    return net, P


def gradients_within(network, constants, recorded):
    """Return (bytes that XLA takes, gradients) of a plain run and of one with a budget."""
    net, P = network
    net.monitor(P, recorded)
    sim = net.compile()
    params, state = sim.init(0)
    some = {f"q.{name}": named_leaves(params)[f"q.{name}"] for name in constants}

    def of(**options):
        def loss(values):
            records = sim.run(replaced(params, values), state, float(STEPS), **options)[1]
            return jnp.mean(records["P"][recorded][-500:] ** 2)

        compiled = jax.jit(jax.grad(loss)).lower(some).compile()
        return compiled.memory_analysis().temp_size_in_bytes, compiled(some)

    return of(checkpoint=False), of(memory=BUDGET)


def check(plain, kept):
    assert kept[0] <= parsed_bytes(BUDGET) < plain[0]
    for name, x in plain[1].items():
        assert np.abs(x).max() > 0
        np.testing.assert_allclose(kept[1][name], x, rtol=0, atol=1e-6 * float(np.abs(x).max()), err_msg=name)


@pytest.mark.parametrize("rule", CASES)
def test_spiking_rules(double, rule):
    """Oracle: the plain scan, whose memory is beyond the budget; what XLA says it takes."""
    synapse, constants = CASES[rule]
    check(*gradients_within(spiking(synapse), constants, "v"))


def test_oja(double):
    """Oracle: as above."""
    check(*gradients_within(rated(), ["eta", "alpha"], "r"))
