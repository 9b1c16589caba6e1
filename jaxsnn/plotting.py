"""Pictures: each function draws on matplotlib axes and returns them. Matplotlib is imported on use."""

from numbers import Integral
from typing import Any

import numpy as np

from .errors import ArgumentError

Axes = Any


def _axes(axes: Any) -> Axes:
    if axes is not None:
        return axes
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=(8, 5), layout="constrained")[1]


def _whole_ticks(axis: Any) -> None:
    """Put ticks on whole numbers only, unless somebody chose other ticks."""
    from matplotlib.ticker import MaxNLocator

    if isinstance(locator := axis.get_major_locator(), MaxNLocator):
        locator.set_params(integer=True, min_n_ticks=1)


def _reach(axes: Axes, x: Any, heights: Any) -> None:
    """Extend what the axes show to these heights, as data there would; later data may extend it further."""
    axes.update_datalim([(x, height) for height in heights])
    axes.autoscale_view()


def raster(times: np.ndarray, ranks: np.ndarray, axes: Any = None, **style: Any) -> Axes:
    """Draw a raster plot.

    Args:
        times: (n_spikes,) ms.
        ranks: (n_spikes,) neurons.
        axes: where to draw; None makes a figure.
        **style: for `Axes.plot`.

    Returns:
        The axes.
    """
    axes = _axes(axes)
    axes.plot(times, ranks, **{"linestyle": "", "marker": ".", "markersize": 2, "color": "black", **style})
    axes.set(xlabel="time (ms)", ylabel="neuron")
    _whole_ticks(axes.yaxis)
    axes.margins(x=0, y=0)
    if np.size(ranks):
        _reach(axes, np.min(times), (np.min(ranks) - 0.5, np.max(ranks) + 0.5))
    return axes


def traces(values: np.ndarray, dt: float = 1.0, axes: Any = None, times: Any = None, **style: Any) -> Axes:
    """Draw variables over time.

    Args:
        values: (n_samples,) or (n_samples, n) recorded values.
        dt: time between samples, ms; sample k was taken at the end of step k.
        axes: where to draw; None makes a figure.
        times: (n_samples,) ms, when the samples were taken, if not each dt from the start.
        **style: for `Axes.plot`.

    Returns:
        The axes.

    Raises:
        ArgumentError: if there are not as many times as samples.

    Example:
        >>> axes = traces(np.array([0.0, 0.5, 0.75]), times=[10.0, 15.0, 20.0], label="v")
        >>> axes.lines[0].get_xdata().tolist()
        [10.0, 15.0, 20.0]
    """
    moments = (np.arange(len(values)) + 1) * dt if times is None else np.asarray(times)
    if moments.shape != (len(values),):
        raise ArgumentError(f"`times` has the shape {moments.shape}, for {len(values)} samples")
    axes = _axes(axes)
    axes.plot(moments, values, **{"linewidth": 1.0, **style})
    axes.set(xlabel="time (ms)")
    axes.margins(x=0)
    return axes


def bands(values: np.ndarray, dt: float = 1.0, axes: Any = None, times: Any = None, **style: Any) -> Axes:
    """Draw how many values are distributed over time: their median, the middle half and nine tenths of them.

    Args:
        values: (n_samples, n); NaN are left out.
        dt, axes, times: as for `traces`.
        **style: for `Axes.fill_between`.

    Returns:
        The axes.

    Example:
        >>> axes = bands(np.random.default_rng(0).normal(size=(20, 100)))
        >>> [label.get_text() for label in axes.get_legend().get_texts()]
        ['90 %', '50 %', 'median']
    """
    low, lower, median, upper, high = np.nanquantile(values, [0.05, 0.25, 0.5, 0.75, 0.95], axis=1)
    axes = traces(median, dt, axes, times, color="black", label="median")
    moments = axes.lines[-1].get_xdata()
    for below, above, share, alpha in ((low, high, "90 %", 0.25), (lower, upper, "50 %", 0.4)):
        look = {"color": "tab:blue", "linewidth": 0.0, "alpha": alpha, **style}
        axes.fill_between(moments, below, above, label=share, **look)
    handles, labels = axes.get_legend_handles_labels()
    axes.legend(handles[1:] + handles[:1], labels[1:] + labels[:1], frameon=False)
    return axes


def matrix(values: np.ndarray, axes: Any = None, label: str = "w", **style: Any) -> Axes:
    """Draw values of synapses as an image, post-synaptic neurons by pre-synaptic ones, with a scale beside it.

    Args:
        values: (n_post, n_pre); NaN, where there is no synapse, stay white.
        axes: where to draw; None makes a figure.
        label: what they are.
        **style: for `Axes.imshow`.

    Returns:
        The axes.

    Raises:
        ArgumentError: if the values are not a matrix with at least one neuron on each side.

    Example:
        >>> axes = matrix(np.array([[0.1, np.nan, 0.3], [0.4, 0.2, np.nan]]))
        >>> axes.get_xlabel(), axes.get_ylabel()
        ('pre-synaptic neuron', 'post-synaptic neuron')
    """
    values = np.asarray(values)
    if values.ndim != 2 or not values.size:
        raise ArgumentError(f"`values` is (n_post, n_pre), at least one of each, not of the shape {values.shape}")
    axes = _axes(axes)
    image = axes.imshow(values, **{"aspect": "auto", "origin": "lower", "interpolation": "nearest", **style})
    axes.figure.colorbar(image, ax=axes, label=label)
    axes.set(xlabel="pre-synaptic neuron", ylabel="post-synaptic neuron")
    for axis in (axes.xaxis, axes.yaxis):
        _whole_ticks(axis)
    return axes


def rate(values: np.ndarray, dt: float = 1.0, axes: Any = None, start: float = 0.0, **style: Any) -> Axes:
    """Draw the firing rate of a population over time.

    Args:
        values: (n_steps,) Hz, as `analysis.population_rate` returns it.
        dt: step, ms.
        axes: where to draw; None makes a figure.
        start: time of the first value, ms.
        **style: for `Axes.plot`.

    Returns:
        The axes.

    Raises:
        ArgumentError: if there is more than one rate in each step.

    Example:
        >>> axes = rate(np.array([0.0, 20.0, 10.0]), dt=0.5, start=100.0)
        >>> axes.lines[0].get_xdata().tolist(), axes.get_ylabel()
        ([100.0, 100.5, 101.0], 'rate (Hz)')
    """
    if np.ndim(values) != 1:
        hint = "; rates of several neurons are for `rate_map`" if np.ndim(values) == 2 else ""
        raise ArgumentError(f"`values` is one rate per step, (n_steps,), not of the shape {np.shape(values)}{hint}")
    axes = _axes(axes)
    (line,) = axes.plot(start + np.arange(len(values)) * dt, values, **{"linewidth": 1.0, "color": "black", **style})
    line.sticky_edges.y.append(0.0)
    axes.set(xlabel="time (ms)", ylabel="rate (Hz)")
    axes.margins(x=0)
    _reach(axes, start, (0.0,))
    return axes


def rate_map(values: np.ndarray, dt: float = 1.0, axes: Any = None, start: float = 0.0, **style: Any) -> Axes:
    """Draw the firing rates of many neurons over time as an image, with a scale beside it.

    Args:
        values: (n_neurons, n_steps) Hz, as `analysis.smoothed_rate` returns it.
        dt: step, ms.
        axes: where to draw; None makes a figure.
        start: time of the first value, ms.
        **style: for `Axes.imshow`.

    Returns:
        The axes.

    Raises:
        ArgumentError: if the values are not a matrix with at least one neuron and step.

    Example:
        >>> axes = rate_map(np.array([[0.0, 20.0], [10.0, 0.0]]), dt=0.5)
        >>> [float(x) for x in axes.images[0].get_extent()]
        [0.0, 1.0, -0.5, 1.5]
    """
    values = np.asarray(values)
    if values.ndim != 2 or not values.size:
        raise ArgumentError(f"`values` is (n_neurons, n_steps), at least one of each, not of the shape {values.shape}")
    axes = _axes(axes)
    extent = (start, start + values.shape[1] * dt, -0.5, len(values) - 0.5)
    look = {"aspect": "auto", "origin": "lower", "interpolation": "nearest", "cmap": "gray_r", "vmin": 0.0}
    image = axes.imshow(values, extent=extent, **{**look, **style})
    axes.figure.colorbar(image, ax=axes, label="rate (Hz)")
    axes.set(xlabel="time (ms)", ylabel="neuron")
    _whole_ticks(axes.yaxis)
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
    axes = _axes(axes)
    edges = start + np.arange(len(counts) + 1) * bins
    axes.stairs(counts, edges, **{"fill": True, "color": "0.4", **style})
    axes.set(xlabel="time (ms)", ylabel=f"spikes in {bins:g} ms")
    _whole_ticks(axes.yaxis)
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
    axes = _axes(axes)
    counts, edges = np.histogram(intervals, _edges(intervals, bins) if isinstance(bins, Integral) else bins)
    axes.stairs(counts, edges, **{"fill": True, "color": "0.4", **style})
    axes.set(xlabel="inter-spike interval (ms)", ylabel="number of intervals")
    _whole_ticks(axes.yaxis)
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


def history(losses: np.ndarray, axes: Any = None, **style: Any) -> Axes:
    """Draw the loss of a fit over its steps, on a logarithmic scale.

    Args:
        losses: (n_steps,) as in the `history` of a `FitResult`.
        axes: where to draw; None makes a figure.
        **style: for `Axes.semilogy`.

    Returns:
        The axes.
    """
    axes = _axes(axes)
    axes.semilogy(np.asarray(losses), **{"linewidth": 1.0, "color": "black", **style})
    axes.set(xlabel="step", ylabel="loss")
    return axes
