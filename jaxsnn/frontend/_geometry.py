"""Ranks and coordinates: a rank counts neurons row by row, the last coordinate fastest."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import arguments
from ..errors import ArgumentError


def rank_of(coordinates: Any, geometry: tuple[int, ...]) -> int:
    """Return the rank of a neuron.

    Example:
        >>> rank_of((1, 2), (3, 4))
        6
    """
    given = np.atleast_1d(coordinates)
    if given.shape != (len(geometry),) or not _are_whole(given):
        raise ArgumentError(f"a neuron in {geometry} has {len(geometry)} integer coordinates, not {coordinates!r}")
    if ((given < 0) | (given >= geometry)).any():
        raise ArgumentError(f"the coordinates {tuple(map(int, given))} lie outside the geometry {geometry}")
    return int(np.ravel_multi_index(tuple(given.astype(int)), geometry))


def coordinates_of(rank: int, geometry: tuple[int, ...]) -> tuple[int, ...]:
    """Return the coordinates of a neuron.

    Example:
        >>> coordinates_of(6, (3, 4))
        (1, 2)
    """
    return tuple(int(c) for c in np.unravel_index(checked_rank(rank, int(np.prod(geometry))), geometry))


def normalized(coordinates: Sequence[int], geometry: tuple[int, ...], norm: float = 1.0) -> tuple[float, ...]:
    """Return coordinates scaled to 0 ... norm in each dimension; 0 where a dimension has one neuron.

    Example:
        >>> normalized((1, 3), (3, 4))
        (0.5, 1.0)
    """
    norm = arguments.real(norm, "norm")
    return tuple(norm * c / (g - 1) if g > 1 else 0.0 for c, g in zip(coordinates, geometry, strict=True))


def checked_rank(rank: Any, size: int) -> int:
    """Return a rank of a population; a negative one counts from the end."""
    if np.ndim(rank) or not _are_whole(np.asarray(rank)):
        raise ArgumentError(f"a rank is an integer, not {rank!r}")
    if not -size <= rank < size:
        raise ArgumentError(f"rank {rank} is outside a population of {size} neurons")
    return int(rank) % size


def _are_whole(numbers: np.ndarray) -> bool:
    """Tell whether these are integers, of whatever type."""
    return numbers.dtype.kind in "iuf" and bool((numbers == np.rint(numbers)).all())
