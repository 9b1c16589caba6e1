"""Synchrony by short-term plasticity (Tsodyks, Uziel, Markram 2000, doi:10.1523/JNEUROSCI.20-01-j0003.2000): 10 s."""

import numpy as np

import jaxsnn as ann

dt = 0.25
ann.setup(dt=dt)

LIF = ann.Neuron(
    parameters="tau = 30.0 : population ; tau_I = 3.0 : population ; I = 15.0",
    equations="""
        tau * dv/dt = -v + g_exc - g_inh + I
        tau_I * dg_exc/dt = -g_exc
        tau_I * dg_inh/dt = -g_inh
    """,
    spike="v > 15.0",
    reset="v = 13.5",
    refractory=3.0,
)
STP = ann.Synapse(
    parameters="tau_rec = 1.0 ; tau_facil = 1.0 ; U = 0.1",
    equations="""
        dx/dt = (1.0 - x) / tau_rec : init = 1.0, event-driven
        du/dt = (U - u) / tau_facil : init = 0.1, event-driven
    """,
    pre_spike="""
        g_target += w * u * x
        x *= 1.0 - u
        u += U * (1.0 - u)
    """,
)

P = ann.Population(500, LIF)
P.I = np.sort(np.random.uniform(14.625, 15.375, 500))
P.v = ann.Uniform(0.0, 15.0)
Exc, Inh = P[:400], P[400:]


def projection(pre, post, target, w, U, low, high, tau_rec, tau_facil):
    proj = ann.Projection(pre, post, target, STP)
    proj.connect_fixed_probability(probability=0.1, weights=ann.Normal(w, w / 2.0, min=0.2 * w, max=2.0 * w))
    proj.U = ann.Normal(U, U / 2.0, min=low, max=high)
    proj.tau_rec = ann.Normal(tau_rec, tau_rec / 2.0, min=5.0)
    proj.tau_facil = tau_facil
    return proj


projection(Exc, Exc, "exc", 1.8, 0.5, 0.1, 0.9, 800.0, dt)
projection(Exc, Inh, "exc", 7.2, 0.04, 0.001, 0.07, 100.0, ann.Normal(1000.0, 500.0, min=5.0))
projection(Inh, Exc, "inh", 5.4, 0.5, 0.1, 0.9, 800.0, dt)
projection(Inh, Inh, "inh", 7.2, 0.04, 0.001, 0.07, 100.0, ann.Normal(1000.0, 500.0, min=5.0))

Me = ann.Monitor(Exc, "spike")
Mi = ann.Monitor(Inh, "spike")

ann.compile()
ann.simulate(10000.0)

print("rate, Hz:", len(Me.raster_plot()[0]) / 400 / 10.0, len(Mi.raster_plot()[0]) / 100 / 10.0)
