"""Weights and biases for spiking neurons (Diehl et al. 2015, Rueckauer et al. 2017)."""

import numpy as np
import pytest

from jaxsnn.errors import ArgumentError
from jaxsnn.extensions.ann_to_snn_conversion import ArtificialNetwork, AveragePooling2D, Conv2D, Dense
from jaxsnn.extensions.ann_to_snn_conversion._normalisation import normalised

RNG = np.random.default_rng(0)
NETWORK = ArtificialNetwork(
    (6, 6, 2),
    (
        Conv2D(RNG.normal(size=(3, 3, 2, 4)), RNG.normal(size=4)),
        AveragePooling2D(2),
        Dense(RNG.normal(size=(36, 5)), RNG.normal(size=5)),
        Dense(RNG.normal(size=(5, 3)), activation="linear"),
    ),
)
SAMPLES = RNG.random((50, 6, 6, 2))
THRESHOLDS = [1.0, 0.9, 0.8, 0.7]


def rates(network, samples):
    """Return what neurons make of their inputs: the input over the threshold."""
    found = [samples]
    for layer, threshold in zip(network.layers, THRESHOLDS, strict=True):
        found.append(layer.apply(found[-1]) / threshold)
    return found[1:]


@pytest.mark.parametrize("samples", [None, SAMPLES])
def test_rates_tell_activations(samples):
    """Oracle: the trained network: rectified units are homogeneous, so rates are activations times one number."""
    scaled = normalised(NETWORK, [1.0, 2.0, 3.0], 0.1, THRESHOLDS, samples)
    ratios = [
        w.weights.flat[0] / v.weights.flat[0] for w, v in zip(scaled.layers[::2], NETWORK.layers[::2], strict=True)
    ]
    ratios = [ratios[0], 1.0, ratios[1], scaled.layers[3].weights.flat[0] / NETWORK.layers[3].weights.flat[0]]
    factor, expected = 0.1, NETWORK.activations(SAMPLES)[1:]
    for found, ratio, threshold, activations in zip(
        rates(scaled, 0.1 * SAMPLES), ratios, THRESHOLDS, expected, strict=True
    ):
        factor *= ratio / threshold
        np.testing.assert_allclose(found, factor * activations, rtol=1e-9, atol=1e-12)


def test_largest_inputs():
    """Oracle: the definition (Diehl et al. 2015, algorithm 1): the sum of the positive weights of a neuron."""
    first, last = np.array([[1.0, -2.0], [3.0, 5.0]]), np.array([[2.0], [-1.0]])
    network = ArtificialNetwork((2,), (Dense(first, bias=np.array([2.0, -9.0])), Dense(last, activation="linear")))
    scaled = normalised(network, None, 1.0, [1.0, 1.0])
    np.testing.assert_allclose(scaled.layers[0].weights, 2.0 * first / 6.0)
    np.testing.assert_allclose(scaled.layers[1].weights, 3.0 * last / 2.0)


def test_activations_of_samples():
    """Oracle: `numpy.percentile`: at that percentile of its activations a neuron gets what an input of 1 sends."""
    scaled = normalised(NETWORK, None, 1.0, [1.0] * 4, SAMPLES, 99.0)
    for found in (scaled.activations(SAMPLES)[i] for i in (1, 3, 4)):
        assert np.percentile(found[found > 0], 99.0) == pytest.approx(1.0)


@pytest.mark.parametrize("factor", [0.0, -1.0, [1.0], [1.0, 2.0, np.inf], "many"])
def test_factors_that_make_no_sense(factor):
    """Oracle: the message."""
    with pytest.raises(ArgumentError, match="`scale_factor` is a positive number, or a list of 3"):
        normalised(NETWORK, factor, 1.0, THRESHOLDS)


def test_percentile_that_makes_no_sense():
    """Oracle: the message."""
    with pytest.raises(ArgumentError, match="up to 100, not 101"):
        normalised(NETWORK, None, 1.0, THRESHOLDS, SAMPLES, 101)
