"""Pictures: each function draws on matplotlib axes and returns them. Matplotlib is imported on use."""

from typing import Any

import numpy as np

Axes = Any


def _axes(axes: Any) -> Axes:
    if axes is not None:
        return axes
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=(8, 5), layout="constrained")[1]


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
    axes.margins(x=0)
    return axes


def traces(values: np.ndarray, dt: float = 1.0, axes: Any = None, **style: Any) -> Axes:
    """Draw variables over time.

    Args:
        values: (n_steps,) or (n_steps, n) recorded values.
        dt: step, ms; sample k was taken at the end of step k.
        axes: where to draw; None makes a figure.
        **style: for `Axes.plot`.
    """
    axes = _axes(axes)
    axes.plot((np.arange(len(values)) + 1) * dt, values, **{"linewidth": 1.0, **style})
    axes.set(xlabel="time (ms)")
    axes.margins(x=0)
    return axes


def history(losses: np.ndarray, axes: Any = None, **style: Any) -> Axes:
    """Draw the loss of a fit over its steps, on a logarithmic scale."""
    axes = _axes(axes)
    axes.semilogy(np.asarray(losses), **{"linewidth": 1.0, "color": "black", **style})
    axes.set(xlabel="step", ylabel="loss")
    return axes
