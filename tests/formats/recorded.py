"""A network that has recorded what other programs must be told: a view, a period, a pause, synapses; many spikes."""

import numpy as np

import jaxsnn as snn
from jaxsnn.formats import Recordings, Signal, SpikeTrains, Stretch

UNITS = {"v": "mV"}


def network(to=None) -> snn.Network:
    """Return a network of steps of 0.5 ms that ran for 100 ms, paused for 33, and ran for 67 more; `to` a folder."""
    net = snn.Network(dt=0.5, seed=1)
    cells = net.create(12, snn.Izhikevich(i_offset=10.0, noise=3.0), name="cells")
    outer = net.create(3, snn.Izhikevich, name="outer")
    exc = net.connect(cells, outer, "exc", snn.STDP(), name="exc")
    exc.fixed_probability(0.5, weights=snn.Uniform(0.0, 1.0))
    part = net.monitor(cells[2:10:2], ["spike", "v"], name="part")
    slow = net.monitor(cells, ["v", "u"], period=5.0, name="slow")
    net.monitor(exc, "w", period=10.0, name="weights")
    net.monitor(outer, "spike", name="silent")
    net.compile()
    net.simulate(100.0, to=to)
    part.pause()
    slow.pause()
    net.simulate(33.0, to=to)
    part.resume()
    slow.resume()
    net.simulate(67.0, to=to)
    return net


class Million:
    """A source of a million spikes of a thousand neurons, and of one variable."""

    def __init__(self) -> None:
        draws = np.random.default_rng(0)
        steps = np.sort(draws.integers(0, 100_000, (1000, 1000)), axis=1).reshape(-1)
        ranks, intervals = np.repeat(np.arange(1000), 1000), ((0, 100_000),)
        self.spikes = SpikeTrains("cells", "spike", 0.1, steps * 0.1, ranks, np.arange(1000), intervals)
        stretch = Stretch(1, 5, draws.normal(size=(2000, 3)).astype(np.float32))
        self.signal = Signal("cells", "v", 0.1, {"rank": np.arange(3)}, (stretch,))

    def recordings(self) -> Recordings:
        """Return them."""
        return Recordings(0.1, (self.signal,), (self.spikes,))
