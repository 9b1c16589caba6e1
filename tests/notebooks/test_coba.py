"""The notebook COBA: two benchmarks of Brette et al. (2007, doi:10.1007/s10827-007-0038-6), 4000 cells each."""

import numpy as np
import pytest

import jaxsnn as snn

from .bands import check

CELLS, EXCITATORY = 4000, 3200

PARAMETERS = """
    tau = 20.0 : population ; tau_exc = 5.0 : population ; tau_inh = 10.0 : population
    E_l = -60.0 : population ; v_r = -60.0 : population ; v_t = -50.0 : population
"""
DECAY = "tau_exc * dg_exc/dt = -g_exc ; tau_inh * dg_inh/dt = -g_inh"
EVENTS = {"spike": "v > v_t", "reset": "v = v_r", "refractory": 5.0}

COBA = snn.Neuron(
    f"{PARAMETERS} ; E_exc = 0.0 : population ; E_inh = -80.0 : population ; I = 20.0 : population",
    f"tau * dv/dt = E_l - v + g_exc * (E_exc - v) + g_inh * (E_inh - v) + I ; {DECAY}",
    **EVENTS,
)
CUBA = snn.Neuron(PARAMETERS, f"tau * dv/dt = E_l - v + g_exc - g_inh ; {DECAY}", **EVENTS)


def outcomes(name, neuron, initial, w_exc, w_inh):
    """Return the metrics of one second, for each of 24 seeds."""
    net = snn.Network(dt=0.1, seed=1)
    P = net.create(CELLS, neuron, name="P")
    P.set(initial)
    exc = net.connect(P[:EXCITATORY], P, "exc", name="exc").fixed_probability(0.02, weights=w_exc)
    net.connect(P[EXCITATORY:], P, "inh", name="inh").fixed_probability(0.02, weights=w_inh)
    monitor = net.monitor(P, "spike")

    def run(net):
        net.simulate(1000.0)
        M = net.get(monitor)
        spikes = M.get("spike")
        times, _ = M.raster_plot(spikes)
        intervals = np.array(M.inter_spike_interval(spikes))
        variations = np.array(M.coefficient_of_variation(spikes))
        return {
            f"{name}_rate_hz": times.size / CELLS,
            f"{name}_rate_hz_200_1000ms": np.sum(times >= 200.0) / CELLS / 0.8,
            f"{name}_isi_mean_ms": intervals.mean(),
            f"{name}_isi_median_ms": np.median(intervals),
            f"{name}_cv_mean": variations.mean(),
            f"{name}_cv_std": variations.std(),
            "nb_syn_exc": net.get(exc).nb_synapses,
        }

    return net.parallel_run(run, number=24)


@pytest.mark.slow
def test_coba_and_cuba():
    """Oracle: ANNarchy over 10 seeds; irregular firing, in bursts in COBA, slower and more regular in CUBA.

    1 s with 24 seeds, in single precision; means differ by no more than 4 standard errors, see `bands.check`.
    """
    conductances = {"v": snn.Normal(-55.0, 5.0), "g_exc": snn.Normal(4.0, 1.5), "g_inh": snn.Normal(20.0, 12.0)}
    coba = outcomes("coba", COBA, conductances, w_exc=0.6, w_inh=6.7)
    cuba = outcomes("cuba", CUBA, {"E_l": -49.0, "v": snn.Uniform(-60.0, -50.0)}, w_exc=1.62, w_inh=9.0)
    check("COBA", [a | b for a, b in zip(coba, cuba, strict=True)])
