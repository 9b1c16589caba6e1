# %% [markdown]
# # Echo-state network: a memory at the edge of chaos
#
# 400 rate-coded cells with random recurrent weights get one pulse. With a small gain `g` the echo dies; with a larger
# one activity goes on by itself, and two trials that differ in their noise alone drift apart. In between, the state of
# the network is a clock, from which a linear read-out can make any curve.
#
# Source: H. Jaeger, "The echo state approach to analysing and training recurrent neural networks", GMD Report 148,
# 2001.

# %%
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
from gallery import save

import jaxsnn as snn

CELLS, MS = 400, 3000
Pulse = snn.Neuron("amplitude = 1.0", "r = if (t >= 100.0) and (t < 200.0): amplitude else: 0.0")
Cell = snn.Neuron(
    parameters="tau = 30.0 : population ; g = 1.0 : population ; noise = 0.01 : population",
    equations="""
        tau * dx/dt + x = sum(in) + g * sum(exc) + noise * Uniform(-1.0, 1.0)
        r = tanh(x)
    """,
)
net = snn.Network(dt=1.0, seed=1)
pulse, cells = net.create(1, Pulse, name="pulse"), net.create(CELLS, Cell, name="cells")
net.connect(pulse, cells, "in", name="in").all_to_all(snn.Uniform(-1.0, 1.0))
recurrent = net.connect(cells, cells, "exc", name="recurrent").all_to_all(snn.Normal(0.0, 1.0 / np.sqrt(CELLS)))
net.monitor(cells, "r", name="cells")
sim = net.compile()
eigenvalues = np.linalg.eigvals(recurrent.connectivity_matrix())
radius = np.abs(eigenvalues).max()
print(f"spectral radius of the recurrent weights: {radius:.3f}")

# %% [markdown]
# ## Every gain at once
#
# A sweep runs the same network (`redraw=False` keeps its weights) for 16 gains, two trials each: only the noise
# differs between the trials.

# %%
gains = np.linspace(0.6, 2.1, 16)
r = snn.sweep(sim, {"cells.g": np.repeat(gains, 2)}, float(MS), redraw=False, measure=lambda x: x["cells"]["r"])
r = r.reshape(len(gains), 2, MS, CELLS)
activity = np.abs(r[:, 0, 2000:]).mean(axis=(1, 2))
quiet, lively = r[3], r[9]
print(f"mean |r| after 2 s: {activity[3]:.4f} with a gain of {gains[3]:.1f}, {activity[9]:.3f} with {gains[9]:.1f}")

# %% [markdown]
# A ridge regression on the first trial reads a sine out of the state; the second trial tests it.

# %%
target = np.sin(np.linspace(0.0, 20.0, MS))
first, second = lively.astype(float)
weights = np.linalg.solve(first.T @ first + np.eye(CELLS), first.T @ target)
read = second @ weights
errors = {"train": np.mean((first @ weights - target) ** 2), "test": np.mean((read - target) ** 2)}
print(f"mean squared error: {errors['train']:.4f} in training, {errors['test']:.4f} in the other trial")

# %% [markdown]
# ## Beyond trials: echo or chaos
#
# Two trials tell little about the rate at which they drift apart. The simulation is differentiable: `jax.jvp` carries
# an infinitely small change of the amplitude of the pulse through a run without noise. After the pulse this change
# shrinks or grows, at a rate that is the largest Lyapunov exponent. Its sign tells an echo from chaos. Where activity
# dies, tanh is the identity, and the exponent is that of a linear network: the gain times the largest real part of an
# eigenvalue, minus 1, over the time constant. `jax.vmap` does it for all gains at once.

# %%
params, state = sim.init(jax.random.key(1), {"cells.noise": 0.0})


def log_change(g):
    """Return the logarithm of how much the amplitude of the pulse changes the state at each step, for a gain."""

    def rates(amplitude):
        given = snn.fitting.replaced(params, {"cells.g": g, "pulse.amplitude": amplitude})
        return sim.run(given, state, duration=float(MS))[1]["cells"]["r"]

    change = jax.jvp(rates, (jnp.float32(1.0),), (jnp.float32(1.0),))[1]
    return jnp.log(jnp.linalg.norm(change, axis=1) + 1e-30)


sizes = np.array(jax.jit(jax.vmap(log_change))(jnp.asarray(gains, jnp.float32)))
exponents = (sizes[:, 2900] - sizes[:, 900]) / 2.0
linear = (gains * eigenvalues.real.max() - 1.0) / 0.03
print(f"exponent: {exponents[0]:.1f} per s with a gain of {gains[0]:.1f}, {exponents[-1]:.1f} with {gains[-1]:.1f}")

# %%
figure, panels = plt.subplots(2, 2, figsize=(11, 7))
t = np.arange(MS)
for axes, trials, g in ((panels[0, 0], quiet, gains[3]), (panels[0, 1], r[-1], gains[-1])):
    for k in range(4):
        axes.plot(t, trials[0, :, k] + 2.2 * k, color="black", linewidth=0.8, label=None if k else "trial 1")
        axes.plot(t, trials[1, :, k] + 2.2 * k, color="tab:red", linewidth=0.8, label=None if k else "trial 2")
    axes.set(xlabel="time (ms)", ylabel="r of four cells, shifted", title=f"Gain {g:.1f}", yticks=[], ylim=(-1.2, 9.2))
    axes.legend(loc="upper right", ncols=2)
axes = panels[1, 0]
axes.plot(t, target, color="tab:orange", linewidth=4, alpha=0.5, label="target")
axes.plot(t, read, color="black", label="read out of trial 2")
axes.set(xlabel="time (ms)", ylabel="read-out", ylim=(-1.3, 1.9), title=f"A curve from the state, gain {gains[9]:.1f}")
axes.legend(loc="upper right", ncols=2)
axes = panels[1, 1]
axes.axhline(0.0, color="gray", linewidth=0.8)
axes.plot(gains[:5], linear[:5], color="tab:orange", linewidth=5, alpha=0.5, label="linear network")
axes.plot(gains, exponents, "o-", color="tab:red", markersize=4)
axes.legend(loc="upper left")
axes.set(xlabel="gain g", title="Derivatives of 16 runs")
axes.set_ylabel("Lyapunov exponent (1/s)", color="tab:red")
other = axes.twinx()
other.plot(gains, activity, "s-", color="black", markersize=4)
other.set(ylim=(0, 1))
other.set_ylabel("mean |r| after 2 s")
save(figure, "echo_state")
