"""The sparse backward pass against the dense one: gradients of a sparse recurrent network that fires at 10 Hz.

LIF neurons, each pair connected with chance 0.01, 100 steps of 1 ms; the loss is the distance of rates to 10 Hz. The
surrogate is a triangle, of width 0.05 where the threshold is 1. The dense pass has the same triangle, but does not know
where it ends. See README.md.
"""

import argparse
import dataclasses
import math

import jax
import jax.numpy as jnp
import numpy as np
from _machine import Watch
from _measure import Report, Task, Times, interleaved
from _options import repetitions

import jaxsnn as snn

NEURONS, STEPS, WIDTH, BAR = 10_000, 100, 0.05, 5.0
DIFFERENCE = 1e-6  # of gradients, relative to the largest one
FORWARD, SPARSE, DENSE = "forward alone", "gradient, sparse backward pass", "gradient, dense backward pass"

EQUATIONS = """
    tau * dv/dt = -v + g_exc + drive + sigma * sqrt(tau) * Normal(0.0, 1.0)
    g_exc = 0.8 * g_exc
"""


class Network:
    """The network with a surrogate.

    Args:
        neurons: how many.
        surrogate: of their spikes.
        watched: whether potentials are recorded, `reached` from before the reset.
    """

    def __init__(self, neurons: int, surrogate: snn.surrogates.Surrogate, watched: bool = False) -> None:
        net = snn.Network(dt=1.0, seed=1)
        LIF = snn.Neuron(
            parameters="tau = 20.0 ; drive = 0.88 ; sigma = 0.2",
            equations=EQUATIONS + "    reached = v\n" * watched,
            spike="v > 1.0",
            reset="v = 0.0",
            refractory=2.0,
            surrogate=surrogate,
        )
        P = net.create(neurons, LIF, name="P")
        net.connect(P, P, target="exc").fixed_probability(0.01, weights=snn.Normal(0.0, 0.02))
        P.v = snn.Uniform(0.0, 1.0)
        net.monitor(P, ["spike", "v", "reached"] if watched else "spike")
        self.sim = net.compile()
        self.params, self.state = self.sim.trimmed(*self.sim.init(0))

    def run(self, params):
        return self.sim.run(params, self.state, float(STEPS), checkpoint=False)[1]["P"]

    def loss(self, params):
        rates = 1000 * self.run(params)["spike"].mean(axis=0)
        return jnp.mean((rates - 10.0) ** 2)


def activity(neurons: int, widths: tuple[float, ...]) -> tuple[float, list[float]]:
    """Return the firing rate, Hz, and for each width the share of neurons so near to their threshold in a step."""
    network = Network(neurons, snn.surrogates.triangle(WIDTH), watched=True)
    records = {name: np.asarray(x) for name, x in jax.jit(network.run)(network.params).items()}
    spikes = records["spike"] > 0
    distance = np.abs(np.where(spikes, records["reached"], records["v"]) - 1.0)
    return 1000 * float(spikes.mean()), [float(np.mean(distance <= width)) for width in widths]


def difference(sparse, dense) -> float:
    """Return the largest difference of two gradients, leaf by leaf, relative to the largest number in the dense one."""
    pairs = zip(jax.tree.leaves(sparse), jax.tree.leaves(dense), strict=True)
    return max(float(jnp.abs(a - b).max() / jnp.maximum(jnp.abs(b).max(), 1e-30)) for a, b in pairs if b.size)


def compared(neurons: int, width: float, repetitions: int, watch: Watch) -> tuple[dict[str, Times], float]:
    """Return times, and the difference of gradients, with a triangle of this width."""
    triangle = snn.surrogates.triangle(width)
    endless = dataclasses.replace(triangle, name="endless", support=math.inf)
    sparse, dense = Network(neurons, triangle), Network(neurons, endless)
    forward, gradients = jax.jit(sparse.loss), [jax.jit(jax.grad(x.loss)) for x in (sparse, dense)]
    tasks: dict[str, Task] = {
        FORWARD: lambda: jax.block_until_ready(forward(sparse.params)) and None,
        SPARSE: lambda: jax.block_until_ready(gradients[0](sparse.params)) and None,
        DENSE: lambda: jax.block_until_ready(gradients[1](dense.params)) and None,
    }
    times = interleaved(tasks, repetitions, watch, warm_up=1)
    return times, difference(*(f(x.params) for f, x in zip(gradients, (sparse, dense), strict=True)))


def less(gradient: Times, forward: Times) -> Times:
    """Return the readings of a gradient without those of the forward pass of the same turns."""
    return Times([a - b for a, b in zip(gradient.readings, forward.readings, strict=True)])


def measure(chosen: argparse.Namespace, watch: Watch, report: Report) -> None:
    """Report both passes; the bar is on the backward pass: a gradient less the forward pass, by the narrow triangle."""
    neurons, widths = (200, (WIDTH,)) if chosen.tiny else (chosen.neurons, (WIDTH, 2 * WIDTH))
    rate, shares = activity(neurons, widths)
    for width, share in zip(widths, shares, strict=True):
        report.title(f"Gradient of {neurons} neurons, 1 % connected, {STEPS} steps, triangle({width:g})")
        times, differ = compared(neurons, width, repetitions(chosen, 10, 3), watch)
        report.table(times, base=SPARSE)
        print(watch.told())
        print(f"{rate:.1f} Hz; {100 * share:.2f} % of the neurons in the support of the surrogate")
        verdict = "ok" if differ < DIFFERENCE else "MISSED"
        report.tell("difference of gradients, of the largest", {"sparse and dense": differ}, ".1e")
        print(f"at most {DIFFERENCE:g}: {verdict}")
        what, bar = f"triangle({width:g}): sparse over dense", BAR if width == WIDTH else None
        report.faster(
            f"{what}, without the forward pass",
            less(times[SPARSE], times[FORWARD]),
            less(times[DENSE], times[FORWARD]),
            bar,
        )
        report.faster(f"{what}, whole gradient", times[SPARSE], times[DENSE], None)
