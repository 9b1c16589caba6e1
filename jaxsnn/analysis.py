"""Spike-train statistics: pure functions of arrays and of spike dictionaries, without a simulator.

A spike dictionary maps ranks to the steps of their spikes, as `Monitor.get("spike")` returns it.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from .errors import ArgumentError

SpikeDict = Mapping[int, Sequence[int]]


def spike_dict(steps: np.ndarray, ranks: np.ndarray, recorded: Sequence[int]) -> dict[int, list[int]]:
    """Return the spike dictionary of sorted spikes, with an entry for every recorded rank."""
    starts = np.searchsorted(ranks, recorded, side="left")
    ends = np.searchsorted(ranks, recorded, side="right")
    return {int(r): steps[a:b].tolist() for r, a, b in zip(recorded, starts, ends, strict=True)}


def raster_plot(spikes: SpikeDict, dt: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Return the points of a raster plot.

    Args:
        spikes: steps of the spikes by rank.
        dt: step, ms.

    Returns:
        `(times, ranks)`: (n_spikes,) times in ms and ranks, neuron by neuron.

    Example:
        >>> times, ranks = raster_plot({0: [3, 10], 4: [5]}, dt=0.1)
        >>> [round(float(t), 1) for t in times], ranks.tolist()
        ([0.3, 1.0, 0.5], [0, 0, 4])
    """
    steps = np.concatenate([np.asarray(s, float) for s in spikes.values()] or [np.zeros(0)])
    ranks = np.repeat(np.fromiter(spikes, int, len(spikes)), [len(s) for s in spikes.values()])
    return steps * dt, ranks


def mean_fr(spikes: SpikeDict, duration: float) -> float:
    """Return the mean firing rate over all neurons, Hz.

    Args:
        spikes: steps of the spikes by rank.
        duration: of the recording, ms.

    Example:
        >>> mean_fr({0: [3, 10], 4: [5]}, duration=100.0)
        15.0
    """
    if not duration > 0:
        raise ArgumentError(f"the duration of a recording is a number of ms greater than 0, not {duration}")
    return 1000.0 * sum(len(s) for s in spikes.values()) / (len(spikes) * duration)


def population_rate(
    steps: np.ndarray, n_neurons: int, n_steps: int, dt: float = 1.0, smooth: float = 0.0
) -> np.ndarray:
    """Return the firing rate of a population in each step, Hz.

    Args:
        steps: (n_spikes,) the step of every spike, counted from the start of the recording.
        n_neurons: size of the population.
        n_steps: length of the recording.
        dt: step, ms.
        smooth: time constant of a low-pass filter, ms; 0 for none.

    Example:
        >>> population_rate(np.array([0, 0, 2]), n_neurons=2, n_steps=4).tolist()
        [1000.0, 0.0, 500.0, 0.0]
    """
    rate = np.bincount(steps, minlength=n_steps)[:n_steps] * (1000.0 / (dt * n_neurons))
    if smooth > dt and n_steps:
        for i in range(1, n_steps):
            rate[i] = rate[i - 1] + (rate[i] - rate[i - 1]) * dt / smooth
    return rate
