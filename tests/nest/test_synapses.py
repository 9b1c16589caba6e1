"""Synapses of NEST as texts of equations, against what NEST 3.10 transmits.

Oracle of all: NEST 3.10.0, recorded by `record.py`.
"""

import numpy as np
import pytest

from .running import GOLDEN, META, expected, ours, run_synapses, spike_times, steps_of

ARRIVAL = np.rint(np.array(META["times"]["pre"]) / 0.1).astype(int) + 1  # steps in which spikes arrive


def test_stdp(double):
    """`stdp_synapse`: the weight after each spike that arrives, after its bounds and both powers have acted."""
    weights = np.asarray(run_synapses()["stdp_synapse"]["w"])[ARRIVAL].ravel()
    np.testing.assert_allclose(weights, GOLDEN["stdp_synapse"]["weights"], rtol=1e-12)


def test_short_term_plasticity(double):
    """`tsodyks2_synapse`: what each spike adds to the input of its target."""
    added = run_synapses()["tsodyks2_synapse"]["g_ex"][ARRIVAL, 0]
    np.testing.assert_allclose(added, GOLDEN["tsodyks2_synapse"]["weights"], rtol=1e-12)


@pytest.mark.parametrize("variable", ["V_m", "I_syn_ex"])
def test_a_depressing_pair(variable, double):
    """`iaf_tum_2000`: what a spiking neuron causes in another one by resources that recover in two stages."""
    name = "iaf_tum_2000_pair"
    found = run_synapses()[name][ours(variable)][steps_of(name, variable), 0]
    x = expected(name, variable)
    np.testing.assert_allclose(found, x, rtol=0, atol=1e-10 * np.abs(x).max())


def test_a_spike_tells_how_much_it_released(double):
    """`iaf_tum_2000` makes a spike as many ms early as it used resources: what it adds to the input, by the weight."""
    trace, found = GOLDEN["iaf_tum_2000_pair"], run_synapses()
    steps = np.array(found["sender"]["spike"][0])[: len(trace["spikes"])]
    g, tau = found["iaf_tum_2000_pair"]["g_ex"][:, 0], trace["parameters"]["tau_syn_ex"]
    released = (g[steps + 2] - g[steps + 1] * np.exp(-0.1 / tau)) / trace["weights"][0]
    np.testing.assert_allclose(spike_times(steps, 0.1) - released, trace["spikes"], rtol=1e-12)
