# %% [markdown]
# # Basal ganglia: learning from rewards, and from their absence
#
# Cells in the striatum see what the cortex sees, and hold back cells in the globus pallidus (GPi), which hold back
# actions. An action is released when its pallidal cell is the more silent one. Dopamine tells whether the outcome was
# better (a burst) or worse (a dip) than nothing, and it decides whether synapses that were active grow or shrink.
#
# Sources: J. Vitay, F. H. Hamker, "A computational model of basal ganglia and its role in memory retrieval in rewarded
# visual memory tasks", Frontiers in Computational Neuroscience 4, 2010, doi:10.3389/fncom.2010.00013; M. J. Frank,
# "Dynamic dopamine modulation in the basal ganglia: a neurocomputational account of cognitive deficits in medicated
# and nonmedicated Parkinsonism", Journal of Cognitive Neuroscience 17, 2005, doi:10.1162/0898929052880093.

# %%
from importlib.util import find_spec

import matplotlib.pyplot as plt
import numpy as np
from gallery import save

import jaxsnn as snn
from jaxsnn.extensions.tensorboard import Logger

Striatal = snn.Neuron(
    parameters="tau = 10.0 : population ; noise = 0.1 : population",
    equations="""
        tau * dv/dt + v = sum(exc) - sum(inh) + noise * Uniform(-1.0, 1.0)
        r = clip(v, 0.0, 1.0)
    """,
)
Pallidal = snn.Neuron(
    parameters="tau = 10.0 : population ; baseline = 1.0",
    equations="tau * dv/dt + v = baseline - sum(inh) ; r = pos(v)",
)
Rewarded = snn.Synapse(
    parameters="eta = 0.1 : projection ; alpha = 0.5 : projection ; dopamine = 0.0 : projection",
    equations="w += eta * (dopamine * pre.r * post.r - alpha * w * post.r * post.r) : min = 0.0",
)

# %% [markdown]
# Ten striatal cells compete; the first five release the left action, the others the right one. Four stimuli are shown
# in turn, for 50 ms after 40 ms of silence. Two of them ask for the left action, two for the right one. Then dopamine
# rises or falls for 10 ms.

# %%
net = snn.Network(dt=1.0, seed=4)
cortex = net.create(snn.inputs.InputArray(4), name="cortex")
striatum, gpi = net.create(10, Striatal, name="striatum"), net.create(2, Pallidal, name="gpi")
learned = net.connect(cortex, striatum, "exc", Rewarded, name="learned").all_to_all(snn.Uniform(0.0, 0.5))
net.connect(striatum, striatum, "inh", name="competition").all_to_all(0.6)
for side, half in enumerate((striatum[:5], striatum[5:])):
    net.connect(half, gpi[side], "inh", name=f"side_{side}").all_to_all(1.0)
monitors = {
    name: net.monitor(population, "r", name=name) for name, population in (("striatum", striatum), ("gpi", gpi))
}
net.compile()


def trial(net, stimulus, wanted, dip):
    """Run 100 ms of a network; return whether the action was the wanted one.

    Args:
        net: the network, or a copy of it.
        stimulus: 0 to 3.
        wanted: action that is rewarded, 0 for left, 1 for right.
        dip: what dopamine is after an error.
    """
    synapses, source = net.get(learned), net.get(cortex)
    source.r, synapses.dopamine = 0.0, 0.0
    net.simulate(40.0)
    source.r = np.eye(4)[stimulus]
    net.simulate(50.0)
    correct = np.argmin(net.get(gpi).r) == wanted
    synapses.dopamine = 1.0 if correct else dip
    net.simulate(10.0)
    return correct


# %% [markdown]
# 100 trials, with a log of rewards and weights for TensorBoard where tensorboardX is installed (`tensorboard --logdir
# runs`).

# %%
TRIALS = 100
logger = Logger("runs", experiment="basal_ganglia") if find_spec("tensorboardX") else None
before = np.array(learned.w)
correct = np.zeros(TRIALS, bool)
for index in range(TRIALS):
    correct[index] = trial(net, index % 4, index % 4 // 2, -1.0)
    if logger:
        logger.add_scalar("reward", 1.0 if correct[index] else -1.0, index)
        logger.add_histogram("weights", np.array(learned.w), index)
if logger:
    logger.add_image("weights", np.array(learned.w), TRIALS, equalize=True)
    logger.add_parameters({"eta": 0.1, "alpha": 0.5}, {"last 40 right": correct[-40:].mean()})
    logger.close()
after = np.array(learned.w)
data = {name: monitor.get("r") for name, monitor in monitors.items()}
preference = after[:, :2].mean(axis=1) - after[:, 2:].mean(axis=1)
metrics = {
    "acc_first20": correct[:20].mean(),
    "acc_last40": correct[-40:].mean(),
    "mean_reward": (2.0 * correct - 1.0).mean(),
    "w_left_ABminusCD": preference[:5].mean(),
    "w_right_ABminusCD": preference[5:].mean(),
    "w_max": after.max(),
}
print(f"right: {metrics['acc_first20']:.2f} of the first 20 trials, {metrics['acc_last40']:.2f} of the last 40")

# %% [markdown]
# ## Beyond one network: what dips are good for
#
# Dopamine medication, Frank (2005) proposed, fills the dips, so patients who take it learn from rewards but not from
# errors. 84 copies of the network, each with its own weights and noise, learn side by side: seven depths of the dip,
# twelve copies each. After 100 trials the rewarded actions are exchanged. The script of a copy is plain Python with
# decisions of its own; `parallel_run` advances all of them by the same compiled calls.

# %%
dips = np.array([0.0, 0.125, 0.25, 0.5, 1.0, 1.5, 2.0])
COPIES = 12


def learn(net, dip):
    """Return whether each of 100 trials was right, and each of 100 with exchanged actions."""
    stimuli = np.arange(TRIALS) % 4
    first = [trial(net, stimulus, stimulus // 2, dip) for stimulus in stimuli]
    return np.array(first + [trial(net, stimulus, 1 - stimulus // 2, dip) for stimulus in stimuli])


runs = net.parallel_run(learn, number=len(dips) * COPIES, dip=np.repeat(-dips, COPIES))
right = np.array(runs).reshape(len(dips), COPIES, 2, TRIALS)
at_end = right[..., -40:].mean(axis=-1)
for dip, share in zip(dips, at_end.mean(axis=1), strict=True):
    print(f"dips of {dip}: {share[0]:.2f} right at the end, {share[1]:.2f} after the exchange")

# %% [markdown]
# Without dips little is learned: a wrong habit from the initial weights is never punished. Shallow dips are enough to
# learn the first time, but not to unlearn what has been rewarded. Deep dips do both.

# %%
figure, panels = plt.subplot_mosaic(
    [["trial", "trial", "before", "after"], ["curves", "curves", "dips", "dips"]],
    figsize=(12, 7),
    height_ratios=[1, 1.1],
)
axes = panels["trial"]
t = np.arange(400)
for name, ranks, label, color in (
    ("striatum", slice(0, 5), "striatum, left", "tab:red"),
    ("striatum", slice(5, 10), "striatum, right", "tab:orange"),
    ("gpi", slice(0, 1), "GPi, left", "tab:blue"),
    ("gpi", slice(1, 2), "GPi, right", "tab:cyan"),
):
    axes.plot(t, data[name][-400:, ranks].mean(axis=1), color=color, label=label)
for k, stimulus in enumerate("ABCD"):
    axes.axvspan(100 * k + 40, 100 * k + 90, color="gray", alpha=0.12, linewidth=0)
    axes.axvspan(100 * k + 90, 100 * k + 100, color="tab:green", alpha=0.35, linewidth=0)
    axes.text(100 * k + 65, 1.12, stimulus, ha="center")
axes.set(
    xlabel="time (ms)", ylabel="rate", xlim=(0, 400), ylim=(0, 1.6), title="The last four trials (green: dopamine)"
)
axes.legend(loc="upper center", ncols=4, fontsize=9)
for name, w in (("before", before), ("after", after)):
    axes = panels[name]
    image = axes.imshow(w, cmap="viridis", vmin=0.0, vmax=1.1, aspect="auto")
    axes.axhline(4.5, color="white", linewidth=1.0)
    axes.set(xticks=range(4), xticklabels="ABCD", xlabel="stimulus", title=f"Weights {name}")
panels["before"].set(ylabel="striatal cell (right below the line)")
figure.colorbar(image, ax=panels["after"], label="weight")
axes = panels["curves"]
blocks = right.reshape(len(dips), COPIES, 20, 10).mean(axis=(1, 3))
for k, color in ((0, "tab:blue"), (2, "tab:purple"), (3, "tab:orange"), (4, "tab:red")):
    axes.plot(np.arange(5, 200, 10), 100 * blocks[k], "o-", color=color, markersize=3, label=f"dips of {dips[k]:g}")
axes.axvline(100, color="gray", linestyle=":")
axes.axhline(50, color="gray", linewidth=0.8)
axes.text(101, 104, "actions exchanged", color="gray")
axes.set(xlabel="trial", ylabel="right (%)", ylim=(0, 112), xlim=(0, 200), title=f"Mean of {COPIES} networks")
axes.legend(loc="lower left")
axes = panels["dips"]
for k, label, color in ((0, "first task", "black"), (1, "after the exchange", "tab:red")):
    mean, error = at_end[..., k].mean(axis=1), at_end[..., k].std(axis=1, ddof=1) / np.sqrt(COPIES)
    axes.errorbar(dips, 100 * mean, 100 * error, fmt="o-", color=color, markersize=4, capsize=2, label=label)
axes.axhline(50, color="gray", linewidth=0.8)
axes.set(xlabel="depth of dopamine dips", ylabel="right in the last 40 trials (%)", ylim=(30, 104))
axes.set(title=f"{len(dips) * COPIES} networks, one call (± standard error)")
axes.legend(loc="lower right")
save(figure, "basal_ganglia")
