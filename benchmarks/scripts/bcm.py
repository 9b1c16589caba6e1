"""The rule of Intrator and Cooper (1992, doi:10.1016/S0893-6080(05)80003-6): two inputs, 2000 steps."""

import jaxsnn as ann

neuron = ann.Neuron(equations="r = sum(exc)")
bcm = ann.Synapse(
    parameters="eta = 0.01 : projection ; tau = 100.0 : projection",
    equations="""
        tau * dtheta/dt + theta = post.r^2 : postsynaptic, exponential
        dw/dt = eta * post.r * (post.r - theta) * pre.r : min = 0.0, explicit
    """,
)

inp = ann.Population(2, ann.Neuron(parameters="r = 0.0"))
out = ann.Population(1, neuron)
proj = ann.Projection(inp, out, "exc", bcm)
proj.connect_all_to_all(weights=1.0)

ann.compile()
monitor = ann.Monitor(out, "r")
dendrite = ann.Monitor(proj, ["w", "theta"])
inp.r = [1.0, 0.1]
ann.simulate(2000.0)

r, data = monitor.get("r"), dendrite.get()
print("rate:", float(r[-1, 0]))
