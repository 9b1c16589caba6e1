# %% [markdown]
# # Digits: brightness as latency
#
# 1797 handwritten digits of 8 x 8 pixels, which scikit-learn brings along (`sklearn.datasets.load_digits`, from E.
# Alpaydin, C. Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine Learning Repository, 1998,
# doi:10.24432/C50P49). A pixel spikes once, the earlier the brighter it is; dark ones are silent.
#
# A recurrent population of leaky integrate-and-fire neurons hears these spikes; ten leaky readout neurons that never
# spike hear the population. All weights learn by surrogate gradients.
#
#     python notebooks/digits.py [--quick]        (needs scikit-learn: pip install '.[notebooks]')

# %%
import sys

import jax
import numpy as np
import pictures
from classifier import BATCH, Classifier, Samples, latencies_of
from sklearn.datasets import load_digits

import jaxsnn as snn

QUICK = "--quick" in sys.argv
HIDDEN, UPDATES = (40, 60) if QUICK else (100, 600)
WINDOW, STEPS = 25, 40  # steps of 1 ms: spikes arrive in the first 25, the network goes on for 15 more

# %% [markdown]
# ## Data
#
# Brightness goes from 0 to 16. Pixels below 4 do not spike.

# %%
images, labels = load_digits(return_X_y=True)
latencies = np.where(images >= 4, latencies_of(1.0 - images / 16.0, WINDOW), -1)
order = np.random.default_rng(0).permutation(len(labels))


def part(begin: int, end: int) -> Samples:
    """Return latencies and labels of these places of the random order."""
    return latencies[order[begin:end]], labels[order[begin:end]]


data, validation, test = part(0, 1147), part(1147, 1447), part(1447, 1797)

# %% [markdown]
# ## Network
#
# A spike of weight w raises the current g by w, and v, with the time constants here, by at most w / 2.

# %%
LEAKY = """
    tau_g * dg_syn/dt = -g_syn : exponential
    tau * dv/dt = tau / tau_g * g_syn - v : exponential
"""
CONSTANTS = "tau = 10.0 : population ; tau_g = 5.0 : population"
LIF = snn.Neuron(CONSTANTS, LEAKY, spike="v > 1.0", reset="v = 0.0", surrogate=snn.surrogates.fast_sigmoid(beta=10.0))
READOUT = snn.Neuron(CONSTANTS, LEAKY, spike="v > 1.0e6")  # never reached

net = snn.Network(dt=1.0, seed=1)
stimulus = net.create(snn.inputs.SpikeRaster(np.zeros((STEPS, 64))), name="input")
hidden = net.create(HIDDEN, LIF, name="hidden")
readout = net.create(10, READOUT, name="readout")
net.connect(stimulus, hidden, "syn", name="stimulus").all_to_all(weights=snn.Normal(0.05, 2.4 / 64**0.5))
net.connect(hidden, hidden, "syn", name="recurrent").all_to_all(weights=snn.Normal(0.0, 0.1 / HIDDEN**0.5))
net.connect(hidden, readout, "syn", name="answer").all_to_all(weights=snn.Normal(0.0, 1.0 / HIDDEN**0.5))
net.monitor(hidden, "spike")
net.monitor(readout, "v")

sim = net.compile(batch=BATCH)
classifier = Classifier(sim, *sim.init(jax.random.key(0)), steps=STEPS, upper=75.0)

# %% [markdown]
# ## Training, and a look at the test set

# %%
result = classifier.train(data, validation, UPDATES)
accuracy = 1.0 - float(classifier.error(result.params, test))
print(f"test accuracy: {accuracy:.3f}")
pictures.figure("digits" + "_quick" * QUICK, classifier, result, test)
