# %% [markdown]
# # One neuron, many firing patterns
#
# The adaptive exponential neuron (AdEx) has two variables: the membrane potential `v`, whose current grows
# exponentially near the threshold, and an adaptation current `w`, which follows `v` and jumps by `b` at each spike.
# Eight sets of constants give eight answers to the same step of current.
#
# Source: R. Naud, N. Marcille, C. Clopath, W. Gerstner, "Firing patterns in the adaptive exponential
# integrate-and-fire model", Biological Cybernetics 99, 2008, doi:10.1007/s00422-008-0264-7.

# %%
import matplotlib.pyplot as plt
import numpy as np
from gallery import save

import jaxsnn as snn

AdEx = snn.Neuron(
    parameters="""
        C = 200.0 ; gL = 10.0                                    # pF, nS
        E_L = -70.0 ; v_T = -50.0 ; delta_T = 2.0 ; v_r = -58.0  # mV
        a = 2.0 ; tau_w = 30.0 ; b = 0.0                         # nS, ms, pA
        I = 500.0                                                # pA
    """,
    equations="""
        C * dv/dt = -gL * (v - E_L) + gL * delta_T * exp((v - v_T) / delta_T) + I - w : init = -70.0
        tau_w * dw/dt = a * (v - E_L) - w
    """,
    spike="v >= 0.0",
    reset="v = v_r ; w += b",
    refractory=2.0,
)

# %% [markdown]
# Each pattern is one row of this table.

# %%
columns = ["C", "gL", "E_L", "v_T", "delta_T", "a", "tau_w", "b", "v_r", "I"]
patterns = {
    "tonic": [200, 10, -70, -50, 2, 2, 30, 0, -58, 500],
    "adaptation": [200, 12, -70, -50, 2, 2, 300, 60, -58, 500],
    "initial burst": [130, 18, -58, -50, 2, 4, 150, 120, -50, 400],
    "regular bursting": [200, 10, -58, -50, 2, 2, 120, 100, -46, 210],
    "delayed accelerating": [200, 12, -70, -50, 2, -10, 300, 0, -58, 300],
    "delayed regular bursting": [200, 12, -70, -50, 2, -6, 300, 0, -58, 110],
    "transient": [100, 10, -65, -50, 2, -10, 90, 30, -47, 350],
    "irregular": [100, 12, -60, -50, 2, -11, 130, 30, -48, 160],
}

# %% [markdown]
# All eight run side by side as one population: a list assigns one value to each neuron. The current is on for 500 ms
# and off for 50 ms.

# %%
net = snn.Network(dt=0.1, seed=1)
cells = net.create(len(patterns), AdEx, name="cells")
for column, values in zip(columns, np.array(list(patterns.values()), float).T, strict=True):
    cells.set({column: values})
cells.v = cells.E_L
monitor = net.monitor(cells, ["v", "spike"])

net.compile()
net.simulate(500.0)
cells.I = 0.0
net.simulate(50.0)

data = monitor.get()
spikes = dict(zip(patterns, data["spike"].values(), strict=True))
for pattern, steps in spikes.items():
    print(f"{pattern:25}{len(steps):4} spikes")

# %% [markdown]
# With these constants "delayed regular bursting" stays below the threshold: the step size and the refractory period
# matter as much as the current. Adaptation shows in intervals that grow, bursting in intervals of two kinds.
#
# ## Beyond a list of eight: the road to irregular firing
#
# Which constant makes firing irregular? `snn.sweep` runs one network for each value in a single call. Here it runs the
# irregular cell for 480 reset potentials. What is kept of each run is the train of spikes.

# %%
single = snn.Network(dt=0.1, seed=1)
cell = single.create(1, AdEx, name="cell")
cell.set({**dict(zip(columns, patterns["irregular"], strict=True)), "v": -60.0})
single.monitor(cell, "spike")
sim = single.compile()

v_r = np.linspace(-49.5, -46.5, 480)
trains = snn.sweep(sim, {"cell.v_r": v_r}, duration=3000.0, measure=lambda records: records["cell"]["spike"][:, 0])
intervals = [np.diff(np.flatnonzero(train)[-40:]) * single.dt for train in trains]
kinds = np.array([len(np.unique(np.round(x))) for x in intervals])
print(f"reset potentials with one interval: {np.mean(kinds <= 2):.0%}, with more than ten: {np.mean(kinds > 10):.0%}")

# %% [markdown]
# Below, the last intervals of each run against the reset potential. On the left there is one interval: tonic firing.
# It splits into two, four and more; near -48 and -47.4 mV the intervals fill whole bands, and each spike depends on
# all those before. There the last bit of a number decides after a few spikes: the irregular cell has 26 spikes in
# single precision and 25 in double precision. Further right, bursts gain a spike at each jump of the upper branch.

# %%
figure = plt.figure(figsize=(11, 7.5))
grid = figure.add_gridspec(3, 4, height_ratios=[1, 1, 1.5])
t = np.arange(len(data["v"])) * net.dt
for i, (pattern, steps) in enumerate(spikes.items()):
    axes = figure.add_subplot(grid[i // 4, i % 4])
    axes.plot(t, data["v"][:, i], color="black", linewidth=0.7)
    axes.vlines(t[steps], data["v"][steps, i], 0.0, color="black", linewidth=0.7)
    axes.axvspan(0.0, 500.0, ymax=0.03, color="tab:orange", linewidth=0)
    axes.set(title=pattern, ylim=(-78.0, 5.0), xlim=(0.0, 550.0))
    axes.set_ylabel("v (mV)" if i % 4 == 0 else "")
    axes.set_xlabel("time (ms)" if i > 3 else "")
axes = figure.add_subplot(grid[2, :])
for x, y in zip(v_r, intervals, strict=True):
    axes.plot(np.full(len(y), x), y, ".", color="black", markersize=1.2)
axes.axvline(patterns["irregular"][columns.index("v_r")], color="tab:orange", zorder=0, label="irregular cell above")
axes.set(
    xlabel="reset potential (mV)", ylabel="last 39 intervals (ms)", title="480 reset potentials, one call", yscale="log"
)
axes.set_yticks([5, 10, 20, 50, 100], ["5", "10", "20", "50", "100"])
axes.legend(loc="upper left")
save(figure, "adex")
