# %% [markdown]
# # From an artificial network to a spiking one I: layers
#
# An artificial neuron with a rectified output computes a number that is not negative. A neuron that integrates its
# input and fires has a rate that is not negative, and grows in proportion to its input. So a trained artificial network
# can be turned into a spiking one: the same weights, scaled for each layer, and numbers become rates. What changes is
# time: rates take a while to be read.
#
# Sources: P. U. Diehl et al., "Fast-classifying, high-accuracy spiking deep networks through weight and threshold
# balancing", IJCNN 2015, doi:10.1109/IJCNN.2015.7280696; B. Rueckauer et al., "Conversion of continuous-valued deep
# networks to efficient event-driven networks for image classification", Frontiers in Neuroscience 11, 2017,
# doi:10.3389/fnins.2017.00682. Digits: E. Alpaydin, C. Kaynak, doi:10.24432/C50P49, as scikit-learn brings them along.

# %%
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
import optax
from artificial import digits, right, trained
from gallery import save

import jaxsnn as snn
from jaxsnn.extensions.ann_to_snn_conversion import ANNtoSNNConverter, ArtificialNetwork, Dense

# %% [markdown]
# Three layers without biases, trained with optax on 1200 images of 8 x 8 pixels. The other 597 are the test.

# %%
(images, labels), (unseen, truth) = data, test = digits()


def forward(weights, x):
    """Return scores of the classes, (n, 10)."""
    for w in weights[:-1]:
        x = jax.nn.relu(x @ w)
    return x @ weights[-1]


weights = trained(forward, [(64, 64), (64, 32), (32, 10)], data)
layers = [Dense(weights[0]), Dense(weights[1]), Dense(weights[2], activation="linear")]
artificial = ArtificialNetwork((64,), tuple(layers))
before = np.mean(artificial.classes(unseen) == truth)
print(f"artificial network: {before:.3f} right")

# %% [markdown]
# Two conversions. In the first, pixels are bursting cells, neurons go back to 0 after a spike, weights are scaled by
# what might arrive at most, and the class is the output with the most spikes. In the second, pixels spike regularly, a
# spike takes the threshold away from the potential and leaves the rest, weights are scaled by what arrives in samples,
# and the class is the output with the highest potential. A measure keeps the scores of all 597 images at every step.

# %%
bursting = ANNtoSNNConverter("IB", "IaF", "spike_count")
regular = ANNtoSNNConverter("regular", "IaF_subtract", "membrane_potential", max_f=1000.0)
first = bursting.load_layers(layers, (64,))
second = regular.load_layers(layers, (64,), samples=images)
counts = snn.sweep(
    first.simulation,
    {"input.rates": 100.0 * unseen},
    duration=200.0,
    params=first.params,
    measure=lambda records: jnp.cumsum(records["output"]["spike"], axis=0, dtype=jnp.int32),
)


def potentials(params):
    """Return the potentials of the output in 50 ms, of all images of the test."""
    return snn.sweep(
        second.simulation,
        {"input.rates": 1000.0 * unseen},
        duration=50.0,
        params=params,
        measure=lambda records: records["output"]["v"],
    )


over_time = {"bursting": right(counts, truth), "regular": right(potentials(second.params), truth)}
for name, share in over_time.items():
    print(f"{name}: {share[9]:.3f} right after 10 ms, {share[49]:.3f} after 50 ms, {share[-1]:.3f} at the end")

# %% [markdown]
# Is a rate an activation? The regular network gets monitors of its hidden layers, and 30 images. The rates of 1 s are
# compared with the activations of the artificial network; all are counted in units of the largest. A neuron spikes at
# most once per step of 1 ms, which cuts the highest rates.

# %%
hidden = ["layer_1", "layer_2"]
for name in hidden:
    second.monitor(second.population(name), "spike", name=name)
second.monitor(second.population("input"), "spike", name="input")
sim = second.compile()
shown = snn.sweep(sim, {"input.rates": 1000.0 * unseen[:30]}, duration=1000.0, params=second.params)
activations = dict(zip(hidden, artificial.activations(unseen[:30])[1:], strict=False))
rates = {name: shown[name]["spike"].mean(axis=1) * 1000.0 for name in hidden}
alike = {name: np.corrcoef(rates[name].ravel(), activations[name].ravel())[0, 1] for name in hidden}
print(f"correlation of rates with activations: {alike['layer_1']:.4f} in layer 1, {alike['layer_2']:.4f} in layer 2")

# %% [markdown]
# ## Beyond conversion: an answer after 5 ms
#
# A spike needs 4 ms from a pixel to the output, so after 5 ms there are no rates to speak of, and the converted network
# mostly guesses. But it is an ordinary network, with derivatives: `snn.fit` trains its weights further, as a spiking
# network that has 5 ms. The step of a spike has no slope; a surrogate stands for it.

# %%
SOON = 5
params, state = second.params, second.state


def answer(params, image):
    """Return the potentials of the output after 5 ms, (10,)."""
    given = snn.fitting.replaced(params, {"input.rates": 1000.0 * image})
    return sim.run(given, state, duration=float(SOON), checkpoint=False)[1]["output"]["v"][-1]


def loss(params, batch):
    """Return the mean cross-entropy of a batch of images and labels."""
    scores = jax.vmap(answer, in_axes=(None, 0))(params, batch[0])
    return optax.softmax_cross_entropy_with_integer_labels(3.0 * scores, batch[1]).mean()


result = snn.fit(loss, params, optax.adam(3e-3), 120, trainable="*.w", data=data, batch_size=64)
over_time["trained further"] = right(potentials(result.params), truth)
soon = {name: over_time[name][SOON - 1] for name in ("regular", "trained further")}
print(f"after {SOON} ms: {soon['regular']:.3f} right, trained further {soon['trained further']:.3f}")

# %% [markdown]
# Training for an early answer is paid later: after 50 ms the network is worse than the converted one. Nothing keeps
# its rates in proportion to activations any more.

# %%
figure = plt.figure(figsize=(12, 7))
grid = figure.add_gridspec(2, 3, width_ratios=[0.7, 1.3, 1.3])
axes = figure.add_subplot(grid[0, 0])
axes.imshow(unseen[0].reshape(8, 8), cmap="gray_r")
axes.set(xticks=[], yticks=[], title=f"A digit: {truth[0]}")
axes.spines[:].set_visible(True)
axes = figure.add_subplot(grid[:, 1])
offset = 0
for name, label, color in (
    ("input", "64 pixels", "black"),
    ("layer_1", "layer 1", "tab:red"),
    ("layer_2", "layer 2", "tab:purple"),
):
    steps, ranks = np.nonzero(shown[name]["spike"][0, :50])
    axes.plot(steps, ranks + offset, "|", color=color, markersize=3)
    axes.text(51, offset + shown[name]["spike"].shape[2] / 2, label, color=color, va="center", rotation=270)
    offset += shown[name]["spike"].shape[2] + 6
axes.set(xlabel="time (ms)", xlim=(-1, 50), ylim=(-2, offset), yticks=[], ylabel="cell", title="Its spikes")
axes = figure.add_subplot(grid[1, 0])
for name, label, color in (("layer_2", "layer 2", "tab:purple"), ("layer_1", "layer 1", "tab:red")):
    x, y = activations[name].ravel(), rates[name].ravel()
    axes.plot(x / x.max(), y / y.max(), ".", color=color, markersize=2, label=label)
axes.set(xlabel="activation / largest", ylabel="rate / largest", title="30 digits")
axes.legend(loc="lower right", markerscale=4)
axes = figure.add_subplot(grid[0, 2])
for name, label, color in (("regular", "regular pixels", "black"), ("bursting", "bursting pixels", "tab:orange")):
    axes.semilogx(np.arange(1, len(over_time[name]) + 1), 100 * over_time[name], color=color, label=label)
axes.axhline(100 * before, color="tab:blue", linestyle="--", label="artificial network")
axes.set(xlabel="time (ms)", ylabel="right (%)", ylim=(0, 103), xlim=(1, 200), title="When is the answer there?")
axes.set_xticks([1, 3, 10, 30, 100], ["1", "3", "10", "30", "100"])
axes.legend(loc="lower right")
axes = figure.add_subplot(grid[1, 2])
t = np.arange(1, 21)
axes.axvline(SOON, color="gray", linewidth=0.8, linestyle=":")
axes.plot(t, 100 * over_time["regular"][:20], "o-", color="black", markersize=3, label="converted")
axes.plot(t, 100 * over_time["trained further"][:20], "o-", color="tab:red", markersize=3, label="trained for 5 ms")
axes.axhline(100 * before, color="tab:blue", linestyle="--", label="artificial network")
axes.set(xlabel="time (ms)", ylabel="right (%)", ylim=(0, 103), xlim=(0, 20), title="Gradients through spikes")
axes.set(xticks=[0, 5, 10, 15, 20])
axes.legend(loc="lower right")
save(figure, "conversion_mlp")
