"""A sweep that a process runs, whose folder keeps the results: `sweep_of_a_network.py folder points duration [i n]`."""

import sys

import numpy as np

import jaxsnn as snn


def simulation():
    """Return a compiled network of 20 neurons."""
    net = snn.Network(dt=1.0, seed=1)
    cells = net.create(20, snn.Izhikevich(noise=5.0), name="cells")
    net.connect(cells, cells, target="exc", name="exc").fixed_probability(0.2, weights=snn.Uniform(0.0, 1.0))
    net.monitor(cells, "spike")
    return net.compile()


def measure(records):
    """Return the rate and the steps of the first spikes."""
    spikes = records["cells"]["spike"]
    return {"rate": snn.measures.rate(spikes, 1.0).mean(), "first": spikes.argmax(0)}


def points(number):
    """Return so many points."""
    return {"cells.i_offset": np.linspace(0.0, 10.0, number), "exc.w": np.linspace(0.0, 1.0, number)}


def run(folder, number, duration=50.0, **options):
    """Fill a folder, or return results where there is none."""
    return snn.sweep(simulation(), points(number), duration, measure=measure, to=folder, **options)


if __name__ == "__main__":
    folder, number, duration, *shard = sys.argv[1:]
    run(folder, int(number), float(duration), shard=tuple(map(int, shard)) or None)
