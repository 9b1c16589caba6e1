"""The notebook STP: synchrony by short-term plasticity (Tsodyks, Uziel, Markram 2000,
doi:10.1523/JNEUROSCI.20-01-j0003.2000)."""

import numpy as np
import pytest

import jaxsnn as snn

from .bands import check

CELLS, EXCITATORY, MS = 500, 400, 10_000

LIF = snn.Neuron(
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
STP = snn.Synapse(
    parameters="tau_rec = 1.0 ; tau_facil = 1.0 ; U = 0.1",
    equations="""
        tau_rec * dx/dt = 1.0 - x : init = 1.0, event-driven
        tau_facil * du/dt = U - u : init = 0.1, event-driven
    """,
    pre_spike="g_target += w * u * x ; x *= 1.0 - u ; u += U * (1.0 - u)",
)


def spread(mean, **bounds):
    """Return a distribution with a standard deviation of half its mean, clipped."""
    return snn.Normal(mean, mean / 2.0, **bounds)


def connect(net, name, pre, post, target, w, U, tau_rec, tau_facil):
    """Connect with synapses that depress (large U), or facilitate."""
    projection = net.connect(pre, post, target, STP, name=name)
    projection.fixed_probability(0.1, weights=spread(w, min=0.2 * w, max=2.0 * w))
    projection.U = spread(U, min=0.1, max=0.9) if U > 0.1 else spread(U, min=0.001, max=0.07)
    projection.tau_rec = spread(tau_rec, min=5.0)
    projection.tau_facil = tau_facil


def network():
    """Return the network, and monitors of its excitatory and inhibitory cells."""
    net = snn.Network(dt=0.25, seed=1)
    P = net.create(CELLS, LIF, name="P")
    P.v = snn.Uniform(0.0, 15.0)
    exc, inh = P[:EXCITATORY], P[EXCITATORY:]
    slow = spread(1000.0, min=5.0)
    connect(net, "ee", exc, exc, "exc", w=1.8, U=0.5, tau_rec=800.0, tau_facil=net.dt)
    connect(net, "ei", inh, exc, "inh", w=5.4, U=0.5, tau_rec=800.0, tau_facil=net.dt)
    connect(net, "ie", exc, inh, "exc", w=7.2, U=0.04, tau_rec=100.0, tau_facil=slow)
    connect(net, "ii", inh, inh, "inh", w=7.2, U=0.04, tau_rec=100.0, tau_facil=slow)
    return net, net.monitor(exc, "spike"), net.monitor(inh, "spike")


def bursts(counts):
    """Return the starts of bursts, ms: more than 10 % of the cells spike within 5 ms, of counts in each ms."""
    many = np.convolve(counts, np.ones(5))[: counts.size] > 0.1 * EXCITATORY
    return np.flatnonzero(many[1:] & ~many[:-1]) + 1


@pytest.mark.slow
def test_stp():
    """Oracle: ANNarchy over 10 seeds; short bursts of the whole network, about one per second.

    10 s with 16 seeds, in single precision; means differ by no more than 4 standard errors, see `bands.check`.
    That is about 16 % of a rate and 27 % of the number of bursts; traces of the rule are in `tests/synapses`.
    """
    net, exc, inh = network()
    currents = np.sort(np.random.default_rng(1).uniform(14.625, 15.375, (16, CELLS)))

    def run(net, currents):
        net.population("P").I = currents
        net.simulate(float(MS))
        spikes = net.get(exc).get("spike")
        times, _ = net.get(exc).raster_plot(spikes)
        counts = np.histogram(times, bins=MS, range=(0.0, MS))[0]
        intervals = np.diff(bursts(counts))
        return {
            "rate_exc_hz": times.size / EXCITATORY / (MS / 1000.0),
            "rate_inh_hz": net.get(inh).mean_fr(),
            "n_pop_bursts_per_10s": intervals.size + 1,
            "ibi_mean_ms": intervals.mean(),
            "ibi_cv": intervals.std() / intervals.mean(),
            "peak_activity": counts.max() / EXCITATORY,
            "frac_silent_exc": np.mean([not steps for steps in spikes.values()]),
        }

    check("STP", net.parallel_run(run, number=16, currents=currents))
