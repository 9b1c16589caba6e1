# %% [markdown]
# # Learning while the network runs
#
# Backpropagation through time walks back over the past. A brain cannot; it has traces at its synapses, and signals that
# tell how well things go. This lesson learns by both: first by traces that are derived from the equations of the
# neurons (e-prop: G. Bellec et al., Nature Communications 11, 2020, doi:10.1038/s41467-020-17236-y), then by rules of
# three factors that are written as text, beside the derived one.

# %%
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
import optax
from gallery import save

import jaxsnn as snn

# %% [markdown]
# ## Evidence that is kept over a delay
#
# Five cues come from the left or from the right, 200 Hz on five neurons each. After a silence of 80 ms other neurons
# ask: which side had more? Neurons that forget within 20 ms cannot know. Adaptive ones can, by their thresholds.

# %%
CUES, CUE, GAP, DELAY, RECALL, CHANNEL = 5, 15, 5, 80, 20, 5  # number, ms, neurons for each kind of input
STEPS = CUES * (CUE + GAP) + DELAY + RECALL
HIDDEN, BATCH, UPDATES = 40, 16, 120


def trials_of(n: int, seed: int) -> tuple[dict, np.ndarray]:
    """Return trials and their labels, 1 where more cues were on the right."""
    rng = np.random.default_rng(seed)
    right = rng.random((n, CUES)) < rng.choice([0.3, 0.7], (n, 1))
    hertz = np.zeros((n, STEPS, 4))  # left, right, recall, background
    for k in range(CUES):
        shown = slice(k * (CUE + GAP), k * (CUE + GAP) + CUE)
        hertz[:, shown, 0], hertz[:, shown, 1] = 200.0 * ~right[:, [k]], 200.0 * right[:, [k]]
    hertz[:, -RECALL:, 2], hertz[:, :, 3] = 200.0, 10.0
    spikes = rng.random((n, STEPS, 4 * CHANNEL)) < np.repeat(hertz, CHANNEL, axis=2) / 1000.0
    label = (right.mean(1) > 0.5).astype(np.int32)
    counts = np.zeros((n, STEPS))
    counts[:, -RECALL:] = 1.0 / RECALL  # the answer counts in the recall alone
    targets = {"side": np.repeat(label[:, None], STEPS, 1), "counts": counts}
    return {"inputs": {"source": spikes}, "targets": targets}, label


net = snn.Network(dt=1.0, seed=1)
source = net.create(snn.inputs.SpikeRaster(np.zeros((STEPS, 4 * CHANNEL))), name="source")
hidden = net.create(HIDDEN, snn.ALIF(tau_m=20.0, tau_refrac=2.0), name="hidden")
hidden.tau_a = np.linspace(75.0, 300.0, HIDDEN)
hidden.beta = np.where(np.arange(HIDDEN) % 2, 0.2, 0.0)  # every other neuron adapts
readout = net.create(2, snn.LI(tau_m=20.0), name="readout")
net.connect(source, hidden, "exc", name="stimulus").all_to_all(weights=snn.FanIn(1.5))
net.connect(hidden, hidden, "exc", name="recurrent").all_to_all(weights=snn.FanIn(0.5))
net.connect(hidden, readout, "exc", name="answer").all_to_all(weights=snn.FanIn(0.5))
net.monitor(hidden, ["spike", "a"])
net.monitor(readout, "v")
sim = net.compile(batch=BATCH)
params, state = sim.init(0)

# %% [markdown]
# The loss is one of a single step. From the equations of the neurons follow the traces: of every synapse, how much the
# potential and the threshold of its neuron would differ if its weight had been a little larger. The error comes back
# from the readout to each hidden neuron. What is left out are paths through other neurons.


# %%
def loss(records: dict, target: dict) -> jax.Array:
    """Return the cross-entropy of the answer in this step."""
    return -target["counts"] * jax.nn.log_softmax(records["readout"]["v"])[target["side"]]


def records_of(params, spikes: jax.Array) -> dict:
    """Return what monitors record in one trial."""
    return sim.run(params, state, float(STEPS), inputs={"source": spikes}, checkpoint=False)[1]


@jax.jit
def accuracy(params, spikes: jax.Array, label: jax.Array) -> jax.Array:
    """Return the share of right answers."""
    v = jax.lax.map(lambda x: records_of(params, x)["readout"]["v"][-RECALL:].mean(0), spikes, batch_size=100)
    return (v.argmax(1) == label).mean()


train, _ = trials_of(BATCH * UPDATES, 0)
held, sides = trials_of(500, 1)
shown_at_test = jnp.asarray(held["inputs"]["source"], jnp.float32)
rule = snn.online(sim, loss, "*.w", signals={"hidden": snn.Broadcast("readout")})
optimizer = optax.chain(optax.clip_by_global_norm(1.0), optax.adam(optax.cosine_decay_schedule(0.01, UPDATES, 0.05)))
result = snn.fit_online(rule, params, state, optimizer, trials=train, batch_size=BATCH)
before, after = (float(accuracy(p, shown_at_test, sides)) for p in (params, result.params))
print(f"test accuracy {before:.3f} before, {after:.3f} after {UPDATES} updates")

# %% [markdown]
# ## Three factors, as text
#
# A cell hears two groups of ten neurons, in random order. It shall fire for the second and be silent for the first.
# Nobody tells it so; but 20 ms after each stimulus dopamine rises by the spikes that it has just fired, or falls if the
# stimulus was the first. `s` remembers these spikes, and a table says what they are worth.

# %%
TRIAL, SHOW, PER_GROUP, TRIALS = 200, 100, 10, 60
rng = np.random.default_rng(3)
group = rng.integers(2, size=TRIALS)
now, of_trial = np.arange(TRIALS * TRIAL) % TRIAL, np.arange(TRIALS * TRIAL) // TRIAL
valence = np.where((now >= 120) & (now < 140), 2.0 * group[of_trial] - 1.0, 0.0)
active = (now < SHOW)[:, None] & (np.repeat([0, 1], PER_GROUP) == group[of_trial][:, None])
spikes = rng.random(active.shape) < np.where(active, 0.06, 0.002)

CELL = snn.Neuron(
    parameters="""
        tau = 20.0 : population ; tau_g = 5.0 : population ; tau_s = 50.0 : population
        valence = 0.0 : population
    """,
    equations="""
        tau * dv/dt = -v + tau / tau_g * g_exc : exponential
        tau_g * dg_exc/dt = -g_exc : exponential
        tau_s * ds/dt = -s : exponential
        dopamine = valence * s
        near = clip(1.0 - abs(v - 1.0), 0.0, 1.0)
    """,
    spike="v > 1.0",
    reset="v -= 1.0 ; s += 1.0",
)

# %% [markdown]
# *Reward-modulated STDP* (E. M. Izhikevich, Cerebral Cortex 17, 2007, doi:10.1093/cercor/bhl152): pairs of spikes
# change no weight, but a tag `c`, which lasts until dopamine comes. *A gated rule* without any spike of the cell: the
# trace of the input counts while the potential is `near` the threshold. E-prop gives eligibility the same shape.

# %%
R_STDP = snn.Synapse(
    parameters="""
        tau_x = 20.0 : projection ; tau_c = 200.0 : projection
        eta = 0.0005 : projection ; down = 0.5 : projection
    """,
    equations="""
        tau_x * dx/dt = -x : exponential
        tau_x * dy/dt = -y : exponential
        tau_c * dc/dt = -c : exponential
        dw/dt = eta * c * post.dopamine : min=0.0, max=0.5
    """,
    pre_spike="g_target += w ; x += 1.0 ; c -= down * y",
    post_spike="y += 1.0 ; c += x",
)
GATED = snn.Synapse(
    parameters="tau_x = 20.0 : projection ; tau_c = 200.0 : projection ; eta = 0.0005 : projection",
    equations="""
        tau_x * dx/dt = -x : exponential
        tau_c * dc/dt = -c + x * post.near : exponential
        dw/dt = eta * c * post.dopamine : min=0.0, max=0.5
    """,
    pre_spike="g_target += w ; x += 1.0",
)


def network(synapse: snn.Synapse | None) -> tuple:
    """Return a network that hears all trials, its synapses and a monitor of its spikes."""
    net = snn.Network(dt=1.0, seed=1)
    ears = net.create(snn.inputs.SpikeRaster(spikes.astype(float)), name="ears")
    cell = net.create(1, CELL, name="cell", tables={"valence": snn.inputs.Table(valence)})
    synapses = net.connect(ears, cell, "exc", synapse, name="synapses").all_to_all(weights=0.15)
    return net, synapses, net.monitor(cell, ["spike", "s"], name="cell")


def counts(steps: np.ndarray) -> np.ndarray:
    """Return the number of spikes in each trial."""
    return np.bincount(of_trial[steps], minlength=TRIALS)


weights, fired = {}, {}
for name, synapse in (("reward-modulated STDP", R_STDP), ("gated by dopamine", GATED)):
    written, synapses, monitor = network(synapse)
    written.compile()
    written.simulate(float(len(spikes)))
    weights[name], fired[name] = np.array(synapses.w[0]), counts(np.asarray(monitor.get("spike")[0]))

# %% [markdown]
# The third rule is derived: `snn.Reward` lets each synapse keep its eligibility for spikes of the cell, and the loss
# of a step, minus dopamine, is what all synapses hear. The network is one long stream, with an update at every step.

# %%
plain, _, _ = network(None)
stream = plain.compile()
derived = snn.online(
    stream,
    lambda records, worth: -worth * records["cell"]["s"][0],
    "synapses.w",
    signals={"cell": snn.Reward(tau=200.0)},
)
learned = snn.fit_online(derived, *stream.init(0), optax.sgd(5e-4), stream=valence, bounds={"synapses.w": (0.0, 0.5)})
weights["derived, by a reward"] = learned.trained["synapses.w"].ravel()
for name, w in weights.items():
    print(f"{name}: mean weight {w[:PER_GROUP].mean():.2f} and {w[PER_GROUP:].mean():.2f}")

# %%
one = jax.tree.map(np.asarray, jax.jit(records_of)(result.params, shown_at_test[2]))
figure, axes = plt.subplot_mosaic(
    [["input", "loss"], ["hidden", "weights"], ["readout", "fired"]], figsize=(9, 7.5), width_ratios=(3, 2)
)
given = held["inputs"]["source"][2]
for k, color in enumerate(("C0", "C3", "C2", "0.6")):
    t, rank = np.nonzero(given[:, k * CHANNEL : (k + 1) * CHANNEL])
    axes["input"].plot(t, rank + k * CHANNEL, ".", ms=3, color=color)
axes["input"].set_yticks(2 + CHANNEL * np.arange(4), ["left", "right", "recall", "noise"])
axes["input"].set(title=f"Five cues, a delay, and the answer: {('left', 'right')[sides[2]]}")
t, rank = np.nonzero(one["hidden"]["spike"][:, np.argsort(np.arange(HIDDEN) % 2, kind="stable")])
axes["hidden"].plot(t, rank, ".", ms=2, color="0.2")
axes["hidden"].set(ylabel="neuron", title="Network: the upper half adapts")
for k, (name, color) in enumerate((("left", "C0"), ("right", "C3"))):
    axes["readout"].plot(one["readout"]["v"][:, k], color=color, label=name)
axes["readout"].axvspan(STEPS - RECALL, STEPS, color="C2", alpha=0.2, lw=0)
axes["readout"].set(xlabel="time (ms)", ylabel="potential", title="Readout, and when it counts")
axes["readout"].legend(loc="upper left", fontsize=8)
for key in ("input", "hidden", "readout"):
    axes[key].set_xlim(0, STEPS)
axes["loss"].plot(result.history, color="0.7", lw=0.8)
axes["loss"].plot(np.convolve(result.history, np.ones(10) / 10, "valid"), color="C0")
axes["loss"].set(
    xlabel="update", ylabel="cross-entropy", ylim=(0, None), title=f"Online: {after:.1%} of the test right"
)
for (name, w), color in zip(weights.items(), ("C1", "C4", "C0"), strict=True):
    axes["weights"].plot(w, "o", ms=3.5, color=color, label=name)
axes["weights"].axvspan(PER_GROUP - 0.5, 2 * PER_GROUP - 0.5, color="C2", alpha=0.15, lw=0)
axes["weights"].set(
    xlabel="input (shaded: rewarded)", ylabel="weight", title="Three rules of three factors", ylim=(0.0, 0.8)
)
axes["weights"].legend(fontsize=7, loc="upper left")
for n, color in zip(fired.values(), ("C1", "C4"), strict=True):
    for kind, style in ((1, "-"), (0, ":")):
        axes["fired"].plot(np.flatnonzero(group == kind), n[group == kind], style, color=color)
axes["fired"].set(xlabel="trial", ylabel="spikes", title="Spikes (dotted: punished)")
print(save(figure, "online_learning"))
