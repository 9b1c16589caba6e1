"""The built-in Izhikevich neuron against traces of ANNarchy and its own equations."""

from functools import cache

import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import EquationError

from ..equations.running import Lone, golden, run_one

pytestmark = pytest.mark.optimised  # the bits and golden numbers of optimised programs, too

TRACES = [name for name in golden("izhikevich_traces") if name != "_meta"]
RTOL = 1e-9  # `_meta.tolerance_hint` of golden.json; spike steps exact
N_STEPS = {0.1: 5500, 1.0: 20_000}


@cache
def recorded_at(dt: float):
    """Return the recordings of all traces of a step size, side by side: names, and values by variable."""
    names = [name for name in TRACES if golden("izhikevich_traces")[name]["dt_ms"] == dt]
    currents = [float(name.rpartition("_I")[2]) for name in names]
    lone = Lone(snn.Izhikevich(), len(names), {"i_offset": currents})
    return names, run_one(lone, N_STEPS[dt], dt=dt)


def test_the_traces_use_the_defaults():
    """Oracle: the parameters that the traces state are those of `Izhikevich()`."""
    population = snn.Network(seed=0).create(1, snn.Izhikevich)
    for name in TRACES:
        stated = golden("izhikevich_traces")[name]["parameters"]
        assert {p: float(population.get(p)[0]) for p in stated} == stated
    assert (float(population.v[0]), float(population.u[0])) == (-65.0, -13.0)


@pytest.mark.parametrize("trace", TRACES)
def test_traces_of_annarchy(trace, double):
    """Oracle: ANNarchy 4.8.2, `traces` of golden.json: explicit Euler in double precision, up to 20 s."""
    expected = golden("izhikevich_traces")[trace]
    names, found = recorded_at(expected["dt_ms"])
    rank, steps = names.index(trace), expected["sample_steps"]
    spikes = found["spike"][rank]
    if "truncated" in expected["notes"]:  # ANNarchy's list stops after 200 spikes
        spikes = spikes[: len(expected["spike_steps"])]
    assert spikes == expected["spike_steps"]
    for variable, values in expected["values"].items():
        np.testing.assert_allclose(found[variable][steps, rank], values, rtol=RTOL, atol=0, err_msg=variable)


def reference(dt: float, n_steps: int, current: float, a=0.02, b=0.2, c=-65.0, d=8.0, pause: int = 0):
    """Return (spike steps, v, u) of one neuron by a loop of Python."""
    v, u, wait, spikes, rows = c, b * c, 0, [], []
    for step in range(n_steps):
        active = wait == 0
        if active:
            v, u = v + dt * (0.04 * v**2 + 5 * v + 140 - u + current), u + dt * a * (b * v - u)
        wait = max(wait - 1, 0)
        if active and v > 30:
            v, u, wait = c, u + d, pause
            spikes.append(step)
        rows.append((v, u))
    return spikes, *np.transpose(rows)


PATTERNS = {
    "regular spiking": {"a": 0.02, "b": 0.2, "c": -65.0, "d": 8.0},
    "chattering": {"a": 0.02, "b": 0.2, "c": -50.0, "d": 2.0},
    "fast spiking": {"a": 0.1, "b": 0.2, "c": -65.0, "d": 2.0},
    "low threshold": {"a": 0.02, "b": 0.25, "c": -65.0, "d": 2.0},
}


def test_firing_patterns(double):
    """Oracle: the model's equations as a loop of Python, explicit Euler at dt = 0.5 ms, one neuron per pattern.

    100 ms: over longer times the fast spiking neuron amplifies rounding by a factor of 10 every 20 ms.
    """
    patterns = PATTERNS.values()
    values = {name: [p[name] for p in patterns] for name in "abcd"}
    values |= {"v": values["c"], "u": np.multiply(values["b"], values["c"]), "i_offset": 10.0}
    found = run_one(Lone(snn.Izhikevich(), len(PATTERNS), values), 200, dt=0.5)
    for rank, pattern in enumerate(patterns):
        spikes, v, u = reference(0.5, 200, 10.0, **pattern)
        assert found["spike"][rank] == spikes
        np.testing.assert_allclose(found["v"][:, rank], v, rtol=1e-9)
        np.testing.assert_allclose(found["u"][:, rank], u, rtol=1e-9)


def test_arguments_set_parameters_and_initial_values(double):
    """Oracle: the same loop; the refractory period of 2.5 ms is 2 steps of 1 ms."""
    neuron = snn.Izhikevich(a=0.1, b=0.25, c=-60.0, d=4.0, i_offset=12.0, tau_refrac=2.5)
    found = run_one(Lone(neuron), 200)
    spikes, v, u = reference(1.0, 200, 12.0, a=0.1, b=0.25, c=-60.0, d=4.0, pause=2)
    assert found["spike"] == {0: spikes} and len(spikes) > 3
    np.testing.assert_allclose(found["v"][:, 0], v, rtol=1e-9)
    np.testing.assert_allclose(found["u"][:, 0], u, rtol=1e-9)


def test_noise_is_normal_and_fresh(double):
    """Oracle: I = noise * N(0, 1), so its mean is 0 and its standard deviation 5, within five standard errors."""
    found = run_one(Lone(snn.Izhikevich(noise=5.0), 200), 50)["I"]
    n = found.size
    assert abs(found.mean()) < 5 * 5 / np.sqrt(n)
    assert abs(found.std() / 5 - 1) < 5 / np.sqrt(2 * n)
    assert len(np.unique(found)) == n


def test_conductance_decides_the_targets():
    """Oracle: the text of the argument."""
    assert snn.Izhikevich().analysed.targets == ("exc", "inh")
    assert snn.Izhikevich(conductance="g_ampa * (0.0 - v)").analysed.targets == ("ampa",)
    with pytest.raises(EquationError, match="unknown name `g`"):
        snn.Network().create(1, snn.Izhikevich(conductance="g - v"))
