"""Inputs that compete through STDP (Song, Miller, Abbott 2000, doi:10.1038/78829): 100 s."""

import numpy as np

import jaxsnn as ann

IF = ann.Neuron(
    parameters="""
        tau_m = 10.0 : population
        tau_e = 5.0 : population
        vt = -54.0 : population
        vr = -60.0 : population
        El = -74.0 : population
        Ee = 0.0 : population
    """,
    equations="""
        tau_m * dv/dt = El - v + g_exc * (Ee - vr) : init = -60.0
        tau_e * dg_exc/dt = -g_exc
    """,
    spike="v > vt",
    reset="v = vr",
)

inputs = ann.PoissonPopulation(geometry=1000, rates=15.0)
output = ann.Population(geometry=1, neuron=IF)
rule = ann.STDP(tau_plus=20.0, tau_minus=20.0, A_plus=0.01, A_minus=0.0105, w_max=0.01)
proj = ann.Projection(pre=inputs, post=output, target="exc", synapse=rule)
proj.connect_all_to_all(weights=ann.Uniform(0.0, 0.01))

Mi = ann.Monitor(inputs, "spike")
Mo = ann.Monitor(output, "spike")

ann.compile()
ann.simulate(100000.0)

print("rate, Hz:", Mi.mean_fr(), len(Mo.get("spike")[0]) / 100.0, float(np.mean(proj[0].w)))
