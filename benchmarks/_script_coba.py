"""COBA, the recurrent network of conductances of Vogels and Abbott, for jaxsnn and for ANNarchy alike.

4000 neurons, a fifth of them inhibitory, connected at random with 80 synapses each on average; step 0.1 ms. Benchmark 1
of R. Brette et al., Journal of Computational Neuroscience 23 (2007), doi:10.1007/s10827-007-0038-6. With more neurons
the synapses of each stay as many.
"""

import numpy as np

N, SYNAPSES, DT = 4000, 80, 0.1
EXC, INH = 0.6, 6.7


def initial(neurons: int = N) -> dict[str, np.ndarray]:
    """Return where the neurons begin; the same for every program."""
    rng = np.random.RandomState(3)
    return {
        "v": rng.uniform(-60.0, -50.0, neurons),
        "g_exc": np.abs(rng.normal(4.0, 1.5, neurons)),
        "g_inh": np.abs(rng.normal(20.0, 12.0, neurons)),
    }


def slope(v, g_exc, g_inh):
    """Return tau_m dv/dt, as the loop by hand has it."""
    return (-60 - v) + g_exc * (0 - v) + g_inh * (-80 - v) + 20


def neuron(sim):
    return sim.Neuron(
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


def connected(sim, model, values: dict[str, np.ndarray], exc: float, inh: float):
    """Describe neurons that begin with these values; return what tells how many spikes there were since it last did."""
    neurons = len(values["v"])
    P, n_exc = sim.Population(neurons, model), neurons * 4 // 5
    for name, x in values.items():
        setattr(P, name, x)
    chance = SYNAPSES / neurons
    sim.Projection(P[:n_exc], P, "exc").connect_fixed_probability(weights=exc, probability=chance)
    sim.Projection(P[n_exc:], P, "inh").connect_fixed_probability(weights=inh, probability=chance)
    monitor = sim.Monitor(P, "spike")
    return lambda: len(monitor.raster_plot()[0])


def describe(sim, neurons: int = N):
    """Describe the network with the module-level functions of a simulator; return what counts its spikes."""
    return connected(sim, neuron(sim), initial(neurons), EXC, INH)
