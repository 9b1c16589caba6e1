"""Runs that a process makes, whose folder keeps what they return: `python runs_of_a_network.py folder`."""

import sys

import numpy as np

import jaxsnn as snn

NUMBER = 200


def method(net, current):
    """Return the steps of all spikes."""
    net.get_population("cells").i_offset = current
    net.simulate(300.0)
    return net.get_monitor("m").get("spike")


def run(**options):
    """Run a method, in a folder or without one."""
    net = snn.Network(dt=1.0, seed=1)
    cells = net.create(20, snn.Izhikevich(noise=5.0), name="cells")
    net.connect(cells, cells, target="exc", name="exc").fixed_probability(0.2, weights=snn.Uniform(0.0, 1.0))
    net.monitor(cells, "spike", name="m")
    return net.parallel_run(method, NUMBER, current=np.linspace(0.0, 10.0, NUMBER), **options)


if __name__ == "__main__":
    run(to=sys.argv[1], part=4)
