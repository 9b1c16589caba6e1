"""A dynamic neural field follows a bubble that moves on a circle: 5000 steps, with a callback of Python in each."""

import numpy as np

import jaxsnn as ann

SIZE, PERIOD, STEPS = 20, 5000.0, 5000

source = ann.Neuron(
    parameters="baseline = 0.0",
    equations="r = baseline + Uniform(-0.5, 0.5) : min = 0.0",
)
field = ann.Neuron(
    parameters="tau = 10.0 : population",
    equations="""
        noise = Uniform(-0.5, 0.5)
        tau * dr/dt + r = sum(exc) + sum(inh) + noise : min = 0.0, max = 1.0
    """,
)

inp = ann.Population((SIZE, SIZE), source, name="inp")
focus = ann.Population((SIZE, SIZE), field, name="focus")
ann.Projection(inp, focus, "exc").connect_one_to_one(weights=1.0, delays=20.0)
ann.Projection(focus, focus, "inh").connect_dog(amp_pos=0.2, sigma_pos=0.1, amp_neg=0.1, sigma_neg=0.7)

ann.compile()

x, y = np.meshgrid(np.arange(SIZE), np.arange(SIZE), indexing="ij")
centre = (SIZE - 1) / 2.0


@ann.every(period=1.0)
def move(n):
    angle = 2.0 * np.pi * ann.get_time() / PERIOD
    cx, cy = centre * (1.0 + 0.5 * np.cos(angle)), centre * (1.0 + 0.5 * np.sin(angle))
    inp.baseline = np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2.0 * 2.0**2))


ann.simulate(float(STEPS))
print("active:", float(np.mean(np.asarray(focus.r) > 0.5)))
