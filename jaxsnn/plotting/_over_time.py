"""Values over time: variables, their distribution, rates."""

from typing import Any

import numpy as np

from .. import arguments
from ..errors import ArgumentError
from ._axes import Axes, given_or_new, reach, read_times, whole_ticks


def traces(
    values: np.ndarray,
    dt: float = 1.0,
    axes: Any = None,
    times: Any = None,
    name: str = "",
    unit: str = "",
    **style: Any,
) -> Axes:
    """Draw variables over time.

    Args:
        values: (n_samples,) or (n_samples, n) recorded values.
        dt: time between samples, ms; sample k was taken at the end of step k.
        axes: where to draw; None makes a figure.
        times: (n_samples,) ms, when the samples were taken, if not each dt from the start.
        name, unit: of the variable, for the axis: `name="v", unit="mV"` is written `v (mV)`.
        **style: for `Axes.plot`; with `label`, or a list of labels for n lines, there is a legend.

    Returns:
        The axes.

    Raises:
        ArgumentError: if there are not as many times as samples.

    Example:
        >>> axes = traces(np.array([0.0, 0.5, 0.75]), times=[10.0, 15.0, 20.0], label="v")
        >>> axes.lines[0].get_xdata().tolist()
        [10.0, 15.0, 20.0]
        >>> traces(np.ones((3, 2)), name="v", unit="mV", label=["cell 0", "cell 1"]).get_ylabel()
        'v (mV)'
    """
    values = arguments.array(values, "values", "(n_samples,) or (n_samples, n)", 1, 2)
    dt = arguments.real(dt, "dt", "ms", above=0.0)
    moments = (np.arange(len(values)) + 1) * dt if times is None else arguments.array(times, "times", "(n_samples,)", 1)
    if moments.shape != (len(values),):
        raise ArgumentError(f"`times` has the shape {moments.shape}, for {len(values)} samples")
    axes = given_or_new(axes)
    axes.plot(moments, values, **{"linewidth": 1.0, **style})
    axes.set(xlabel="time (ms)")
    if name or unit:
        axes.set(ylabel=f"{name} ({unit})".strip() if unit else name)
    if style.get("label"):
        axes.legend(frameon=False)
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
    values = arguments.array(values, "values", "(n_samples, n)", 2, least=1)
    low, lower, median, upper, high = np.nanquantile(values, [0.05, 0.25, 0.5, 0.75, 0.95], axis=1)
    axes = traces(median, dt, axes, times, color="black", label="median")
    moments = axes.lines[-1].get_xdata()
    for below, above, share, alpha in ((low, high, "90 %", 0.25), (lower, upper, "50 %", 0.4)):
        look = {"color": "tab:blue", "linewidth": 0.0, "alpha": alpha, **style}
        axes.fill_between(moments, below, above, label=share, **look)
    handles, labels = axes.get_legend_handles_labels()
    axes.legend(handles[1:] + handles[:1], labels[1:] + labels[:1], frameon=False)
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
    values = arguments.array(values, "values", "(n_steps,)", 1)
    dt, start = read_times(dt, start)
    axes = given_or_new(axes)
    (line,) = axes.plot(start + np.arange(len(values)) * dt, values, **{"linewidth": 1.0, "color": "black", **style})
    line.sticky_edges.y.append(0.0)
    axes.set(xlabel="time (ms)", ylabel="rate (Hz)")
    axes.margins(x=0)
    reach(axes, start, (0.0,))
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
    values = arguments.array(values, "values", "(n_neurons, n_steps), at least one of each,", 2, least=1)
    dt, start = read_times(dt, start)
    axes = given_or_new(axes)
    extent = (start, start + values.shape[1] * dt, -0.5, len(values) - 0.5)
    look = {"aspect": "auto", "origin": "lower", "interpolation": "nearest", "cmap": "gray_r", "vmin": 0.0}
    image = axes.imshow(values, extent=extent, **{**look, **style})
    axes.figure.colorbar(image, ax=axes, label="rate (Hz)")
    axes.set(xlabel="time (ms)", ylabel="neuron")
    whole_ticks(axes.yaxis)
    return axes
