# %% [markdown]
# # A threshold that slides
#
# With a Hebbian rule alone a strong synapse makes its cell more active, and so becomes even stronger. In the rule of
# Bienenstock, Cooper and Munro (BCM) a synapse grows when the cell is more active than a threshold, and shrinks when it
# is less. The threshold is not fixed: it follows the mean square of the activity. What was high activity today is the
# norm tomorrow.
#
# Sources: E. L. Bienenstock, L. N. Cooper, P. W. Munro, "Theory for the development of neuron selectivity", Journal of
# Neuroscience 2, 1982, doi:10.1523/JNEUROSCI.02-01-00032.1982; in the form of N. Intrator, L. N. Cooper, "Objective
# function formulation of the BCM theory of visual cortical plasticity", Neural Networks 5, 1992,
# doi:10.1016/S0893-6080(05)80003-6.

# %%
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
from gallery import save
from scipy.optimize import brentq

import jaxsnn as snn

Linear = snn.Neuron(equations="r = sum(exc)")
BCM = snn.Synapse(
    parameters="eta = 0.01 : projection ; tau = 100.0 : projection ; w_min = 0.0 : projection",
    equations="""
        tau * dtheta/dt + theta = post.r^2 : postsynaptic, exponential
        dw/dt = eta * post.r * (post.r - theta) * pre.r : min = w_min, explicit
    """,
)

# %% [markdown]
# One cell gets two constant inputs, 1 and 0.1. In the end its activity must be equal to its threshold, and the
# threshold to the square of the activity. So both must become 1.

# %%
INPUT = np.array([1.0, 0.1])
net = snn.Network(dt=1.0, seed=1)
source, cell = net.create(snn.inputs.InputArray(2), name="source"), net.create(1, Linear, name="cell")
synapses = net.connect(source, cell, "exc", BCM, name="synapses").all_to_all(weights=1.0)
source.r = INPUT
rates, thresholds = net.monitor(cell, "r", name="cell"), net.monitor(synapses, ["w", "theta"], name="synapses")
sim = net.compile()
net.simulate(6000.0)
r, theta = rates.get("r")[:, 0], thresholds.get("theta")[:, 0]
print(f"after 2 s: r = {r[1999]:.3f}, threshold {theta[1999]:.3f}; after 6 s: r = {r[-1]:.3f}")

# %% [markdown]
# ## Beyond one time constant: does it arrive?
#
# But the activity oscillates around 1. For how long? One call runs 49 time constants of the threshold, 20 s each, and
# keeps the smallest and the largest activity of the last 5 s.

# %%
taus = np.linspace(20.0, 164.0, 49)
smallest, largest = snn.sweep(
    sim,
    {"synapses.tau": taus, "source.r": np.tile(INPUT, (len(taus), 1))},
    20_000.0,
    measure=lambda records: jnp.stack([f(records["cell"]["r"][-5000:, 0]) for f in (jnp.min, jnp.max)]),
).T

# %% [markdown]
# A slow threshold is a late one, and a late correction overshoots. To find out where the oscillation becomes
# permanent, no long runs are needed. One step of the simulation is a function of weights and threshold. `jax.jacfwd`
# differentiates it, at the point where nothing changes. A small deviation from there is multiplied by an eigenvalue of
# this matrix in each step. If a modulus is above 1 it grows.
#
# For this small model the answer can be found by hand as well: in continuous time the oscillation stays if `tau` is
# above 1 / c with c = `eta` |x|², for an input x; in steps of 1 ms, above 1 / log(1 + c). L. C. Udeigwe, P. W. Munro,
# G. B. Ermentrout, "Emergent dynamical properties of the BCM learning rule", Journal of Mathematical Neuroscience 7,
# 2017, doi:10.1186/s13408-017-0044-6, describe such oscillations. The 100 ms of the cell above are just above it.

# %%
balanced = INPUT / (INPUT @ INPUT)


@jax.jit
def matrix(tau):
    """Return how a step maps small deviations of the two weights and the threshold, where r and theta are 1."""

    def step(x):
        given = {"source.r": INPUT, "synapses.tau": tau, "synapses.w": x[:2, None], "synapses.theta": x[2:]}
        after, _ = sim.run(*sim.init(jax.random.key(0), given), duration=1.0)
        projection = after.projections["synapses"]
        return jnp.concatenate([projection["w"].ravel(), projection["theta"].ravel()])

    return jax.jacfwd(step)(jnp.array([*balanced, 1.0]))


def growth(tau):
    """Return the largest modulus of an eigenvalue that belongs to an oscillation, minus 1."""
    eigenvalues = np.linalg.eigvals(np.asarray(matrix(tau), float))
    return np.abs(eigenvalues[np.abs(eigenvalues.imag) > 1e-4]).max() - 1.0


critical, continuous = brentq(growth, 50.0, 150.0), 1.0 / (0.01 * INPUT @ INPUT)
print(f"the oscillation stays above tau = {critical:.2f} ms; in continuous time, above {continuous:.2f} ms")

# %% [markdown]
# ## Selectivity
#
# With two stimuli that take turns a cell has to choose. If it answered to both, its threshold would lie at the mean
# square of the two answers, the stronger answer would grow and the weaker one shrink. Here 40 cells, with initial
# weights of their own, see either stimulus for 20 ms at a time. Each ends with an answer of 2 to one of them and of 0
# to the other: the mean square is then 2, which is the threshold. Weights may become negative.

# %%
stimuli = np.array([[1.0, 0.3], [0.3, 1.0]])
choice = snn.Network(dt=1.0, seed=1)
seen = choice.create(snn.inputs.TimedArray(stimuli, schedule=20.0, period=40.0), name="seen")
cells = choice.create(40, Linear, name="cells")
chosen = choice.connect(seen, cells, "exc", BCM, name="chosen").all_to_all(snn.Uniform(0.0, 1.0))
chosen.set({"w_min": -10.0, "eta": 0.002})
path = choice.monitor(chosen, "w", period=40.0)
choice.compile()
choice.simulate(20_000.0)
answers = np.array(path.get("w")) @ stimuli.T
last = np.sort(answers[-1], axis=1)
prefer = answers[-1].argmax(axis=1)
print(f"{np.sum(prefer == 0)} cells prefer A, {np.sum(prefer == 1)} prefer B")
print(f"answer to the preferred stimulus {last[:, 1].mean():.3f}, to the other one {last[:, 0].mean():+.3f}")

# %%
figure, panels = plt.subplots(2, 2, figsize=(10, 7))
axes = panels[0, 0]
axes.plot(np.arange(6000) / 1000, r, color="black", label="activity r")
axes.plot(np.arange(6000) / 1000, theta, color="tab:orange", label="threshold")
axes.axhline(1.0, color="gray", linestyle=":", linewidth=0.8)
axes.set(xlabel="time (s)", ylabel="activity, threshold", title="The threshold follows, too late", ylim=(0, None))
axes.legend(loc="upper right")
axes = panels[0, 1]
axes.fill_between(taus, smallest, largest, color="0.85")
axes.plot(taus, largest, "^", color="black", markersize=4, label="largest r of the last 5 s")
axes.plot(taus, smallest, "v", color="tab:blue", markersize=4, label="smallest")
axes.axvline(critical, color="tab:red", linestyle="--", label=f"by eigenvalues: {critical:.1f} ms")
axes.set(xlabel="time constant of the threshold (ms)", ylabel="r", title=f"{len(taus)} time constants, one call")
axes.legend(loc="lower left")
axes = panels[1, 0]
curve = np.linspace(0.0, 2.6, 200)
axes.plot(curve, curve**2, color="gray", linestyle=":", linewidth=0.8)
axes.plot(curve, curve, color="gray", linestyle=":", linewidth=0.8)
axes.plot(r, theta, color="black", linewidth=0.8)
axes.plot(1.0, 1.0, "o", color="tab:red", markersize=5)
axes.annotate("threshold = r²", (1.57, 2.8), rotation=57, color="gray", ha="center", va="center")
axes.annotate("threshold = r", (2.1, 1.92), rotation=26, color="gray", ha="center", va="center")
axes.set(xlabel="activity r", ylabel="threshold", xlim=(0, 2.6), ylim=(0, 3.4), title="The same run, tau = 100 ms")
axes = panels[1, 1]
for color, name, own in (("tab:blue", "A", prefer == 0), ("tab:orange", "B", prefer == 1)):
    axes.plot(*answers[:, own].T.reshape(2, own.sum(), -1).transpose(0, 2, 1), color=color, linewidth=0.8)
    axes.plot(*answers[0, own].T, ".", color=color, markersize=4)
    axes.plot(*answers[-1, own].mean(axis=0), "o", color="black", markersize=5)
    axes.plot([], [], color=color, label=f"{own.sum()} cells prefer {name}")
axes.set(xlabel="answer to stimulus A", ylabel="answer to stimulus B", title="40 cells choose")
axes.legend(loc="upper right")
save(figure, "bcm")
