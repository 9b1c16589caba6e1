"""Networks that tests of exported functions share."""

import jaxsnn as snn
from tests.conftest import acceptance

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


DESCRIBED = {"recurrent": recurrent, "plastic": plastic}
