"""The notebook BayesianOptimization: rates of COBA (Brette et al. 2007) at the weights that a search may try."""

import pytest

import jaxsnn as snn

from .bands import check
from .test_coba import CELLS, COBA, EXCITATORY

PROBES = [(0.6, 6.7), (0.3, 6.7), (0.9, 6.7), (0.6, 3.0), (0.6, 9.5), (0.2, 2.0)]


@pytest.mark.slow
def test_bayesian_optimization():
    """Oracle: ANNarchy without a seed, 8 networks; more excitation makes it faster, more inhibition slower.

    1 s at each of six pairs of weights, after a reset, with 4 seeds, in single precision; means differ by no more than
    4 standard errors, see `bands.check`. With a seed ANNarchy draws all
    initial values from the same numbers (`docs/differences.md`), so it has none here.
    """
    net = snn.Network(dt=0.1, seed=1)
    P = net.create(CELLS, COBA, name="P")
    P.set({"v": snn.Normal(-55.0, 5.0), "g_exc": snn.Normal(4.0, 1.5), "g_inh": snn.Normal(20.0, 12.0)})
    exc = net.connect(P[:EXCITATORY], P, "exc", name="exc").fixed_probability(0.02, weights=0.6)
    inh = net.connect(P[EXCITATORY:], P, "inh", name="inh").fixed_probability(0.02, weights=6.7)
    monitor = net.monitor(P, "spike")

    def run(net):
        found = {}
        for w_exc, w_inh in PROBES:
            net.reset()
            net.get(exc).w, net.get(inh).w = w_exc, w_inh
            net.simulate(1000.0)
            found[f"fr_we{w_exc}_wi{w_inh}"] = net.get(monitor).mean_fr()
        return found

    check("BayesianOptimization", net.parallel_run(run, number=4))
