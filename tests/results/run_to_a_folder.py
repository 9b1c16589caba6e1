"""A run that records to a folder: `python run_to_a_folder.py folder duration [seconds between commits]`."""

import sys

import jaxsnn as snn
from jaxsnn.frontend import _record_parts, _record_stream


def network():
    """Return a compiled network with every kind of monitor."""
    net = snn.Network(dt=1.0, seed=3)
    cells = net.create(20, snn.Izhikevich(noise=5.0), name="cells")
    rates = net.create(4, snn.Neuron("tau = 10.0", "tau * dr/dt = -r + Uniform(0.0, 1.0)"), name="rates")
    exc = net.connect(cells, cells, target="exc", name="exc", synapse=snn.STDP())
    exc.fixed_probability(0.3, weights=snn.Uniform(0.0, 0.5))
    net.monitor(cells, ["spike", "v"])
    net.monitor(cells[3:7], ["spike", "u"], name="view")
    net.monitor(exc, "w", period=50.0)
    net.monitor(rates, "r", period=7.0, period_offset=2.0)
    net.compile()
    net.monitor(exc.dendrite(2), "w", period=20.0, name="dendrite")
    return net


if __name__ == "__main__":
    folder, duration, seconds = sys.argv[1:]
    _record_stream.COMMIT_EVERY = float(seconds)
    _record_parts.FIRST_PART, _record_parts.LARGEST_PART = 512, 4096
    network().simulate(float(duration), to=folder, resume=True)
