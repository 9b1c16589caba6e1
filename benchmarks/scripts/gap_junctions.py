"""Ten neurons with gap junctions draw together: 550 ms of 0.1 ms."""

import numpy as np

import jaxsnn as ann

ann.setup(dt=0.1)

neuron = ann.Neuron(
    parameters="v0 = 1.05 : population ; tau = 10.0 : population",
    equations="tau * dv/dt = v0 - v + g_gap",
    spike="v > 1.0",
    reset="v = 0.0",
)
gap = ann.Synapse(psp="w * (pre.v - post.v)")

pop = ann.Population(10, neuron)
pop.v = np.linspace(0.0, 1.0, 10)
proj = ann.Projection(pop, pop, "gap", gap)
proj.connect_all_to_all(0.02)

monitor = ann.Monitor(pop[0] + pop[5], "v")
spikes = ann.Monitor(pop, "spike")

ann.compile()
ann.simulate(500.0)
trace = monitor.get("v")
ann.simulate(50.0)

print("spikes:", len(spikes.raster_plot()[0]))
