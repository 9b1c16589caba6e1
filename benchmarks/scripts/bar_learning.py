"""Bars learned by Oja's rule with lateral inhibition (Foeldiak 1990, doi:10.1007/BF02331346): 500 trials of 50 ms."""

import numpy as np

import jaxsnn as ann

np.random.seed(1)

neuron = ann.Neuron(
    parameters="tau = 10.0 : population",
    equations="tau * dr/dt + r = sum(exc) - sum(inh) : min = 0.0",
)
oja = ann.Synapse(
    parameters="""
        tau = 2000.0 : projection
        alpha = 8.0 : projection
        min_w = 0.0 : projection
    """,
    equations="tau * dw/dt = pre.r * post.r - alpha * post.r^2 * w : min = min_w",
)

inp = ann.Population((8, 8), ann.Neuron(parameters="r = 0.0"))
pop = ann.Population((8, 4), neuron)
ff = ann.Projection(inp, pop, "exc", oja)
ff.connect_all_to_all(weights=ann.Uniform(-0.5, 0.5))
ff.min_w = -10.0
lat = ann.Projection(pop, pop, "inh", oja)
lat.connect_all_to_all(weights=ann.Uniform(0.0, 1.0))
lat.alpha = 0.3

ann.compile()

for _ in range(500):
    values = np.zeros((8, 8))
    for i in range(8):
        if np.random.random() < 1.0 / 8.0:
            values[:, i] = 1.0
        if np.random.random() < 1.0 / 8.0:
            values[i, :] = 1.0
    inp.r = values
    ann.simulate(50.0)

print("largest weight:", float(np.max(np.array(ff.w))))
