"""Homeostatic STDP keeps a rate (Carlson et al. 2013, doi:10.1109/IJCNN.2013.6706961): 1000 s."""

import numpy as np

import jaxsnn as ann

RS = ann.Neuron(
    parameters="""
        a = 0.02 : population ; b = 0.2 : population ; c = -65.0 : population ; d = 8.0 : population
        tau_ampa = 5.0 : population ; tau_nmda = 150.0 : population
        vrev = 0.0 : population
    """,
    equations="""
        I = g_ampa * (vrev - v) + g_nmda * nmda(v, -80.0, 60.0) * (vrev - v)
        dv/dt = 0.04 * v^2 + 5.0 * v + 140.0 - u + I : init = -65.0, midpoint
        du/dt = a * (b * v - u) : init = -13.0, midpoint
        tau_ampa * dg_ampa/dt = -g_ampa : exponential
        tau_nmda * dg_nmda/dt = -g_nmda : exponential
    """,
    spike="v >= 30.0",
    reset="v = c ; u += d",
    functions="nmda(v, t, s) = ((v - t) / s)^2 / (1.0 + ((v - t) / s)^2)",
)
nearest = ann.Synapse(
    parameters="""
        tau_plus = 20.0 : projection ; tau_minus = 60.0 : projection
        A_plus = 0.0002 : projection ; A_minus = 0.000066 : projection
        w_max = 0.03 : projection
    """,
    equations="""
        tau_plus * dltp/dt = -ltp : exponential
        tau_minus * dltd/dt = -ltd : exponential
        w += if t_post >= t_pre: ltp else: -ltd : min = 0.0, max = w_max
    """,
    pre_spike="g_target += w ; ltp = A_plus",
    post_spike="ltd = A_minus",
)
homeostatic = ann.Synapse(
    parameters="""
        tau_plus = 20.0 : projection ; tau_minus = 60.0 : projection
        A_plus = 0.0002 : projection ; A_minus = 0.000066 : projection
        w_min = 0.0 : projection ; w_max = 0.03 : projection
        Rtarget = 35.0 : projection
        alpha = 0.1 : projection ; beta = 1.0 : projection ; gamma = 50.0 : projection
        Tdiv = 5000.0 : projection
    """,
    equations="""
        R = post.r : postsynaptic
        K = R / (Tdiv * (1.0 + fabs(1.0 - R / Rtarget) * gamma)) : postsynaptic
        tau_plus * dltp/dt = -ltp : exponential
        tau_minus * dltd/dt = -ltd : exponential
        stdp = if t_post >= t_pre: ltp else: -ltd
        w += (alpha * w * (1.0 - R / Rtarget) + beta * stdp) * K : min = w_min, max = w_max
    """,
    pre_spike="g_target += w ; ltp = A_plus",
    post_spike="ltd = A_minus",
)

inp = ann.PoissonPopulation(100, rates=np.linspace(0.2, 20.0, 100))
without, homeo = ann.Population(1, RS), ann.Population(1, RS)
without.compute_firing_rate(5000.0)
homeo.compute_firing_rate(5000.0)
plain = ann.Projection(inp, without, ["ampa", "nmda"], nearest)
plain.connect_all_to_all(weights=ann.Uniform(0.01, 0.03))
kept = ann.Projection(inp, homeo, ["ampa", "nmda"], homeostatic)
kept.connect_all_to_all(weights=ann.Uniform(0.01, 0.03))
m1, m2 = ann.Monitor(without, "r"), ann.Monitor(homeo, "r")

ann.compile()
ann.simulate(1000000.0)

print("rates, Hz:", float(np.mean(m1.get("r"))), float(np.mean(m2.get("r"))))
