"""Spike times and their exact derivatives beside Eventax, which integrates from event to event."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import jaxsnn as snn

from ..equations.running import golden

GOLDEN = golden("eventax_layer")
CELL = snn.Neuron(
    parameters="tau = {tau}; tau_syn = {tau_syn}; th = {threshold}".format(**GOLDEN["parameters"]),
    equations="""
        tau * dv/dt = g_exc - v : exact
        tau_syn * dg_exc/dt = -g_exc : exact
    """,
    spike="v > th",
    reset="v = 0.0",
)


@pytest.mark.slow
def test_a_layer(double):
    """Oracle: Eventax, first spike times (ms) of four leaky neurons and their derivatives by twelve weights."""
    net = snn.Network(dt=0.5, seed=1, spikes="precise")
    # A spike takes a step to its synapse, so sources spike one step before the inputs of the recording.
    source = net.create(snn.inputs.SpikeSourceArray([[t - net.dt for t in own] for own in GOLDEN["times"]]), name="in")
    cells = net.create(4, CELL, name="cells")
    net.connect(source, cells, "exc", name="w").all_to_all(weights=1.0)
    net.monitor(cells, "spike_times")
    sim = net.compile()
    params, state = sim.init(0)

    def first(weights):
        records = sim.run(snn.fitting.replaced(params, {"w.w": weights}), state, 40.0, checkpoint=False)[1]
        return jnp.min(records["cells"]["spike_times"], 0)

    weights = jnp.asarray(GOLDEN["weights"])
    shape = snn.fitting.named_leaves(params)["w.w"].shape
    assert weights.shape == shape
    np.testing.assert_allclose(jax.jit(first)(weights), GOLDEN["spikes"], rtol=0, atol=1e-6)
    np.testing.assert_allclose(jax.jit(jax.jacrev(first))(weights), GOLDEN["derivatives"], rtol=0, atol=1e-6)
