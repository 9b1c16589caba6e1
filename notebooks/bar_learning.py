# %% [markdown]
# # Bars: cells that share out what they see
#
# Images of 8 x 8 pixels show bars: each of the eight rows and each of the eight columns is lit with a probability of
# 1/8. No image is like another, but all are made of 16 parts. 32 cells see the images. A Hebbian rule lets each cell
# learn what it often sees. An anti-Hebbian rule, between the cells, lets those that are active together inhibit each
# other. So they learn different things: the parts.
#
# Source: P. Földiák, "Forming sparse representations by local anti-Hebbian learning", Biological Cybernetics 64, 1990,
# doi:10.1007/BF02331346. His cells have thresholds that learn; ours are linear above zero, and both kinds of synapses
# follow the rule of E. Oja, "A simplified neuron model as a principal component analyzer", Journal of Mathematical
# Biology 15, 1982, doi:10.1007/BF00275687.

# %%
import matplotlib.pyplot as plt
import numpy as np
from gallery import save

import jaxsnn as snn

SIDE, FEATURES, TRIALS, MS = 8, 32, 3000, 50.0
Cell = snn.Neuron(
    parameters="tau = 10.0 : population",
    equations="tau * dr/dt + r = sum(exc) - sum(inh) : min = 0.0",
)
Oja = snn.Synapse(
    parameters="tau = 2000.0 : projection ; alpha = 8.0 : projection ; min_w = 0.0 : projection",
    equations="tau * dw/dt = pre.r * post.r - alpha * post.r^2 * w : min = min_w",
)

# %% [markdown]
# The first term of the rule is Hebb's: a synapse grows when both of its cells are active. The second takes weight
# away from all synapses of an active cell; without it they would grow for ever. The same rule serves both kinds of
# synapses. What excites a cell may become negative; what inhibits it may not.
#
# The images are a table, of which each row lasts 50 ms. So a single call shows all 3000.

# %%
lines = np.eye(SIDE)[:, :, None] * np.ones(SIDE)
bars = np.concatenate([lines, lines.transpose(0, 2, 1)])
images = np.array([bars[lit].any(axis=0) for lit in np.random.default_rng(1).random((TRIALS, 16)) < 1 / 8], float)

net = snn.Network(dt=1.0, seed=1)
source = net.create(snn.inputs.TimedArray(images, schedule=MS), name="source")
cells = net.create(FEATURES, Cell, name="cells")
forward = net.connect(source, cells, "exc", Oja, name="forward").all_to_all(snn.Uniform(-0.5, 0.5))
lateral = net.connect(cells, cells, "inh", Oja, name="lateral").all_to_all(snn.Uniform(0.0, 1.0))
forward.min_w, lateral.alpha = -10.0, 0.3
weights = net.monitor(forward, "w", period=50 * MS, period_offset=50 * MS - 1.0, name="weights")
sim = net.compile()
before = np.array(forward.w)
net.simulate(TRIALS * MS)
after, inhibition = np.array(forward.w), np.concatenate(lateral.w)


# %% [markdown]
# A cell has learned a bar if the correlation of its weights with that bar is above 0.9.


# %%
def correlations(w):
    """Return the correlation of the weights (cells, pixels) of each cell with each bar, (cells, bars)."""
    return np.corrcoef(w, bars.reshape(16, -1))[: len(w), len(w) :]


def covered(w):
    """Return how many of the 16 bars at least one cell has learned."""
    return int(np.sum(correlations(w).max(axis=0) > 0.9))


trials = np.arange(50, TRIALS + 1, 50)
learned = np.array([covered(w) for w in np.array(weights.get("w"))])
best = correlations(after).max(axis=1)
order = np.argsort(np.where(best > 0.9, correlations(after).argmax(axis=1), 99), kind="stable")
print(f"bars that a cell has learned: {learned[9]} after 500 images, {learned[-1]} of 16 after {TRIALS}")
print(f"cells that have learned a bar: {np.sum(best > 0.9)} of {FEATURES}")

# %% [markdown]
# ## Beyond one network: how much competition?
#
# The larger `alpha` of the lateral synapses, the weaker they become. One call trains 12 networks, each with another
# value, from the same images. Each has initial weights of its own.

# %%
alphas = np.geomspace(0.03, 30.0, 12)
trained = snn.sweep(sim, {"lateral.alpha": alphas}, TRIALS * MS, measure=lambda records: records["weights"]["w"][-1])
bars_learned = np.array([covered(w.T) for w in trained])
alike = np.array([np.mean(np.corrcoef(w.T)[np.triu_indices(FEATURES, 1)]) for w in trained])
for alpha, count, similarity in zip(alphas, bars_learned, alike, strict=True):
    print(f"alpha {alpha:6.2f}: {count:2} bars; mean correlation between cells {similarity:+.2f}")

# %% [markdown]
# Cells learn different things only if they inhibit each other. When `alpha` is 1, bars begin to be missed; from 4 on
# every cell learns a mixture of all bars, and cells resemble each other. Strong inhibition does little harm.


# %%
def side_by_side(fields, columns):
    """Return fields (k, pixels) as one picture, each divided by its largest value, with gaps between them."""
    tiles = np.full((len(fields) // columns * (SIDE + 1) + 1, columns * (SIDE + 1) + 1), np.nan)
    for i, field in enumerate(fields):
        row, column = 1 + i // columns * (SIDE + 1), 1 + i % columns * (SIDE + 1)
        tiles[row : row + SIDE, column : column + SIDE] = field.reshape(SIDE, SIDE) / max(np.abs(field).max(), 1e-9)
    return tiles


figure = plt.figure(figsize=(10, 6.2))
above, below = figure.add_gridspec(2, 1, height_ratios=[1, 1.25])
above, below = above.subgridspec(1, 3, width_ratios=[1, 2, 2]), below.subgridspec(1, 2)
pictures = (
    (images[:16], 4, "16 of 3000 images"),
    (before, 8, "Weights of 32 cells before"),
    (after[order], 8, "and after, sorted by their bar"),
)
for place, (fields, columns, title) in zip(above, pictures, strict=True):
    axes = figure.add_subplot(place)
    axes.set_facecolor("0.8")
    shown = axes.imshow(side_by_side(fields, columns), cmap="RdBu_r", vmin=-1, vmax=1, interpolation="nearest")
    axes.set(title=title, xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
figure.colorbar(shown, ax=axes, label="weight / largest", shrink=0.7)
axes = figure.add_subplot(below[0])
axes.plot(trials, learned, color="black")
axes.set(xlabel="images shown", ylabel="bars learned (of 16)", ylim=(0, 17), title="One bar after another")
axes = figure.add_subplot(below[1])
axes.semilogx(alphas, bars_learned, "o-", color="black", markersize=4)
axes.axvline(0.3, color="gray", linestyle=":", linewidth=0.8)
axes.set(xlabel="alpha of the lateral synapses (large: weak inhibition)", ylabel="bars learned (of 16)")
axes.set(ylim=(0, 17), title="12 networks, one call")
other = axes.twinx()
other.semilogx(alphas, alike, "s--", color="tab:red", markersize=4)
other.set_ylabel("correlation between cells", color="tab:red")
other.set_ylim(-0.1, 1)
save(figure, "bar_learning")
