# %% [markdown]
# # A learning rule from noisy weights
#
# A rule for spike-timing-dependent plasticity (STDP) has four constants: how much a synapse grows when its spike comes
# before that of the cell, how much it shrinks when it comes after, and over which times. To measure them, one usually
# pairs spikes at one lag after the other. But natural trains of spikes hold pairs of all lags at once: the constants
# are in the course of the weights, if one can calculate backwards.
#
# Sources: G. Bi, M. Poo, "Synaptic modifications in cultured hippocampal neurons", Journal of Neuroscience 18, 1998,
# doi:10.1523/JNEUROSCI.18-24-10464.1998; S. Song, K. D. Miller, L. F. Abbott, "Competitive Hebbian learning through
# spike-timing-dependent synaptic plasticity", Nature Neuroscience 3, 2000, doi:10.1038/78829.

# %%
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
from gallery import save

import jaxsnn as snn

# %% [markdown]
# 30 synapses, each between two cells that fire at random, at 10 Hz, for 4 s. All spikes are known, and every 100 ms all
# weights are measured. The noise of a measurement (0.02) is larger than what the weights change.

# %%
MS, SYNAPSES, EVERY, NOISE = 4000, 30, 100, 0.02
true = {"A_plus": 0.012, "A_minus": 0.008, "tau_plus": 16.0, "tau_minus": 34.0}
guess = {"A_plus": 0.005, "A_minus": 0.005, "tau_plus": 20.0, "tau_minus": 20.0}
rng = np.random.default_rng(1)
trains = {side: (rng.random((MS, SYNAPSES)) < 0.01).astype(float) for side in ("before", "after")}
net = snn.Network(dt=1.0, seed=1)
before, after = (net.create(snn.inputs.SpikeRaster(spikes), name=side) for side, spikes in trains.items())
synapse = net.connect(before, after, "exc", snn.STDP(w_max=1.0), name="synapse").one_to_one(weights=0.5)
net.monitor(synapse, "w", name="weights", period=float(EVERY))
sim = net.compile()
params, state = sim.init(jax.random.key(1))


@jax.jit
def weights(constants):
    """Return the weights every 100 ms, of the four constants in the order of `true`, (40 * 30,)."""
    given = {f"synapse.{name}": value for name, value in zip(true, constants, strict=True)}
    _, records = sim.run(snn.fitting.replaced(params, given), state, duration=float(MS))
    return records["weights"]["w"].ravel()


exact, first = (jnp.array(list(values.values())) for values in (true, guess))
clean = np.asarray(weights(exact))
measured = clean + NOISE * rng.standard_normal(clean.shape)
spread = clean.reshape(-1, SYNAPSES).std(axis=0).mean()
print(f"standard deviation of a weight in time: {spread:.4f}, of the noise: {NOISE}")

# %% [markdown]
# ## The rule, by derivatives through every spike
#
# Where spikes are given, weights are a smooth function of the constants. `jax.jacfwd` gives all their derivatives, so
# Gauss and Newton's method applies; the derivatives also tell the standard errors of what it finds.

# %%
slopes_of = jax.jit(jax.jacfwd(weights))
constants = np.array(first, float)
for _ in range(7):
    slopes = np.asarray(slopes_of(jnp.float32(constants)), float)
    rest = measured - np.asarray(weights(jnp.float32(constants)), float)
    constants = constants + np.linalg.lstsq(slopes, rest)[0]
    print(f"distance {np.sqrt(np.mean(rest**2)):.5f}, next", *(f"{value:.4g}" for value in constants))
covariance = NOISE**2 * np.linalg.inv(slopes.T @ slopes)
errors = np.sqrt(np.diag(covariance))
for name, value, error in zip(true, constants, errors, strict=True):
    print(f"{name}: {value:.4g} ± {error:.2g}, true {true[name]}, first guess {guess[name]}")

# %% [markdown]
# ## Before an experiment: how long must it be?
#
# Standard errors need no data, derivatives are enough. So they tell beforehand what an experiment of some length will
# know, here for 0.5 to 4 s of 30 synapses.

# %%
by_time = np.asarray(slopes_of(exact), float).reshape(MS // EVERY, SYNAPSES, 4)
lengths = np.arange(5, MS // EVERY + 1)
expected = np.array(
    [NOISE * np.sqrt(np.diag(np.linalg.inv(np.einsum("tsi,tsj->ij", by_time[:n], by_time[:n])))) for n in lengths]
)
relative = 100.0 * expected / np.array(exact)
print(f"errors after 1 s: {relative[5].round(0)} %, after 4 s: {relative[-1].round(0)} %")


# %%
def window(constants):
    """Return the change of a weight over the lag between two spikes, in units of the largest weight."""
    a_plus, a_minus, tau_plus, tau_minus = constants
    return jnp.where(lag > 0, a_plus * jnp.exp(-lag / tau_plus), -a_minus * jnp.exp(lag / tau_minus))


lag = np.arange(-100.0, 101.0)
tangent = np.asarray(jax.jacfwd(window)(jnp.float32(constants)), float)
band = 2.0 * np.sqrt(np.einsum("li,ij,lj->l", tangent, covariance, tangent))
fitted = np.asarray(window(constants))

# %%
figure, panels = plt.subplots(2, 2, figsize=(11, 7))
t = np.arange(MS // EVERY) * EVERY / 1000
shown = int(np.ptp(clean.reshape(-1, SYNAPSES), axis=0).argmax())
axes = panels[0, 0]
axes.plot(t, measured.reshape(-1, SYNAPSES)[:, shown], "o", color="gray", markersize=4, label="measured")
axes.plot(t, clean.reshape(-1, SYNAPSES)[:, shown], color="black", linewidth=4, alpha=0.25, label="true")
fit = np.asarray(weights(jnp.float32(constants))).reshape(-1, SYNAPSES)
axes.plot(t, fit[:, shown], color="tab:red", label="fit")
low = clean.min() - 0.05
for side, at, color in (("before", low, "tab:blue"), ("after", low - 0.02, "tab:orange")):
    when = np.flatnonzero(trains[side][:, shown]) / 1000
    axes.plot(when, np.full(when.shape, at), "|", color=color, markersize=7)
    axes.text(4.03, at, side, color=color, va="center")
axes.set(xlabel="time (s)", ylabel="weight", xlim=(0, 4), title="One of 30 synapses, and its spikes")
axes.legend(loc="upper left", ncols=3)
axes = panels[0, 1]
axes.axhline(0.0, color="gray", linewidth=0.8)
axes.plot(lag, window(exact), color="black", linewidth=4, alpha=0.25, label="true")
axes.plot(lag, window(first), "--", color="tab:blue", label="first guess")
axes.fill_between(lag, fitted - band, fitted + band, color="tab:red", alpha=0.2, linewidth=0)
axes.plot(lag, fitted, color="tab:red", label="fit ± 2 errors")
axes.set(xlabel="cell's spike - synapse's spike (ms)", ylabel="change of weight / largest", xlim=(-100, 100))
axes.set(title="The window, never measured pair by pair")
axes.legend(loc="upper left")
names = [r"$A_+$", r"$A_-$", r"$\tau_+$", r"$\tau_-$"]
axes = panels[1, 0]
axes.axvline(1.0, color="gray", linewidth=0.8)
axes.plot(np.array(first / exact), range(4), "s", color="tab:blue", markersize=5, label="first guess")
axes.errorbar(constants / exact, range(4), xerr=2 * errors / exact, fmt="o", color="tab:red", label="fit ± 2 errors")
axes.set(
    yticks=range(4), yticklabels=names, ylim=(3.5, -1.0), xlabel="constant / its true value", title="Four constants"
)
axes.legend(loc="upper right", ncols=2)
axes = panels[1, 1]
for name, values, style in zip(names, relative.T, ("-", "--", "-", "--"), strict=True):
    axes.loglog(lengths / 10, values, style, color="tab:red" if "A" in name else "black", label=name)
axes.set(xlabel="length of the experiment (s)", ylabel="standard error (%)", title="Known before the experiment")
axes.set_xticks([0.5, 1, 2, 4], ["0.5", "1", "2", "4"])
axes.minorticks_off()
axes.set_yticks([3, 10, 30, 100], ["3", "10", "30", "100"])
axes.legend(loc="upper right", ncols=2)
save(figure, "plasticity_gradient")
