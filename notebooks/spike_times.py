# %% [markdown]
# # A neuron from its spike times alone
#
# A recording tells when a neuron has spiked, and nothing else. Which neuron was it? On the grid of a clock a spike time
# has no derivative, and a surrogate stands in for it. With `spikes="precise"` every spike stands at the moment at which
# the condition is met, and `jax.grad` gives the exact derivative of this moment, by the implicit function theorem
# (T. C. Wunderlich and C. Pehle, "Event-based backpropagation can compute exact gradients for spiking neural networks",
# Scientific Reports 11, 2021, doi:10.1038/s41598-021-91786-z).
#
# Three parameters of a leaky neuron, and three of an adaptive exponential one, are sought from twenty starts each: by
# exact gradients, by surrogate ones of two widths, and by both.

# %%
from typing import NamedTuple

import gallery
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
import optax

import jaxsnn as snn

DURATION, STARTS = 150.0, 20  # ms

# %% [markdown]
# ## Two neurons, and what they do
#
# A parameter lies between bounds, on a logarithmic scale; starts are drawn from the middle two thirds of it.


# %%
class Task(NamedTuple):
    """A neuron, its current, and what is sought of it."""

    name: str
    model: snn.Neuron
    dt: float  # ms
    mean: float  # of the current
    slow: float  # amplitudes of two waves of 47 ms and 17 ms
    fast: float
    true: dict[str, float]
    bounds: dict[str, tuple[float, float]]
    updates: int


LIF = Task(
    "leaky",
    snn.Neuron(
        parameters="tau = 15.0; R = 1.2; I = 0.0",
        equations="tau * dv/dt = R * I - v : midpoint",
        spike="v > 12.0",
        reset="v = 0.0",
        refractory=3.0,
    ),
    dt=0.5,
    mean=14.0,
    slow=5.0,
    fast=3.0,
    true={"tau": 15.0, "R": 1.2, "refractory": 3.0},
    bounds={"tau": (6.0, 40.0), "R": (0.6, 2.4), "refractory": (0.5, 8.0)},
    updates=500,
)
ADEX = Task(
    "adaptive",
    snn.Neuron(
        parameters="C = 200.0; g_L = 10.0; a = 4.0; b = 60.0; tau_w = 80.0; I = 0.0",
        equations="""
            C * dv/dt = -g_L * (v + 70.0) + g_L * 2.0 * exp((v + 50.0) / 2.0) - w + I : init = -70.0, midpoint
            tau_w * dw/dt = a * (v + 70.0) - w : midpoint
        """,
        spike="v > -45.0",
        reset="v = -58.0; w += b",
    ),
    dt=0.2,
    mean=500.0,
    slow=150.0,
    fast=100.0,
    true={"g_L": 10.0, "b": 60.0, "tau_w": 80.0},
    bounds={"g_L": (6.0, 18.0), "b": (20.0, 150.0), "tau_w": (30.0, 200.0)},
    updates=600,
)


KINDS = {
    "exact": {"gradients": "exact"},
    "steep": {"gradients": "surrogate", "surrogate": snn.surrogates.fast_sigmoid(beta=1.0)},
    "wide": {"gradients": "surrogate", "surrogate": snn.surrogates.fast_sigmoid(beta=0.2)},
    "both": {"gradients": "both", "surrogate": snn.surrogates.fast_sigmoid(beta=0.2)},
}


def network(task: Task):
    """Return a function `records(values, kind)` of one run of the neuron."""
    t = task.dt * np.arange(int(DURATION / task.dt))
    current = task.mean + task.slow * np.sin(2.0 * np.pi * t / 47.0) + task.fast * np.sin(2.0 * np.pi * t / 17.0)
    net = snn.Network(dt=task.dt, seed=0, spikes="precise")
    cell = net.create(1, task.model, name="cell", tables={"I": snn.inputs.Table(current)})
    net.monitor(cell, ["spike", "spike_times"])
    sim = net.compile()
    params, state = sim.init(0)

    def records(values: dict, kind: str) -> dict:
        own = snn.fitting.replaced(params, {f"cell.{name}": x for name, x in values.items()})
        return sim.run(own, state, DURATION, **KINDS[kind], checkpoint=False)[1]["cell"]

    return records


def values_of(task: Task, u: dict) -> dict:
    """Return the parameters that unbounded numbers stand for."""
    return {name: low * (high / low) ** jax.nn.sigmoid(u[name]) for name, (low, high) in task.bounds.items()}


# %% [markdown]
# ## The losses
#
# With moments the k-th spike is assigned to the k-th wanted one, and their distance is what costs; where there are too
# few, `"both"` lets the surrogate call for more. Surrogates act on spikes of steps: the distance of van Rossum compares
# the trains, low-pass filtered. A surrogate has a width: 1 mV for `steep`, 5 mV for `wide`.


# %%
def loss_of(task: Task, records, wanted, kind: str):
    """Return the loss of a run as a function of unbounded numbers."""
    steps = (wanted[:, 0] / task.dt).astype(int)

    def loss(u: dict):
        found = records(values_of(task, u), kind)
        spikes = found["spike"].astype(float)
        if KINDS[kind]["gradients"] == "surrogate":
            return snn.losses.van_rossum(spikes, jnp.zeros_like(spikes).at[steps, 0].set(1.0), task.dt, tau=20.0)
        called = spikes if kind == "both" else None
        return snn.losses.spike_times(found["spike_times"], wanted, DURATION, spikes=called, tau=5.0)

    return loss


def descend(loss, task: Task, starts: dict):
    """Return what twenty starts end with, and their losses at each update."""
    adam = optax.adam(optax.cosine_decay_schedule(0.1, task.updates))
    optimiser = optax.chain(optax.clip_by_global_norm(1.0), adam)

    def one(u):
        def update(carry, _):
            u, memory = carry
            value, slope = jax.value_and_grad(loss)(u)
            change, memory = optimiser.update(slope, memory)
            return (optax.apply_updates(u, change), memory), value

        (u, _), losses = jax.lax.scan(update, (u, optimiser.init(u)), None, length=task.updates)
        return values_of(task, u), losses

    return jax.jit(jax.vmap(one))(starts)


# %% [markdown]
# ## Twenty starts
#
# A start has succeeded if all three parameters are found within 5 %.


# %%
class Outcome(NamedTuple):
    """What one kind of gradients has found."""

    values: dict
    losses: np.ndarray  # (starts, updates)
    success: np.ndarray  # (starts,) booleans


def recover(task: Task):
    """Return the wanted times, the starts, and the outcome of each kind of gradients."""
    records = network(task)
    times = records(task.true, "exact")["spike_times"]
    wanted = jnp.sort(times[jnp.isfinite(times)])[:, None]
    rng = np.random.default_rng(1)
    starts = {name: jnp.asarray(rng.uniform(-1.5, 1.5, STARTS)) for name in task.bounds}
    outcomes = {}
    for kind in KINDS:
        values, losses = descend(loss_of(task, records, wanted, kind), task, starts)
        near = [np.abs(np.asarray(values[name]) / x - 1.0) < 0.05 for name, x in task.true.items()]
        outcomes[kind] = Outcome(values, np.asarray(losses), np.all(near, axis=0))
    return records, wanted, starts, outcomes


results = {task.name: recover(task) for task in (LIF, ADEX)}
print("found within 5 %, of 20 starts")
print("neuron    " + "".join(f"{kind:>8}" for kind in KINDS))
for name, (*_, outcomes) in results.items():
    print(f"{name:<10}" + "".join(f"{o.success.sum():>8}" for o in outcomes.values()))

# %% [markdown]
# ## The way, and the spikes at its end
#
# Losses are relative to those at the start. Below: the wanted spikes, and those of the first five starts before and
# after.

# %%
COLOURS = {"exact": "C0", "steep": "C1", "wide": "C3", "both": "C2"}
figure, axes = plt.subplots(2, 2, figsize=(9, 6.5))
for column, task in enumerate((LIF, ADEX)):
    records, wanted, starts, outcomes = results[task.name]
    for kind, found in outcomes.items():
        relative = np.maximum(found.losses / found.losses[:, :1], 1e-6)  # trains can be equal
        axes[0, column].semilogy(np.median(relative, 0), color=COLOURS[kind], label=kind)
        axes[0, column].fill_between(
            np.arange(task.updates), *np.quantile(relative, (0.1, 0.9), 0), color=COLOURS[kind], alpha=0.15, lw=0
        )
    axes[0, column].set(xlabel="update", ylabel="loss / first loss", title=f"{task.name}: median and 80 % of starts")
    axes[0, column].legend(fontsize=8)
    rows = {"wanted": (task.true, "k"), "start": (values_of(task, starts), "0.6")}
    rows |= {kind: (found.values, COLOURS[kind]) for kind, found in outcomes.items()}
    for place, (values, colour) in enumerate(rows.values()):
        several = jax.tree.map(lambda x: jnp.broadcast_to(x, (STARTS,))[:5], values)
        times = jax.vmap(lambda v, run=records: run(v, "exact")["spike_times"][:, 0])(several)
        for k, own in enumerate(np.asarray(times)):
            axes[1, column].plot(
                own[np.isfinite(own)], np.full(np.isfinite(own).sum(), -place - 0.15 * k), "|", color=colour
            )
    axes[1, column].set(xlabel="time (ms)", xlim=(0.0, DURATION), title="spikes")
    axes[1, column].set_yticks(-np.arange(6) - 0.3, list(rows))
gallery.save(figure, "spike_times")
