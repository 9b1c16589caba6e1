# %% [markdown]
# # Cells that learn which way lines run
#
# Gratings of all orientations are shown to cells that like light and to cells that like darkness. Four excitatory cells
# get input from all of them, through weak and random synapses. Spike-timing-dependent plasticity strengthens inputs
# that are active together; homeostasis keeps the rate of each cell near 10 Hz; inhibition makes the four cells compete.
# Each of them becomes selective: its synapses take the shape of a grating.
#
# Source: K. D. Carlson, M. Richert, N. Dutt, J. L. Krichmar, "Biologically plausible models of homeostasis and STDP:
# stability and learning in spiking neural networks", International Joint Conference on Neural Networks, 2013,
# doi:10.1109/IJCNN.2013.6706961. The paper trains for 20 epochs and more, this lesson for four; it takes 40 s.

# %%
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
from gallery import save

import jaxsnn as snn

SIDE, GRATINGS, EPOCHS, FASTEST, WINDOW = 32, 40, 4, 28.0, 10_000.0
TARGETS = ["ampa", "nmda"]
Cell = snn.Neuron(
    parameters="""
        a = 0.02 : population ; b = 0.2 : population ; c = -65.0 : population ; d = 8.0 : population
        tau_ampa = 5.0 : population ; tau_nmda = 150.0 : population
        tau_gabaa = 6.0 : population ; tau_gabab = 150.0 : population
    """,
    equations="""
        I_exc = -(g_ampa + g_nmda * gate(v, -80.0, 60.0)) * v
        I_inh = g_gabaa * (-70.0 - v) + g_gabab * (-90.0 - v)
        dv/dt = (0.04 * v + 5.0) * v + 140.0 - u + I_exc + I_inh : init = -65.0, min = -90.0, midpoint
        du/dt = a * (b * v - u) : init = -13.0, midpoint
        tau_ampa * dg_ampa/dt = -g_ampa : exponential
        tau_nmda * dg_nmda/dt = -g_nmda : exponential
        tau_gabaa * dg_gabaa/dt = -g_gabaa : exponential
        tau_gabab * dg_gabab/dt = -g_gabab : exponential
    """,
    spike="v >= 30.0",
    reset="v = c ; u += d ; g_ampa = 0.0 ; g_nmda = 0.0 ; g_gabaa = 0.0 ; g_gabab = 0.0",
    functions="gate(v, centre, width) = ((v - centre) / width)^2 / (1.0 + ((v - centre) / width)^2)",
    refractory=1.0,
)
Homeostatic = snn.Synapse(
    parameters=f"""
        tau_plus = 60.0 : projection ; A_plus = 4.5e-5 : projection
        tau_minus = 90.0 : projection ; A_minus = 3.0e-5 : projection
        alpha = 0.1 : projection ; beta = 50.0 : projection ; gamma = 50.0 : projection
        R_target = 10.0 : projection ; window = {WINDOW} : projection
    """,
    equations="""
        R = post.r : postsynaptic
        K = R / (window * (1.0 + gamma * fabs(1.0 - R / R_target))) : postsynaptic
        change = if t_post >= t_pre: ltp else: -ltd
        w += K * (alpha * (1.0 - R / R_target) * w + beta * change) : min = 0.0, max = 10.0
        tau_plus * dltp/dt = -ltp : exponential
        tau_minus * dltd/dt = -ltd : exponential
    """,
    pre_spike="g_target += w ; ltp = A_plus",
    post_spike="ltd = A_minus",
)

# %% [markdown]
# Poisson sources make the cells of two sheets fire, for light and for darkness, and these reach the four excitatory
# cells. The excitatory cells excite four inhibitory ones, by plastic synapses whose signs of learning are reversed.
# These inhibit them in turn.

# %%
net = snn.Network(dt=1.0, seed=1)
exc, inh = (net.create(4, Cell, name=name) for name in ("exc", "inh"))
for cells in (exc, inh):
    cells.compute_firing_rate(WINDOW)
sources, synapses = {}, {}
for side in ("on", "off"):
    sources[side] = net.create(snn.inputs.PoissonPopulation((SIDE, SIDE), rates=1.0), name=f"{side}_source")
    sheet = net.create((SIDE, SIDE), Cell, name=f"{side}_sheet")
    net.connect(sources[side], sheet, TARGETS, name=f"{side}_relay").one_to_one(snn.Uniform(0.2, 0.6))
    synapses[side] = net.connect(sheet, exc, TARGETS, Homeostatic, name=side).all_to_all(snn.Uniform(0.004, 0.015))
competing = net.connect(exc, inh, TARGETS, Homeostatic, name="competing").all_to_all(snn.Uniform(0.116, 0.403))
competing.set({"R_target": 75.0, "tau_plus": 51.0, "tau_minus": 78.0, "A_plus": -4.1e-5, "A_minus": -1.5e-5})
net.connect(inh, exc, ["gabaa", "gabab"], name="inhibition").all_to_all(snn.Uniform(0.065, 0.259))
net.monitor(exc, "spike", name="exc")
sim = net.compile()


# %%
def grating(angle):
    """Return an image between -1 (dark) and 1 (light) of 2.4 cycles, (rows, columns)."""
    x, y = np.meshgrid(np.linspace(-1.0, 1.0, SIDE), np.linspace(-1.0, 1.0, SIDE))
    return np.sin(2.0 * np.pi * 1.2 * (np.cos(angle) * x + np.sin(angle) * y))


def rates_of(image):
    """Return the rates of the sources for light and for darkness, Hz."""
    return {"on": FASTEST * np.maximum(image, 0.0), "off": FASTEST * np.maximum(-image, 0.0)}


def fields():
    """Return weights from light and from darkness, a receptive field being their difference: (2, cells, pixels)."""
    return np.array([synapses[side].w for side in sources])


# %% [markdown]
# In each epoch 40 orientations are shown in random order, for 2 s each, with pauses of 0.5 s. How much a field
# resembles a grating is the share of the power of its Fourier spectrum that lies in the strongest frequency.


# %%
def selectivity(w):
    """Return the share of power in the strongest frequency, and this frequency, in cycles per image, of each cell."""
    power = np.abs(np.fft.fft2((w[0] - w[1]).reshape(4, SIDE, SIDE))) ** 2
    power[:, 0, 0] = 0.0
    cycles = np.fft.fftfreq(SIDE, 1.0 / SIDE)
    frequencies = np.hypot(*np.meshgrid(cycles, cycles)).ravel()
    flat = power.reshape(4, -1)
    return 2.0 * flat.max(axis=1) / flat.sum(axis=1), frequencies[flat.argmax(axis=1)]


angles = np.pi * np.arange(GRATINGS) / GRATINGS
draw, history, competition, rates = np.random.default_rng(1), [fields()], [np.array(competing.w)], []
for _ in range(EPOCHS):
    for angle in draw.permutation(angles):
        for side, values in rates_of(grating(angle)).items():
            sources[side].rates = values
        net.simulate(2000.0)
        for source in sources.values():
            source.rates = 1.0
        net.simulate(500.0)
    history.append(fields())
    competition.append(np.array(competing.w))
    rates.append([np.mean(cells.r) for cells in (exc, inh)])
shares, frequencies = np.transpose([selectivity(w) for w in history], (1, 0, 2))
print(f"rates after {EPOCHS} epochs: excitatory {rates[-1][0]:.1f} Hz, inhibitory {rates[-1][1]:.1f} Hz")
print(f"share of power in one frequency: {shares[0].round(3)} before, {shares[-1].round(3)} after")
print(f"that frequency: {frequencies[-1].round(2)} cycles per image; the gratings have 2.4")

# %% [markdown]
# ## Beyond the fields: what do the cells respond to?
#
# One call shows 20 orientations to networks with the weights before learning, and another to networks with those after
# it. Learning is switched off (`alpha` and `beta` are 0), so that the measurement changes nothing.

# %%
shown = angles[::2]
images = [rates_of(grating(angle)) for angle in shown]


def spikes_per_second(records):
    """Return the rates of the four cells."""
    return jnp.sum(records["exc"]["spike"], axis=0) / 2.0


def tuning(on, off, competing):
    """Return the rates of the cells (orientations, cells) for weights from light, darkness, and to inhibition, Hz."""
    n = len(shown)
    values = {f"{side}_source.rates": np.array([image[side].ravel() for image in images]) for side in sources}
    for name, w in {"on": on, "off": off, "competing": competing}.items():
        values |= {f"{name}.w": np.broadcast_to(w.T, (n, *w.T.shape)), f"{name}.alpha": np.zeros(n)}
        values[f"{name}.beta"] = np.zeros(n)
    return snn.sweep(sim, values, 2000.0, params=net.params, measure=spikes_per_second)


naive, trained = (tuning(*history[i], competition[i]) for i in (0, -1))
wave = np.abs(trained.T @ np.exp(2j * shown)) / trained.sum(axis=0)
wave_before = np.abs(naive.T @ np.exp(2j * shown)) / naive.sum(axis=0)
print(f"orientation selectivity (0: none, 1: one orientation): {wave_before.round(2)} before, {wave.round(2)} after")

# %%
figure = plt.figure(figsize=(10, 7.2))
above, below = figure.add_gridspec(2, 1, height_ratios=[1.5, 1])
above, below = above.subgridspec(3, 6, width_ratios=[1, 0.15, 1, 1, 1, 1]), below.subgridspec(1, 2)
for row, angle in enumerate((0, 10, 30)):
    axes = figure.add_subplot(above[row, 0])
    axes.imshow(grating(angles[angle]), cmap="gray")
    axes.set(xticks=[], yticks=[], title="Gratings" if row == 0 else "")
limit = 1000 * np.abs(history[-1][0] - history[-1][1]).max()
for row, (w, label) in enumerate(((history[0], "before"), (history[2], "2 epochs"), (history[-1], f"{EPOCHS} epochs"))):
    for i in range(4):
        axes = figure.add_subplot(above[row, 2 + i])
        field = 1000 * (w[0, i] - w[1, i]).reshape(SIDE, SIDE)
        image = axes.imshow(field, cmap="RdBu_r", vmin=-limit, vmax=limit)
        axes.set(xticks=[], yticks=[], title=f"cell {i}" if row == 0 else "", ylabel=label if i == 0 else "")
figure.colorbar(image, ax=figure.axes[3:], label="light - darkness (0.001)", shrink=0.8)
axes = figure.add_subplot(below[0])
cell_colors = ("tab:red", "tab:orange", "tab:purple", "tab:blue")
for i, color in enumerate(cell_colors):
    axes.plot(np.arange(EPOCHS + 1), 100 * shares[:, i], "o-", color=color, markersize=4, label=f"cell {i}")
axes.set(xlabel="epochs of 40 gratings", ylabel="power in one frequency (%)", xticks=range(EPOCHS + 1), ylim=(0, None))
axes.set_title("Fields become gratings")
axes.legend(loc="upper left")
axes = figure.add_subplot(below[1])
degrees = np.append(np.degrees(shown), 180.0)
for i, color in enumerate(cell_colors):
    axes.plot(degrees, np.append(naive[:, i], naive[0, i]), ":", color=color, linewidth=0.8)
    axes.plot(degrees, np.append(trained[:, i], trained[0, i]), "o-", color=color, markersize=3)
axes.plot([], [], ":", color="gray", linewidth=0.8, label="before")
axes.plot([], [], "o-", color="gray", markersize=3, label="after")
axes.set(xlabel="orientation (degrees)", ylabel="rate (Hz)", ylim=(0, 100), xticks=range(0, 181, 45))
axes.set_title(f"{len(shown)} orientations, one call")
axes.legend(loc="upper right")
save(figure, "sorf")
