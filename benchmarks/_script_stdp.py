"""1000 Poisson inputs onto 100 neurons through STDP, all to all, for jaxsnn and for ANNarchy alike; step 1 ms.

After S. Song, K. D. Miller and L. F. Abbott, Nature Neuroscience 3 (2000), doi:10.1038/78829.
"""

N_PRE, N_POST, RATE, DT = 1000, 100, 15.0, 1.0
W_MAX, A_PLUS, A_MINUS, TAU = 0.01, 0.01, 0.0105, 20.0


def describe(sim, outputs: int = N_POST):
    """Describe the network with the module-level functions of a simulator; return what counts its output spikes."""
    neuron = sim.Neuron(
        parameters="""
            El = -74.0 : population
            Vr = -60.0 : population
            Vt = -54.0 : population
            tau_m = 10.0 : population
            tau_e = 5.0 : population
        """,
        equations="""
            tau_m * dv/dt = El - v + g_exc * (0.0 - v) : init = -60.0
            tau_e * dg_exc/dt = -g_exc
        """,
        spike="v > Vt",
        reset="v = Vr",
    )
    pre, post = sim.PoissonPopulation(N_PRE, rates=RATE), sim.Population(outputs, neuron)
    synapse = sim.STDP(tau_plus=TAU, tau_minus=TAU, A_plus=A_PLUS, A_minus=A_MINUS, w_min=0.0, w_max=W_MAX)
    sim.Projection(pre, post, "exc", synapse=synapse).connect_all_to_all(weights=sim.Uniform(0.0, W_MAX))
    monitor = sim.Monitor(post, "spike")
    return lambda: len(monitor.raster_plot()[0])
