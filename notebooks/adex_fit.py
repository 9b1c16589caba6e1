# %% [markdown]
# # Nine parameters of a neuron from one noisy trace
#
# An adaptive exponential neuron (R. Brette, W. Gerstner, Journal of Neurophysiology 94, 2005,
# doi:10.1152/jn.00686.2005) gets a fluctuating current. Its potential is recorded with noise. Which neuron was it?
#
# Compared spike by spike, a model that spikes once too early is as bad as one that never spikes, so a search from afar
# gets stuck. `snn.fitting.fit_trace` holds each candidate to the recording instead: recorded spikes reset it, and a
# pull that weakens in stages keeps its potential near (H. D. I. Abarbanel et al., SIAM Journal on Applied Dynamical
# Systems 8, 2009, doi:10.1137/090749761). What the pull has to correct is the error.

# %%
import gallery
import matplotlib.pyplot as plt
import numpy as np

import jaxsnn as snn

DT, DURATION, NOISE = 0.1, 500.0, 0.5  # ms, ms, mV
STEPS = int(DURATION / DT)
TRUE = {
    "C": 200.0,
    "g_L": 10.0,
    "E_L": -70.0,
    "V_T": -50.0,
    "D_T": 2.0,
    "a": 4.0,
    "b": 60.0,
    "tau_w": 80.0,
    "v_r": -58.0,
}
UNITS = {
    "C": "pF",
    "g_L": "nS",
    "E_L": "mV",
    "V_T": "mV",
    "D_T": "mV",
    "a": "nS",
    "b": "pA",
    "tau_w": "ms",
    "v_r": "mV",
}
BOUNDS = {
    "C": (100.0, 400.0),
    "g_L": (4.0, 25.0),
    "E_L": (-80.0, -60.0),
    "V_T": (-60.0, -40.0),
    "D_T": (0.5, 5.0),
    "a": (0.0, 20.0),
    "b": (10.0, 200.0),
    "tau_w": (20.0, 300.0),
    "v_r": (-70.0, -45.0),
}
ADEX = snn.Neuron(
    parameters="\n".join(f"{name} = {value}" for name, value in TRUE.items()) + "\nI = 0.0",
    equations="""
        upstroke = g_L * D_T * exp(Min((v - V_T) / D_T, 11.0))
        dv/dt = (-g_L * (v - E_L) + upstroke - w + I) / C : init = -70.0
        tau_w * dw/dt = a * (v - E_L) - w
    """,
    spike="v > -30.0",
    reset="v = v_r ; w += b",
)

# %% [markdown]
# ## The recording
#
# A current of two parts: a fluctuation with a correlation of 8 ms, and steps every 60 ms, which show the adaptation.
# It is a table that the parameter `I` follows: no population in between, no delay.


# %%
def current(seed: int) -> np.ndarray:
    """Return a current, pA, (STEPS,)."""
    noise, keep = np.random.default_rng(seed).standard_normal(STEPS), np.exp(-DT / 8.0)
    x = np.zeros(STEPS)
    for k in range(1, STEPS):
        x[k] = keep * x[k - 1] + np.sqrt(1.0 - keep**2) * noise[k]
    return 380.0 + 250.0 * x + 150.0 * np.sign(np.sin(2.0 * np.pi * np.arange(STEPS) * DT / 120.0))


net = snn.Network(dt=DT, seed=0)
cell = net.create(1, ADEX, name="cell", tables={"I": snn.inputs.Table(current(1))})
M = net.monitor(cell, ["v", "spike"])
sim = net.compile()
net.simulate(DURATION)
clean, spikes = M.get("v")[:, 0], np.array(M.get("spike")[0])
v = clean + NOISE * np.random.default_rng(5).standard_normal(STEPS)

# %% [markdown]
# ## The fit
#
# 256 points at random within the bounds, the best eight go on with gradients, the best of these alone; then each runs
# on its own as a check.

# %%
found = snn.fitting.fit_trace(
    sim, "cell", v, spikes, {f"cell.{name}": pair for name, pair in BOUNDS.items()}, noise=NOISE
)
print(found)
values = {name: found.values[f"cell.{name}"] for name in TRUE}
relative = {name: values[name] / TRUE[name] for name in TRUE}

# %% [markdown]
# ## Another current
#
# A fit to one trace may say little about another. The same neuron, and the one that was found, with a current that the
# fit has not seen.


# %%
def spikes_with(given: dict, seed: int) -> np.ndarray:
    """Return the steps of the spikes of a neuron with another current."""
    names = {f"cell.{name}": x for name, x in given.items()} | {"cell.I_table": current(seed)[:, None]}
    records = sim.run(*sim.init(0, names), DURATION)[1]["cell"]
    return np.flatnonzero(np.asarray(records["spike"][:, 0]))


unseen = {seed: (spikes_with(TRUE, seed), spikes_with(values, seed)) for seed in (2, 3)}
held_out = {seed: float(np.mean([np.abs(b - k).min() * DT <= 4.0 for k in a])) for seed, (a, b) in unseen.items()}
print("spikes within 4 ms with other currents:", {seed: f"{share:.0%}" for seed, share in held_out.items()})

# %%
figure, axes = plt.subplot_mosaic([["trace", "trace"], ["zoom", "starts"]], figsize=(9, 6.5))
t = DT * (1 + np.arange(STEPS))
for key in ("trace", "zoom"):
    axes[key].plot(t, v, color="0.7", lw=0.8, label="recorded, noise of 0.5 mV")
    axes[key].plot(t, found.trace, color="C3", lw=0.9, label="found, on its own")
    axes[key].set(xlabel="time (ms)", ylabel="potential (mV)")
axes["trace"].plot(DT * spikes, np.full(len(spikes), -25.0), "|", color="0.4", ms=9)
axes["trace"].plot(DT * found.spikes, np.full(len(found.spikes), -21.0), "|", color="C3", ms=9)
axes["trace"].set_title(f"{found.hits} of {found.recorded} spikes within 4 ms")
axes["trace"].set_ylim(-97.0, -5.0)
axes["trace"].legend(loc="upper right", ncols=2, fontsize=8)
middle = DT * spikes[len(spikes) // 2]
axes["zoom"].set(xlim=(middle - 40.0, middle + 40.0), title="Forty ms before and after one spike")
for k, name in enumerate(TRUE):
    ends = (found.starts[f"cell.{name}"] - TRUE[name]) / abs(TRUE[name])
    axes["starts"].plot(
        np.full(len(ends), k), 100.0 * ends, "o", color="0.7", ms=4, label="all starts" if k == 0 else None
    )
    axes["starts"].plot(k, 100.0 * (relative[name] - 1.0), "o", color="C3", label="the best" if k == 0 else None)
axes["starts"].axhspan(-10.0, 10.0, color="C3", alpha=0.1, lw=0)
axes["starts"].set(ylabel="error (%)", ylim=(-40.0, 40.0), title="Parameters, off by")
axes["starts"].set_xticks(range(len(TRUE)), list(TRUE), rotation=45)
axes["starts"].legend(fontsize=8)
gallery.save(figure, "adex_fit")
