# %% [markdown]
# # Inputs that fire together win
#
# A thousand inputs fire 15 times per second, all of them. Half of them also fire together: they have one common rate
# that goes up and down within 20 ms. Spike-timing-dependent plasticity (STDP) can tell them apart, though no synapse
# knows of any other. A group that fires together makes the cell fire, and so comes just before the spikes of the cell.
#
# Sources: S. Song, K. D. Miller, L. F. Abbott, "Competitive Hebbian learning through spike-timing-dependent synaptic
# plasticity", Nature Neuroscience 3, 2000, doi:10.1038/78829; S. Song, L. F. Abbott, "Cortical development and
# remapping through spike timing-dependent plasticity", Neuron 32, 2001.

# %%
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
from gallery import save

import jaxsnn as snn

HALF, W_MAX, SIGMA = 500, 0.01, 8.0
Cell = snn.Neuron(
    parameters="""
        tau_m = 10.0 : population ; tau_e = 5.0 : population ; E_e = 0.0 : population
        E_l = -74.0 : population ; v_t = -54.0 : population ; v_r = -60.0 : population
    """,
    equations="""
        tau_m * dv/dt = E_l - v + g_exc * (E_e - v_r) : init = -60.0
        tau_e * dg_exc/dt = -g_exc
    """,
    spike="v > v_t",
    reset="v = v_r",
)
Together = snn.Neuron(
    parameters="mu = 15.0 : population ; sigma = 0.0 : population ; tau = 20.0 : population",
    equations="""
        rate += dt * (mu - rate) / tau + sigma * sqrt(2.0 * dt / tau) * Normal(0.0, 1.0) : population, init = 15.0
        chance = Uniform(0.0, 1.0)
    """,
    spike="chance < rate * dt / 1000.0",
    reset="",
)

# %% [markdown]
# The common rate is an equation of the group. It is an Ornstein-Uhlenbeck process, whose standard deviation `sigma` is
# the one thing that makes spikes coincide. With a `sigma` of 0 the inputs are independent Poisson trains.

# %%
net = snn.Network(dt=1.0, seed=1)
cell = net.create(1, Cell, name="cell")
rule = snn.STDP(tau_plus=20.0, tau_minus=20.0, A_plus=0.01, A_minus=0.0105, w_max=W_MAX)
groups, synapses, weights, spikes = {}, {}, {}, {}
for name in ("A", "B"):
    groups[name] = net.create(HALF, Together, name=name)
    synapses[name] = net.connect(groups[name], cell, "exc", rule, name=f"from_{name}")
    synapses[name].all_to_all(snn.Uniform(0.0, W_MAX))
    weights[name] = net.monitor(synapses[name], "w", period=1000.0, name=f"w_{name}")
    spikes[name] = net.monitor(groups[name], "spike", name=f"spikes_{name}")
output, common = net.monitor(cell, "spike", name="cell"), net.monitor(groups["A"], "rate", name="rate")
sim = net.compile()


def learn(seconds):
    """Run for some time; return the mean weights of both groups after each second, and all weights at the end."""
    net.simulate(1000.0 * seconds)
    means = np.array([weights[name].get("w").reshape(seconds, HALF).mean(axis=1) for name in groups])
    return means, np.array([synapses[name].w[0] for name in groups])


# %% [markdown]
# First nobody fires together. After 100 s most synapses are either weak or strong, but which of them is an accident.

# %%
means, w = learn(100)
steps = np.array(output.get("spike")[0])
arrived = sum(len(train) for monitor in spikes.values() for train in monitor.get("spike").values())
rates = {"input": arrived / 1000 / 100.0, "all": len(steps) / 100.0, "last": np.sum(steps >= 90_000) / 10.0}
print(f"independent: input {rates['input']:.2f} Hz, output {rates['all']:.1f} Hz, last 10 s {rates['last']:.1f} Hz")
print(f"mean weights {w[0].mean():.5f} and {w[1].mean():.5f}; {np.mean(w < 0.2 * W_MAX):.0%} near 0")
independent = w.ravel()

# %% [markdown]
# Then A fires together, later B instead. The cell follows those that fire together, each time.

# %%
groups["A"].sigma = SIGMA
means_A, w_A = learn(100)
rate, seen = common.get("rate")[-400:], {name: monitor.get("spike") for name, monitor in spikes.items()}
groups["A"].sigma, groups["B"].sigma = 0.0, SIGMA
means_B, w_B = learn(100)
course = np.concatenate([means, means_A, means_B], axis=1)
print(f"A together: mean weights {w_A[0].mean():.5f} from A, {w_A[1].mean():.5f} from B")
print(f"B together: mean weights {w_B[0].mean():.5f} from A, {w_B[1].mean():.5f} from B")

# %% [markdown]
# ## Beyond one correlation: how much does it take?
#
# One call runs 16 standard deviations of the common rate, 60 s each, with new weights and spikes each time.

# %%
strengths = np.linspace(0.0, 7.5, 16)
of_A, of_B = snn.sweep(
    sim,
    {"A.sigma": strengths},
    60_000.0,
    measure=lambda records: jnp.stack([records[f"w_{name}"]["w"][-1].mean() for name in groups]),
).T
# Of two inputs, each counted in windows much longer than tau: covariance / variance.
coefficient = 2.0 * strengths**2 * 0.02 / 15.0
coefficient = coefficient / (1.0 + coefficient)
print(f"correlation {coefficient[-1]:.2f}: mean weights {of_A[-1]:.5f} and {of_B[-1]:.5f}")
enough = coefficient[np.argmax(of_A - of_B > 0.002)]
print(f"a correlation of {enough:.3f} is enough for a difference of 0.002")

# %%
figure, panels = plt.subplots(2, 2, figsize=(10, 7))
axes = panels[0, 0]
for i, (name, color) in enumerate((("A", "tab:red"), ("B", "tab:blue"))):
    for k in range(40):
        train = np.array(seen[name][k]) - (200_000 - 400)
        train = train[train >= 0]
        axes.plot(train, np.full(len(train), 40 * i + k), ".", color=color, markersize=2)
axes.plot(np.arange(400), 82 + rate, color="black", linewidth=0.8)
axes.axhline(82, color="gray", linewidth=0.5)
axes.text(402, 95, "rate of A", va="center")
axes.text(402, 20, "A", color="tab:red", va="center")
axes.text(402, 60, "B", color="tab:blue", va="center")
axes.set(xlabel="time (ms)", ylabel="40 inputs of each group", title="A fires together, at a common rate", yticks=[])
axes = panels[0, 1]
seconds = np.arange(1, course.shape[1] + 1)
for values, name, color in zip(course, groups, ("tab:red", "tab:blue"), strict=True):
    axes.plot(seconds, 1000 * values, color=color, label=name)
for start, label in ((0, "independent"), (100, "A together"), (200, "B together")):
    axes.axvline(start, color="gray", linestyle=":", linewidth=0.8)
    axes.text(start + 50, 10.2, label, ha="center", color="gray")
axes.set(xlabel="time (s)", ylabel="mean weight (0.001)", ylim=(0, 11), xlim=(0, 300), title="The cell changes sides")
axes.legend(loc="center left")
axes = panels[1, 0]
axes.hist(1000 * independent, 25, range=(0, 10), color="0.8", weights=np.full(1000, 0.5), label="independent, halved")
for values, name, color in zip(w_A, groups, ("tab:red", "tab:blue"), strict=True):
    axes.hist(
        1000 * values, 25, range=(0, 10), histtype="step", color=color, linewidth=1.5, label=f"{name}, after A together"
    )
axes.set(xlabel="weight (0.001)", ylabel="synapses", title="Weights after 100 s")
axes.legend(loc="upper center")
axes = panels[1, 1]
axes.plot(coefficient, 1000 * of_A, "o-", color="tab:red", markersize=4, label="A")
axes.plot(coefficient, 1000 * of_B, "o-", color="tab:blue", markersize=4, label="B")
axes.set(xlabel="correlation of two inputs of A", ylabel="mean weight (0.001)", ylim=(0, 10))
axes.set_title(f"{len(strengths)} correlations, one call")
axes.legend(loc="center right")
save(figure, "stdp_network")
