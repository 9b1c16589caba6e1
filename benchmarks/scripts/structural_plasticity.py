"""Synapses that come and go: 100 units, 100 trials of 2200 ms."""

import numpy as np

import jaxsnn as ann

ann.setup(structural_plasticity=True)

neuron = ann.Neuron(
    parameters="tau = 10.0 : population ; baseline = 0.0",
    equations="tau * dr/dt + r = baseline + sum(exc) : min = 0.0",
)
synapse = ann.Synapse(
    parameters="T = 10000 : int, projection",
    equations="age = if pre.r * post.r > 1.0: 0 else: age + 1 : init = 0, int",
    pruning="age > T : proba = 0.2",
    creating="pre.r * post.r > 1.0 : proba = 0.1, w = 0.01",
)

pop = ann.Population(100, neuron)
proj = ann.Projection(pop, pop, "exc", synapse)
proj.connect_fixed_probability(weights=0.01, probability=0.1)

ann.compile()
proj.start_creating(period=100.0)
proj.start_pruning(period=100.0)

for _ in range(100):
    for half in (pop[:50], pop[50:]):
        half.baseline = 1.0
        ann.simulate(1000.0)
        pop.baseline = 0.0
        ann.simulate(100.0)

matrix = proj.connectivity_matrix()
print("density within:", float(np.mean(matrix[:50, :50] > 0.0)))
