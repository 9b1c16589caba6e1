# %% [markdown]
# # A field that follows a moving bubble
#
# A dynamic neural field is a sheet of cells that excite their neighbours and inhibit those further away. One bubble of
# activity survives, where the input is strongest, and follows it when it moves, through noise as large as half the
# input.
#
# Source: N. P. Rougier, J. Vitay, "Emergence of attention within a neural population", Neural Networks 19, 2006,
# doi:10.1016/j.neunet.2005.04.004.

# %%
import matplotlib.pyplot as plt
import numpy as np
from gallery import save

import jaxsnn as snn

SIZE, PERIOD = 20, 5000.0
x, y = np.meshgrid(np.arange(SIZE), np.arange(SIZE), indexing="ij")

# %% [markdown]
# The bubble, two cells wide, goes around a circle in 5 s. Its position is a function of the time `t`, so it is written
# as an equation; nothing has to be assigned from outside between steps.

# %%
Source = snn.Neuron(
    parameters=f"x = 0.0 ; y = 0.0 ; half = {SIZE / 2} : population ; period = {PERIOD} : population",
    equations="""
        angle = 2.0 * pi * t / period : population
        cx = half * (1.0 + 0.5 * cos(angle)) : population
        cy = half * (1.0 + 0.5 * sin(angle)) : population
        r = exp(-((x - cx)^2 + (y - cy)^2) / 8.0) + Uniform(-0.5, 0.5) : min = 0.0
    """,
)
Field = snn.Neuron(
    parameters="tau = 10.0 : population",
    equations="tau * dr/dt + r = sum(exc) + sum(inh) + Uniform(-0.5, 0.5) : min = 0.0, max = 1.0",
)
net = snn.Network(dt=1.0, seed=1)
source, field = net.create((SIZE, SIZE), Source, name="source"), net.create((SIZE, SIZE), Field, name="field")
source.set({"x": x, "y": y})
net.connect(source, field, "exc", name="forward").one_to_one(weights=1.0, delays=20.0)
net.connect(field, field, "inh", name="lateral").dog(amp_pos=0.2, sigma_pos=0.1, amp_neg=0.1, sigma_neg=0.7)
seen, followed = net.monitor(source, "r"), net.monitor(field, "r", name="field")
sim = net.compile()
net.simulate(3000.0)
r, shown = (monitor.get("r").reshape(3000, SIZE, SIZE) for monitor in (followed, seen))


# %% [markdown]
# The centre of mass of the field lags behind the bubble, by the delay of 20 ms and by the inertia of the cells.


# %%
def lags(r, period):
    """Return the distance of the centre of mass of a field (steps, 400) from the bubble at each step, cells."""
    angle, mass = 2.0 * np.pi * np.arange(len(r)) / period, r.sum(axis=1) + 1e-9
    cx, cy = (SIZE / 2 * (1.0 + 0.5 * f(angle)) for f in (np.cos, np.sin))
    return np.hypot(r @ x.ravel() / mass - cx, r @ y.ravel() / mass - cy)


flat = r.reshape(3000, -1).astype(float)
lag = lags(flat, PERIOD)
mean_lag, active = lag[519::20].mean(), np.mean(flat[519::20] > 0.5)
print(f"mean distance {mean_lag:.3f} cells; {active:.1%} of the cells are active")

# %% [markdown]
# ## Beyond one speed: how far behind is the field?
#
# One call runs 24 periods, from 5 s down to 0.1 s per round. The bubble moves 31 cells per round. Slow bubbles are
# followed at twice the distance that the delay alone explains; the rest is inertia. At 300 cells per second the
# distance is 7 cells, of a circle with a diameter of 10.

# %%
periods = np.geomspace(5000.0, 100.0, 24)
fields = snn.sweep(sim, {"source.period": periods}, 1500.0, measure=lambda records: records["field"]["r"])
late = [
    lags(field.reshape(1500, -1).astype(float), period)[500:] for field, period in zip(fields, periods, strict=True)
]
mean_lags = np.array([values.mean() for values in late])
speeds = 10.0 * np.pi / periods * 1000.0
print(
    f"lag at {speeds[0]:.0f} cells/s: {mean_lags[0]:.2f} cells, at {speeds[-1]:.0f} cells/s: {mean_lags[-1]:.1f} cells"
)

# %%
figure, panels = plt.subplots(2, 2, figsize=(9, 7.5))
panels = panels.ravel()
for axes, values, title in ((panels[0], shown[1979], "Input, t = 2 s"), (panels[1], r[1999], "Field, 20 ms later")):
    image = axes.imshow(values.T, origin="lower", vmin=0, vmax=1, cmap="magma")
    axes.set(title=title, xlabel="cell", ylabel="cell")
figure.colorbar(image, ax=panels[1], label="r")
angle = np.linspace(0.0, 2.0 * np.pi, 200)
panels[0].plot(10 + 5 * np.cos(angle), 10 + 5 * np.sin(angle), ":", color="white")
mass = flat.sum(axis=1)[200:]
panels[2].plot(10 + 5 * np.cos(angle), 10 + 5 * np.sin(angle), color="tab:orange", label="bubble")
panels[2].plot(flat[200:] @ x.ravel() / mass, flat[200:] @ y.ravel() / mass, color="black", label="field")
panels[2].set(xlim=(0, 19), ylim=(0, 19), aspect="equal", title="3 s of tracking", xlabel="cell", ylabel="cell")
panels[2].legend(loc="upper right", ncols=2, columnspacing=1)
panels[3].loglog(speeds, mean_lags, "o-", color="black", markersize=4, label="field")
panels[3].loglog(speeds, 0.02 * speeds, "--", color="tab:orange", label="20 ms x speed")
panels[3].set(xlabel="speed (cells/s)", ylabel="distance (cells)", title=f"{len(periods)} speeds, one call")
panels[3].set_yticks([0.3, 1, 3], ["0.3", "1", "3"])
panels[3].set_yticks([], minor=True)
panels[3].set_xticks([10, 30, 100, 300], ["10", "30", "100", "300"])
panels[3].legend(loc="upper left")
save(figure, "neural_field")
