"""The notebook STDP2: a neuron whose inputs compete through STDP (Song, Miller, Abbott 2000, doi:10.1038/78829)."""

import numpy as np
import pytest

import jaxsnn as snn

from .bands import check

INPUTS, W_MAX = 1000, 0.01

IF = snn.Neuron(
    parameters="""
        tau_m = 10.0 : population ; tau_e = 5.0 : population ; E_e = 0.0 : population
        E_l = -74.0 : population ; v_t = -54.0 : population ; v_r = -60.0 : population
    """,
    equations="""
        tau_m * dv/dt = E_l - v + g_exc * (E_e - v_r) : init = -60.0
        tau_e * dg_exc/dt = -g_exc
    """,
    spike="v > v_t",
    reset="v = v_r",
)


@pytest.mark.slow
def test_stdp2():
    """Oracle: ANNarchy over 5 seeds; weights end at both bounds, and the output slows down while they do.

    100 s with 24 seeds, in single precision; means differ by no more than 4 standard errors, see `bands.check`.
    """
    net = snn.Network(dt=1.0, seed=1)
    inputs = net.create(snn.inputs.PoissonPopulation(INPUTS, rates=15.0), name="inputs")
    output = net.create(1, IF, name="output")
    rule = snn.STDP(tau_plus=20.0, tau_minus=20.0, A_plus=0.01, A_minus=0.0105, w_max=W_MAX)
    synapses = net.connect(inputs, output, "exc", rule, name="synapses").all_to_all(snn.Uniform(0.0, W_MAX))
    arriving, leaving = net.monitor(inputs, "spike"), net.monitor(output, "spike")

    def run(net):
        net.simulate(10_000.0)
        early = np.asarray(net.get(synapses).w[0])
        net.simulate(90_000.0)
        w, steps = np.asarray(net.get(synapses).w[0]), np.asarray(net.get(leaving).get("spike")[0])
        arrived = sum(len(s) for s in net.get(arriving).get("spike").values())
        return {
            "input_rate_hz": arrived / INPUTS / 100.0,
            "output_rate_hz": steps.size / 100.0,
            "output_rate_first10s": np.sum(steps < 10_000) / 10.0,
            "output_rate_last10s": np.sum(steps >= 90_000) / 10.0,
            "w_mean": w.mean(),
            "w_std": w.std(),
            "frac_w_lt_0p2gmax": np.mean(w < 0.2 * W_MAX),
            "frac_w_gt_0p8gmax": np.mean(w > 0.8 * W_MAX),
            "w_mean_10s": early.mean(),
            "w_std_10s": early.std(),
            "hist20": np.histogram(w, bins=20, range=(0.0, W_MAX))[0],
        }

    check("STDP2", net.parallel_run(run, number=24))
