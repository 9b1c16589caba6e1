"""CUBA, the recurrent network of currents of Vogels and Abbott, for jaxsnn and for ANNarchy alike.

Benchmark 2 of R. Brette et al., Journal of Computational Neuroscience 23 (2007), doi:10.1007/s10827-007-0038-6: COBA's
neurons and synapses, with currents in the place of conductances.
"""

import numpy as np
from _script_coba import DT as DT
from _script_coba import SYNAPSES as SYNAPSES
from _script_coba import N as N
from _script_coba import connected

EXC, INH = 1.62, 9.0


def initial(neurons: int = N) -> dict[str, np.ndarray]:
    """Return where the neurons begin; the same for every program."""
    silent = np.zeros(neurons)
    return {"v": np.random.RandomState(3).uniform(-60.0, -50.0, neurons), "g_exc": silent, "g_inh": silent}


def slope(v, g_exc, g_inh):
    """Return tau_m dv/dt, as the loop by hand has it."""
    return (-49 - v) + g_exc - g_inh


def neuron(sim):
    return sim.Neuron(
        parameters="""
            El = -49.0 : population
            Vr = -60.0 : population
            Vt = -50.0 : population
            tau_m = 20.0 : population
            tau_e = 5.0 : population
            tau_i = 10.0 : population
        """,
        equations="""
            tau_m * dv/dt = El - v + g_exc - g_inh
            tau_e * dg_exc/dt = -g_exc
            tau_i * dg_inh/dt = -g_inh
        """,
        spike="v > Vt",
        reset="v = Vr",
        refractory=5.0,
    )


def describe(sim, neurons: int = N):
    """Describe the network with the module-level functions of a simulator; return what counts its spikes."""
    return connected(sim, neuron(sim), initial(neurons), EXC, INH)
