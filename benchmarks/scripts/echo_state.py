"""An echo-state network (Jaeger 2001): 400 units, two trials of 3 s at two gains, a linear read-out."""

import numpy as np

import jaxsnn as ann

N, T = 400, 3000

neuron = ann.Neuron(
    parameters="tau = 30.0 : population ; g = 1.0 : population ; noise = 0.01",
    equations="""
        tau * dx/dt + x = sum(in) + g * sum(exc) + noise * Uniform(-1.0, 1.0)
        r = tanh(x)
    """,
)

inp = ann.Population(1, ann.Neuron(parameters="r = 0.0"), name="inp")
pop = ann.Population(N, neuron, name="pop")
Wi = ann.Projection(inp, pop, "in")
Wi.connect_all_to_all(weights=ann.Uniform(-1.0, 1.0))
Wrec = ann.Projection(pop, pop, "exc")
Wrec.connect_all_to_all(weights=ann.Normal(0.0, 1.0 / np.sqrt(N)))
monitor = ann.Monitor(pop, "r")

ann.compile()


def trial():
    pop.x = 0.0
    pop.r = 0.0
    inp.r = 0.0
    ann.simulate(100.0)
    inp.r = 1.0
    ann.simulate(100.0)
    inp.r = 0.0
    ann.simulate(T - 200.0)
    return monitor.get("r")


pop.g = 0.9
trial()
pop.g = 1.5
first, second = trial(), trial()
target = np.sin(np.linspace(0.0, 20.0, T))
weights = np.linalg.solve(first.T @ first + np.eye(N), first.T @ target)
print("test error:", float(np.mean((second @ weights - target) ** 2)))
