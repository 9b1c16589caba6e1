"""CUBA (Brette et al. 2007, doi:10.1007/s10827-007-0038-6): 4000 neurons with currents, 1 s of 0.1 ms."""

import jaxsnn as ann

ann.setup(dt=0.1)

CUBA = ann.Neuron(
    parameters="""
        El = -49.0 : population
        Vr = -60.0 : population
        Vt = -50.0 : population
        tau_m = 20.0 : population
        tau_exc = 5.0 : population
        tau_inh = 10.0 : population
    """,
    equations="""
        tau_m * dv/dt = (El - v) + g_exc - g_inh
        tau_exc * dg_exc/dt = -g_exc
        tau_inh * dg_inh/dt = -g_inh
    """,
    spike="v > Vt",
    reset="v = Vr",
    refractory=5.0,
)

P = ann.Population(geometry=4000, neuron=CUBA)
P.v = ann.Uniform(-60.0, -50.0)
exc = ann.Projection(pre=P[:3200], post=P, target="exc")
exc.connect_fixed_probability(weights=1.62, probability=0.02)
inh = ann.Projection(pre=P[3200:], post=P, target="inh")
inh.connect_fixed_probability(weights=9.0, probability=0.02)
monitor = ann.Monitor(P, ["spike"])

ann.compile()
ann.simulate(1000.0)

times, ranks = monitor.raster_plot()
print("rate, Hz:", len(times) / 4000)
