# %% [markdown]
# # Random manifolds: classes that differ in the times of spikes alone
#
# Each class is a smooth random curve in a space whose coordinates are the spike times of 20 input neurons; a sample is
# a random point on the curve of its class (F. Zenke, T. P. Vogels, "The remarkable robustness of surrogate gradient
# learning for instilling complex function in spiking neural networks", Neural Computation 33, 2021,
# doi:10.1162/neco_a_01367). Each neuron spikes once in each sample, so rates say nothing. A linear classifier of the
# times gets about four in ten right.
#
# A recurrent population of adaptive leaky integrate-and-fire neurons (threshold raised by their own spikes, as in G.
# Bellec et al., NeurIPS 2018, arXiv:1803.09574) hears these spikes; ten leaky readout neurons that never spike hear
# the population. All weights learn by surrogate gradients.
#
#     python notebooks/randman.py [--quick]

# %%
import sys

import jax
import numpy as np
import pictures
from classifier import BATCH, Classifier, Samples, latencies_of

import jaxsnn as snn

QUICK = "--quick" in sys.argv
HIDDEN, UPDATES, N_TRAIN = (40, 200, 1000) if QUICK else (128, 800, 5000)
CLASSES, INPUTS = (4, 20) if QUICK else (10, 20)
WINDOW, STEPS = 50, 70  # steps of 1 ms: spikes arrive in the first 50, the network goes on for 20 more

# %% [markdown]
# ## Data
#
# Coordinate i of the curve of a class at the point x, 0 <= x < 1, is, before it is scaled to the range from 0 to 1,
#
#     f_i(x) = sum_k 1 / k^alpha A_ik sin(2 pi (k x B_ik + C_ik)),  k = 1 ... 1000,
#
# with A, B, C uniform in [0, 1). The larger alpha, the smoother the curve; here it is 1, a rough one.

# %%
ALPHA, TERMS = 1.0, 1000


class Manifold:
    """A random curve: `manifold(x)` are the coordinates, (n, INPUTS) in [0, 1], of the points x, (n,)."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.k = np.arange(1, TERMS + 1)
        self.A, self.B, self.C = rng.random((3, INPUTS, TERMS))
        grid = self.raw(np.linspace(0.0, 1.0, 1000))
        self.low, self.high = grid.min(axis=0), grid.max(axis=0)

    def raw(self, x: np.ndarray) -> np.ndarray:
        """Return the coordinates before they are scaled, one input after the other."""
        phases = x[:, None] * self.k
        rows = zip(self.A, self.B, self.C, strict=True)
        return np.stack([np.sin(2 * np.pi * (phases * b + c)) @ (a / self.k**ALPHA) for a, b, c in rows], axis=1)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return the coordinates of points."""
        return np.clip((self.raw(x) - self.low) / (self.high - self.low), 0.0, 1.0)


MANIFOLDS = [Manifold(np.random.default_rng([0, k])) for k in range(CLASSES)]


def samples(n: int, seed: int) -> Samples:
    """Return (n, INPUTS) latencies and (n,) labels, in random order."""
    rng = np.random.default_rng([1, seed])
    labels = rng.permutation(np.arange(n) % CLASSES)
    values = np.zeros((n, INPUTS))
    for k, manifold in enumerate(MANIFOLDS):
        values[labels == k] = manifold(rng.random(np.sum(labels == k)))
    return latencies_of(values, WINDOW), labels


data, validation, test = samples(N_TRAIN, seed=0), samples(1000, seed=1), samples(1000, seed=2)

# %% [markdown]
# ## Network
#
# A spike of weight w raises the current g by w, and v, with the time constants here, by at most 0.63 w. The threshold
# is 1 + b; each spike raises b by 0.2, and b decays with a time constant of 50 ms.

# %%
LEAKY = """
    tau_g * dg_syn/dt = -g_syn : exponential
    tau * dv/dt = tau / tau_g * g_syn - v : exponential
"""
CONSTANTS = "tau = 20.0 : population ; tau_g = 5.0 : population ; tau_b = 50.0 : population"
ADAPTIVE = snn.Neuron(
    CONSTANTS,
    LEAKY + "tau_b * db/dt = -b : exponential",
    spike="v > 1.0 + b",
    reset="v = 0.0 ; b += 0.2",
    surrogate=snn.surrogates.fast_sigmoid(beta=10.0),
)
READOUT = snn.Neuron(CONSTANTS, LEAKY, spike="v > 1.0e6")  # never reached

net = snn.Network(dt=1.0, seed=1)
stimulus = net.create(snn.inputs.SpikeRaster(np.zeros((STEPS, INPUTS))), name="input")
hidden = net.create(HIDDEN, ADAPTIVE, name="hidden")
readout = net.create(CLASSES, READOUT, name="readout")
net.connect(stimulus, hidden, "syn", name="stimulus").all_to_all(weights=snn.Normal(0.1, 2.0 / INPUTS**0.5))
net.connect(hidden, hidden, "syn", name="recurrent").all_to_all(weights=snn.Normal(0.0, 0.1 / HIDDEN**0.5))
net.connect(hidden, readout, "syn", name="answer").all_to_all(weights=snn.Normal(0.0, 1.0 / HIDDEN**0.5))
net.monitor(hidden, "spike")
net.monitor(readout, "v")

sim = net.compile(batch=BATCH)
classifier = Classifier(sim, *sim.init(jax.random.key(0)), steps=STEPS)

# %% [markdown]
# ## Training, and a look at the test set

# %%
result = classifier.train(data, validation, UPDATES)
accuracy = 1.0 - float(classifier.error(result.params, test))
print(f"test accuracy: {accuracy:.3f}")
pictures.figure("randman" + "_quick" * QUICK, classifier, result, test)
