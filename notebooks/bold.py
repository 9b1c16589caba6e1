# %% [markdown]
# # BOLD I: what a scanner would see of a network
#
# Functional magnetic resonance imaging does not see spikes. Active cells ask for blood; the flow of blood (`f_in`)
# inflates the veins like a balloon (volume `v`) and washes out blood without oxygen (`q`). The signal of the scanner,
# which depends on the level of oxygen in the blood (BOLD), comes seconds after the spikes, and undershoots when they
# stop. The balloon model has all this in four differential equations.
#
# Sources: R. B. Buxton, E. C. Wong, L. R. Frank, "Dynamics of blood flow and oxygenation changes during brain
# activation: the balloon model", Magnetic Resonance in Medicine 39, 1998, doi:10.1002/mrm.1910390602; K. E. Stephan et
# al., "Comparing hemodynamic models with DCM", NeuroImage 38, 2007, doi:10.1016/j.neuroimage.2007.07.040; O. Maith et
# al., "BOLD monitoring in the neural simulator ANNarchy", Frontiers in Neuroinformatics 16, 2022,
# doi:10.3389/fninf.2022.790966.

# %%
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
from gallery import save

import jaxsnn as snn
from jaxsnn.extensions.bold import BoldMonitor, balloon_RN

# %% [markdown]
# A region of the brain holds two populations of 100 cells. Noise makes the cells fire, and for 5 s the first
# population gets more of it. What drives the flow of blood (`I_CBF`) is the mean rate of all cells, as a change
# relative to a baseline: that of the first 2 s, in which nothing arrives yet.

# %%
net = snn.Network(dt=1.0, seed=1)
first, second = (net.create(100, snn.Izhikevich(noise=5.0), name=name) for name in ("first", "second"))
for population in (first, second):
    population.compute_firing_rate(100.0)
scanner = BoldMonitor(
    [first, second],
    balloon_RN(),
    mapping={"I_CBF": "r"},
    normalize_input=2000.0,
    recorded_variables=["I_CBF", "f_in", "v", "q", "BOLD"],
)
rates = [net.monitor(population, "r") for population in (first, second)]
sim = net.compile()
net.simulate(1000.0)
for monitor in rates:
    monitor.reset()
scanner.start()
begin = net.params, net.state
periods = ((5000.0, 5.0), (5000.0, 7.5), (10_000.0, 5.0))
for duration, noise in periods:
    first.noise = noise
    net.simulate(duration)
data = {name: values[:, 0] for name, values in scanner.get().items()}
r = [monitor.get("r").mean(axis=1) for monitor in rates]
bold = 100.0 * data["BOLD"].astype(float)
peak = bold.argmax()
dip = peak + bold[peak:].argmin()
rate = {"low": r[0][:5000].mean(), "high": r[0][5100:10_000].mean()}
print(f"rate of the first population: {rate['low']:.2f} Hz, then {rate['high']:.2f} Hz")
print(f"BOLD: {bold[peak]:.2f} % at {peak / 1000:.1f} s, {bold[dip]:.2f} % at {dip / 1000:.1f} s")

# %% [markdown]
# ## Beyond a simulation: the vessels of one person
#
# The constants of the vessels differ from person to person. A scanner gives one image every 0.5 s, with noise. Which
# constants explain 40 images? The signal is a differentiable function of them, from the spikes to the images, so
# `jax.jacfwd` gives its derivatives, and Gauss and Newton's method needs a handful of steps. The recording here is
# that of the same network with other constants, plus noise with a standard deviation of 0.05 %.

# %%
SEEN, NOISE = slice(499, None, 500), 0.05
true = {"kappa": 0.8, "gamma": 0.5, "tau": 1.4, "phi": 1.2}
guess = {name: getattr(scanner, name) for name in true}


@jax.jit
def images(values):
    """Return the signal every 0.5 s, %, of constants in the order of `true`."""
    params, state = begin
    constants = {f"bold.{name}": value for name, value in zip(true, values, strict=True)}
    seen = []
    for duration, noise in periods:
        given = snn.fitting.replaced(params, constants | {"first.noise": noise})
        state, records = sim.run(given, state, duration=duration)
        seen.append(100.0 * records["bold"]["BOLD"][SEEN, 0])
    return jnp.concatenate(seen)


slopes = jax.jit(jax.jacfwd(images))
recording = images(jnp.array(list(true.values()))) + NOISE * np.random.default_rng(1).standard_normal(40)
values = np.array(list(guess.values()))
for _ in range(6):
    slope, error = (
        np.asarray(x, float) for x in (slopes(jnp.float32(values)), recording - images(jnp.float32(values)))
    )
    values = values + np.linalg.lstsq(slope, error)[0]
    print(f"distance {np.sqrt(np.mean(error**2)):.3f} %, next constants {values.round(3)}")

# %% [markdown]
# The derivatives also tell how sure the answer is: the inverse of the product of the slopes with themselves, times
# the variance of the noise, holds the squared standard errors.

# %%
covariance = NOISE**2 * np.linalg.inv(slope.T @ slope)
sure = np.sqrt(np.diag(covariance))
together = covariance[1, 2] / (sure[1] * sure[2])
for name, value, width in zip(true, values, sure, strict=True):
    print(f"{name}: {value:.3f} ± {width:.3f}, true {true[name]}, first guess {guess[name]:.3f}")
print(f"correlation of the errors of gamma and tau: {together:.2f}")

# %% [markdown]
# All four constants are within two standard errors. The decay of the signal to the vessels (`kappa`) is known to 2 %,
# the time constant of the balloon (`tau`) to 8 %: a slower balloon looks much like one whose flow is pulled back more
# strongly (`gamma`), so these two are found together or not at all.

# %%
t, seen = np.arange(20_000) / 1000, np.arange(0.5, 20.1, 0.5)
figure, panels = plt.subplot_mosaic([["rates", "fit"], ["vessels", "fit"], ["bold", "constants"]], figsize=(11, 8))
axes = panels["rates"]
axes.plot(t, r[1], color="gray", linewidth=0.8, label="second population")
axes.plot(t, r[0], color="tab:red", linewidth=0.8, label="first population")
axes.set(ylabel="rate (Hz)", ylim=(0, 19), title="Cells: more noise from 5 to 10 s")
axes.legend(loc="upper right", ncols=2)
axes = panels["vessels"]
for name, label, color, x, y in (
    ("f_in", "inflow of blood", "tab:orange", 11.3, 2.4),
    ("v", "volume of the balloon", "tab:purple", 0.4, 1.2),
    ("q", "blood without oxygen", "tab:blue", 10.7, 0.45),
):
    axes.plot(t, data[name], color=color)
    axes.text(x, y, label, color=color)
axes.set(ylabel="relative to rest", title="Vessels: flow, volume, oxygen", ylim=(0.4, 2.9))
axes = panels["bold"]
axes.axhline(0.0, color="gray", linewidth=0.8)
axes.plot(t, bold, color="black")
for at, name, side in ((peak, "peak", "left"), (dip, "undershoot", "right")):
    axes.plot(t[at], bold[at], "o", color="black", markersize=4)
    axes.text(t[at] + (0.5 if side == "left" else -0.5), bold[at], f"{name} {bold[at]:.2f} %", ha=side, va="center")
axes.set(xlabel="time (s)", ylabel="BOLD (%)", ylim=(-1.3, 3.3), title="What a scanner sees")
for name in ("rates", "vessels", "bold"):
    panels[name].axvspan(5.0, 10.0, color="tab:red", alpha=0.08, linewidth=0)
    panels[name].set(xlim=(0, 20.2))
axes = panels["fit"]
axes.plot(seen, recording, "o", color="gray", markersize=4, label="40 images of one person")
axes.plot(seen, images(jnp.array(list(guess.values()))), "--", color="tab:blue", label="first guess")
axes.plot(seen, images(jnp.float32(values)), color="tab:red", label="fit")
axes.axvspan(5.0, 10.0, color="tab:red", alpha=0.08, linewidth=0)
axes.set(
    xlabel="time (s)", ylabel="BOLD (%)", xlim=(0, 20.2), ylim=(-1.1, 3.7), title="Constants of a person's vessels"
)
axes.legend(loc="upper right")
axes = panels["constants"]
exact = np.array(list(true.values()))
axes.axvline(1.0, color="gray", linewidth=0.8)
axes.plot(np.array(list(guess.values())) / exact, range(4), "s", color="tab:blue", markersize=4, label="first guess")
axes.errorbar(values / exact, range(4), xerr=2 * sure / exact, fmt="o", color="tab:red", label="fit ± 2 errors")
labels = [r"$\kappa$, decay", r"$\gamma$, feedback", r"$\tau$, balloon", r"$\phi$, gain"]
axes.set(yticks=range(4), yticklabels=labels, ylim=(3.5, -1.1), xlabel="constant / its true value")
axes.legend(loc="upper right", ncols=2)
save(figure, "bold")
