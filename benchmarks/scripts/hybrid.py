"""Rates to Poisson spikes and back (Vitay, Dinkelbach, Hamker 2015, doi:10.3389/fninf.2015.00019): 1 s of 0.1 ms."""

import numpy as np

import jaxsnn as ann

ann.setup(dt=0.1)


def growing(pre, post):
    """Let each post-synaptic neuron read one pre-synaptic neuron more than the one before it."""
    synapses = ann.LILConnectivity()
    for rank in range(post.size):
        synapses.add(rank, range(rank + 1), [1.0], [0.0])
    return synapses


source = ann.Neuron(parameters="baseline = 0.0", equations="r = baseline")
decoder = ann.Neuron(equations="r = sum(exc)")

pop1 = ann.Population(1, source)
pop2 = ann.PoissonPopulation(1000, target="exc")
pop3 = ann.Population(1000, decoder)
proj = ann.Projection(pop1, pop2, "exc")
proj.connect_all_to_all(weights=1.0)
decoding = ann.DecodingProjection(pop2, pop3, "exc", window=10.0)
decoding.connect_with_func(method=growing)

monitor = ann.Monitor(pop3, "r")

ann.compile()
for baseline in (0.0, 10.0, 50.0, 100.0):
    pop1.baseline = baseline
    ann.simulate(250.0)

r = monitor.get("r")
print("rate, Hz:", float(np.mean(r[-1000:, -1])))
