# %% [markdown]
# # Learning from a reward that comes at the end
#
# A network sees two stimuli, A or B each, with a delay after either. At the end one of its cells has to say whether
# they were different (+0.98) or the same (-0.98). All it is told is one number per trial: how large its error was. A
# synapse can learn from that if it remembers how its cells deviated during the trial.
#
# Source: T. Miconi, "Biologically plausible learning in recurrent neural networks reproduces neural dynamics observed
# during cognitive tasks", eLife 6, 2017, doi:10.7554/eLife.20899. This lesson takes half a minute.

# %%
from dataclasses import replace

import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
import optax
from gallery import save

import jaxsnn as snn

CELLS, OUTPUT, BLOCKS, GAIN = 200, 100, 100, 1.5
CONDITIONS = {"AA": -0.98, "AB": 0.98, "BA": 0.98, "BB": -0.98}
Cell = snn.Neuron(
    parameters="""
        tau = 30.0 : population ; alpha = 0.05 : population ; scale = 1.0 : population ; constant = 0.0
        f = 3.0 : population ; A = 16.0 : population
    """,
    equations="""
        noise = if Uniform(0.0, 1.0) < f / 1000.0: A * Uniform(-1.0, 1.0) else: 0.0
        x += dt * (sum(in) + scale * sum(exc) - x + noise) / tau
        rprev = r
        r = if constant == 0.0: tanh(x) else: tanh(constant)
        delta_x = x - x_mean
        x_mean = alpha * x_mean + (1.0 - alpha) * x
    """,
)
Rewarded = snn.Synapse(
    parameters="""
        eta = 0.5 : projection ; largest = 0.0003 : projection ; learning = 0.0 : projection
        reward = 0.0 : projection ; mean_reward = 0.0 : projection
    """,
    equations="""
        trace += if learning < 0.5: power(pre.rprev * post.delta_x, 3) else: 0.0
        step = eta * trace * fabs(mean_reward) * (reward - mean_reward)
        delta_w = if learning > 0.5: step else: 0.0 : min = -largest, max = largest
        w += delta_w
    """,
)

# %% [markdown]
# About three times per second a cell is pushed, at random. Its potential then deviates from its mean of the last steps.
# The trace of a synapse adds up the third power of input times deviation: the power makes a few large pushes count more
# than many small relaxations. After the trial, synapses change in the direction of their traces if the reward was
# higher than usual in this condition, against it if it was lower.


# %%
TARGETS = np.array(list(CONDITIONS.values()))
FIXED = np.array([1.0, 1.0, -1.0])


def network(source, synapse, recorded):
    """Return a network whose inputs come from a source, and a monitor; all have the same seed, so the same weights."""
    net = snn.Network(dt=1.0, seed=1)
    source, cells = net.create(source, name="source"), net.create(CELLS, Cell, name="cells")
    cells[:3].constant = FIXED
    net.connect(source, cells, "in", name="in").all_to_all(snn.Uniform(-1.0, 1.0))
    weights = snn.Normal(0.0, GAIN / np.sqrt(0.1 * CELLS))
    net.connect(cells, cells, "exc", synapse, name="recurrent").fixed_probability(0.1, weights=weights)
    return net, net.monitor(cells[recorded], "r", name="r")


def start(x):
    """Return the activity of cells with given potentials; that of the first three never changes."""
    return np.concatenate([np.tanh(FIXED), np.tanh(x[3:])])


net, output = network(snn.inputs.InputArray(2), Rewarded, OUTPUT)
cells, source, recurrent = net.population("cells"), net.population("source"), net.projection("recurrent")
net.compile()


def trial(condition, x):
    """Run a trial from given potentials; return the output of the cell, (1000,)."""
    cells.set({"x": x, "r": start(x)})
    for stimulus in (condition[0], "", condition[1], "", ""):
        source.r = [float(stimulus == "A"), float(stimulus == "B")]
        net.simulate(200.0)
    return output.get("r")[:, 0]


# %% [markdown]
# Each block shows every condition once. The running means of the reward settle during the first 26 blocks, then the
# network learns.

# %%
draw, means, rewards = np.random.default_rng(1), -np.ones(4), []
before = recurrent.connectivity_matrix()
for block in range(BLOCKS):
    for i, (condition, target) in enumerate(CONDITIONS.items()):
        reward = -np.abs(trial(condition, draw.uniform(-0.1, 0.1, CELLS))[-200:] - target).mean()
        if block >= 26:
            recurrent.set({"learning": 1.0, "reward": reward, "mean_reward": means[i]})
            net.step()
            recurrent.learning = 0.0
            output.get()
        recurrent.trace = 0.0
        means[i] += 0.25 * (reward - means[i])
    rewards.append(means.copy())
rewards = np.array(rewards)
print(f"mean reward before learning {rewards[25].mean():.2f}, after {BLOCKS} blocks {rewards[-1].mean():.2f}")

# %% [markdown]
# This is just the beginning: one number per trial is little to share among 4000 synapses. With `BLOCKS = 700` the mean
# reward comes to -0.73, in two minutes, and it still grows.
#
# ## Beyond one gain: which networks can remember?
#
# To compare the stimuli the network has to remember the first one for 600 ms, which is 20 time constants. One call runs
# 13 gains, without pushes, with each condition from two initial states. What a network remembers of the first stimulus
# is how much it changes the activities of the last 200 ms. But the same trial, begun a little differently, changes them
# as well. A useful network has much of the former and little of the latter.

# %%
periods = np.zeros((4, 5, 2))
for i, condition in enumerate(CONDITIONS):
    periods[i, 0, "AB".index(condition[0])] = periods[i, 2, "AB".index(condition[1])] = 1.0
quiet, _ = network(snn.inputs.TimedArray(periods[0], schedule=200.0), None, slice(None))
quiet.population("cells").f = 0.0
sim = quiet.compile()
same = np.array_equal(quiet.projection("recurrent").connectivity_matrix(), before)
print(f"the weights are those that the first network had before it learned: {same}")
gains = np.linspace(0.6, 2.4, 13)
x = draw.uniform(-0.1, 0.1, (len(gains) * 8, CELLS))
late = snn.sweep(
    sim,
    {
        "cells.scale": np.repeat(gains / GAIN, 8),
        "cells.x": x,
        "cells.r": np.apply_along_axis(start, 1, x),
        "source.rates": np.tile(periods, (2 * len(gains), 1, 1)),
    },
    1000.0,
    redraw=False,
    measure=lambda records: records["r"]["r"][-200::10],
).reshape(len(gains), 2, 4, 20, CELLS)


def rms(x):
    """Return the root of the mean square for each gain."""
    return np.sqrt(np.mean(x**2, axis=tuple(range(1, x.ndim))))


between_starts = rms(late[:, 0] - late[:, 1])
memory = rms(late.mean(axis=1)[:, [0, 1]] - late.mean(axis=1)[:, [2, 3]])
print(f"gain {gains[6]:.1f}: the first stimulus changes r by {memory[6]:.2f}, the start by {between_starts[6]:.3f}")

# %% [markdown]
# Below a gain of 1 little is left of the first stimulus. Above 2 chaos drowns it. A gain of 1.5 lies well in between.
#
# ## Beyond rewards: the gradient of the same error
#
# How much is there to be learned from a trial? The simulation is differentiable: `jax.value_and_grad` carries the error
# back through all 1000 steps to every synapse. No brain can do that, but it says what a learning rule could hope for.
# The same number of blocks gives 100 updates by Adam.

# %%
params, state = quiet.params, quiet.state
optimiser = optax.chain(optax.clip_by_global_norm(1.0), optax.adam(optax.cosine_decay_schedule(3e-4, BLOCKS)))


def outputs(w, x):
    """Return the output in all conditions, (4, 1000), from given potentials and activities, (4, CELLS) each."""

    def one(x, r, rates):
        given = replace(
            state, populations={**state.populations, "cells": {**state.populations["cells"], "x": x, "r": r}}
        )
        values = snn.fitting.replaced(params, {"recurrent.w": w})
        return sim.run(values, given, duration=1000.0, inputs={"source": rates})[1]["r"]["r"][:, OUTPUT]

    return jax.vmap(one)(*x, jnp.asarray(periods, jnp.float32))


def loss(w, x):
    """Return the mean error of the last 200 ms, and that of each condition."""
    errors = jnp.abs(outputs(w, x)[:, -200:] - TARGETS[:, None]).mean(axis=1)
    return errors.mean(), errors


@jax.jit
def update(w, memory, x):
    """Return the weights after an update, the memory of the optimiser, the errors, and the gradient."""
    (_, errors), gradient = jax.value_and_grad(loss, has_aux=True)(w, x)
    change, memory = optimiser.update(gradient, memory)
    return optax.apply_updates(w, change), memory, errors, gradient


def initial():
    """Return potentials and activities of a block of four trials."""
    x = draw.uniform(-0.1, 0.1, (4, CELLS))
    return jnp.asarray(x, jnp.float32), jnp.asarray(np.apply_along_axis(start, 1, x), jnp.float32)


first = params.projections["recurrent"]["w"]
unlearned = np.array(outputs(first, initial()))
w, memory_of_adam, rewards_of_gradient = first, optimiser.init(first), []
for _ in range(BLOCKS):
    w, memory_of_adam, errors, gradient = update(w, memory_of_adam, initial())
    rewards_of_gradient.append(-np.array(errors))
rewards_of_gradient = np.array(rewards_of_gradient)
learned = np.array(outputs(w, initial()))
test = jax.jit(loss)
fresh = np.array([test(w, initial())[1] for _ in range(50)])
print(f"with the gradient, mean reward of the last 10 blocks {rewards_of_gradient[-10:].mean():.2f}")
print(f"right answers in 200 trials that were not trained: {np.mean(fresh < 0.98):.1%}")

# %%
figure, panels = plt.subplots(2, 2, figsize=(10, 7))
colors = dict(zip(CONDITIONS, ("tab:blue", "tab:red", "tab:orange", "tab:cyan"), strict=True))
for axes, traces, title in (
    (panels[0, 0], unlearned, "Output before learning"),
    (panels[0, 1], learned, f"after {BLOCKS} updates by the gradient"),
):
    for begin, label in ((0, "1st"), (400, "2nd"), (800, "answer")):
        axes.axvspan(begin, begin + 200, color="0.92", linewidth=0)
        axes.text(begin + 100, 1.22, label, ha="center", color="gray")
    for name, trace in zip(CONDITIONS, traces, strict=True):
        axes.plot(trace, color=colors[name], label=name)
    axes.hlines([-0.98, 0.98], 800, 1000, color="black", linestyle=":")
    axes.set(xlabel="time (ms)", ylabel="output r", title=title, ylim=(-1.15, 1.4), xlim=(0, 1000))
axes.legend(loc="lower left", ncols=4, columnspacing=1, handlelength=1)
axes = panels[1, 0]
axes.semilogy(gains, memory, "o-", color="black", markersize=4, label="the other first stimulus")
axes.semilogy(gains, between_starts, "s--", color="tab:red", markersize=4, label="another initial state")
axes.axvline(GAIN, color="gray", linestyle=":", linewidth=0.8)
axes.set(xlabel="gain", ylabel="difference of late activity (rms of r)", title=f"{len(gains)} gains, one call")
axes.legend(loc="lower right")
axes = panels[1, 1]
axes.plot(np.arange(BLOCKS) + 1, rewards.mean(axis=1), color="black", label="rule, rewards only")
axes.plot(np.arange(BLOCKS) + 1, rewards_of_gradient.mean(axis=1), color="tab:green", label="gradient")
axes.axvline(26, color="gray", linestyle=":", linewidth=0.8)
axes.text(27, -1.3, "the rule begins", color="gray")
axes.set(
    xlabel="block of four trials", ylabel="reward, mean of four", title="What a trial can teach", ylim=(-1.4, 0.25)
)
axes.legend(loc="upper right", ncols=2)
save(figure, "miconi")
