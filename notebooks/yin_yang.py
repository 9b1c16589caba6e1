# %% [markdown]
# # Yin-Yang: two coordinates as the latencies of spikes
#
# Points in the plane belong to one of three classes: the yin half, the yang half, or one of the two dots (L. Kriener,
# J. Göltz, M. A. Petrovici, "The Yin-Yang dataset", 2022, arXiv:2102.08211). The coordinates x, y, 1 - x, 1 - y are
# the times of one spike each. A linear classifier of these times gets about two thirds right.
#
# A recurrent population of leaky integrate-and-fire neurons hears these spikes; three leaky readout neurons that never
# spike hear the population. All weights learn by surrogate gradients.
#
#     python notebooks/yin_yang.py [--quick]

# %%
import sys

import jax
import numpy as np
import pictures
from classifier import BATCH, Classifier, Samples, latencies_of

import jaxsnn as snn

QUICK = "--quick" in sys.argv
HIDDEN, UPDATES, N_TRAIN = (20, 120, 1000) if QUICK else (120, 2400, 5000)
WINDOW, STEPS = 60, 80  # steps of 1 ms: spikes arrive in the first 60, the network goes on for 20 more

# %% [markdown]
# ## Data
#
# A disc of radius 1/2; the two halves are bounded by half circles of radius 1/4, the dots have a radius of 1/10. Points
# are drawn until they fall into a class that was drawn before, so that classes are equally frequent.

# %%
BIG, SMALL = 0.5, 0.1


def class_of(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return 0 for yin, 1 for yang, 2 for a dot, -1 outside the disc."""
    left, right = np.hypot(x - BIG / 2, y - BIG), np.hypot(x - 3 * BIG / 2, y - BIG)
    upper = (y > BIG) & (right > BIG / 2)
    yang = (right <= SMALL) | ((left > SMALL) & (left <= BIG / 2)) | upper
    inside = np.hypot(x - BIG, y - BIG) <= BIG
    return np.select([~inside, (left < SMALL) | (right < SMALL)], [-1, 2], yang.astype(int))


def yin_yang(n: int, seed: int) -> Samples:
    """Return (n, 5) latencies, a bias spike at 0 and those of x, y, 1 - x, 1 - y, and (n,) labels."""
    rng = np.random.default_rng(seed)
    wanted = rng.integers(3, size=n)
    points = np.zeros((n, 2))
    missing = np.arange(n)
    while len(missing):
        points[missing] = rng.random((len(missing), 2))
        missing = missing[class_of(*points[missing].T) != wanted[missing]]
    values = np.concatenate([np.zeros((n, 1)), points, 1.0 - points], axis=1)
    return latencies_of(values, WINDOW), wanted


data, validation, test = yin_yang(N_TRAIN, seed=0), yin_yang(1000, seed=1), yin_yang(1000, seed=2)

# %% [markdown]
# ## Network
#
# A spike of weight w raises the current g by w, and v, with the time constants here, by at most 0.63 w.

# %%
LEAKY = """
    tau_g * dg_syn/dt = -g_syn : exponential
    tau * dv/dt = tau / tau_g * g_syn - v : exponential
"""
CONSTANTS = "tau = 20.0 : population ; tau_g = 5.0 : population"
LIF = snn.Neuron(CONSTANTS, LEAKY, spike="v > 1.0", reset="v = 0.0", surrogate=snn.surrogates.fast_sigmoid(beta=10.0))
READOUT = snn.Neuron(CONSTANTS, LEAKY, spike="v > 1.0e6")  # never reached

net = snn.Network(dt=1.0, seed=1)
stimulus = net.create(snn.inputs.SpikeRaster(np.zeros((STEPS, 5))), name="input")
hidden = net.create(HIDDEN, LIF, name="hidden")
readout = net.create(3, READOUT, name="readout")
net.connect(stimulus, hidden, "syn", name="stimulus").all_to_all(weights=snn.Normal(0.3, 1.5))
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
pictures.figure("yin_yang" + "_quick" * QUICK, classifier, result, test)
