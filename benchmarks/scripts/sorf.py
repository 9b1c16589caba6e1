"""Self-organising receptive fields (Carlson et al. 2013, doi:10.1109/IJCNN.2013.6706961): one epoch of 40 gratings."""

import numpy as np

import jaxsnn as ann

SIZE, GRATINGS = 32, 40

GATES = "nmda(v, t, s) = ((v - t) / s)^2 / (1.0 + ((v - t) / s)^2)"
CONDUCTANCES = """
    tau_ampa = 5.0 : population ; tau_nmda = 150.0 : population
    tau_gabaa = 6.0 : population ; tau_gabab = 150.0 : population
    vrev_ampa = 0.0 : population ; vrev_nmda = 0.0 : population
    vrev_gabaa = -70.0 : population ; vrev_gabab = -90.0 : population
"""
EQUATIONS = """
    I_exc = g_ampa * (vrev_ampa - v) + g_nmda * nmda(v, -80.0, 60.0) * (vrev_nmda - v)
    I_inh = g_gabaa * (vrev_gabaa - v) + g_gabab * (vrev_gabab - v)
    I = I_exc + I_inh
    dv/dt = 0.04 * v^2 + 5.0 * v + 140.0 - u + I : init = -65.0, midpoint
    du/dt = a * (b * v - u) : init = -13.0, midpoint
    tau_ampa * dg_ampa/dt = -g_ampa : exponential
    tau_nmda * dg_nmda/dt = -g_nmda : exponential
    tau_gabaa * dg_gabaa/dt = -g_gabaa : exponential
    tau_gabab * dg_gabab/dt = -g_gabab : exponential
"""
RESET = "v = c ; u += d ; g_ampa = 0.0 ; g_nmda = 0.0 ; g_gabaa = 0.0 ; g_gabab = 0.0"


def izhikevich(a, d):
    parameters = f"a = {a} : population ; b = 0.2 : population ; c = -65.0 : population ; d = {d} : population"
    return ann.Neuron(
        parameters=parameters + CONDUCTANCES,
        equations=EQUATIONS,
        spike="v >= 30.0",
        reset=RESET,
        functions=GATES,
        refractory=1.0,
    )


RSNeuron, FSNeuron = izhikevich(0.02, 8.0), izhikevich(0.1, 2.0)

homeostatic = ann.Synapse(
    parameters="""
        tau_plus = 60.0 : projection ; tau_minus = 90.0 : projection
        A_plus = 0.000045 : projection ; A_minus = 0.00003 : projection
        w_min = 0.0 : projection ; w_max = 0.005 : projection
        Rtarget = 10.0 : projection
        alpha = 10.0 : projection ; beta = 1.0 : projection ; gamma = 50.0 : projection
        Tdiv = 10000.0 : projection
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

OnPoiss = ann.PoissonPopulation(SIZE * SIZE, rates=1.0)
OffPoiss = ann.PoissonPopulation(SIZE * SIZE, rates=1.0)
OnBuffer = ann.Population(SIZE * SIZE, RSNeuron)
OffBuffer = ann.Population(SIZE * SIZE, RSNeuron)
Exc = ann.Population(4, RSNeuron)
Inh = ann.Population(4, FSNeuron)
Exc.compute_firing_rate(10000.0)
Inh.compute_firing_rate(10000.0)

ann.Projection(OnPoiss, OnBuffer, ["ampa", "nmda"]).connect_one_to_one(ann.Uniform(0.2, 0.6))
ann.Projection(OffPoiss, OffBuffer, ["ampa", "nmda"]).connect_one_to_one(ann.Uniform(0.2, 0.6))
OnExc = ann.Projection(OnBuffer, Exc, ["ampa", "nmda"], homeostatic)
OnExc.connect_all_to_all(ann.Uniform(0.004, 0.015))
OffExc = ann.Projection(OffBuffer, Exc, ["ampa", "nmda"], homeostatic)
OffExc.connect_all_to_all(ann.Uniform(0.004, 0.015))
competition = ann.Projection(Exc, Inh, ["ampa", "nmda"], homeostatic)
competition.connect_all_to_all(ann.Uniform(0.116, 0.403))
competition.Rtarget = 75.0
competition.tau_plus = 51.0
competition.tau_minus = 78.0
competition.A_plus = -0.000041
competition.A_minus = -0.000015
competition.w_max = 1.0
ann.Projection(Inh, Exc, ["gabaa", "gabab"]).connect_all_to_all(ann.Uniform(0.065, 0.259))

ann.compile()


def grating(angle):
    x, y = np.meshgrid(np.linspace(-1.0, 1.0, SIZE), np.linspace(-1.0, 1.0, SIZE))
    return np.cos(2.0 * np.pi * 1.2 * (np.cos(angle) * x + np.sin(angle) * y))


for trial in range(GRATINGS):
    image = grating(np.pi * trial / GRATINGS).reshape(-1)
    OnPoiss.rates = 12.5 * (1.0 + image)
    OffPoiss.rates = 12.5 * (1.0 - image)
    ann.simulate(2000.0)
    OnPoiss.rates = 1.0
    OffPoiss.rates = 1.0
    ann.simulate(500.0)

print("rates, Hz:", float(np.mean(Exc.r)), float(np.mean(Inh.r)))
