"""Statistics of the intervals between the spikes of a neuron."""

from collections.abc import Sequence

import numpy as np

from .. import arguments
from ..errors import ArgumentError
from ._spikes import SpikeDict, check_duration, flatten, select_ranks


def inter_spike_interval(
    spikes: SpikeDict, ranks: Sequence[int] | None = None, per_neuron: bool = False, dt: float = 1.0
) -> np.ndarray | dict[int, np.ndarray]:
    """Return the intervals between successive spikes of each neuron.

    Args:
        spikes: steps of the spikes by rank, increasing.
        ranks: of these neurons; None for all.
        per_neuron: keep neurons apart.
        dt: step, ms.

    Returns:
        (n_intervals,) ms, neuron by neuron, or a dictionary of them by rank. Neurons with fewer than two spikes have
        none and no entry.

    Raises:
        ArgumentError: if a rank was not recorded, or steps do not increase.

    Example:
        >>> spikes = {0: [3, 10, 20], 1: [5, 6], 2: []}
        >>> inter_spike_interval(spikes, dt=0.5).tolist()
        [3.5, 5.0, 0.5]
        >>> inter_spike_interval(spikes, ranks=[1, 2], per_neuron=True)
        {1: array([1.])}
    """
    check_duration("dt", dt)
    spikes = select_ranks(spikes, ranks)
    gaps, rows = gaps_of(spikes)
    if not arguments.flag(per_neuron, "per_neuron"):
        return gaps * dt
    number = np.bincount(rows, minlength=len(spikes))
    trains = np.split(gaps * dt, np.cumsum(number)[:-1])
    return {rank: train for rank, train in zip(spikes, trains, strict=False) if train.size}


def coefficient_of_variation(
    spikes: SpikeDict, ranks: Sequence[int] | None = None, per_neuron: bool = False, dt: float = 1.0
) -> np.ndarray | dict[int, float]:
    """Return how irregularly each neuron fires: standard deviation of its intervals over their mean.

    It is 0 for a regular neuron and about 1 for a Poisson process.

    Args:
        spikes: steps of the spikes by rank, increasing.
        ranks: of these neurons; None for all.
        per_neuron: return a dictionary by rank.
        dt: step, ms; it cancels.

    Returns:
        (n_neurons,) one number for each neuron with three or more spikes, or a dictionary of them by rank. The
        standard deviation is that of the sample itself, divided by n.

    Raises:
        ArgumentError: if a rank was not recorded, or steps do not increase.

    Example:
        >>> coefficient_of_variation({0: [3, 10, 20], 1: [5, 6], 2: [0, 8, 16]}).round(3).tolist()
        [0.176, 0.0]
        >>> coefficient_of_variation({2: [0, 8, 16]}, per_neuron=True)
        {2: 0.0}
    """
    check_duration("dt", dt)
    spikes = select_ranks(spikes, ranks)
    gaps, rows = gaps_of(spikes)
    number = np.bincount(rows, minlength=len(spikes))
    mean = np.bincount(rows, gaps, len(spikes)) / np.maximum(number, 1)
    variance = np.bincount(rows, (gaps - mean[rows]) ** 2, len(spikes)) / np.maximum(number, 1)
    enough = number >= 2
    values = np.sqrt(variance[enough]) / mean[enough]
    ranks_left = [rank for rank, keep in zip(spikes, enough, strict=True) if keep]
    return dict(zip(ranks_left, values.tolist(), strict=True)) if arguments.flag(per_neuron, "per_neuron") else values


def gaps_of(spikes: SpikeDict) -> tuple[np.ndarray, np.ndarray]:
    """Return `(gaps, rows)`: the steps between successive spikes, and which entry of the dictionary each is of."""
    steps, rows = flatten(spikes)
    within = rows[1:] == rows[:-1]
    gaps, rows = np.diff(steps)[within], rows[1:][within]
    if gaps.size and gaps.min() < 1:
        rank = list(spikes)[rows[np.argmax(gaps < 1)]]
        raise ArgumentError(
            f"the steps of neuron {rank} do not increase. Intervals need one recording at a time: read the spikes "
            "before the clock is set back"
        )
    return gaps, rows
