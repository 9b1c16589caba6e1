"""Spikes: which neuron, when, how often, and after which interval."""

from collections.abc import Mapping
from numbers import Integral
from typing import Any

import numpy as np

from .. import arguments
from ..errors import ArgumentError
from ._axes import Axes, given_or_new, reach, read_times, whole_ticks
from ._groups import Group, groups_of


def raster(
    times: np.ndarray, ranks: np.ndarray, axes: Any = None, groups: Mapping[str, Any] | None = None, **style: Any
) -> Axes:
    """Draw a raster plot.

    Args:
        times: (n_spikes,) ms.
        ranks: (n_spikes,) neurons.
        axes: where to draw; None makes a figure.
        groups: ranks, or a view of a population, by name: each group has a colour and stands in the legend. Names that
            begin with `exc` or are `E` are blue, those that begin with `inh` or are `I` red. Spikes of no group are
            left out. None draws all in black.
        **style: for `Axes.plot`.

    Returns:
        The axes.

    Raises:
        ArgumentError: groups that have no ranks.

    Example:
        >>> times, ranks = np.array([1.0, 2.0, 2.0]), np.array([0, 1, 4])
        >>> axes = raster(times, ranks, groups={"excitatory": range(4), "inhibitory": range(4, 5)})
        >>> [(line.get_label(), line.get_color()) for line in axes.lines]
        [('excitatory', 'tab:blue'), ('inhibitory', 'tab:red')]
    """
    times = arguments.array(times, "times", "(n_spikes,)", 1)
    ranks = arguments.array(ranks, "ranks", "(n_spikes,)", 1)
    if len(times) != len(ranks):
        raise ArgumentError(f"`times` and `ranks` have one entry per spike, not {len(times)} and {len(ranks)}")
    drawn = groups_of(groups) if groups is not None else [Group("", ranks, "black")]
    axes = given_or_new(axes)
    for group in drawn:
        some, look = group.holds(ranks), {"color": group.color, "label": group.name}
        axes.plot(times[some], ranks[some], **{"linestyle": "", "marker": ".", "markersize": 2, **look, **style})
    if groups:
        place = {"loc": "lower right", "bbox_to_anchor": (1.0, 1.0), "ncols": len(drawn)}
        axes.legend(markerscale=4, frameon=False, **place)
    axes.set(xlabel="time (ms)", ylabel="neuron")
    whole_ticks(axes.yaxis)
    axes.margins(x=0, y=0)
    if np.size(ranks):
        reach(axes, np.min(times), (np.min(ranks) - 0.5, np.max(ranks) + 0.5))
    return axes


def histogram(counts: np.ndarray, bins: float = 1.0, axes: Any = None, start: float = 0.0, **style: Any) -> Axes:
    """Draw the number of spikes in bins of time.

    Args:
        counts: (n_bins,) spikes, as `analysis.histogram` returns them.
        bins: width of a bin, ms.
        axes: where to draw; None makes a figure.
        start: time at which the first bin starts, ms.
        **style: for `Axes.stairs`.

    Returns:
        The axes.

    Example:
        >>> axes = histogram(np.array([3, 1, 0, 2]), bins=10.0)
        >>> axes.get_ylabel(), [float(x) for x in axes.get_xlim()]
        ('spikes in 10 ms', [0.0, 40.0])
    """
    counts = arguments.array(counts, "counts", "(n_bins,)", 1)
    bins, start = read_times(bins, start, "bins")
    axes = given_or_new(axes)
    edges = start + np.arange(len(counts) + 1) * bins
    axes.stairs(counts, edges, **{"fill": True, "color": "0.4", **style})
    axes.set(xlabel="time (ms)", ylabel=f"spikes in {bins:g} ms")
    whole_ticks(axes.yaxis)
    axes.margins(x=0)
    return axes


def isi_histogram(intervals: np.ndarray, bins: Any = 50, axes: Any = None, **style: Any) -> Axes:
    """Draw how often which interval between spikes occurs.

    Args:
        intervals: (n_intervals,) ms, as `analysis.inter_spike_interval` returns them.
        bins: at most so many, each as wide as a whole number of steps, so that none holds more steps than another; or
            anything else that `numpy.histogram` takes, such as edges in ms.
        axes: where to draw; None makes a figure.
        **style: for `Axes.stairs`.

    Returns:
        The axes.

    Example:
        >>> axes = isi_histogram(np.array([3.5, 5.0, 0.5, 5.0]), bins=2)
        >>> counts, edges, _ = axes.patches[0].get_data()
        >>> counts.tolist(), edges.tolist()
        ([1, 3], [0.25, 2.75, 5.25])
    """
    intervals = arguments.array(intervals, "intervals", "(n_intervals,)", 1)
    axes = given_or_new(axes)
    try:
        counts, edges = np.histogram(intervals, _edges(intervals, bins) if isinstance(bins, Integral) else bins)
    except (TypeError, ValueError) as error:
        raise ArgumentError(f"`bins` is a number of bins or their edges in ms, not {bins!r}: {error}") from None
    axes.stairs(counts, edges, **{"fill": True, "color": "0.4", **style})
    axes.set(xlabel="inter-spike interval (ms)", ylabel="number of intervals")
    whole_ticks(axes.yaxis)
    axes.margins(x=0)
    return axes


def _edges(intervals: np.ndarray, bins: Any) -> np.ndarray:
    """Return the edges of at most `bins` bins that hold equally many of the intervals that a step allows."""
    if bins < 1:
        raise ArgumentError(f"`bins` is a number of bins, at least 1, not {bins!r}")
    if not np.size(intervals):
        return np.array([0.0, 1.0])
    nanoseconds = np.round(np.asarray(intervals) * 1e6).astype(np.int64)
    step, shortest = max(1, int(np.gcd.reduce(nanoseconds))), int(nanoseconds.min())
    kinds = (int(nanoseconds.max()) - shortest) // step + 1
    per_bin = -(-kinds // bins)
    return (shortest - step / 2 + step * per_bin * np.arange(-(-kinds // per_bin) + 1)) * 1e-6
