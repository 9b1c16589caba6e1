"""What artificial networks compute, and the layers that are read from parameters of other programs."""

from collections import OrderedDict

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from jaxsnn.errors import ArgumentError, ShapeError
from jaxsnn.extensions.ann_to_snn_conversion import (
    ArtificialNetwork,
    AveragePooling2D,
    Conv2D,
    Dense,
    Flatten,
    MaxPooling2D,
    layers_of_parameters,
)
from jaxsnn.extensions.ann_to_snn_conversion._artificial_network import network_of_layers

RNG = np.random.default_rng(0)
IMAGES = RNG.normal(size=(2, 7, 6, 3))
NHWC = ("NHWC", "HWIO", "NHWC")


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("strides", [(1, 1), (2, 3)])
@pytest.mark.parametrize("kernel", [(3, 3), (2, 4)])
def test_convolutions(double, kernel, strides, padding):
    """Oracle: `lax.conv_general_dilated`, whose padding is that of TensorFlow."""
    weights, bias = RNG.normal(size=(*kernel, 3, 4)), RNG.normal(size=4)
    layer = Conv2D(weights, bias, "linear", strides, padding)
    expected = lax.conv_general_dilated(IMAGES, weights, strides, padding.upper(), dimension_numbers=NHWC)
    expected = np.asarray(expected) + bias
    assert layer.output_shape((7, 6, 3)) == expected.shape[1:]
    np.testing.assert_allclose(layer.apply(IMAGES), expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("size", [2, (3, 2), None])
def test_poolings(double, size):
    """Oracle: `lax.reduce_window` with windows side by side."""
    window = (1, *((7, 6) if size is None else np.broadcast_to(size, 2).tolist()), 1)
    largest = lax.reduce_window(jnp.asarray(IMAGES), -jnp.inf, lax.max, window, window, "VALID")
    total = lax.reduce_window(jnp.asarray(IMAGES), 0.0, lax.add, window, window, "VALID")
    assert MaxPooling2D(size).output_shape((7, 6, 3)) == largest.shape[1:]
    np.testing.assert_array_equal(MaxPooling2D(size).apply(IMAGES), largest)
    np.testing.assert_allclose(AveragePooling2D(size).apply(IMAGES), total / np.prod(window), rtol=1e-12)


def test_order_of_channels():
    """Oracle: NumPy's transposition: a dense layer behind channels that come first, read in the order of ranks."""
    weights = RNG.normal(size=(7 * 6 * 3, 2))
    network = ArtificialNetwork((7, 6, 3), (Flatten(channels_first=True), Dense(weights, activation="linear")))
    expected = IMAGES.transpose(0, 3, 1, 2).reshape(2, -1) @ weights
    np.testing.assert_allclose(network.activations(IMAGES)[-1], expected, rtol=1e-12)
    ranked = network.in_order_of_ranks()
    assert len(ranked.layers) == 1
    np.testing.assert_allclose(ranked.activations(IMAGES)[-1], expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: network_of_layers([np.ones((3, 2)), np.ones((3, 2))]), ShapeError, "of shape \\(2,\\): are its"),
        (lambda: network_of_layers([np.ones((3, 3, 1, 2))]), ArgumentError, "give `input_shape`"),
        (lambda: network_of_layers([np.ones((3, 3, 2, 2))], (5, 5, 1)), ShapeError, "reads \\(height, width, 2\\)"),
        (lambda: network_of_layers([MaxPooling2D(2)], (4, 4, 1)), ArgumentError, "at least one layer with weights"),
        (lambda: network_of_layers([MaxPooling2D(5), np.ones((4, 1))], (4, 4, 1)), ShapeError, "do not fit into"),
        (lambda: network_of_layers([MaxPooling2D(2), np.ones((4, 1))], (4,)), ShapeError, "a pooling reads"),
        (lambda: Conv2D(np.ones((5, 5, 1, 1)), padding="valid").output_shape((4, 4, 1)), ShapeError, "padding='same'"),
        (lambda: network_of_layers(["dense"], (2,)), ArgumentError, "array of weights, not 'dense'"),
        (lambda: Dense(np.ones(3)), ShapeError, "in 2 dimensions, not \\(3,\\)"),
        (lambda: Dense(np.full((2, 2), np.nan)), ShapeError, "finite numbers"),
        (lambda: Dense(np.ones((2, 2)), bias=np.ones(3)), ShapeError, "with 2 outputs"),
        (lambda: Dense(np.ones((2, 2)), activation="tanh"), ArgumentError, "'relu' or 'linear', not 'tanh'"),
        (lambda: Conv2D(np.ones((1, 1, 1, 1)), padding="full"), ArgumentError, "'same' or 'valid', not 'full'"),
        (lambda: MaxPooling2D(0), ArgumentError, "at least 1, not 0"),
    ],
)
def test_mistakes(make, error, message):
    """Oracle: the message says what was given and what was expected."""
    with pytest.raises(error, match=message):
        make()


class Tensor:
    """What a tensor of PyTorch has."""

    def __init__(self, array):
        self.array = array

    def detach(self):
        return self

    def cpu(self):
        return self.array


@jax.tree_util.register_pytree_with_keys_class
class Linear:
    """A module as Equinox has them: a tree whose leaves are attributes."""

    def __init__(self, weight, bias):
        self.weight, self.bias = weight, bias

    def tree_flatten_with_keys(self):
        return [(jax.tree_util.GetAttrKey(n), getattr(self, n)) for n in ("weight", "bias")], None

    @classmethod
    def tree_unflatten(cls, _, children):
        return cls(*children)


def test_parameters_of_other_programs():
    """Oracle: the layers by hand. PyTorch and Equinox store outputs first, Flax stores them last."""
    dense, bias, filters = RNG.normal(size=(3, 5)), RNG.normal(size=5), RNG.normal(size=(2, 2, 1, 3))
    last = RNG.normal(size=(5, 2))
    torch = OrderedDict(
        [("conv.weight", Tensor(filters.transpose(3, 2, 0, 1))), ("fc.weight", Tensor(dense.T)), ("fc.bias", bias)]
    )
    flax = {"params": {"Conv_0": {"kernel": filters}, "Dense_0": {"kernel": dense, "bias": bias}}}
    equinox = {"layers": [Linear(dense.T, bias), Linear(last.T, None)]}
    found = layers_of_parameters(torch)
    assert list(found) == ["conv", "fc"]
    np.testing.assert_array_equal(found["conv"].weights, filters)
    assert found["conv"].padding == "valid"
    for layer in (found["fc"], layers_of_parameters(flax)["params.Dense_0"], layers_of_parameters(equinox)["layers.0"]):
        np.testing.assert_array_equal(layer.weights, dense)
        np.testing.assert_array_equal(layer.bias, bias)
    np.testing.assert_array_equal(layers_of_parameters(flax)["params.Conv_0"].weights, filters)
    assert layers_of_parameters(equinox)["layers.1"].bias is None


def test_parameters_that_are_none():
    """Oracle: the remedy in the message."""
    with pytest.raises(ArgumentError, match="give a list of layers"):
        layers_of_parameters({"scale": np.ones(3)})
    with pytest.raises(ArgumentError, match="`embedding.x` have the shape \\(3,\\)"):
        layers_of_parameters({"embedding": {"x": {"weight": np.ones(3)}}})
