# %% [markdown]
# # From an artificial network to a spiking one II: convolutions
#
# A convolution has a few weights, which look at all places of an image; a pooling keeps the largest of four neighbours.
# Spikes cannot be compared, so a pooling compares rates: each neuron low-passes its own spikes (`mask`, 20 ms), and the
# next layer reads the masks. That makes deep networks slow, and it makes them smooth.
#
# Sources: B. Rueckauer et al., "Conversion of continuous-valued deep networks to efficient event-driven networks for
# image classification", Frontiers in Neuroscience 11, 2017, doi:10.3389/fnins.2017.00682; I. J. Goodfellow, J. Shlens,
# C. Szegedy, "Explaining and harnessing adversarial examples", ICLR 2015, arXiv:1412.6572.

# %%
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
from artificial import digits, right, trained
from gallery import save
from jax import lax

import jaxsnn as snn
from jaxsnn.extensions.ann_to_snn_conversion import (
    ANNtoSNNConverter,
    ArtificialNetwork,
    Conv2D,
    Dense,
    MaxPooling2D,
)

# %% [markdown]
# Two convolutions, two poolings and a dense layer, trained with optax on 1200 digits of scikit-learn.

# %%
data, (unseen, truth) = digits()
unseen, truth = unseen[:300], truth[:300]


def forward(weights, x):
    """Return scores of the classes, (n, 10), of images (n, 64)."""
    x = x.reshape(-1, 8, 8, 1)
    for w in weights[:2]:
        x = lax.conv_general_dilated(x, w, (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC"))
        x = lax.reduce_window(jax.nn.relu(x), -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
    return x.reshape(len(x), -1) @ weights[2]


weights = trained(forward, [(3, 3, 1, 8), (3, 3, 8, 16), (64, 10)], data)
layers = [
    Conv2D(weights[0]),
    MaxPooling2D(2),
    Conv2D(weights[1]),
    MaxPooling2D(2),
    Dense(weights[2], activation="linear"),
]
artificial = ArtificialNetwork((8, 8, 1), tuple(layers))
before = np.mean(artificial.classes(unseen) == truth)
print(f"artificial network: {before:.3f} right")

# %% [markdown]
# The same two conversions as for layers without convolutions: bursting pixels, and regular ones with a reset by
# subtraction and weights that are scaled by samples.

# %%
bursting = ANNtoSNNConverter("IB", "IaF", "spike_count")
regular = ANNtoSNNConverter("regular", "IaF_subtract", "membrane_potential", max_f=1000.0)
first = bursting.load_layers(layers, (8, 8, 1))
second = regular.load_layers(layers, (8, 8, 1), samples=data[0])
second.monitor(second.population("layer_1"), "mask", name="maps")
sim = second.compile()
counts = snn.sweep(
    first.simulation,
    {"input.rates": 100.0 * unseen},
    duration=200.0,
    params=first.params,
    measure=lambda records: jnp.cumsum(records["output"]["spike"], axis=0, dtype=jnp.int32),
)


def potentials(images, duration):
    """Return the potentials of the output at each step, (n, steps, 10)."""
    return snn.sweep(
        sim,
        {"input.rates": 1000.0 * images},
        duration=duration,
        params=second.params,
        measure=lambda records: records["output"]["v"],
    )


over_time = {"bursting": right(counts, truth), "regular": right(potentials(unseen, 120.0), truth)}
for name, share in over_time.items():
    print(f"{name}: {share[49]:.3f} right after 50 ms, {share[99]:.3f} after 100 ms, {share[-1]:.3f} at the end")

# %% [markdown]
# ## Beyond conversion: which pixels decide?
#
# A derivative tells which pixels speak for the class of an image. Here it goes backwards through 70 ms of spikes, five
# layers and the poolings (`differentiable_reset=True`, since a mask changes when its neuron is reset). There is a
# test of it: take a little from all pixels that speak for the class, and give to those that speak against. If the
# derivative is right, a small change misleads the network, and the same change in random directions does not.

# %%
SOME, MS = 50, 70.0


def speaks(image, label):
    """Return the logarithm of the probability of a class, from potentials after 70 ms."""
    given = snn.fitting.replaced(second.params, {"input.rates": 1000.0 * image})
    _, records = sim.run(given, second.state, duration=MS, differentiable_reset=True)
    return jax.nn.log_softmax(records["output"]["v"][-1])[label]


def speaks_artificial(image, label):
    """Return the same of the artificial network."""
    return jax.nn.log_softmax(forward(weights, image[None])[0])[label]


slopes = {
    "spiking": np.asarray(jax.jit(jax.vmap(jax.grad(speaks)))(unseen[:SOME], truth[:SOME])),
    "artificial": np.asarray(jax.jit(jax.vmap(jax.grad(speaks_artificial)))(unseen[:SOME], truth[:SOME])),
}
directions = {name: np.sign(slope) for name, slope in slopes.items()}
directions["random"] = np.random.default_rng(2).choice([-1.0, 1.0], (SOME, 64))
sizes = np.array([0.0, 0.05, 0.1, 0.15, 0.2, 0.3])
changed = np.stack([unseen[:SOME] - size * d for d in directions.values() for size in sizes])
last = potentials(np.clip(changed, 0.0, 1.0).reshape(-1, 64), MS)[:, -1]
hits = last.argmax(axis=1).reshape(3, len(sizes), SOME) == truth[:SOME]
left = dict(zip(directions, hits.mean(axis=2), strict=True))
for name, share in left.items():
    print(f"images changed by {sizes[3]} along the {name} direction: {share[3]:.2f} right")

# %% [markdown]
# The spiking network is misled by its own derivative as easily as by that of the artificial network, and hardly by
# chance.

# %%
index = 1
maps = artificial.activations(unseen[index : index + 1])[1][0]
shown = snn.sweep(sim, {"input.rates": 1000.0 * unseen[index : index + 1]}, MS, params=second.params)
masks = shown["maps"]["mask"][0, -20:].mean(axis=0).reshape(8, 8, 8)
similarity = np.corrcoef(maps.ravel(), masks.ravel())[0, 1]
print(f"correlation of the rates of eight feature maps with activations: {similarity:.3f}")

# %%
figure = plt.figure(figsize=(12, 7.5))
upper, lower = figure.subfigures(2, 1, height_ratios=[0.8, 1])
panels = upper.subplots(2, 9)
for axes in panels.ravel():
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(True)
panels[0, 0].imshow(unseen[index].reshape(8, 8), cmap="gray_r")
panels[0, 0].set(title=f"A digit: {truth[index]}")
panels[1, 0].set_axis_off()
for k in range(8):
    panels[0, k + 1].imshow(maps[..., k], cmap="viridis", vmax=maps.max())
    panels[1, k + 1].imshow(masks[..., k], cmap="viridis", vmax=masks.max())
panels[0, 1].set(title="Activations of eight feature maps")
panels[1, 1].set(title="Rates of their neurons after 70 ms")
left_axes, middle, right_axes = lower.subplots(1, 3, width_ratios=[1.2, 1, 1.2])
axes = left_axes
for name, label, color in (("regular", "regular pixels", "black"), ("bursting", "bursting pixels", "tab:orange")):
    axes.plot(np.arange(1, len(over_time[name]) + 1), 100 * over_time[name], color=color, label=label)
axes.axhline(100 * before, color="tab:blue", linestyle="--", label="artificial network")
axes.set(xlabel="time (ms)", ylabel="right (%)", ylim=(0, 103), xlim=(0, 200), title="When is the answer there?")
axes.legend(loc="lower right")
axes = middle
both = [slopes[name][index].reshape(8, 8) / np.abs(slopes[name][index]).max() for name in ("spiking", "artificial")]
image = axes.imshow(np.hstack([both[0], np.full((8, 1), np.nan), both[1]]), cmap="RdBu_r", vmin=-1.0, vmax=1.0)
axes.set(xticks=[3.5, 12.5], yticks=[], title=f"Pixels for (red) and against a {truth[index]}")
axes.set_xticklabels(["spiking", "artificial"])
axes.tick_params(length=0)
axes.spines[:].set_visible(False)
lower.colorbar(image, ax=axes, label="derivative / largest", location="bottom", shrink=0.8, pad=0.02)
axes = right_axes
for name, color in (("random", "gray"), ("artificial", "tab:blue"), ("spiking", "tab:red")):
    label = "random direction" if name == "random" else f"derivative, {name}"
    axes.plot(sizes, 100 * left[name], "o-", color=color, markersize=4, label=label)
axes.set(xlabel="change of each pixel", ylabel="right (%)", ylim=(0, 103), title="50 images, misled")
axes.legend(loc="lower left")
save(figure, "conversion_cnn")
