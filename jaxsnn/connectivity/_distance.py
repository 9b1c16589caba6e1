"""Weights that depend on the distance of two neurons: Gaussian, difference of Gaussians.

Coordinates are scaled to 0 ... 1 in every dimension of a population. Rounding is that of ANNarchy (coordinates on a
line in double precision, others, distances and weights in single), so that a weight near the limit exists or does not
by the same numbers.
"""

from collections.abc import Callable

import numpy as np

from ..errors import ArgumentError
from ._from_arrays import FromList

Geometry = tuple[int, ...]
ROWS_AT_ONCE = 2**22  # pairs that are looked at together


def gaussian(
    pre: Geometry,
    post: Geometry,
    amp: float,
    sigma: float,
    limit: float,
    delays,
    same_population: bool,
    self_connections: bool,
) -> FromList:
    """Return the connector of weights amp exp(-d^2 / (2 sigma^2)), where they exceed limit * amp.

    Args:
        pre, post: shapes of the two populations.
        amp, sigma: height and width.
        limit: share of the height.
        delays: ms, one number or a distribution.
        same_population: whether both are one population.
        self_connections: whether a neuron may project to itself.
    """
    _check_width("sigma", sigma)

    def weight(squared: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        w = _bell(squared, amp, sigma).astype(np.float32)
        return w, np.abs(w) > np.float32(limit * abs(amp))

    there = not same_population or self_connections
    return _by_distance(pre, post, weight, delays, there, "Gaussian")


def difference_of_gaussians(
    pre: Geometry,
    post: Geometry,
    positive: tuple[float, float],
    negative: tuple[float, float],
    limit: float,
    delays,
    same_population: bool,
    self_connections: bool,
) -> FromList:
    """Return the connector of weights a+ exp(-d^2 / (2 s+^2)) - a- exp(-d^2 / (2 s-^2)).

    They exist where their size exceeds limit * |a+ - a-|.

    Args:
        pre, post: shapes of the two populations.
        positive, negative: (height, width) of the two.
        limit: share of the height at distance 0.
        delays: ms, one number or a distribution.
        same_population: whether both are one population.
        self_connections: whether a neuron may project to itself.
    """
    for name, (_, sigma) in (("sigma_pos", positive), ("sigma_neg", negative)):
        _check_width(name, sigma)

    def weight(squared: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        w = (_bell(squared, *positive) - _bell(squared, *negative)).astype(np.float32)
        return w, np.abs(w) > np.float32(limit * abs(positive[0] - negative[0]))

    there = not same_population or self_connections
    return _by_distance(pre, post, weight, delays, there, "Difference-of-Gaussian")


def _bell(squared: np.ndarray, amp: float, sigma: float) -> np.ndarray:
    width = np.float32(2.0) * np.float32(sigma) * np.float32(sigma)
    return float(np.float32(amp)) * np.exp(-squared.astype(float) / float(width))


def _check_width(name: str, sigma: float) -> None:
    if not sigma > 0:
        raise ArgumentError(f"`{name}` is a width, greater than 0, not {sigma}")


def _by_distance(
    pre: Geometry, post: Geometry, weight: Callable, delays, self_connections: bool, title: str
) -> FromList:
    dimensions = max(len(pre), len(post))
    if len(pre) != len(post):
        raise ArgumentError(f"distances need populations of the same dimension, not {pre} and {post}")
    here, there = _normalised(pre, dimensions), _normalised(post, dimensions)
    rows = max(1, ROWS_AT_ONCE // len(here))
    found = []
    for first in range(0, len(there), rows):
        difference = there[first : first + rows, None, :] - here[None, :, :]
        w, exists = weight((difference * difference).sum(axis=-1).astype(np.float32))
        if not self_connections:
            index = np.arange(first, min(first + rows, len(there)))
            exists[index - first, index] = False
        j, i = np.nonzero(exists)
        found.append((i.astype(np.int32), (j + first).astype(np.int32), w[j, i].astype(float)))
    pre_ranks, post_ranks, weights = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return FromList(pre_ranks, post_ranks, weights, delays, (len(here), len(there)), title)


def _normalised(geometry: Geometry, dimensions: int) -> np.ndarray:
    """Return the coordinates of all neurons, (size, dimensions)."""
    shape = (*geometry, *(1,) * (dimensions - len(geometry)))
    scaled = np.indices(shape).reshape(len(shape), -1).T / np.maximum(np.asarray(shape) - 1, 1)
    return scaled if dimensions == 1 else scaled.astype(np.float32).astype(float)
