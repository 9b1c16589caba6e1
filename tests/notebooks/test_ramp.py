"""The notebook Ramp: homeostatic STDP keeps a rate (Carlson et al. 2013, doi:10.1109/IJCNN.2013.6706961)."""

import numpy as np
import pytest

import jaxsnn as snn

from .bands import check

INPUTS, W_MAX = 100, 0.03

RS = snn.Neuron(
    parameters="""
        a = 0.02 : population ; b = 0.2 : population ; c = -65.0 : population ; d = 8.0 : population
        tau_ampa = 5.0 : population ; tau_nmda = 150.0 : population ; E_rev = 0.0 : population
    """,
    equations="""
        I = (g_ampa + g_nmda * gate(v, -80.0, 60.0)) * (E_rev - v)
        dv/dt = 0.04 * v^2 + 5.0 * v + 140.0 - u + I : init = -65.0, midpoint
        du/dt = a * (b * v - u) : init = -13.0, midpoint
        tau_ampa * dg_ampa/dt = -g_ampa : exponential
        tau_nmda * dg_nmda/dt = -g_nmda : exponential
    """,
    spike="v >= 30.0",
    reset="v = c ; u += d",
    functions="gate(v, centre, width) = ((v - centre) / width)^2 / (1.0 + ((v - centre) / width)^2)",
)

TRACES = f"""
    tau_plus = 20.0 : projection ; A_plus = 2.0e-4 : projection
    tau_minus = 60.0 : projection ; A_minus = 6.6e-5 : projection
    w_max = {W_MAX} : projection
"""
DECAY = """
    tau_plus * dltp/dt = -ltp : exponential
    tau_minus * dltd/dt = -ltd : exponential
    change = if t_post >= t_pre: ltp else: -ltd
"""
EVENTS = {"pre_spike": "g_target += w ; ltp = A_plus", "post_spike": "ltd = A_minus"}

NEAREST = snn.Synapse(TRACES, f"{DECAY}\n w += change : min = 0.0, max = w_max", **EVENTS)
HOMEOSTATIC = snn.Synapse(
    TRACES + "alpha = 0.1 : projection ; beta = 1.0 : projection ; gamma = 50.0 : projection\n"
    "R_target = 35.0 : projection ; window = 5000.0 : projection",
    f"""
        R = post.r : postsynaptic
        K = R / (window * (1.0 + gamma * fabs(1.0 - R / R_target))) : postsynaptic
        {DECAY}
        w += K * (alpha * (1.0 - R / R_target) * w + beta * change) : min = 0.0, max = w_max
    """,
    **EVENTS,
)


@pytest.mark.slow
def test_ramp():
    """Oracle: ANNarchy over 5 seeds; homeostasis holds 35 Hz, with weights that grow with the rates of the inputs.

    1000 s with 6 seeds, in single precision; means differ by no more than 4 standard errors, see `bands.check`.
    """
    net = snn.Network(dt=1.0, seed=1)
    inputs = net.create(snn.inputs.PoissonPopulation(INPUTS, rates=np.linspace(0.2, 20.0, INPUTS)), name="inputs")
    recorded = {}
    for name, rule in (("plain", NEAREST), ("homeostatic", HOMEOSTATIC)):
        neuron = net.create(1, RS, name=name)
        neuron.compute_firing_rate(5000.0)
        synapses = net.connect(inputs, neuron, ["ampa", "nmda"], rule, name=f"to_{name}")
        synapses.all_to_all(weights=snn.Uniform(0.01, 0.03))
        recorded[name] = net.monitor(neuron, "r"), synapses

    def result(net, name):
        monitor, synapses = (net.get(handle) for handle in recorded[name])
        return monitor.get("r")[:, 0].astype(float), np.asarray(synapses.w[0])

    def run(net):
        net.simulate(1_000_000.0)
        (r1, w1), (r2, w2) = result(net, "plain"), result(net, "homeostatic")
        quarters = w2.reshape(4, -1).mean(axis=1)
        return {
            "mean_r_no_homeo": r1.mean(),
            "mean_r_homeo": r2.mean(),
            "late_r_no_homeo": r1[-200_000:].mean(),
            "late_r_homeo": r2[-200_000:].mean(),
            "late_r_homeo_std": r2[-200_000:].std(),
            "w1_mean": w1.mean(),
            "w1_max_frac": np.mean(w1 >= 0.029),
            "w2_mean": w2.mean(),
            **dict(zip(("w2_first25", "w2_25_50", "w2_50_75", "w2_last25"), quarters, strict=True)),
            "corr_w2_rank": np.corrcoef(w2, np.arange(INPUTS))[0, 1],
            "w1": w1[::5],
            "w2": w2[::5],
        }

    check("Ramp", net.parallel_run(run, number=6))
