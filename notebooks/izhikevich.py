# %% [markdown]
# # Rhythms of a pulse-coupled network
#
# A thousand quadratic neurons with two variables, 800 excitatory and 200 inhibitory, are coupled all to all by pulses
# that last one step. Each cell gets noise of its own. Nothing in the model oscillates by itself, but the network shows
# slow waves of about 10 Hz and episodes of gamma rhythm.
#
# Source: E. M. Izhikevich, "Simple model of spiking neurons", IEEE Transactions on Neural Networks 14, 2003,
# doi:10.1109/TNN.2003.820440.

# %%
import matplotlib.pyplot as plt
import numpy as np
from gallery import save

import jaxsnn as snn

Izhikevich = snn.Neuron(
    parameters="noise = 0.0 ; a = 0.02 ; b = 0.2 ; c = -65.0 ; d = 8.0 ; inhibition = 1.0 : population",
    equations="""
        I = g_exc - inhibition * g_inh + noise * Normal(0.0, 1.0)
        dv/dt = 0.04 * v^2 + 5.0 * v + 140.0 - u + I : init = -65.0
        du/dt = a * (b * v - u)                      : init = -13.0
    """,
    spike="v >= 30.0",
    reset="v = c ; u += d",
)

# %% [markdown]
# Every cell has its own constants: excitatory ones lie between regular spiking and chattering, inhibitory ones between
# low-threshold and fast spiking. A slice of a population is a view, to which values are assigned and from which
# projections start.

# %%
net = snn.Network(dt=1.0, seed=1)
cells = net.create(1000, Izhikevich, name="cells")
exc, inh = cells[:800], cells[800:]
draw = np.random.default_rng(1)
re, ri = draw.random(800) ** 2, draw.random(200)
exc.set({"noise": 5.0, "c": -65.0 + 15.0 * re, "d": 8.0 - 6.0 * re})
inh.set({"noise": 2.0, "a": 0.02 + 0.08 * ri, "b": 0.25 - 0.05 * ri, "d": 2.0})
inh.u = -65.0 * (0.25 - 0.05 * ri)
net.connect(exc, cells, "exc", name="excitation").all_to_all(weights=snn.Uniform(0.0, 0.5))
net.connect(inh, cells, "inh", name="inhibition").all_to_all(weights=snn.Uniform(0.0, 1.0))
monitor = net.monitor(cells, "spike")

sim = net.compile()
net.simulate(1000.0)

times, ranks = monitor.raster_plot()
rates = {"exc": np.sum(ranks < 800) / 800, "inh": np.sum(ranks >= 800) / 200}
print(f"rates: excitatory {rates['exc']:.2f} Hz, inhibitory {rates['inh']:.2f} Hz")

# %% [markdown]
# ## Beyond one network: which rhythm for which strength of inhibition
#
# One call of `snn.sweep` runs 25 strengths with eight networks each; weights, noise and initial values are drawn anew
# in every run. What is kept of a run is the number of spikes in each millisecond. Power spectra of these counts,
# averaged over the eight networks, say which rhythm there is.

# %%
strengths, repeats = np.linspace(0.0, 2.4, 25), 8
counts = snn.sweep(
    sim,
    {"cells.inhibition": np.repeat(strengths, repeats)},
    duration=1200.0,
    measure=lambda records: records["cells"]["spike"].sum(axis=1),
)
late = counts[:, 200:].reshape(len(strengths), repeats, 1000).astype(float)
late_rate = late.mean(axis=(1, 2))
power = (np.abs(np.fft.rfft(late - late.mean(axis=2, keepdims=True))) ** 2).mean(axis=1)[:, 1:80]
hz = np.fft.rfftfreq(1000, 0.001)[1:80]
share = power / power.sum(axis=1, keepdims=True)
gamma = share[:, (hz >= 30.0) & (hz <= 80.0)].sum(axis=1)
print(f"share of power in 30-80 Hz: {gamma[0]:.2f} without inhibition, {gamma[10]:.2f} with that of the model")

# %% [markdown]
# Too little inhibition lets excitation run away: cells fire at tens to hundreds of Hz. At the strength of the model
# the network has just come to rest at 9 Hz, and slow waves of 10 Hz exist side by side with gamma. More inhibition
# removes the waves and makes gamma faster and sharper, from 30 to more than 40 Hz. The model sits where both rhythms
# meet.

# %%
figure = plt.figure(figsize=(11, 6.5))
grid = figure.add_gridspec(2, 2, height_ratios=[3, 1], width_ratios=[1.15, 1])
axes = figure.add_subplot(grid[0, 0])
for some, color in ((ranks < 800, "black"), (ranks >= 800, "tab:red")):
    axes.plot(times[some], ranks[some], ".", markersize=0.8, color=color)
axes.set(title="Spikes of 800 excitatory and 200 inhibitory cells", ylabel="cell", xlim=(0, 1000), ylim=(0, 1000))
axes.text(1005, 400, "excitatory", rotation=90, va="center")
axes.text(1005, 900, "inhibitory", rotation=90, va="center", color="tab:red")
axes = figure.add_subplot(grid[1, 0])
axes.plot(np.histogram(times, bins=1000, range=(0, 1000))[0], color="black", linewidth=0.7)
axes.set(xlabel="time (ms)", ylabel="spikes per ms", xlim=(0, 1000))
axes = figure.add_subplot(grid[0, 1])
image = axes.pcolormesh(strengths, hz, np.log10(share.T), shading="nearest", cmap="magma", vmin=-3.5)
figure.colorbar(image, ax=axes, label="share of power (log10)")
axes.axvline(1.0, color="white", linestyle=":")
axes.set(title="Spectra of 200 networks, one call", ylabel="frequency (Hz)")
axes = figure.add_subplot(grid[1, 1])
axes.plot(strengths, late_rate, color="black")
axes.axvline(1.0, color="gray", linestyle=":")
axes.set(xlabel="strength of inhibition (1 in the model)", ylabel="rate (Hz)", yscale="log", xlim=(-0.05, 2.45))
save(figure, "izhikevich")
