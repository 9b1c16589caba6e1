"""The network of the lesson on random manifolds learns without a past, by traces of its own neurons."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import jaxsnn as snn

from .test_learning import run  # noqa: F401 - a fixture

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:tqdm", "ignore:IProgress")]

RATE, BATCH = 0.01, 16


def cross_entropy(records, target):
    """The loss of a step: what the potentials of the readout say of the label, where it counts."""
    return -target["counts"] * jax.nn.log_softmax(records["readout"]["v"])[target["label"]]


def learned(defined, signal, updates):
    """Return the parameters of the network of a lesson after it has learned online."""
    classifier, (latencies, labels), steps = defined["classifier"], defined["data"], defined["STEPS"]
    counts = np.where(np.arange(steps) < defined["WINDOW"] // 2, 0.0, 1.0)
    spikes = np.asarray(jax.nn.one_hot(latencies, steps, axis=1))
    wanted = {"label": np.repeat(labels[:, None], steps, 1), "counts": np.tile(counts / counts.sum(), (len(labels), 1))}
    rule = snn.online(classifier.sim, cross_entropy, "*.w", signals={"hidden": signal})
    schedule = optax.cosine_decay_schedule(RATE, updates)
    result = snn.fit_online(
        rule,
        classifier.params,
        classifier.state,
        optax.chain(optax.clip_by_global_norm(1.0), optax.adam(schedule)),
        trials={"inputs": {"input": spikes}, "targets": wanted},
        batch_size=BATCH,
        updates=updates,
    )
    return result.params


def accuracy(defined, params):
    """Return the share of right answers in the test set, by the mean potential from the middle of the window on."""
    classifier, (latencies, labels) = defined["classifier"], defined["test"]

    @jax.jit
    def answers(params):
        def of_one(x):
            return classifier.records(params, x)["readout"]["v"][defined["WINDOW"] // 2 :].mean(0).argmax()

        return jax.lax.map(of_one, jnp.asarray(latencies), batch_size=100)

    return float((np.asarray(answers(params)) == labels).mean())


@pytest.mark.optimised(only=True)
def test_random_manifolds(run):  # noqa: F811
    """Oracle: backpropagation through time in the lesson; online learning falls short of it by 2 points at most."""
    defined = run("randman")
    found = accuracy(defined, learned(defined, snn.Broadcast("readout"), 1000))
    print(f"\nbackpropagation {defined['accuracy']:.3f}, online {found:.3f}")
    assert found >= defined["accuracy"] - 0.02


@pytest.mark.optimised(only=True)
def test_feedback_weights_may_be_random(run):  # noqa: F811
    """Oracle: the labels of four classes; a hidden layer that hears nothing, whose readout alone learns."""
    defined = run("randman", "--quick")
    weights = np.random.default_rng(5).normal(0.0, defined["HIDDEN"] ** -0.5, (defined["HIDDEN"], defined["CLASSES"]))
    found = accuracy(defined, learned(defined, snn.Broadcast("readout", weights), 200))
    deaf = accuracy(defined, learned(defined, snn.Broadcast("readout", 0.0 * weights), 200))
    print(f"\nbackpropagation {defined['accuracy']:.3f}, random feedback {found:.3f}, none {deaf:.3f}")
    assert found > deaf + 0.05
