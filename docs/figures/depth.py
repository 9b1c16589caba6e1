"""Measure how gradients grow with depth and with recurrent steps, and draw it: `python docs/figures/depth.py`.

Layers of 100 `LIF` neurons that fire at 20 to 30 Hz, with weights of mean 0 (`FanIn(1.0)`) and a bias of 0.8 of the
threshold. The loss is the potential of one readout at the last step.

- Depth: 8 layers, 200 steps; the norm of the gradient by the weights of each, relative to that of the last layer.
- Recurrence: one layer that feeds itself, 1000 steps; the norm of the gradient by its state so many steps before the
  end, relative to that one step before it.
"""

from pathlib import Path

import jax
import matplotlib as mpl
import numpy as np

mpl.use("Agg")

import matplotlib.pyplot as plt

import jaxsnn as snn
from jaxsnn.surrogates import Surrogate, fast_sigmoid, triangle

HERE = Path(__file__).parent
N, LAYERS, STEPS, RECURRENT_STEPS = 100, 8, 200, 1000
CHOICES = {
    "fast_sigmoid(1)": fast_sigmoid(1.0),
    "triangle(1, height=0.3)": triangle(1.0, height=0.3),
    "fast_sigmoid(10)": fast_sigmoid(10.0),
    "fast_sigmoid(1, height=0.1)": fast_sigmoid(1.0, height=0.1),
    "triangle(1, height=0.1)": triangle(1.0, height=0.1),
    "fast_sigmoid(25)": fast_sigmoid(25.0),
}


def network(layers: int, recurrent: bool) -> snn.Simulation:
    """Return layers one after the other, `L0`, `L1`, ..., fed by `w0`, `w1`, ..., and the readout."""
    net = snn.Network(dt=1.0, seed=1)
    before = net.create(snn.inputs.PoissonPopulation(N, rates=20.0), name="noise")
    for k in range(layers):
        layer = net.create(N, snn.LIF(bias=0.8), name=f"L{k}")
        net.connect(before, layer, "exc", name=f"w{k}").all_to_all(weights=snn.FanIn(1.0))
        if recurrent:
            net.connect(layer, layer, "exc", name=f"r{k}").all_to_all(weights=snn.FanIn(1.0))
        before = layer
    readout = net.create(1, snn.LI(), name="readout")
    net.connect(before, readout, "exc", name="out").all_to_all(weights=snn.FanIn(1.0))
    net.monitor(readout, "v")
    return net.compile()


def final(records: dict) -> jax.Array:
    """Return the potential of the readout at the end."""
    return records["readout"]["v"][-1].sum()


def over_depth(sim: snn.Simulation, surrogate: Surrogate) -> np.ndarray:
    """Return the norms of the gradient by the weights of each layer, from the last one on."""
    params, state = sim.init(0)
    loss = lambda params: final(sim.run(params, state, float(STEPS), surrogate=surrogate)[1])  # noqa: E731
    gradient = jax.jit(jax.grad(loss))(params).projections
    norms = np.array([np.linalg.norm(gradient[f"w{k}"]["w"]) for k in range(LAYERS)])[::-1]
    return norms / norms[0]


def over_time(sim: snn.Simulation, surrogate: Surrogate) -> np.ndarray:
    """Return the norms of the gradient by the state of the recurrent layer, from one step before the end backwards."""
    chosen = sim.with_surrogate(surrogate)
    diagnosis = snn.diagnose(chosen, *chosen.init(0), float(RECURRENT_STEPS), final, "*.w", directions=0)
    norms = diagnosis.gradient_norm["L0"][-2::-1] / diagnosis.gradient_norm["L0"][-2]
    overflows = np.cumsum(~(np.isfinite(norms) & (norms > 0.0))) > 0  # from where on single precision ends
    return np.where(overflows, np.nan, norms)


def main() -> None:
    """Measure, print and draw."""
    deep, recurrent = network(LAYERS, recurrent=False), network(1, recurrent=True)
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    for name, surrogate in CHOICES.items():
        depth, time = over_depth(deep, surrogate), over_time(recurrent, surrogate)
        told = ", ".join(f"{time[k - 2]:.1e}" for k in (100, 300, 1000))
        print(f"{name}: depth 8 {depth[-1]:.1e}; 100, 300, 1000 steps: {told}", flush=True)  # noqa: T201 - for the page
        left.semilogy(range(LAYERS), depth, "o-", label=name)
        right.semilogy(range(1, RECURRENT_STEPS), time)
    left.set(xlabel="layers before the last one", ylabel="gradient by weights, relative", title="Depth")
    right.set(xlabel="steps before the end", ylabel="gradient by the state, relative", title="Recurrence")
    right.set_ylim(1e-20, 1e30)
    left.legend(fontsize=8)
    figure.savefig(HERE / "depth.png", dpi=100)


if __name__ == "__main__":
    main()
