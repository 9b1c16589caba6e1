"""Firing rates in each step, with or without a low-pass filter."""

import numpy as np

from .. import arguments
from ._intervals import gaps_of
from ._spikes import SpikeDict, check_duration, flatten, whole_steps, window


def rate_of_steps(steps: np.ndarray, n_neurons: int, n_steps: int, dt: float = 1.0, smooth: float = 0.0) -> np.ndarray:
    """Return the firing rate of a population in each step, Hz.

    Args:
        steps: (n_spikes,) the step of every spike, counted from the start of the recording; others are left out.
        n_neurons: size of the population.
        n_steps: length of the recording.
        dt: step, ms.
        smooth: time constant of a low-pass filter, ms; 0 for none, as every value up to dt.

    Returns:
        (n_steps,) Hz, per neuron; 0 for no neurons.

    Raises:
        ArgumentError: if dt is not positive or `smooth` is negative.

    Example:
        >>> rate_of_steps(np.array([0, 0, 2]), n_neurons=2, n_steps=4).tolist()
        [1000.0, 0.0, 500.0, 0.0]
    """
    _check_smoothing(dt, smooth)
    steps = whole_steps(steps, "steps")
    n_neurons = arguments.whole(n_neurons, "n_neurons", least=0)
    n_steps = arguments.whole(n_steps, "n_steps", least=0)
    inside = steps[(steps >= 0) & (steps < n_steps)].astype(np.int64)
    counts = np.bincount(inside, minlength=n_steps)
    return _low_pass(counts * (1000.0 / (dt * max(n_neurons, 1))), dt, smooth)


def population_rate(
    spikes: SpikeDict, smooth: float = 0.0, dt: float = 1.0, start: int | None = None, stop: int | None = None
) -> np.ndarray:
    """Return the firing rate of a population in each step, averaged over its neurons.

    Args:
        spikes: steps of the spikes by rank; silent neurons count.
        smooth: time constant of a low-pass filter, ms; 0 for none, as every value up to dt.
        dt: step, ms.
        start: first step; None for that of the first spike.
        stop: the step after the last; None ends with the last spike.

    Returns:
        (stop - start,) Hz, from step `start` on; empty if nobody fired and no window is given.

    Raises:
        ArgumentError: if dt is not positive, `smooth` is negative, or `stop` stands before `start`.

    Example:
        >>> population_rate({0: [3, 5], 1: [3]}).tolist()
        [1000.0, 0.0, 500.0]
        >>> population_rate({0: [3, 5], 1: [3]}, start=2, stop=5, smooth=2.0).tolist()
        [0.0, 500.0, 250.0]
    """
    steps, _ = flatten(spikes)
    start, stop = window(steps, start, stop)
    return rate_of_steps(steps - start, len(spikes), stop - start, dt, smooth)


def smoothed_rate(
    spikes: SpikeDict, smooth: float = 0.0, dt: float = 1.0, start: int | None = None, stop: int | None = None
) -> np.ndarray:
    """Return the instantaneous firing rate of each neuron in each step.

    From one spike until the step before the next, the rate is one over the interval between them; before the first
    and from the last spike on it is 0.

    Args:
        spikes: steps of the spikes by rank, increasing.
        smooth: time constant of a low-pass filter, ms; 0 for none, as every value up to dt.
        dt: step, ms.
        start: first step; None for that of the first spike of all neurons.
        stop: the step after the last; None ends with the last spike of all neurons.

    Returns:
        (n_neurons, stop - start) Hz, a row for each entry of `spikes`, a column for each step from `start` on.
        Intervals that reach out of the window count inside it. Without spikes and window there are no columns.

    Raises:
        ArgumentError: if dt is not positive, `smooth` is negative, `stop` stands before `start`, or steps do not
            increase.

    Example:
        >>> smoothed_rate({0: [3, 5], 1: [4, 8]}).tolist()
        [[500.0, 500.0, 0.0, 0.0, 0.0, 0.0], [0.0, 250.0, 250.0, 250.0, 250.0, 0.0]]
    """
    _check_smoothing(dt, smooth)
    steps, owners = flatten(spikes)
    gaps, rows = gaps_of(spikes)
    start, stop = window(steps, start, stop)
    begins = steps[:-1][owners[1:] == owners[:-1]] - start
    rates = np.zeros((len(spikes), stop - start))
    _fill(rates, rows, begins, begins + gaps, 1000.0 / (dt * gaps))
    return _low_pass(rates, dt, smooth)


def _fill(into: np.ndarray, rows: np.ndarray, begins: np.ndarray, ends: np.ndarray, values: np.ndarray) -> None:
    """Write each value into the columns from `begins` to before `ends` of its row, as far as they exist."""
    begins, ends = np.clip(begins, 0, into.shape[1]), np.clip(ends, 0, into.shape[1])
    lengths = ends - begins
    before = np.cumsum(lengths) - lengths
    columns = np.arange(lengths.sum()) + np.repeat(begins - before, lengths)
    into[np.repeat(rows, lengths), columns] = np.repeat(values, lengths)


def _check_smoothing(dt: float, smooth: float) -> None:
    check_duration("dt", dt)
    arguments.real(smooth, "smooth", "ms", least=0.0)


def _low_pass(values: np.ndarray, dt: float, smooth: float) -> np.ndarray:
    """Filter along the last axis, in place: y[0] = x[0], y[t + 1] = y[t] + (x[t + 1] - y[t]) dt / smooth."""
    if smooth <= dt or values.size == 0 or values.shape[-1] == 1:
        return values
    from scipy.signal import lfilter

    gain = dt / smooth
    values[..., 1:], _ = lfilter([gain], [1.0, gain - 1.0], values[..., 1:], zi=(1.0 - gain) * values[..., :1])
    return values
