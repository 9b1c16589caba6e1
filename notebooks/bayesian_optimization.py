# %% [markdown]
# # Searching for weights with few simulations
#
# This lesson looks for the weights at which a network of 4000 cells fires at 30 Hz. Each simulation costs time, so the
# search should learn from all of those that were made. Bayesian optimisation fits a Gaussian process to them: a guess
# of the rate at every pair of weights, and how uncertain it is. New weights are tried where the rate might be 30 Hz.
#
# Sources: the network is COBA of R. Brette et al., "Simulation of networks of spiking neurons: a review of tools and
# strategies", Journal of Computational Neuroscience 23, 2007, doi:10.1007/s10827-007-0038-6. For the method see D. R.
# Jones, M. Schonlau, W. J. Welch, "Efficient global optimization of expensive black-box functions", Journal of Global
# Optimization 13, 1998.

# %%
import jax
import matplotlib.pyplot as plt
import numpy as np
from gallery import save
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, WhiteKernel

import jaxsnn as snn

WANTED, LOW, HIGH = 30.0, np.array([0.1, 1.0]), np.array([1.0, 10.0])
COBA = snn.Neuron(
    parameters="""
        tau = 20.0 : population ; tau_exc = 5.0 : population ; tau_inh = 10.0 : population
        v_r = -60.0 : population ; v_t = -50.0 : population
    """,
    equations="""
        tau * dv/dt = -60.0 - v + g_exc * (0.0 - v) + g_inh * (-80.0 - v) + 20.0
        tau_exc * dg_exc/dt = -g_exc
        tau_inh * dg_inh/dt = -g_inh
        count = count
    """,
    spike="v > v_t",
    reset="v = v_r ; count += 1.0",
    refractory=5.0,
)
net = snn.Network(dt=0.1, seed=1)
cells = net.create(4000, COBA, name="cells")
cells.set({"v": snn.Normal(-55.0, 5.0), "g_exc": snn.Normal(4.0, 1.5), "g_inh": snn.Normal(20.0, 12.0)})
net.connect(cells[:3200], cells, "exc", name="exc").fixed_probability(0.02, weights=0.6)
net.connect(cells[3200:], cells, "inh", name="inh").fixed_probability(0.02, weights=6.7)
sim = net.compile()
params, state = sim.init(jax.random.key(1))

# %% [markdown]
# Each cell counts its own spikes, so nothing has to be recorded. `snn.evaluate` computes a function of the parameters
# at several points by one compiled call. Here the function is the mean rate in 1 s, and a call takes six pairs of
# weights.


# %%
def rate(params):
    """Return the mean rate of the cells in 1 s, Hz."""
    after, _ = sim.run(params, state, duration=1000.0)
    return after.populations["cells"]["count"].mean()


def rates_at(pairs):
    """Return the rates at pairs of weights (k, 2), Hz, six in a call."""
    calls = np.asarray(pairs).reshape(-1, 6, 2)
    return np.concatenate([snn.evaluate(rate, params, {"exc.w": x[:, 0], "inh.w": x[:, 1]}) for x in calls])


first = np.array([(0.6, 6.7), (0.3, 6.7), (0.9, 6.7), (0.6, 3.0), (0.6, 9.5), (0.2, 2.0)])
tried, found = first, rates_at(first)
for (w_exc, w_inh), value in zip(tried, found, strict=True):
    print(f"excitation {w_exc:.1f}, inhibition {w_inh:.1f}: {value:5.2f} Hz")

# %% [markdown]
# ## The search
#
# The process describes the logarithm of the rate, on the logarithm of the weights. In each round six curved surfaces
# are drawn from it, all of which agree with what is known. Each of them proposes the pair at which it comes closest to
# 30 Hz (Thompson sampling). Where little is known the surfaces differ, and so do their proposals.

# %%
draw = np.random.default_rng(1)


def unit(pairs):
    """Return pairs of weights on a logarithmic scale from 0 to 1."""
    return np.log(pairs / LOW) / np.log(HIGH / LOW)


def candidates(k):
    """Return random pairs of weights, (k, 2)."""
    return LOW * (HIGH / LOW) ** draw.random((k, 2))


def process(pairs, rates):
    """Return a Gaussian process of the logarithms of rates."""
    kernel = RBF([0.5, 0.5], (0.1, 10.0)) + WhiteKernel(1e-3, "fixed")
    return GaussianProcessRegressor(kernel, normalize_y=True).fit(unit(pairs), np.log(rates))


for _ in range(3):
    pool = candidates(400)
    surfaces = process(tried, found).sample_y(unit(pool), 6, random_state=int(draw.integers(1000)))
    proposals = pool[np.abs(surfaces - np.log(WANTED)).argmin(axis=0)]
    tried, found = np.concatenate([tried, proposals]), np.concatenate([found, rates_at(proposals)])
best = np.abs(found - WANTED).argmin()
print(f"best of {len(found)}: excitation {tried[best, 0]:.3f}, inhibition {tried[best, 1]:.2f}, {found[best]:.2f} Hz")

# %% [markdown]
# As many pairs by chance, for comparison.

# %%
by_chance = np.concatenate([first, candidates(18)])
found_by_chance = np.concatenate([found[:6], rates_at(by_chance[6:])])
errors = {"search": np.abs(found - WANTED), "chance": np.abs(found_by_chance - WANTED)}
print(
    f"error of the last six: search {errors['search'][-6:].mean():.1f} Hz, chance {errors['chance'][-6:].mean():.1f} Hz"
)

# %% [markdown]
# ## Beyond one answer
#
# There is not one pair of weights but a line of them. The process knows it. Six pairs from its line are simulated in
# one more call: do they fire at 30 Hz?
#
# Why no gradient? This network is chaotic: a small change grows from spike to spike. The derivative of its rate by way
# of its spikes is exact for each run and says nothing of the mean: after 20 ms it is already larger than 1e15. The
# derivative of the fitted surface is the one to use.

# %%
model = process(tried, found)
w_exc, w_inh = np.geomspace(LOW[0], HIGH[0], 80), np.geomspace(LOW[1], HIGH[1], 80)
grid = np.stack(np.meshgrid(w_exc, w_inh, indexing="ij"), axis=-1).reshape(-1, 2)
surface = np.exp(model.predict(unit(grid))).reshape(80, 80)
inhibition = np.geomspace(2.5, 7.5, 6)
line = np.array(
    [grid.reshape(80, 80, 2)[np.abs(surface[:, j] - WANTED).argmin(), j] for j in np.searchsorted(w_inh, inhibition)]
)
on_line = rates_at(line)
print(f"on the line: {on_line.round(1)} Hz at excitations {line[:, 0].round(2)}, inhibitions {line[:, 1].round(1)}")

# %%
figure, panels = plt.subplots(1, 2, figsize=(10, 4.4), width_ratios=[1.25, 1])
axes = panels[0]
mesh = axes.pcolormesh(w_exc, w_inh, surface.T, norm="log", cmap="viridis", vmin=5, vmax=100, rasterized=True)
figure.colorbar(mesh, ax=axes, label="rate by the Gaussian process (Hz)", ticks=[5, 10, 20, 50, 100], format="%d")
axes.contour(w_exc, w_inh, surface.T, [WANTED], colors="white")
axes.plot(*first.T, "s", color="white", markersize=5, markeredgecolor="black", label="first six")
axes.plot(*tried[6:].T, "o", color="tab:orange", markersize=5, markeredgecolor="black", label="proposed")
axes.plot(*line.T, "*", color="tab:red", markersize=9, markeredgecolor="white", label="tests of the line")
axes.set(xscale="log", yscale="log", xlabel="excitatory weight", ylabel="inhibitory weight")
axes.set_title("30 Hz lies on the white line")
axes.set_xticks([0.1, 0.2, 0.5, 1.0], ["0.1", "0.2", "0.5", "1"])
axes.set_yticks([1, 2, 5, 10], ["1", "2", "5", "10"])
axes.legend(loc="center left", frameon=True, fontsize=8)
axes = panels[1]
for name, color in (("chance", "gray"), ("search", "tab:orange")):
    axes.semilogy(np.arange(1, 25), errors[name], "o", color=color, markersize=4, label=name)
    axes.semilogy(np.arange(1, 25), np.minimum.accumulate(errors[name]), color=color)
for call in (6.5, 12.5, 18.5):
    axes.axvline(call, color="gray", linestyle=":", linewidth=0.8)
axes.set(xlabel="simulations (six in a call)", ylabel="distance from 30 Hz (Hz)", title="Errors, and the best so far")
axes.legend(loc="lower left")
save(figure, "bayesian_optimization")
