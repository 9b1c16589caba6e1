# %% [markdown]
# # Neurons that touch: gap junctions
#
# A gap junction is a resistor between two cells. Its current is proportional to the difference of the potentials and
# flows all the time, not only at spikes. Ten leaky cells with a constant drive are each coupled to all others. One
# expects that cells which pull at each other end up together. They do not, and a sweep tells why.
#
# Theory: B. Pfeuty, G. Mato, D. Golomb, D. Hansel, "Electrical synapses and synchrony: the role of intrinsic
# currents", Journal of Neuroscience 23, 2003; T. J. Lewis, J. Rinzel, "Dynamics of spiking neurons connected by both
# inhibitory and electrical coupling", Journal of Computational Neuroscience 14, 2003.

# %%
import matplotlib.pyplot as plt
import numpy as np
from gallery import save

import jaxsnn as snn

LIF = snn.Neuron(
    parameters="v0 = 1.05 : population ; tau = 10.0 : population ; area = 0.0 : population",
    equations="tau * dv/dt = v0 - v + g_gap + area / dt * g_spike",
    spike="v > 1.0",
    reset="v = 0.0",
)
GapJunction = snn.Synapse(psp="w * (pre.v - post.v)")

# %% [markdown]
# An integrate-and-fire cell has no spike, only a reset. In a real one the spike itself flows through the junction,
# too: a short, high potential, of which the neighbour gets a kick. `area` is that of the spike above rest, in units of
# the threshold times ms; it is 0 at first.
#
# `psp` is what a synapse adds to its target in each step; it may read both of its ends. Two cells of a population, put
# together by `+`, are a view that a monitor can record.

# %%
net = snn.Network(dt=0.1, seed=1)
cells = net.create(10, LIF, name="cells")
cells.v = np.linspace(0.0, 1.0, 10)
net.connect(cells, cells, "gap", GapJunction, name="gap").all_to_all(weights=0.02)
net.connect(cells, cells, "spike", name="spikelet").all_to_all(weights=0.02)
two, spiking = net.monitor(cells[0] + cells[5], "v"), net.monitor(cells, "spike", name="all")
sim = net.compile()
net.simulate(550.0)

v, spikes = two.get("v"), spiking.get("spike")
period = np.mean([np.diff(steps)[-4:].mean() for steps in spikes.values()]) * net.dt
print(f"{min(map(len, spikes.values()))} to {max(map(len, spikes.values()))} spikes; late period {period:.1f} ms")

# %% [markdown]
# After a few cycles the ten cells take turns, a tenth of a period apart. The reset is what keeps them apart: a cell
# that has just been reset pulls down all the others, and most of all those that were about to follow it.
#
# ## Beyond one network: how large must a spike be?
#
# One call of `snn.sweep` runs 500 networks: 25 strengths of the junction (of both of its parts) times 20 areas of the
# spike. The measure keeps the spikes of the last 300 ms.

# %%
couplings, areas = np.linspace(0.0, 0.06, 25), np.linspace(0.0, 19.0, 20)
w, area = (x.ravel() for x in np.meshgrid(couplings, areas, indexing="ij"))
trains = snn.sweep(
    sim,
    {"gap.w": w, "spikelet.w": w, "cells.area": area},
    duration=1500.0,
    measure=lambda records: records["all"]["spike"][-3000:],
)

# %% [markdown]
# Each cell has a phase, the time since its last spike in units of the period. The length of the mean of the phases as
# unit vectors is 1 for synchrony and 0 for cells that take turns.

# %%


def order(train):
    """Return the length of the mean phase vector of the cells at the last spike of the first cell."""
    first = np.flatnonzero(train[:, 0])
    end, length = first[-1], first[-1] - first[-2]
    last = np.array([np.flatnonzero(spikes[: end + 1])[-1] for spikes in train.T])
    return np.abs(np.mean(np.exp(2j * np.pi * (end - last) / length)))


synchrony = np.array([order(train) for train in trains]).reshape(len(couplings), len(areas))
print(f"synchrony at w = 0.02: {synchrony[8, 0]:.2f} without a spike, {synchrony[8, -1]:.2f} with the largest")

# %% [markdown]
# Without a spike all couplings end in turns (bottom row; the circle is the network above). A spike of an area of 5, as
# of ten thresholds for half a millisecond, is enough for synchrony at every strength of the junction; the stronger it
# is, the smaller a spike does.

# %%
figure, panels = plt.subplots(1, 3, figsize=(12, 4), width_ratios=[1.2, 1.2, 1])
axes = panels[0]
t = np.arange(len(v)) * net.dt
axes.plot(t, v[:, 0], label="cell 0")
axes.plot(t, v[:, 1], label="cell 5")
axes.set(xlim=(0, 200), ylim=(0, 1.25), xlabel="time (ms)", ylabel="v (threshold 1)", title="Two of ten cells")
axes.legend(loc="upper right", ncols=2)
axes = panels[1]
axes.eventplot([np.array(s) * net.dt for s in spikes.values()], colors="black", linelengths=0.8)
axes.set(xlabel="time (ms)", ylabel="cell", title="The cells take turns")
axes = panels[2]
image = axes.pcolormesh(couplings, areas, synchrony.T, shading="nearest", vmin=0, vmax=1)
figure.colorbar(image, ax=axes, label="synchrony")
axes.plot(0.02, 0.0, "o", color="white", markeredgecolor="black", clip_on=False)
axes.set(xlabel="coupling w", ylabel="area of a spike (threshold x ms)", title=f"{len(w)} networks, one call")
save(figure, "gap_junctions")
