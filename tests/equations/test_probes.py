"""ANNarchy's recorded probes of populations that receive something: lags, refractory periods, sums over targets."""

from functools import cache

import numpy as np
import pytest

import jaxsnn as snn

from .running import golden

pytestmark = pytest.mark.optimised  # the bits and golden numbers of optimised programs, too

RTOL = 1e-9
STEPS = 30
INPUT_SPIKES = [2.0, 5.0, 6.0, 7.0, 8.0, 9.0, 20.0]
LEAKY = {"spike": "v > 0.9", "reset": "v = 0"}
METHODS = ("implicit", "semiimplicit", "exponential", "midpoint")


def refractory(method: str) -> snn.Neuron:
    """Return the probe `refr_<method>`: it spikes and rests, time and again."""
    return snn.Neuron(
        parameters="tau = 10.0",
        equations=f"tau * dv/dt = -v + 5 + g_exc : {method}\nx = x + 1",
        spike="v > 2",
        reset="v = 1",
        refractory=3.0,
    )


SPIKING = {
    "refr_g": snn.Neuron(equations="dv/dt = -v/1000 + g_exc", **LEAKY, refractory=5.0),
    "norefr_g": snn.Neuron(equations="dv/dt = -v/1000 + g_exc", **LEAKY),
    "refr_gode": snn.Neuron(
        parameters="tau = 10.0 ; I = 30.0",
        equations="tau * dv/dt = -v + I + g_exc\ntau * dg_exc/dt = -g_exc : explicit",
        spike="v > 2",
        reset="v = 1",
        refractory=3.0,
    ),
    "lag": snn.Neuron(equations="v = g_exc", spike="v > 1000"),
}
ALONE = {f"refr_{method}": refractory(method) for method in METHODS}
RATES = {
    "rd1": (snn.Neuron(equations="r = sum(exc)"), {"exc": ("ramp", 1.0)}),
    "sumall": (
        snn.Neuron(equations="r = sum()\nse = sum(exc)\nsi = sum(inh)"),
        {"exc": ("two", 1.0), "inh": ("two", 2.0)},
    ),
    "op_sum": (snn.Neuron(equations="r = sum(exc)"), {"exc": ("three", 1.0)}),
}


@cache
def probes():
    """Return the recordings of all probes: one network, 30 steps of 1 ms."""
    net = snn.Network(dt=1.0, seed=1)
    monitors = {}

    def add(name: str, neuron: snn.Neuron):
        population = net.create(1, neuron, name=name)
        extra = ["spike"] if neuron.is_spiking else []
        monitors[name] = net.monitor(population, population.variables + extra)
        return population

    source = net.create(snn.inputs.SpikeSourceArray(INPUT_SPIKES), name="source")
    monitors["ss"] = net.monitor(source, "spike")
    for name, neuron in SPIKING.items():
        net.connect(source, add(name, neuron), target="exc").one_to_one(weights=1.0)
    for name, neuron in ALONE.items():
        add(name, neuron)
    given = {"ramp": ("r = t + 1", None), "two": ("", [1.0, 2.0]), "three": ("", [-3.0, 2.0, 5.0])}
    inputs = {}
    for name, (equations, values) in given.items():
        model = snn.Neuron("" if equations else "r = 0.0", equations)
        inputs[name] = net.create(1 if values is None else len(values), model, name=name)
        if values is not None:
            inputs[name].r = values
    for name, (neuron, projections) in RATES.items():
        population = add(name, neuron)
        for target, (pre, weight) in projections.items():
            net.connect(inputs[pre], population, target=target).all_to_all(weights=weight)
    net.compile()
    net.simulate(float(STEPS))
    return {name: monitor.get(force_dict=True) for name, monitor in monitors.items()}


OURS = {  # where ANNarchy's recording shows a defect of its own
    ("sumall", "r"): "`sum()` is 0 there, in jaxsnn the sum over all targets",
    ("sumall", "sum(exc)"): "the same as `se`",
    ("sumall", "sum(inh)"): "the same as `si`",
    ("refr_implicit", "v"): "0 while refractory, in jaxsnn the value of the reset",
    ("refr_implicit", "x"): "follows from v",
    ("refr_implicit", "spike"): "follows from v",
}


@pytest.mark.slow
def test_all_probes_are_here(double):
    assert {*probes()} == {*golden("connected_population_probes")} - {"_meta"}


@pytest.mark.parametrize("probe", ["ss", *SPIKING, *ALONE, *RATES])
def test_probes_of_annarchy(probe, double):
    """Oracle: ANNarchy 4.8.2, `probes` of golden.json, 30 steps at dt = 1 ms in double precision."""
    compared = 0
    for variable, expected in golden("connected_population_probes")[probe].items():
        if (probe, variable) in OURS:
            continue
        found = probes()[probe][variable]
        if variable == "spike":
            assert {r: s for r, s in found.items() if s} == {int(r): s for r, s in expected.items() if s}
        else:
            np.testing.assert_allclose(found, expected, rtol=RTOL, atol=0, err_msg=f"{probe}.{variable}")
        compared += 1
    assert compared > 0


def test_the_sum_over_all_targets(double):
    """Oracle: by hand, 1 (1 + 2) + 2 (1 + 2) = 9; ANNarchy's own reference calls its 0 a defect."""
    np.testing.assert_array_equal(probes()["sumall"]["r"], np.full((STEPS, 1), 9.0))
    assert not np.any(golden("connected_population_probes")["sumall"]["r"])


def test_implicit_variables_stand_still_while_refractory(double):
    """Oracle: backward Euler v' = (v + 0.5) / 1.1 in Python, frozen for 3 steps after a spike.

    ANNarchy sets v to 0 in these steps, with the implicit method alone; until the first spike both agree.
    """
    v, x, wait, rows, spikes = 0.0, 0.0, 0, [], []
    for step in range(STEPS):
        if wait:
            wait -= 1
        else:
            v, x = (v + 0.5) / 1.1, x + 1
            if v > 2:
                v, wait = 1.0, 3
                spikes.append(step)
        rows.append((v, x))
    found, recorded = probes()["refr_implicit"], golden("connected_population_probes")["refr_implicit"]
    np.testing.assert_allclose(np.concatenate([found["v"], found["x"]], axis=1), rows, rtol=1e-12)
    assert found["spike"] == {0: spikes}
    np.testing.assert_allclose(found["v"][: spikes[0] + 1], recorded["v"][: spikes[0] + 1], rtol=RTOL)
    assert recorded["v"][spikes[0] + 1] == [0.0]
