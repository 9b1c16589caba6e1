"""What the lessons on conversion share: digits of scikit-learn, an artificial network to train, and a measure."""

from collections.abc import Callable, Sequence

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import Array
from sklearn.datasets import load_digits

Samples = tuple[np.ndarray, np.ndarray]
Forward = Callable[[Sequence[Array], Array], Array]

BATCH, TRAINED = 128, 1200


def digits() -> tuple[Samples, Samples]:
    """Return 1200 digits for training and 597 for a test: images (n, 64) between 0 and 1, and labels (n,)."""
    images, labels = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(labels))
    images, labels = np.float32(images[order] / 16.0), labels[order]
    return (images[:TRAINED], labels[:TRAINED]), (images[TRAINED:], labels[TRAINED:])


def trained(forward: Forward, shapes: Sequence[tuple[int, ...]], data: Samples, updates: int = 400) -> list[np.ndarray]:
    """Return weights of an artificial network, one array for each shape, after so many updates of Adam.

    Args:
        forward: from weights and images (n, 64) to scores of the classes, (n, 10).
        shapes: of the weights; the last axis counts the outputs.
        data: images and labels.
        updates: each sees a batch of 128 images.
    """
    rng = np.random.default_rng(1)
    weights = [jnp.asarray(rng.normal(size=s) * np.sqrt(2.0 / np.prod(s[:-1])), jnp.float32) for s in shapes]
    optimiser = optax.adam(3e-3)

    def loss(weights, images, labels):
        return optax.softmax_cross_entropy_with_integer_labels(forward(weights, images), labels).mean()

    @jax.jit
    def update(weights, state, images, labels):
        changes, state = optimiser.update(jax.grad(loss)(weights, images, labels), state)
        return optax.apply_updates(weights, changes), state

    state = optimiser.init(weights)
    for _ in range(updates):
        batch = rng.integers(0, len(data[0]), BATCH)
        weights, state = update(weights, state, data[0][batch], data[1][batch])
    return [np.asarray(w) for w in weights]


def right(scores: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the share of right answers at each step, of scores (n, steps, classes).

    Where several classes have the best score, one of them is guessed.
    """
    best = scores == scores.max(axis=2, keepdims=True)
    hit = best[np.arange(len(labels)), :, labels]
    return (hit / best.sum(axis=2)).mean(axis=0)
