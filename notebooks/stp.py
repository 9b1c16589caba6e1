# %% [markdown]
# # Network spikes by synapses that tire
#
# With short-term plasticity a synapse has a memory of its last spikes. A share `u` of its resources `x` is released by
# each spike; resources come back within hundreds of milliseconds, and `u` may grow from spike to spike. In a network
# whose excitatory synapses tire, all cells fire together about once per second, in bursts of a few milliseconds.
#
# Source: M. Tsodyks, A. Uziel, H. Markram, "Synchrony generation in recurrent networks with frequency-dependent
# synapses", Journal of Neuroscience 20, 2000, doi:10.1523/JNEUROSCI.20-01-j0003.2000.

# %%
import matplotlib.pyplot as plt
import numpy as np
from gallery import save

import jaxsnn as snn

LIF = snn.Neuron(
    parameters="tau = 30.0 : population ; tau_I = 3.0 : population ; I = 15.0",
    equations="""
        tau * dv/dt = -v + g_exc - g_inh + I
        tau_I * dg_exc/dt = -g_exc
        tau_I * dg_inh/dt = -g_inh
    """,
    spike="v > 15.0",
    reset="v = 13.5",
    refractory=3.0,
)
STP = snn.Synapse(
    parameters="tau_rec = 1.0 ; tau_facil = 1.0 ; U = 0.1",
    equations="""
        tau_rec * dx/dt = 1.0 - x   : init = 1.0, event-driven
        tau_facil * du/dt = U - u   : init = 0.1, event-driven
    """,
    pre_spike="g_target += w * u * x ; x *= 1.0 - u ; u += U * (1.0 - u)",
)

# %% [markdown]
# Between spikes `x` and `u` relax exponentially, so they are computed at spikes only (`event-driven`). All constants
# are spread: half of the mean as standard deviation, clipped. Synapses onto excitatory cells depress, those onto
# inhibitory cells facilitate.

# %%
net = snn.Network(dt=0.25, seed=1)
cells = net.create(500, LIF, name="cells")
currents = np.sort(np.random.default_rng(1).uniform(14.625, 15.375, 500))
cells.I = currents
cells.v = snn.Uniform(0.0, 15.0)
exc, inh = cells[:400], cells[400:]
table = [
    ("ee", exc, exc, "exc", 1.8, 0.5, (0.1, 0.9), 800.0, net.dt),
    ("ei", inh, exc, "inh", 5.4, 0.5, (0.1, 0.9), 800.0, net.dt),
    ("ie", exc, inh, "exc", 7.2, 0.04, (0.001, 0.07), 100.0, snn.Normal(1000.0, 500.0, min=5.0)),
    ("ii", inh, inh, "inh", 7.2, 0.04, (0.001, 0.07), 100.0, snn.Normal(1000.0, 500.0, min=5.0)),
]
for name, pre, post, target, w, U, (low, high), tau_rec, tau_facil in table:
    projection = net.connect(pre, post, target, STP, name=name)
    projection.fixed_probability(0.1, weights=snn.Normal(w, w / 2.0, min=0.2 * w, max=2.0 * w))
    projection.U = snn.Normal(U, U / 2.0, min=low, max=high)
    projection.tau_rec = snn.Normal(tau_rec, tau_rec / 2.0, min=5.0)
    projection.tau_facil = tau_facil
monitor = net.monitor(cells, "spike")
sim = net.compile()
net.simulate(10_000.0)

times, ranks = monitor.raster_plot()
rates = {"exc": np.sum(ranks < 400) / 400 / 10.0, "inh": np.sum(ranks >= 400) / 100 / 10.0}
active = np.histogram(times[ranks < 400], bins=10_000, range=(0.0, 10_000.0))[0] / 400
together = np.convolve(active, np.ones(5))[:10_000] > 0.1
bursts = np.flatnonzero(together[1:] & ~together[:-1]) + 1
print(
    f"rates: excitatory {rates['exc']:.1f} Hz, inhibitory {rates['inh']:.1f} Hz; {len(bursts)} network spikes in 10 s"
)

# %% [markdown]
# ## Beyond one current: who sets the pace
#
# Only cells whose current is above the threshold of 15 fire by themselves. One call runs the network for seven shifts
# of all the currents, and keeps the share of excitatory cells that spike in each step.

# %%
shifts = np.linspace(-0.3, 0.35, 7)
shares = snn.sweep(
    sim,
    {"cells.I": currents + shifts[:, None]},
    duration=2000.0,
    measure=lambda records: records["cells"]["spike"][:, :400].mean(axis=1),
)
per_ms = shares.reshape(len(shifts), -1, 4).sum(axis=2)
peaks = per_ms[:, 500:].max(axis=1)
rate_of = shares.mean(axis=1) * 1000.0 / net.dt
pacemakers = np.mean(currents[:400] + shifts[:, None] > 15.0, axis=1)
print(f"largest share active in 1 ms: {peaks.max():.0%} with some cells above threshold, {peaks[-1]:.0%} with most")

# %% [markdown]
# Network spikes need pacemakers, but not many: none without cells that fire by themselves; up to 40 % of the
# excitatory cells at once while less than half of them do; none again when most of them do, since then the synapses
# never recover. The dotted line is the network on the left.

# %%
figure, panels = plt.subplots(2, 2, figsize=(11, 6.5), width_ratios=[1.6, 1], height_ratios=[1.4, 1])
axes = panels[0, 0]
some = times < 5000
axes.plot(times[some] / 1000, ranks[some], ".", color="black", markersize=1)
axes.axhline(400, color="tab:red", linewidth=0.8)
axes.set(xlim=(0, 5), ylim=(0, 500), ylabel="cell (inhibitory above 400)", title="Spikes, cells sorted by current")
axes = panels[1, 0]
axes.plot(np.arange(5000) / 1000, 100 * active[:5000], color="black", linewidth=0.8)
axes.set(xlim=(0, 5), ylim=(0, None), xlabel="time (s)", ylabel="active per ms (%)")
for axes, values, label, title in (
    (panels[0, 1], 100 * peaks, "largest share active in 1 ms (%)", f"{len(shifts)} networks, one call"),
    (panels[1, 1], rate_of, "excitatory rate (Hz)", ""),
):
    axes.plot(100 * pacemakers, values, "o", color="black", markersize=4)
    axes.axvline(100 * np.mean(currents[:400] > 15.0), color="tab:orange", linestyle=":")
    axes.set(ylabel=label, title=title, ylim=(0, None), xlabel="cells above threshold (%)")
save(figure, "stp")
