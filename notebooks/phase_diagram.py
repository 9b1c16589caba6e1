# %% [markdown]
# # A phase diagram: how a network of inhibition and excitation can fire
#
# Sparse networks of integrate-and-fire cells fire in four ways, and two numbers decide which: how much stronger
# inhibition is than excitation (`g`), and how strong the input from outside is, as a multiple of what brings a cell to
# its threshold. Cells may fire regularly (R) or irregularly (I), and together (S, synchronous) or each by itself (A,
# asynchronous). A phase diagram needs many networks; here they are one call.
#
# Source: N. Brunel, "Dynamics of sparsely connected networks of excitatory and inhibitory spiking neurons", Journal of
# Computational Neuroscience 8, 2000, doi:10.1023/A:1008925309027.

# %%
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
from gallery import save
from scipy.special import erfcx

import jaxsnn as snn

# %% [markdown]
# The network is a fifth of Brunel's: 2000 excitatory and 500 inhibitory cells, each of which hears 400 and 100 of them.
# A spike makes the potential jump by `J` = 0.2 mV, or by `-g J`, after 1.5 ms. Spikes from outside are so many that
# they act as a current with noise: its mean is `drive`, and what a cell gets in 1 ms varies as their number does. A
# cell is deaf for 2 ms after its own spike; the equations of `g_exc` and `g_inh` say that what arrives then is lost.

# %%
EXC, INH, J, DELAY, TAU, THRESHOLD, RESET, DEAF = 2000, 500, 0.2, 1.5, 20.0, 20.0, 10.0, 2.0
Cell = snn.Neuron(
    parameters=f"tau = {TAU} : population ; drive = 40.0 : population ; J = {J} : population",
    equations="""
        noise = sqrt(J * drive * tau / dt) * Normal(0.0, 1.0)
        tau * dv/dt = drive - v + noise + tau / dt * (g_exc - g_inh)
        dg_exc/dt = -g_exc / dt
        dg_inh/dt = -g_inh / dt
    """,
    spike=f"v >= {THRESHOLD}",
    reset=f"v = {RESET}",
    refractory=DEAF,
)
net = snn.Network(dt=0.1, seed=1)
cells = net.create(EXC + INH, Cell, name="cells")
cells.v = snn.Uniform(0.0, THRESHOLD)
net.connect(cells[:EXC], cells, "exc", name="exc").fixed_number_pre(EXC // 5, weights=J, delays=DELAY)
net.connect(cells[EXC:], cells, "inh", name="inh").fixed_number_pre(INH // 5, weights=5.0 * J, delays=DELAY)
net.monitor(cells, "spike", name="cells")
sim = net.compile()

# %% [markdown]
# ## One call
#
# Measures of `snn.measures` are computed inside the call, and the spikes are forgotten: the mean rate, the coefficient
# of variation (CV) of the intervals (0 for a clock, 1 for chance), and the synchrony of spikes in bins of 1 ms (1 if
# all cells do the same). The first 100 ms do not count.


# %%
def measure(records):
    """Return rate (Hz), CV and synchrony of one network."""
    spikes = records["cells"]["spike"][1000:]
    some = spikes[:, :400]
    return {
        "rate": snn.measures.rate(spikes, net.dt).mean(),
        "cv": jnp.nanmean(snn.measures.interval_cv(some)),
        "synchrony": snn.measures.synchrony(some.reshape(-1, 10, 400).sum(axis=1)),
    }


def networks(g, outside, duration, measure):
    """Return a measure of networks with these values of g and of the input from outside; all have the same synapses."""
    values = {"inh.w": J * np.asarray(g), "cells.drive": THRESHOLD * np.asarray(outside)}
    return snn.sweep(sim, values, duration, measure=measure, redraw=False)


g, outside = np.linspace(3.0, 7.0, 9), np.linspace(0.5, 4.0, 8)
grid = np.meshgrid(g, outside, indexing="ij")
found = networks(grid[0].ravel(), grid[1].ravel(), 400.0, measure)
maps = {name: values.reshape(grid[0].shape) for name, values in found.items()}

# %% [markdown]
# Four of them for longer: synchronous and regular (SR), synchronous and irregular with fast or slow waves (SI), and
# asynchronous and irregular (AI).

# %%
examples = {"SR": (3.0, 2.0), "SI, fast": (6.0, 4.0), "AI": (6.5, 2.0), "SI, slow": (4.5, 0.9)}


def both(records):
    """Return the measures, and the spikes of 500 ms."""
    return measure(records) | {"spikes": records["cells"]["spike"][-5000:]}


shown = networks(*np.transpose(list(examples.values())), 1200.0, both)
for k, (name, (a, b)) in enumerate(examples.items()):
    values = f"{shown['rate'][k]:.1f} Hz, CV {shown['cv'][k]:.2f}, synchrony {shown['synchrony'][k]:.2f}"
    print(f"{name} (g = {a:g}, input {b:g}): {values}")

# %% [markdown]
# ## Theory
#
# Brunel's theory takes what a cell hears for white noise whose mean and variance follow from the rates of the others.
# The rate of a cell with such input is known in closed form, so the rate of the network is a fixed point.


# %%
def mean_field(g, outside):
    """Return the rate at which a network can keep itself, Hz."""
    points, weights = np.polynomial.legendre.leggauss(200)
    heard, rate = J * EXC / 5, 0.0
    for _ in range(500):
        mean = THRESHOLD * outside + heard * TAU * rate * (1.0 - g / 4.0)
        deviation = np.sqrt(J * THRESHOLD * outside + J * heard * TAU * rate * (1.0 + g**2 / 4.0))
        low, high = (RESET - mean) / deviation, (THRESHOLD - mean) / deviation
        at = low + (high - low) * (points + 1.0) / 2.0
        between = TAU * np.sqrt(np.pi) * (high - low) / 2.0 * np.sum(weights * erfcx(-at))
        rate += 0.1 * (1.0 / (DEAF + between) - rate)
    return 1000.0 * rate


compared = [4, 6, 8]  # g = 5, 6, 7
theory = np.array([[mean_field(g[k], x) for x in outside] for k in compared])
strong = outside >= 1.5
error = np.abs(maps["rate"][compared][:, strong] / theory[:, strong] - 1.0).max()
print(f"rates of networks with g >= 5 and input >= 1.5: at most {error:.0%} from theory")

# %% [markdown]
# Below g = 4 excitation wins: cells fire at hundreds of Hz, limited by the time in which they are deaf. Above it,
# inhibition keeps the balance, rates grow slowly with the input, and what makes a cell fire is chance. White networks
# are silent. In networks as small as these, waves do not vanish where theory says so (AI), but they are the smallest.

# %%
figure = plt.figure(figsize=(12, 7.5))
upper, lower = figure.subfigures(2, 1, height_ratios=[1, 1.1])
panels = upper.subplots(1, 4, width_ratios=[1, 1, 1, 1.1])
titles = {"rate": "Rate (Hz)", "cv": "CV of intervals", "synchrony": "Synchrony"}
for axes, (name, title) in zip(panels, titles.items(), strict=False):
    scale = {"norm": "log"} if name == "rate" else {"vmin": 0.0, "vmax": 1.0 if name == "cv" else 0.5}
    image = axes.pcolormesh(g, outside, maps[name].T, shading="nearest", cmap="viridis", **scale)
    figure.colorbar(image, ax=axes, location="bottom")
    for mode, (a, b) in examples.items():
        axes.text(a, b, mode.split(",")[0], color="white", ha="center", va="center", fontsize=9, fontweight="bold")
    axes.set(xlabel="g, inhibition / excitation", title=title, xticks=range(3, 8))
panels[0].set(ylabel="input from outside / threshold")
axes = panels[3]
for k, values, color in zip(compared, theory, ("tab:orange", "tab:red", "tab:purple"), strict=True):
    axes.plot(outside, values, color=color, label=f"g = {g[k]:g}")
    axes.plot(outside, maps["rate"][k], "o", color=color, markersize=4)
axes.set(xlabel="input from outside / threshold", ylabel="rate (Hz)", title="Theory (lines)", ylim=(0, None))
axes.legend(loc="upper left")
panels = lower.subplots(2, 4, sharex=True, height_ratios=[1.6, 1])
t = np.arange(0.0, 200.0, 0.1)
for k, (name, (a, b)) in enumerate(examples.items()):
    spikes = shown["spikes"][k][-2000:]
    steps, ranks = np.nonzero(spikes[:, :60])
    panels[0, k].plot(t[steps], ranks, "|", color="black", markersize=2.5, markeredgewidth=0.7)
    panels[0, k].set(title=f"{name}: g = {a:g}, input {b:g}", yticks=[], ylim=(-1, 60))
    active = spikes.reshape(-1, 5, EXC + INH).sum(axis=1).mean(axis=1) * 2000.0
    panels[1, k].fill_between(t[::5], active, color="tab:red", linewidth=0)
    panels[1, k].set(xlabel="time (ms)", xlim=(0, 200), ylim=(0, None))
panels[0, 0].set(ylabel="60 excitatory cells")
panels[1, 0].set(ylabel="rate of all (Hz)")
save(figure, "phase_diagram")
