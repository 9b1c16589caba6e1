"""Weights scaled so that neurons fire often enough to tell activations apart, and no more than once in a step.

A neuron that integrates and fires transmits no more than its largest rate. The weights of each layer are therefore
divided by what its neurons get at most. Two ways to know that: from the weights alone (Diehl et al. 2015, algorithm 1),
or from what samples make of the layer (algorithm 2, with a percentile in the place of the maximum: Rueckauer et al.
2017, section 2.2.1).
"""

from collections.abc import Sequence
from dataclasses import replace
from numbers import Real
from typing import Any

import numpy as np

from ...errors import ArgumentError
from ._artificial_layers import Layer
from ._artificial_network import ArtificialNetwork
from ._weighted_layers import Conv2D, Dense

PERCENTILE = 99.9
FIRST_FACTOR = 2.0  # of the first layer, where none is given; each further one, poolings too, has one more


def normalised(
    network: ArtificialNetwork,
    scale_factor: Any,
    input_rate: float,
    thresholds: Sequence[float],
    samples: Any = None,
    percentile: float = PERCENTILE,
) -> ArtificialNetwork:
    """Return the network with weights, and biases, for spiking neurons.

    Args:
        network: trained.
        scale_factor: by which normalised weights are multiplied: a number, a list with one for each layer that has
            weights, or None for 2, 3, 4, ... by the place of the layer (weights alone), 1 (samples).
        input_rate: spikes in a step of an input of 1. Biases are in proportion to it, and to the rates that follow.
        thresholds: of the neurons of each layer.
        samples: whose activations decide, (number, ...); None for the weights alone.
        percentile: of the activations.

    Raises:
        ArgumentError: factors or a percentile that make no sense.
    """
    limits = _by_weights(network) if samples is None else _by_samples(network, samples, percentile)
    factors = _factors(scale_factor, network, by_weights=samples is None)
    ratios = iter([f / limit for f, limit in zip(factors, limits, strict=True)])
    scaled: list[Layer] = []
    rate = input_rate
    for layer, threshold in zip(network.layers, thresholds, strict=True):
        ratio = next(ratios) if isinstance(layer, Dense | Conv2D) else 1.0
        rate *= ratio
        scaled.append(layer.scaled(ratio, rate) if isinstance(layer, Dense | Conv2D) else layer)
        rate /= threshold
    return replace(network, layers=tuple(scaled))


def _factors(given: Any, network: ArtificialNetwork, by_weights: bool) -> Sequence[float]:
    """Return a factor for each layer with weights; a list may have one for each layer, poolings too, as in ANNarchy."""
    has_weights = [isinstance(layer, Dense | Conv2D) for layer in network.layers]
    number, weighted = len(has_weights), sum(has_weights)
    if given is None:
        given = [FIRST_FACTOR + i if by_weights else 1.0 for i in range(number)]
    factors: list[Any] = [given] * weighted if isinstance(given, Real) else list(given)
    if len(factors) not in (weighted, number) or not all(
        isinstance(f, Real) and 0 < float(f) < np.inf for f in factors
    ):
        raise ArgumentError(f"`scale_factor` is a positive number, or a list of {weighted}, not {given!r}")
    return factors if len(factors) == weighted else [f for f, has in zip(factors, has_weights, strict=True) if has]


def _by_weights(network: ArtificialNetwork) -> list[float]:
    """Return by what each layer with weights is divided: the largest input that inputs up to 1 can make."""
    largest = [layer.largest_input for layer in network.layers if isinstance(layer, Dense | Conv2D)]
    return [x if x > 0 else 1.0 for x in largest]


def _by_samples(network: ArtificialNetwork, samples: Any, percentile: float) -> list[float]:
    """Return by what each layer with weights is divided: its largest activation, as a multiple of that before it."""
    if not 0 < percentile <= 100:
        raise ArgumentError(f"`percentile` is a number above 0, up to 100, not {percentile!r}")
    activations = network.activations(samples)[1:]
    of_layers = zip(network.layers, activations, strict=True)
    largest = [_largest(a, percentile) for layer, a in of_layers if isinstance(layer, Dense | Conv2D)]
    return [after / before for before, after in zip([1.0, *largest], largest, strict=False)]


def _largest(activations: np.ndarray, percentile: float) -> float:
    positive = activations[activations > 0]
    return float(np.percentile(positive, percentile)) if positive.size else 1.0
