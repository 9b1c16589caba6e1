"""When a spike, or a value, arrives at a synapse, by each way in which it is delivered."""

from functools import cache

import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.plan import Delivery

STEPS, EMITTED = 12, (2, 5)  # both neurons spike in these steps
POST = snn.Neuron(equations="v = g_exc", spike="v > 1.0e6")
SUM = snn.Neuron(equations="r = sum(exc)")
CLOCK = snn.Neuron(equations="r = t")
COUNTING = snn.Synapse(pre_spike="g_target += w ; n += 1.0")
WEIGHTS, DELAYS = np.array([[1.0], [10.0]]), np.array([[2.0], [4.0]])
FRACTIONAL = {"fractional_delays": True, "longest_delay": 5.0}

SPIKES = {
    Delivery.NEXT_STEP: ({}, 1.0),
    Delivery.UNIFORM: ({}, 3.0),
    Delivery.PER_SYNAPSE: ({"synapse": COUNTING}, DELAYS),
    Delivery.INPUT_RING: ({}, DELAYS),
    Delivery.FRACTIONAL_RING: (FRACTIONAL, DELAYS + 0.25),
}
RATES = {
    Delivery.NEXT_STEP: ({}, 1.0),
    Delivery.UNIFORM: ({}, 3.0),
    Delivery.PER_SYNAPSE: ({}, DELAYS),
    Delivery.INTERPOLATED: (FRACTIONAL, DELAYS + 0.25),
}


@cache
def recorded():
    """Return the plans of a network with a population for each delivery, and what arrived there, (steps,) each."""
    net = snn.Network(dt=1.0, seed=1)
    spikes = net.create(snn.inputs.SpikeSourceArray([[float(k) for k in EMITTED]] * 2), name="spikes")
    clock = net.create(2, CLOCK, name="clock")
    for kind, pre, model, cases in (("spikes", spikes, POST, SPIKES), ("rates", clock, SUM, RATES)):
        for delivery, (options, delays) in cases.items():
            name = f"{kind} {delivery.name}"
            post = net.create(1, model, name=f"to {name}")
            net.connect(pre, post, "exc", name=name, **options).from_matrix(WEIGHTS.T, delays=np.array(delays).T)
            net.monitor(post, "sum(exc)", name=name)
    sim = net.compile()
    params, state = sim.init(0)
    records = sim.run(params, state, float(STEPS))[1]
    return sim.compiled.plans, {name: np.asarray(own["sum(exc)"])[:, 0] for name, own in records.items()}


def delays_of(delays):
    """Return the delay of both synapses in steps, as numbers."""
    return np.broadcast_to(np.asarray(delays, float), (2, 1))[:, 0]


@pytest.mark.parametrize("delivery", SPIKES, ids=lambda d: d.name)
def test_spikes(delivery):
    """Oracle: by hand: a spike of step k with a delay of d steps adds its weight to the input of step k + d."""
    plans, found = recorded()
    expected = np.zeros(STEPS)
    for weight, delay in zip(WEIGHTS[:, 0], delays_of(SPIKES[delivery][1]), strict=True):
        whole, rest = int(delay), delay - int(delay)
        for k in EMITTED:
            for later, share in ((whole, 1.0 - rest), (whole + 1, rest)):
                if k + later < STEPS:
                    expected[k + later] += weight * share
    assert plans[f"spikes {delivery.name}"].delivery is delivery
    np.testing.assert_allclose(found[f"spikes {delivery.name}"], expected, rtol=1e-6)


@pytest.mark.parametrize("delivery", RATES, ids=lambda d: d.name)
def test_rates(delivery):
    """Oracle: by hand: in step k a synapse with a delay of d steps reads r of step k - d, between steps a mean.

    The rate is the time, so once everything was kept the input is a weighted sum of times.
    """
    plans, found = recorded()
    late = delays_of(RATES[delivery][1])
    k = np.arange(6, STEPS)
    expected = sum(w * (k - d) for w, d in zip(WEIGHTS[:, 0], late, strict=True))
    assert plans[f"rates {delivery.name}"].delivery is delivery
    np.testing.assert_allclose(found[f"rates {delivery.name}"][6:], expected, rtol=1e-6)
