"""COBA (Brette et al. 2007, doi:10.1007/s10827-007-0038-6): 4000 neurons with conductances, 1 s of 0.1 ms."""

import jaxsnn as ann

ann.setup(dt=0.1)

COBA = ann.Neuron(
    parameters="""
        El = -60.0 : population
        Vr = -60.0 : population
        Erev_exc = 0.0 : population
        Erev_inh = -80.0 : population
        Vt = -50.0 : population
        tau = 20.0 : population
        tau_exc = 5.0 : population
        tau_inh = 10.0 : population
        I = 20.0 : population
    """,
    equations="""
        tau * dv/dt = (El - v) + g_exc * (Erev_exc - v) + g_inh * (Erev_inh - v) + I
        tau_exc * dg_exc/dt = -g_exc
        tau_inh * dg_inh/dt = -g_inh
    """,
    spike="v > Vt",
    reset="v = Vr",
    refractory=5.0,
)

P = ann.Population(geometry=4000, neuron=COBA)
P.v = ann.Normal(-55.0, 5.0)
P.g_exc = ann.Normal(4.0, 1.5)
P.g_inh = ann.Normal(20.0, 12.0)
exc = ann.Projection(pre=P[:3200], post=P, target="exc")
exc.connect_fixed_probability(weights=0.6, probability=0.02)
inh = ann.Projection(pre=P[3200:], post=P, target="inh")
inh.connect_fixed_probability(weights=6.7, probability=0.02)
monitor = ann.Monitor(P, ["spike"])

ann.compile()
ann.simulate(1000.0)

spikes = monitor.get("spike")
times, ranks = monitor.raster_plot(spikes)
intervals = monitor.inter_spike_interval(spikes)
variation = monitor.coefficient_of_variation(spikes)
print("rate, Hz:", len(times) / 4000)
