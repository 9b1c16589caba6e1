"""How what each kind of projection transmits is delivered, and what populations must keep for it."""

from functools import cache

import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.equations import Remote
from jaxsnn.errors import UnsupportedError
from jaxsnn.plan import Delivery, requirements_of

CELL = snn.Neuron(equations="dv/dt = (1.5 - v + g_exc + g_inh) / 10.0", spike="v > 1.0", reset="v = 0.0")
RATE = snn.Neuron(equations="dr/dt = 0.1 * (sum(exc) - r)")
OWN = snn.DiscreteUniform(1, 5)
SCALED = snn.Synapse("k = 2.0", pre_spike="g_target += k * w")
PRESENT = snn.Synapse(pre_spike="g_target += w * post.v")

SPIKES = {
    "next": ({}, {}, Delivery.NEXT_STEP, 1),
    "uniform": ({}, {"delays": 3.0}, Delivery.UNIFORM, 3),
    "ring": ({}, {"delays": OWN}, Delivery.INPUT_RING, 5),
    "ring of a step": ({}, {"delays": snn.Uniform(0.5, 1.0)}, Delivery.INPUT_RING, 1),
    "scaled": (
        {"synapse": SCALED},
        {"delays": OWN},
        Delivery.INPUT_RING,
        5,
    ),
    "present": ({"synapse": PRESENT}, {"delays": OWN}, Delivery.PER_SYNAPSE, 5),
    "plastic": ({"synapse": snn.STDP()}, {"delays": OWN}, Delivery.PER_SYNAPSE, 5),
    "plastic, one step": ({"synapse": snn.STDP()}, {"delays": snn.Uniform(0.5, 1.0)}, Delivery.NEXT_STEP, 1),
    "fractional": ({"fractional_delays": True}, {"delays": snn.Uniform(1.0, 4.0)}, Delivery.FRACTIONAL_RING, 5),
}
RATES = {
    "next rates": ({}, {}, Delivery.NEXT_STEP, 1),
    "uniform rates": ({}, {"delays": 3.0}, Delivery.UNIFORM, 3),
    "own rates": ({}, {"delays": OWN}, Delivery.PER_SYNAPSE, 5),
    "fractional rates": ({"fractional_delays": True}, {"delays": snn.Uniform(1.0, 4.0)}, Delivery.INTERPOLATED, 5),
}
SPECIAL = {
    "copy of a ring": (Delivery.INPUT_RING, 5),
    "filters": (Delivery.UNIFORM, 2),
    "decoded": (Delivery.NEXT_STEP, 1),
    "current": (Delivery.NEXT_STEP, 1),
}


@cache
def compiled():
    """Return a compiled network with a projection of each kind; nothing of it is drawn or run."""
    net = snn.Network(dt=1.0, seed=1)
    P, Q = net.create(4, CELL, name="P"), net.create(4, CELL, name="Q")
    R, S = net.create(4, RATE, name="R"), net.create(4, RATE, name="S")
    for (pre, post), cases in (((P, Q), SPIKES), ((R, S), RATES)):
        for name, (options, connector, _, _) in cases.items():
            net.connect(pre, post, "exc", name=name, **options).all_to_all(weights=snn.Uniform(0.0, 1.0), **connector)
    net.copy_projection(P, Q, "inh", name="copy of a ring").connect_copy(net.projection("ring"))
    net.convolution(P, Q, "exc", name="filters").connect_filter(np.ones(3), delays=2.0)
    net.decoding(P, S, "exc", window=5.0, name="decoded").all_to_all(weights=1.0)
    net.current_injection(R, Q, "exc", name="current").connect_current()
    return net.compile()


CASES = {name: case[2:] for name, case in (SPIKES | RATES).items()} | SPECIAL


@pytest.mark.parametrize("name", CASES)
def test_delivery(name):
    """Oracle: the table above, from the definition of each delivery."""
    plan = compiled().compiled.plans[name]
    assert (plan.delivery, plan.longest) == CASES[name]


def test_all_deliveries_are_there():
    """Oracle: the list of deliveries."""
    assert {delivery for delivery, _ in CASES.values()} == set(Delivery)


def test_summary_prints_the_delivery():
    """Oracle: the words of each delivery; nothing is said of what arrives in the next step."""
    lines = {line.split(":")[0]: line for line in compiled().summary().splitlines()}
    for name, (delivery, longest) in CASES.items():
        line = lines[f"projection {name}"]
        steps = "1 step" if longest == 1 else f"{longest} steps"
        said = f"delays up to {steps} ({delivery.value})" in line
        assert said is (delivery is not Delivery.NEXT_STEP) and ("delays up to" in line) is said


def test_what_populations_keep():
    """Oracle: spikes are kept for the longest delay that reads them from the past, values for the longest of all."""
    sim = compiled()
    needs = requirements_of(sim.spec, sim.compiled.plans.values())
    assert {name: own.train for name, own in needs.items()} == {"P": 5, "Q": 0, "R": 0, "S": 0}
    kept = {name: (past.value, past.steps) for name, past in needs["R"].histories.items()}
    assert kept == {"r": (Remote("pre", "r"), 5)}
    assert not needs["P"].histories and not needs["S"].histories


@pytest.mark.parametrize("synapse", [PRESENT, snn.STDP()])
def test_fractional_delays_need_constants(synapse):
    """Oracle: what arrives depends on the moment, so it cannot be sent ahead."""
    net = snn.Network(seed=1)
    P = net.create(3, CELL, name="P")
    projection = net.connect(P, P, "exc", synapse, name="q", fractional_delays=True)
    projection.all_to_all(weights=1.0, delays=snn.Uniform(1.0, 3.0))
    with pytest.raises(UnsupportedError, match="projection `q`: delays that are parameters need contributions"):
        net.compile()
