"""Statistics that count spikes."""

import numpy as np

from .. import arguments
from ..errors import ArgumentError
from ._spikes import SpikeDict, check_duration, flatten, window


def raster_plot(spikes: SpikeDict, dt: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Return the points of a raster plot.

    Args:
        spikes: steps of the spikes by rank.
        dt: step, ms.

    Returns:
        `(times, ranks)`: (n_spikes,) times in ms and ranks, neuron by neuron; empty without spikes.

    Raises:
        ArgumentError: if the spikes are not a dictionary of steps, or dt is not positive.

    Example:
        >>> times, ranks = raster_plot({0: [3, 10], 4: [5]}, dt=0.1)
        >>> [round(float(t), 1) for t in times], ranks.tolist()
        ([0.3, 1.0, 0.5], [0, 0, 4])
    """
    check_duration("dt", dt)
    steps, rows = flatten(spikes)
    return steps * dt, np.fromiter(spikes, int, len(spikes))[rows]


def mean_fr(spikes: SpikeDict, duration: float | None = None, dt: float = 1.0) -> float:
    """Return the mean firing rate over all neurons, those that were silent included.

    Args:
        spikes: steps of the spikes by rank.
        duration: of the recording, ms; None takes the time from the first to the last spike of all neurons, too
            short a time for few spikes.
        dt: step, ms.

    Returns:
        The rate, Hz; 0.0 without spikes.

    Raises:
        ArgumentError: if the duration is not positive, or all spikes are in one step and none is given.

    Example:
        >>> mean_fr({0: [3, 10], 4: [5]}, duration=100.0)
        15.0
        >>> round(mean_fr({0: [3, 10], 4: [5]}), 1)
        214.3
    """
    check_duration("dt", dt)
    if duration is not None:
        check_duration("duration", duration)
    steps, _ = flatten(spikes)
    if not steps.size:
        return 0.0
    duration = float(steps.max() - steps.min()) * dt if duration is None else duration
    if duration == 0:
        raise ArgumentError("all spikes are in one step, which spans no time: give the duration of the recording")
    return 1000.0 * steps.size / (len(spikes) * duration)


def histogram(
    spikes: SpikeDict,
    bins: float | None = None,
    per_neuron: bool = False,
    recording_window: tuple[int, int] | None = None,
    dt: float = 1.0,
) -> np.ndarray | dict[int, np.ndarray]:
    """Count the spikes in bins of time.

    Args:
        spikes: steps of the spikes by rank.
        bins: width of a bin, ms; a fraction of a step is cut off. None for one step.
        per_neuron: count each neuron on its own.
        recording_window: first and last step, both counted; None for the first and last spike of all neurons.
        dt: step, ms.

    Returns:
        (n_bins,) numbers of spikes, or a dictionary of them by rank. The first bin starts with the window, the last
        bin holds the last step of the window. Without spikes and window there are no bins.

    Raises:
        ArgumentError: if a bin is shorter than a step, or the window ends before its start.

    Example:
        >>> histogram({0: [3, 10, 20], 1: [5, 6]}, bins=2.0, dt=0.5).tolist()
        [3, 1, 0, 0, 1]
        >>> histogram({0: [3, 10], 1: [5]}, bins=10.0, per_neuron=True, recording_window=(0, 19))
        {0: array([1, 1]), 1: array([1, 0])}
    """
    width = _steps_per_bin(bins, dt)
    steps, rows = flatten(spikes)
    first, end = window(steps, *_as_limits(recording_window))
    n_bins = -(-(end - first) // width)
    inside = (steps >= first) & (steps < end)
    places = (steps[inside] - first) // width
    if not arguments.flag(per_neuron, "per_neuron"):
        return np.bincount(places, minlength=n_bins)
    counts = np.bincount(rows[inside] * n_bins + places, minlength=len(spikes) * n_bins)
    return dict(zip(spikes, counts.reshape(len(spikes), n_bins), strict=True))


def _steps_per_bin(bins: float | None, dt: float) -> int:
    """Return the whole steps in a bin; a multiple of dt survives rounding."""
    check_duration("dt", dt)
    steps = 1 if bins is None else int(arguments.real(bins, "bins", "ms", above=0.0) / dt * (1.0 + 1e-6))
    if steps < 1:
        raise ArgumentError(f"`bins` is the width of a bin in ms, at least one step of {dt:g} ms, not {bins!r}")
    return steps


def _as_limits(recording_window: tuple[int, int] | None) -> tuple[int | None, int | None]:
    """Return the first step of a window and the one after its last."""
    if recording_window is None:
        return None, None
    limits = [arguments.as_number(x) for x in recording_window] if np.shape(recording_window) == (2,) else [None]
    if None in limits or not limits[0] <= limits[1]:  # type: ignore[operator]
        raise ArgumentError(f"`recording_window` is (first, last), two steps in order, not {recording_window!r}")
    return recording_window[0], recording_window[1] + 1
