"""The notebook Hybrid: rates to spikes and back (Vitay, Dinkelbach, Hamker 2015, doi:10.3389/fninf.2015.00019)."""

import numpy as np
import pytest

import jaxsnn as snn

from .bands import check

RATES, MS, AFFERENTS = (0, 10, 50, 100), 250, (10, 100, 500, 1000)

SOURCE = snn.Neuron(parameters="baseline = 0.0", equations="r = baseline")
DECODER = snn.Neuron(equations="r = sum(exc)")
READER = snn.Neuron(equations="v = g_exc", spike="v > 1000.0", reset="")


def growing(pre, post):
    """Let each post-synaptic neuron read one pre-synaptic neuron more than the one before it."""
    synapses = snn.LILConnectivity()
    for rank in range(post.size):
        synapses.add(rank, range(rank + 1), [1.0], [0.0])
    return synapses


def precision(f, decoded, count):
    """Return how well neurons that read some of 1000 spiking neurons decode their rate; the onset counts as an error.

    Args:
        f: Hz, the rate.
        decoded: (steps, neurons), what those with 10, 100, 500 and 1000 afferents decode.
        count: of spikes of the spiking neurons.
    """
    errors = np.abs(decoded - f).mean(axis=0) / f
    settled = decoded[500:, -1]
    return {
        f"spikes_rate_{f}": count / 1000 / (MS / 1000.0),
        **{f"err_{f}.n{n}": error for n, error in zip(AFFERENTS, errors, strict=True)},
        f"err_{f}.mean": settled.mean(),
        f"err_{f}.std": settled.std(),
    }


@pytest.mark.slow
def test_hybrid():
    """Oracle: ANNarchy over 3 seeds; more decoded spikes give a better estimate of their rate.

    1 s with 12 seeds, in single precision; means differ by no more than 4 standard errors, see `bands.check`.
    """
    net = snn.Network(dt=0.1, seed=1)
    source, current = net.create(1, SOURCE, name="source"), net.create(snn.inputs.InputArray(3), name="current")
    spikes = net.create(snn.inputs.PoissonPopulation(1000, target="exc"), name="spikes")
    decoder, reader = net.create(1000, DECODER, name="decoder"), net.create(3, READER, name="reader")
    net.connect(source, spikes, "exc", name="coding").all_to_all(weights=1.0)
    net.decoding(spikes, decoder, "exc", window=10.0, name="decoding").with_func(growing)
    net.current_injection(current, reader, "exc", name="injection").connect_current()
    current.r = [1.0, 2.0, 3.0]
    counted, decoded = net.monitor(spikes, "spike"), net.monitor(decoder[[n - 1 for n in AFFERENTS]], "r")
    injected = net.monitor(reader, ["v", "g_exc"])

    def run(net):
        found, S = {}, net.get(counted)
        for f in RATES:
            net.get(source).baseline = float(f)
            net.simulate(float(MS))
            count, r = sum(map(len, S.get("spike").values())), net.get(decoded).get("r")
            found |= precision(f, r, count) if f else {"spikes_rate_0": count}
        v, g = (net.get(injected).get(name)[:3] for name in ("v", "g_exc"))
        return found | {"current_injection_v_first3": v, "current_injection_g_first3": g}

    check("Hybrid", net.parallel_run(run, number=12))
