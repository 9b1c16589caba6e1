# %% [markdown]
# # Synapses that come and go
#
# Learning changes more than weights: synapses appear between cells that are active together, and those that are of no
# use for long disappear. Here 100 cells, sparsely connected at random, belong to two groups that take turns. Each
# group becomes densely connected, and the bridges between the groups vanish.
#
# For what is known of this Hebbian structural plasticity see M. Fauth, C. Tetzlaff, "Opposing effects of neuronal
# activity on structural plasticity", Frontiers in Neuroanatomy 10, 2016, doi:10.3389/fnana.2016.00075. The model is the
# simplest that shows it.

# %%
import matplotlib.pyplot as plt
import numpy as np
from gallery import save

import jaxsnn as snn

snn.clear()
snn.setup(dt=1.0, seed=1, structural_plasticity=True)
Cell = snn.Neuron(
    parameters="tau = 10.0 : population ; baseline = 0.0",
    equations="tau * dr/dt + r = baseline + sum(exc) : min = 0.0",
)
Growing = snn.Synapse(
    parameters="T = 10000 : int, projection",
    equations="age = if pre.r * post.r > 1.0: 0 else: age + 1 : int",
    creating="pre.r * post.r > 1.0 : proba = 0.1, w = 0.01",
    pruning="age > T : proba = 0.2",
)

# %% [markdown]
# A synapse has an age, in steps, since both of its cells were last active. Every 100 ms the rules are applied: between
# two active cells a synapse is created with a probability of 0.1; one that is older than `T` is pruned with a
# probability of 0.2.

# %%
SIZE, TRIALS = 100, 20
cells = snn.Population(SIZE, Cell)
synapses = snn.Projection(cells, cells, "exc", Growing)
synapses.connect_fixed_probability(weights=0.01, probability=0.1)
snn.compile()
HALVES = slice(0, SIZE // 2), slice(SIZE // 2, SIZE)


def densities(matrix):
    """Return the shares of pairs that have a synapse: within the first group, within the second, and across."""
    a, b = HALVES
    return [matrix[a, a].mean(), matrix[b, b].mean(), (matrix[a, b].mean() + matrix[b, a].mean()) / 2]


def turns(cells, synapses, simulate):
    """Let either group be active for 1 s, with pauses of 100 ms; return who is connected after each turn."""
    matrices = []
    for group in HALVES:
        cells[group].baseline = 1.0
        simulate(1000.0)
        cells.baseline = 0.0
        simulate(100.0)
        matrices.append(~np.isnan(synapses.connectivity_matrix(np.nan)))
    return matrices


synapses.start_creating(period=100.0)
synapses.start_pruning(period=100.0)
matrices = [~np.isnan(synapses.connectivity_matrix(np.nan))]
for _ in range(TRIALS):
    matrices += turns(cells, synapses, snn.simulate)
density = np.array([densities(matrix) for matrix in matrices])
for trial in (0, 1, 5, TRIALS):
    within, across = density[2 * trial, :2].mean(), density[2 * trial, 2]
    print(f"after {trial:2} trials: {within:.4f} of the pairs within groups, {across:.4f} of those across")

# %% [markdown]
# The rules are applied ten times in a turn. So a pair that has no synapse still has none after a turn with a
# probability of 0.9 to the power of 10, which is 0.35.
#
# ## Beyond one lifetime: when does a group forget?
#
# While one group is active, the synapses of the other grow old. How large must `T` be? `parallel_run` runs 24 copies of
# the network, each with its own `T`; all share each call of `simulate`. The copies have different synapses, of which
# each group keeps those that survive 1.2 s of silence.

# %%
lifetimes = np.round(np.linspace(50.0, 2350.0, 24)).astype(int)


def remembered(idx, net, T):
    """Return the density of the second group after its last turn, and after one of the other group."""
    own = net.get(synapses)
    own.T = T
    own.start_creating(period=100.0)
    own.start_pruning(period=100.0)
    found = [turns(net.get(cells), own, net.simulate) for _ in range(12)]
    b = HALVES[1]
    return found[-2][1][b, b].mean(), found[-1][0][b, b].mean()


learned, kept = np.transpose(snn.parallel_run(method=remembered, number=len(lifetimes), T=list(lifetimes)))

# %% [markdown]
# What to expect can be counted. In each round the rules meet the synapses of a group m times while these are older than
# `T`, the last time just when the group becomes active again. A share of 0.8 survives each time. Then the empty
# places are filled, but for 0.35 of them. Where loss and gain are equal the density no longer changes.

# %%
T = np.linspace(1.0, 2399.0, 2000)
m = np.ceil(np.maximum(1200.0 - T, 0.0) / 100.0)
expected = (1.0 - 0.9**10) / (1.0 - 0.9**10 * 0.8**m)
left = expected * 0.8 ** np.maximum(m - 1.0, 0.0)
here = np.searchsorted(T, lifetimes)
print(f"largest distance from expectation: {np.abs(learned - expected[here]).max():.3f} after a turn of the group,")
print(
    f"{np.abs(kept - left[here]).max():.3f} before the next; {kept[0]:.0%} of all pairs remain at T = {lifetimes[0]} ms"
)

# %%
figure = plt.figure(figsize=(10, 6.8))
above, below = figure.add_gridspec(2, 1, height_ratios=[1, 1.05])
above, below = above.subgridspec(1, 4), below.subgridspec(1, 2)
for place, turn, title in zip(
    above, (0, 1, 2, 10), ("Before", "After 1 turn of A", "and 1 of B", "After 5 turns each"), strict=True
):
    axes = figure.add_subplot(place)
    axes.imshow(matrices[turn], cmap="Greys", interpolation="nearest", origin="lower", vmax=1.3)
    for border in HALVES[1:]:
        axes.axhline(border.start - 0.5, color="tab:red", linewidth=0.8)
        axes.axvline(border.start - 0.5, color="tab:red", linewidth=0.8)
    axes.set(title=title, xlabel="from cell", ylabel="to cell" if turn == 0 else "", xticks=[0, 50], yticks=[0, 50])
axes = figure.add_subplot(below[0])
for values, color, label in zip(
    density.T, ("tab:blue", "tab:orange", "black"), ("within A", "within B", "across"), strict=True
):
    axes.step(np.arange(len(density)), values, color=color, where="post", label=label)
axes.set(
    xlim=(0, 20), xticks=range(0, 21, 5), ylim=(0, 1.05), xlabel="turns", ylabel="density", title="Who is connected"
)
axes.legend(loc="center right")
axes = figure.add_subplot(below[1])
axes.plot(T / 1000, expected, color="black", linewidth=4, alpha=0.2, label="expected")
axes.plot(T / 1000, left, color="tab:red", linewidth=4, alpha=0.2)
axes.plot(lifetimes / 1000, learned, "o", color="black", markersize=4, label="after a turn of B")
axes.plot(lifetimes / 1000, kept, "s", color="tab:red", markersize=4, label="before its next turn")
axes.axvline(1.2, color="gray", linestyle=":", linewidth=0.8)
axes.set(xlabel="T (s)", ylabel="density within B", ylim=(0, 1.05), title=f"{len(lifetimes)} lifetimes, side by side")
axes.legend(loc="center right")
save(figure, "structural_plasticity")
