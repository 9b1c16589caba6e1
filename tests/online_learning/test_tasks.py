"""Tasks that networks learn online, by traces of their own neurons and an error that a readout sends back."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import jaxsnn as snn

pytestmark = pytest.mark.slow


def network(steps, inputs, hidden, readout, *, beta=0.0, recurrent=0.5, into=1.5, out=0.5):
    """Return a raster, recurrent neurons of which every other one adapts, and a leaky readout, compiled."""
    net = snn.Network(dt=1.0, seed=1)
    source = net.create(snn.inputs.SpikeRaster(np.zeros((steps, inputs))), name="source")
    cells = net.create(hidden, snn.ALIF(tau_m=20.0, tau_refrac=2.0), name="hidden")
    cells.tau_a = np.linspace(75.0, 300.0, hidden)
    cells.beta = np.where(np.arange(hidden) % 2, beta, 0.0)
    leaky = net.create(readout, snn.LI(tau_m=20.0), name="readout")
    net.connect(source, cells, "exc", name="stimulus").all_to_all(weights=snn.FanIn(into))
    net.connect(cells, cells, "exc", name="recurrent").all_to_all(weights=snn.FanIn(recurrent))
    net.connect(cells, leaky, "exc", name="answer").all_to_all(weights=snn.FanIn(out))
    net.monitor(leaky, "v", name="readout")
    return net.compile()


def cross_entropy(records, target):
    return -target["weight"] * jax.nn.log_softmax(records["readout"]["v"])[target["label"]]


def steady(rate, updates):
    """Return Adam with a schedule that ends at a twentieth of the rate, of gradients that are clipped."""
    schedule = optax.cosine_decay_schedule(rate, updates, 0.05)
    return optax.chain(optax.clip_by_global_norm(1.0), optax.adam(schedule))


def accuracy(sim, params, state, trials, labels, recall):
    """Return the share of right answers, by the mean potential of the readout during the recall."""
    spikes = jnp.asarray(trials["inputs"]["source"], jnp.float32)

    @jax.jit
    def answers(params):
        def of_one(x):
            records = sim.run(params, state, float(x.shape[0]), inputs={"source": x}, checkpoint=False)[1]
            return records["readout"]["v"][-recall:].mean(0).argmax()

        return jax.lax.map(of_one, spikes, batch_size=100)

    return float((np.asarray(answers(params)) == labels).mean())


def drawn(rng, hertz, labels, recall, channel=5):
    """Return trials: spikes of `channel` neurons for each rate (n, T, k), and labels that count in the recall."""
    spikes = rng.random((*hertz.shape[:2], channel * hertz.shape[2])) < np.repeat(hertz, channel, axis=2) / 1000.0
    weight = np.zeros(hertz.shape[:2])
    weight[:, -recall:] = 1.0 / recall
    wanted = {"label": np.repeat(labels[:, None], hertz.shape[1], 1), "weight": weight}
    return {"inputs": {"source": spikes}, "targets": wanted}


CUE, DELAY, RECALL = 20, 80, 20


def evidence(n, seed):
    """Return trials of five cues, left or right, a delay, and a recall; and labels: the side with more of them."""
    rng = np.random.default_rng(seed)
    sides = rng.random((n, 5)) < rng.choice([0.3, 0.7], (n, 1))
    hertz = np.zeros((n, 5 * CUE + DELAY + RECALL, 4))
    for k in range(5):
        shown = slice(k * CUE, k * CUE + 15)
        hertz[:, shown, 0], hertz[:, shown, 1] = 200.0 * ~sides[:, k : k + 1], 200.0 * sides[:, k : k + 1]
    hertz[:, -RECALL:, 2], hertz[:, :, 3] = 200.0, 10.0
    labels = (sides.mean(1) > 0.5).astype(np.int32)
    return drawn(rng, hertz, labels, RECALL), labels


def store_recall(n, seed):
    """Return trials of two values in turn, one of which comes with the order to store it; after a delay, the recall."""
    rng = np.random.default_rng(seed)
    values, stored = rng.integers(2, size=(n, 2)), rng.integers(2, size=n)
    hertz = np.zeros((n, 2 * CUE + DELAY + RECALL, 4))
    for k in range(2):
        shown = slice(k * CUE, (k + 1) * CUE)
        for value in range(2):
            hertz[:, shown, value] = 200.0 * (values[:, k : k + 1] == value)
        hertz[:, shown, 2] = 200.0 * (stored[:, None] == k)
    hertz[:, -RECALL:, 3] = 200.0
    labels = values[np.arange(n), stored].astype(np.int32)
    return drawn(rng, hertz, labels, RECALL), labels


@pytest.mark.optimised(only=True)
@pytest.mark.parametrize(("task", "updates"), [(evidence, 120), (store_recall, 150)])
def test_what_was_shown_is_kept_over_a_delay(task, updates):
    """Oracle: the rule of the task on 500 trials that learning has not seen; chance is a half.

    G. Bellec et al., Nature Communications 11, 2020, doi:10.1038/s41467-020-17236-y.
    """
    trials, _ = task(16 * updates, 0)
    test, labels = task(500, 1)
    steps, inputs = trials["inputs"]["source"].shape[1:]
    sim = network(steps, inputs, 40, 2, beta=0.2)
    params, state = sim.init(0)
    rule = snn.online(sim, cross_entropy, "*.w", signals={"hidden": snn.Broadcast("readout")})
    result = snn.fit_online(rule, params, state, steady(0.01, updates), trials=trials, batch_size=16)
    before, after = (accuracy(sim, p, state, test, labels, RECALL) for p in (params, result.params))
    print(f"\n{task.__name__}: {before:.3f} before, {after:.3f} after")
    assert 0.3 < before < 0.7 and after >= 0.95


def waves(steps):
    """Return three sums of sines, (steps, 3), of standard deviation 1."""
    rng, t = np.random.default_rng(0), np.arange(steps) / steps
    phases, sizes = rng.uniform(0.0, 2 * np.pi, (3, 3)), rng.uniform(0.5, 1.0, (3, 3))
    sines = np.sin(2 * np.pi * np.array([1.0, 2.0, 3.0])[:, None, None] * t + phases[..., None])
    wanted = np.einsum("kj,kjt->tj", sizes, sines)
    return wanted / wanted.std()


def squared_error(records, target):
    return jnp.mean((records["readout"]["v"] - target) ** 2)


@pytest.mark.optimised(only=True)
def test_three_patterns():
    """Oracle: sums of sines; the squared error is below a twentieth of their variance.

    G. Bellec et al., Nature Communications 11, 2020, doi:10.1038/s41467-020-17236-y.
    """
    steps, updates = 200, 300
    wanted, spikes = waves(steps), np.random.default_rng(1).random((1, steps, 40)) < 0.05
    sim = network(steps, 40, 50, 3, recurrent=0.5, into=2.0)
    params, state = sim.init(0)
    rule = snn.online(
        sim,
        lambda records, target: 3.0 / steps * squared_error(records, target),
        "*.w",
        signals={"hidden": snn.Broadcast("readout")},
    )
    trials = {"inputs": {"source": spikes}, "targets": wanted[None]}
    result = snn.fit_online(rule, params, state, steady(0.02, updates), trials=trials, updates=updates)
    error = result.history / ((wanted - wanted.mean(0)) ** 2).sum(1).mean()
    print(f"\nthree patterns: error {error[0]:.3f} before, {error[-1]:.3f} after")
    assert error[0] > 0.8 and error[-1] < 0.05
