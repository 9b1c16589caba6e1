# %% [markdown]
# # Evidence that is kept over a silence
#
# On its way a mouse passes seven posts, each on its left or on its right. After a delay it has to turn to the side with
# more of them (A. S. Morcos, C. D. Harvey, Nature Neuroscience 19, 2016, doi:10.1038/nn.4403). A network of neurons
# that forget within 20 ms has to keep the count for ten times as long. Adaptive neurons do: each spike raises their
# threshold, which comes back slowly (G. Bellec et al., Nature Communications 11, 2020,
# doi:10.1038/s41467-020-17236-y). All weights are learned by backpropagation through 380 steps.
#
# What makes this stable: initial weights by fan-in, a surrogate with which gradients neither explode nor vanish over
# that many steps (the default of `ALIF`; `docs/gradients.md`), a limit of firing rates, a leaky readout.

# %%
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
import optax
from gallery import save
from jax import Array

import jaxsnn as snn

CUES, CUE, GAP, DELAY, RECALL = 7, 20, 10, 140, 30  # number, then ms
BEGIN = np.arange(CUES) * (CUE + GAP)
STEPS = CUES * (CUE + GAP) + DELAY + RECALL
CHANNEL, HIDDEN = 10, 100  # neurons: for left, right, recall and background each; in the network
UPDATES, BATCH, N_TRAIN, N_TEST = 300, 64, 19200, 1000
SIDES = ("left", "right")

# %% [markdown]
# ## Samples
#
# A sample is seven sides and the seed of its spikes. The cues of a side let its ten neurons fire at 200 Hz, a recall
# cue lets ten others do so at the end, and ten more fire at 10 Hz throughout. No sample is seen twice in training.


# %%
def samples(n: int, seed: int) -> dict[str, np.ndarray]:
    """Return sides (n, CUES), 1 for right, seeds (n,) and labels (n,): the side with more cues."""
    rng = np.random.default_rng(seed)
    sides = (rng.random((n, CUES)) < rng.choice([0.3, 0.7], (n, 1))).astype(np.int32)
    return {"sides": sides, "seed": rng.integers(2**31, size=n, dtype=np.int32), "label": (sides.mean(1) > 0.5) * 1}


SHOWN = (np.arange(STEPS)[:, None] >= BEGIN) & (np.arange(STEPS)[:, None] < BEGIN + CUE)  # (STEPS, CUES)


def stimulus(sides: Array, seed: Array) -> Array:
    """Return the input spikes of one sample, (STEPS, 4 CHANNEL)."""
    right, left = jnp.asarray(SHOWN, int) @ sides, jnp.asarray(SHOWN, int) @ (1 - sides)
    recall = jnp.asarray(np.arange(STEPS) >= STEPS - RECALL)
    hertz = jnp.stack([200.0 * left, 200.0 * right, 200.0 * recall, jnp.full(STEPS, 10.0)], axis=1)
    rates = jnp.repeat(hertz, CHANNEL, axis=1)
    return jax.random.bernoulli(jax.random.key(seed), rates / 1000.0).astype(jnp.float32)


# %% [markdown]
# ## Network
#
# Half of the neurons adapt, with time constants about as long as the delay; the other half (`beta` is 0) does not.

# %%
net = snn.Network(dt=1.0, seed=1)
source = net.create(snn.inputs.SpikeRaster(np.zeros((STEPS, 4 * CHANNEL))), name="source")
hidden = net.create(HIDDEN, snn.ALIF(tau_m=20.0, tau_refrac=3.0), name="hidden")
hidden.tau_a = np.linspace(100.0, 400.0, HIDDEN)
hidden.beta = np.where(np.arange(HIDDEN) % 2, 0.15, 0.0)
readout = net.create(2, snn.LI(tau_m=20.0), name="readout")
net.connect(source, hidden, "exc", name="stimulus").all_to_all(weights=snn.FanIn(1.5))
net.connect(hidden, hidden, "exc", name="recurrent").all_to_all(weights=snn.FanIn(1.0))
net.connect(hidden, readout, "exc", name="answer").all_to_all(weights=snn.FanIn(0.5))
net.monitor(hidden, ["spike", "a"])
net.monitor(readout, "v")
sim = net.compile(batch=BATCH)
params, state = sim.init(0)

# %% [markdown]
# ## Training
#
# The answer is the mean potential of the two readouts during the recall. Rates above 20 Hz cost.


# %%
def records(params, sample: dict[str, Array]) -> dict:
    """Return what the monitors record of one sample."""
    spikes = stimulus(sample["sides"], sample["seed"])
    return sim.run(params, state, float(STEPS), inputs={"source": spikes}, checkpoint=False)[1]


def loss(params, batch: dict[str, Array]) -> Array:
    """Return the cross-entropy of the answers, and the price of high rates."""
    found = jax.vmap(records, in_axes=(None, 0))(params, batch)
    price = snn.losses.rate_penalty(found["hidden"]["spike"], sim.dt, upper=20.0)
    return snn.losses.cross_entropy(found["readout"]["v"][:, -RECALL:], batch["label"], "mean") + 1e-4 * price


@jax.jit
def accuracy(params, batch: dict[str, Array]) -> Array:
    """Return the share of right answers."""
    v = jax.lax.map(lambda sample: records(params, sample)["readout"]["v"][-RECALL:], batch, batch_size=100)
    return snn.losses.accuracy(v, batch["label"], "mean")


train, validation, test = samples(N_TRAIN, 0), samples(300, 1), samples(N_TEST, 2)
result = snn.fit(
    loss,
    params,
    optax.chain(optax.clip_by_global_norm(1.0), optax.adam(optax.cosine_decay_schedule(0.01, UPDATES, 0.05))),
    steps=UPDATES,
    trainable="*.w",
    data=train,
    batch_size=BATCH,
    validate=lambda params: 1.0 - accuracy(params, validation),
    validate_every=UPDATES // 8,
)
before, after = (float(accuracy(p, test)) for p in (params, result.params))
norms = result.gradient_norm
print(f"test accuracy {before:.3f} before, {after:.3f} after; gradients from {norms.min():.2g} to {norms.max():.2g}")

# %% [markdown]
# ## How the count is kept
#
# In most of the delay hardly a neuron spikes, but thresholds are still raised. From the adaptation `a` of all neurons
# at the end of the delay, least squares of half of the samples tell how many cues of the other half were on the right.

# %%
many = {name: x[:400] for name, x in test.items()}
kept = np.asarray(
    jax.jit(
        lambda batch: jax.lax.map(
            lambda sample: records(result.params, sample)["hidden"]["a"][-RECALL - 1], batch, batch_size=100
        )
    )(many)
)
design, cues = np.column_stack([kept, np.ones(len(kept))]), many["sides"].sum(1)
weights = np.linalg.lstsq(design[:200], cues[:200], rcond=None)[0]
told = design[200:] @ weights
correlation = float(np.corrcoef(told, cues[200:])[0, 1])
print(f"cues on the right, from thresholds at the end of the delay: correlation {correlation:.2f}")

# %%
shown = jax.tree.map(np.asarray, jax.jit(records)(result.params, {name: x[2] for name, x in test.items()}))
given = np.asarray(stimulus(test["sides"][2], test["seed"][2]))
spikes, v = shown["hidden"]["spike"], shown["readout"]["v"]
figure, axes = plt.subplot_mosaic(
    [["input", "loss"], ["hidden", "accuracy"], ["readout", "count"]], figsize=(9, 7), width_ratios=(3, 2)
)
for k, (name, color) in enumerate(zip((*SIDES, "recall", "noise"), ("C0", "C3", "C2", "0.6"), strict=True)):
    t, rank = np.nonzero(given[:, k * CHANNEL : (k + 1) * CHANNEL])
    axes["input"].plot(t, rank + k * CHANNEL, ".", ms=2, color=color, label=name)
axes["input"].set(ylabel="input", title=f"Seven cues, a delay, and the answer: {SIDES[test['label'][2]]}")
axes["input"].set_yticks(5 + CHANNEL * np.arange(4), [*SIDES, "recall", "noise"])
order = np.argsort(hidden.beta, kind="stable")
t, rank = np.nonzero(spikes[:, order])
axes["hidden"].plot(t, rank, ".", ms=1.5, color="0.2")
axes["hidden"].set(ylabel="neuron", title="Network: the lower half does not adapt")
axes["readout"].plot(v[:, 0], color="C0", label="left")
axes["readout"].plot(v[:, 1], color="C3", label="right")
axes["readout"].axvspan(STEPS - RECALL, STEPS, color="C2", alpha=0.2, lw=0)
axes["readout"].set(xlabel="time (ms)", ylabel="potential", title="Readout, and when it counts")
axes["readout"].legend(loc="upper center", fontsize=8)
for key in ("input", "hidden", "readout"):
    axes[key].set_xlim(0, STEPS)
axes["loss"].semilogy(result.history, lw=0.8, label="loss")
axes["loss"].semilogy(norms, lw=0.8, label="norm of the gradient")
axes["loss"].set(xlabel="update", title="Training")
axes["loss"].legend(fontsize=8)
scored = np.flatnonzero(~np.isnan(result.validation))
axes["accuracy"].plot(scored, 1.0 - result.validation[scored], "o-", color="C2", label="validation")
axes["accuracy"].axhline(after, ls="--", color="0.5", label=f"test: {after:.3f}")
axes["accuracy"].set(xlabel="update", ylabel="share right", ylim=(0.4, 1.0), title="Accuracy")
axes["accuracy"].legend(loc="lower right", fontsize=8)
axes["count"].plot(cues[200:] + np.random.default_rng(0).uniform(-0.15, 0.15, 200), told, ".", color="C1", ms=3)
axes["count"].plot([0, 7], [0, 7], color="0.7", lw=0.8)
axes["count"].set(xlabel="cues on the right", ylabel="read from thresholds", title=f"The count, r = {correlation:.2f}")
print(save(figure, "evidence"))
