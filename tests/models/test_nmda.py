"""A non-linear synapse, written into the neuron that receives it: the trace of ANNarchy's NMDA example."""

import numpy as np
import pytest

import jaxsnn as snn

from ..equations.running import golden

pytestmark = pytest.mark.optimised  # the bits and golden numbers of optimised programs, too

PRE = snn.Neuron(equations="dv/dt = 0.1", spike="v > 1.0", reset="v = 0.0")
# Each synapse is a pair: its spikes arrive in g_a or g_b, which decay as x does and drive g0 and g1. The current is the
# sum of these at the end of the step before, as synaptic variables are read.
POST = snn.Neuron(
    parameters="tau = 10.0",
    equations="""
        current = g0 + g1
        dv/dt = 0.1 * (current - v)
        tau * dg_a/dt = -g_a
        tau * dg_b/dt = -g_b
        tau * dg0/dt = -g0 + g_a * (1.0 - g0)
        tau * dg1/dt = -g1 + g_b * (1.0 - g1)
        x0 = g_a
        x1 = g_b
    """,
    spike="v > 2.0",
    reset="",
)


def test_nmda_synapse(double):
    """Oracle: ANNarchy 4.8.2, where the pair is a synapse with equations and a continuous `psp`."""
    trace = golden("nmda_trace")["nonlinear_NMDA_synapse"]
    net = snn.Network(dt=0.1)
    pre, post = net.create(2, PRE, name="pre"), net.create(1, POST, name="post")
    pre.v = [0.0, 0.5]
    for rank, (target, w) in enumerate(zip("ab", trace["parameters"]["w"], strict=True)):
        net.connect(pre[rank], post, target=target).all_to_all(weights=w)
    M = net.monitor(post, ["v", "g0", "g1", "x0", "x1"])
    net.compile()
    net.simulate(0.1 * (max(trace["sample_steps"]) + 1))
    data = M.get()
    for name, values in trace["values"].items():
        ours = data[name.removeprefix("post_")][trace["sample_steps"], 0]
        np.testing.assert_allclose(ours, values, rtol=1e-9, atol=0, err_msg=name)
