"""What conversion costs: networks trained on the digits of scikit-learn, before and after."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from jax import lax

from jaxsnn.extensions.ann_to_snn_conversion import ANNtoSNNConverter, ArtificialNetwork, Conv2D, Dense, MaxPooling2D

TRAINED = 1200


def digits():
    """Return images between 0 and 1, (number, 8, 8, 1), and their classes."""
    data = pytest.importorskip("sklearn.datasets").load_digits()
    order = np.random.default_rng(0).permutation(len(data.target))
    return data.images[order][..., None] / 16.0, data.target[order]


def convolved(x, weights):
    return lax.conv_general_dilated(x, weights, (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC"))


def pooled(x):
    return lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")


def mlp(weights, x):
    x = x.reshape(len(x), -1)
    for w in weights[:-1]:
        x = jax.nn.relu(x @ w)
    return x @ weights[-1]


def cnn(weights, x):
    for w in weights[:2]:
        x = pooled(jax.nn.relu(convolved(x, w)))
    return x.reshape(len(x), -1) @ weights[2]


def trained(forward, shapes, images, labels, steps=400):
    """Return weights after so many steps of Adam, without biases."""
    rng = np.random.default_rng(1)
    weights = [jnp.asarray(rng.normal(size=s) * np.sqrt(2.0 / np.prod(s[:-1])), jnp.float32) for s in shapes]
    optimiser = optax.adam(3e-3)

    def loss(weights, x, y):
        return optax.softmax_cross_entropy_with_integer_labels(forward(weights, x), y).mean()

    @jax.jit
    def update(weights, state, x, y):
        changes, state = optimiser.update(jax.grad(loss)(weights, x, y), state)
        return optax.apply_updates(weights, changes), state

    state = optimiser.init(weights)
    for _ in range(steps):
        batch = rng.integers(0, len(images), 128)
        weights, state = update(weights, state, jnp.asarray(images[batch], jnp.float32), labels[batch])
    return [np.asarray(w) for w in weights]


def mlp_layers(weights):
    return [Dense(w) for w in weights[:-1]] + [Dense(weights[-1], activation="linear")]


def cnn_layers(weights):
    first, second, last = weights
    return [Conv2D(first), MaxPooling2D(2), Conv2D(second), MaxPooling2D(2), Dense(last, activation="linear")]


KINDS = {
    "mlp": (mlp, [(64, 64), (64, 32), (32, 10)], mlp_layers, (64,)),
    "cnn": (cnn, [(3, 3, 1, 8), (3, 3, 8, 16), (64, 10)], cnn_layers, (8, 8, 1)),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_conversion_loses_at_most_one_point(kind):
    """Oracle: the accuracy of the artificial network on 597 images that it has not seen.

    By the choices of ANNarchy's notebooks, and by those that transmit activations best (Rueckauer et al. 2017). The
    former lose up to 2 points with a convolutional network, as in the notebook.
    """
    images, labels = digits()
    forward, shapes, layers_of, shape = KINDS[kind]
    layers = layers_of(trained(forward, shapes, images[:TRAINED], labels[:TRAINED]))
    unseen, truth = images[TRAINED:], labels[TRAINED:]
    before = np.mean(ArtificialNetwork(shape, tuple(layers)).classes(unseen) == truth)
    assert before > 0.96
    choices = {
        "bursting": (ANNtoSNNConverter("IB", "IaF", "spike_count"), None, 200, 0.01 if kind == "mlp" else 0.02),
        "regular": (ANNtoSNNConverter("regular", "IaF_subtract", max_f=1000.0), images[:TRAINED], 100, 0.01),
    }
    for name, (converter, samples, duration, most) in choices.items():
        converter.load_layers(layers, shape, samples=samples)
        after = np.mean(np.array(converter.predict(unseen, duration)) == truth)
        print(f"\n{kind}, {name}: {before:.4f} before, {after:.4f} after")
        assert after >= before - most
