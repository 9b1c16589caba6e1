"""COBA, the recurrent network of conductances of Vogels and Abbott, for jaxsnn and for ANNarchy alike.

4000 neurons, a fifth of them inhibitory, connected at random with 80 synapses each on average; step 0.1 ms. Benchmark 1
of R. Brette et al., Journal of Computational Neuroscience 23 (2007), doi:10.1007/s10827-007-0038-6.
"""

import numpy as np

N, N_EXC, DT = 4000, 3200, 0.1
PROBABILITY, EXC, INH = 0.02, 0.6, 6.7


def initial() -> dict[str, np.ndarray]:
    """Return where the neurons begin; the same for every program."""
    rng = np.random.RandomState(3)
    return {
        "v": rng.uniform(-60.0, -50.0, N),
        "g_exc": np.abs(rng.normal(4.0, 1.5, N)),
        "g_inh": np.abs(rng.normal(20.0, 12.0, N)),
    }


def describe(sim):
    """Describe the network with the module-level functions of a simulator; return the monitor of spikes."""
    neuron = sim.Neuron(
        parameters="""
            El = -60.0 : population
            I = 20.0 : population
            Vr = -60.0 : population
            Vt = -50.0 : population
            tau_m = 20.0 : population
            tau_e = 5.0 : population
            tau_i = 10.0 : population
        """,
        equations="""
            tau_m * dv/dt = El - v + g_exc * (0.0 - v) + g_inh * (-80.0 - v) + I
            tau_e * dg_exc/dt = -g_exc
            tau_i * dg_inh/dt = -g_inh
        """,
        spike="v > Vt",
        reset="v = Vr",
        refractory=5.0,
    )
    P = sim.Population(N, neuron)
    for name, values in initial().items():
        setattr(P, name, values)
    sim.Projection(P[:N_EXC], P, "exc").connect_fixed_probability(weights=EXC, probability=PROBABILITY)
    sim.Projection(P[N_EXC:], P, "inh").connect_fixed_probability(weights=INH, probability=PROBABILITY)
    return sim.Monitor(P, "spike")
