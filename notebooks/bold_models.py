# %% [markdown]
# # BOLD II: a model of one's own, and blood flow against oxygen
#
# The signal of a scanner is a balance: active cells bring fresh blood, and they use up its oxygen. How the two depend
# on the activity of cells is a matter of debate, so a monitor takes any model: equations of a single cell, written by
# the user, with one input or several.
#
# Sources: T. L. Davis, K. K. Kwong, R. M. Weisskoff, B. R. Rosen, "Calibrated functional MRI: mapping the dynamics of
# oxidative metabolism", PNAS 95, 1998, doi:10.1073/pnas.95.4.1834; R. B. Buxton, K. Uludag, D. J. Dubowitz, T. T. Liu,
# "Modeling the hemodynamic response to brain activation", NeuroImage 23, 2004, doi:10.1016/j.neuroimage.2004.07.013;
# O. Maith et al., "BOLD monitoring in the neural simulator ANNarchy", Frontiers in Neuroinformatics 16, 2022,
# doi:10.3389/fninf.2022.790966.

# %%
import jax
import matplotlib.pyplot as plt
import numpy as np
from gallery import save

import jaxsnn as snn
from jaxsnn.extensions.bold import BoldModel, BoldMonitor, balloon_RN, balloon_two_inputs

# %% [markdown]
# The model of Davis et al. has no balloon: the signal follows at once from flow `f_in` and use of oxygen `r`, both
# relative to rest. `M` is the largest signal that there can be. The flow is driven as in the balloon model.

# %%
Davis = BoldModel(
    parameters="""
        second = 1000.0                             # ms
        phi = 1.0 ; kappa = 1/1.54 ; gamma = 1/2.46 ; E_0 = 0.34
        M = 0.062 ; grubb = 0.14 ; beta = 0.91
    """,
    equations="""
        I_CBF = sum(I_CBF)                                               : init = 0.0
        ds/dt = (phi * I_CBF - kappa * s - gamma * (f_in - 1.0)) / second : init = 0.0
        df_in/dt = s / second                                            : init = 1.0, min = 0.01
        E = 1.0 - (1.0 - E_0)^(1.0 / f_in)                               : init = 0.34
        r = f_in * E / E_0
        BOLD = M * (1.0 - f_in^grubb * (r / f_in)^beta)                  : init = 0.0
    """,
    inputs="I_CBF",
)

# %% [markdown]
# Two monitors with different models watch the same two populations. Either model gets the rate of all cells as a
# change relative to that of the first 2 s. From 5 to 10 s the first population gets more noise.

# %%
net = snn.Network(dt=1.0, seed=1)
cells = [net.create(100, snn.Izhikevich(noise=5.0), name=name) for name in ("first", "second")]
for population in cells:
    population.compute_firing_rate(100.0)
models = {"balloon": balloon_RN(), "Davis": Davis}
options = {"mapping": {"I_CBF": "r"}, "normalize_input": 2000.0, "recorded_variables": ["I_CBF", "BOLD"]}
scanners = {name: BoldMonitor(cells, model, **options) for name, model in models.items()}
net.compile()
net.simulate(1000.0)
for scanner in scanners.values():
    scanner.start()
for duration, noise in ((5000.0, 5.0), (5000.0, 7.5), (10_000.0, 5.0)):
    cells[0].noise = noise
    net.simulate(duration)
data = {name: scanner.get() for name, scanner in scanners.items()}
drive = data["balloon"]["I_CBF"][:, 0]
signals = {name: 100.0 * values["BOLD"][:, 0].astype(float) for name, values in data.items()}
peaks = {name: (x.max(), x.argmax() / 1000, x[x.argmax() :].min()) for name, x in signals.items()}
for name, (highest, when, lowest) in peaks.items():
    print(f"{name}: {highest:.2f} % at {when:.1f} s, later {lowest:.2f} %")

# %% [markdown]
# ## Beyond one model: how much oxygen do active cells use?
#
# In the balloon model with two inputs, one drives the flow of blood, the other the use of oxygen. Cells are active for
# 25 s, and drive both. The gain of the second input says how much oxygen they use for the blood that they get. One
# call runs 41 gains.

# %%
net = snn.Network(dt=5.0, seed=1)
activity = snn.inputs.TimedArray(np.array([[0.0], [0.2], [0.0]]), schedule=[0.0, 2000.0, 27_000.0])
region = net.create(activity, name="region")
BoldMonitor(region, balloon_two_inputs(), mapping={"I_CBF": "r", "I_CMRO2": "r"}, start=True)
sim = net.compile()
gains = np.linspace(0.0, 1.2, 41)
traces = snn.sweep(
    sim,
    {"bold.phi_CMRO2": gains},
    duration=60_000.0,
    measure=lambda records: 100.0 * records["bold"]["BOLD"][:, 0],
)
late = traces[:, 5390]
early, after = traces[:, :1400].min(axis=1), traces[:, 6400:].min(axis=1)

# %% [markdown]
# The flow comes to rest at `1 + phi_CBF I / gamma_CBF`, oxygen likewise, the volume at a power of the flow. So what is
# left of the signal after a long time is a straight line over the gain.

# %%
E_0, V_0, alpha, k_1, k_2 = 0.34, 0.02, 0.33, 4.3 * 40.3 * 0.34 * 0.04, 25.0 * 0.34 * 0.04
flow, oxygen = 1.0 + 2.46 * 0.2, 1.0 + 2.46 * 0.2 * gains
volume = flow**alpha
theory = 100.0 * V_0 * (k_1 * (1.0 - oxygen * volume / flow) + k_2 * (1.0 - oxygen / flow))
print(f"largest distance of the signal at 27 s from theory: {np.abs(late - theory).max():.4f} %")

# %% [markdown]
# Above some gain the signal of active cells is negative; at that gain they are hidden from the scanner. The
# derivative of the run finds it, by Newton's method.

# %%
params, state = sim.init(jax.random.key(1))


@jax.jit
@jax.value_and_grad
def plateau(gain):
    """Return the signal after 25 s of activity, %, of a gain."""
    given = snn.fitting.replaced(params, {"bold.phi_CMRO2": gain})
    return 100.0 * sim.run(given, state, duration=26_955.0)[1]["bold"]["BOLD"][-1, 0]


hidden = 0.3
for _ in range(3):
    value, slope = plateau(hidden)
    hidden = float(hidden - value / slope)
exact = ((k_1 + k_2) / (k_1 * volume + k_2) * flow - 1.0) / (2.46 * 0.2)
print(f"no signal with a gain of {hidden:.4f}; theory: {exact:.4f}")

# %% [markdown]
# Without use of oxygen the signal rises at once. The more oxygen is used, the deeper the signal dips first, since
# oxygen is used before the blood comes. The undershoot at the end hardly depends on it: the balloon empties slowly.

# %%
figure, panels = plt.subplots(2, 2, figsize=(11, 7))
t = np.arange(20_000) / 1000
axes = panels[0, 0]
axes.plot(t, drive, color="black", linewidth=0.6)
axes.text(0.3, 0.1, "baseline", color="gray", rotation=90)
axes.axvspan(0.0, 2.0, color="gray", alpha=0.15, linewidth=0)
axes.set(ylabel="input, change of rate", title="What cells tell the vessels")
axes = panels[1, 0]
axes.axhline(0.0, color="gray", linewidth=0.8)
axes.plot(t, signals["balloon"], color="black", label="balloon model")
axes.plot(t, signals["Davis"], color="tab:purple", label="equations of a user (Davis)")
axes.set(ylabel="BOLD (%)", title="The same cells, seen through two models", ylim=(-1.4, 4.2))
axes.legend(loc="upper right", ncols=2)
for axes in panels[:, 0]:
    axes.axvspan(5.0, 10.0, color="tab:red", alpha=0.08, linewidth=0)
    axes.set(xlim=(0, 20), xlabel="time (s)")
axes = panels[0, 1]
colors = plt.get_cmap("viridis")
seconds = np.arange(traces.shape[1]) * 0.005
for index in range(0, 41, 8):
    axes.plot(seconds, traces[index], color=colors(gains[index] / 1.3))
axes.axhline(0.0, color="gray", linewidth=0.8)
axes.axvspan(2.0, 27.0, color="tab:red", alpha=0.08, linewidth=0)
axes.set(xlabel="time (s)", ylabel="BOLD (%)", xlim=(0, 60), title="25 s of activity")
scale = plt.cm.ScalarMappable(plt.Normalize(0.0, 1.3), colors)
figure.colorbar(scale, ax=axes, label="gain of the use of oxygen", boundaries=np.linspace(0.0, 1.2, 41))
axes = panels[1, 1]
axes.axhline(0.0, color="gray", linewidth=0.8)
axes.plot(gains, theory, color="tab:orange", linewidth=5, alpha=0.5, label="theory")
axes.plot(gains, late, color="black", label="after 25 s")
axes.plot(gains, early, color="tab:blue", label="first dip")
axes.plot(gains, after, color="tab:green", label="undershoot")
axes.plot(hidden, 0.0, "*", color="tab:red", markersize=12, label="no signal")
axes.set(xlabel="gain of the use of oxygen", ylabel="BOLD (%)", title=f"{len(gains)} gains, one call", xlim=(0, 1.2))
axes.legend(loc="upper right", ncols=2)
save(figure, "bold_models")
