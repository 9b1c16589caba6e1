"""The figure of a trained classifier: how it learned, and what it does with one sample of the test set."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from classifier import Classifier, Samples
from gallery import save

import jaxsnn as snn


def figure(name: str, classifier: Classifier, result: Any, test: Samples, sample: int = 0) -> None:
    """Save a figure: loss, accuracy, a raster of a test sample and its readout traces."""
    latencies, label = test[0][sample], int(test[1][sample])
    records = classifier.records(result.params, latencies)
    picture, axes = plt.subplots(2, 2, figsize=(11, 7))
    _loss(axes[0, 0], result.history)
    _accuracy(axes[1, 0], 1.0 - result.validation)
    _raster(axes[0, 1], classifier.sim.dt, latencies, records["hidden"]["spike"])
    _readout(axes[1, 1], classifier.sim.dt, records["readout"]["v"], label)
    save(picture, name)
    plt.close(picture)


def _loss(axes: Any, history: np.ndarray) -> None:
    width = max(1, len(history) // 40)
    smooth = np.convolve(history, np.ones(width) / width, mode="valid")
    snn.plotting.history(history, axes, color="lightgray", label="minibatch")
    axes.semilogy(np.arange(len(smooth)) + width / 2, smooth, color="black", label=f"mean of {width}")
    axes.set(xlabel="update", title="Loss")
    axes.margins(x=0)
    axes.legend(frameon=False)


def _accuracy(axes: Any, accuracy: np.ndarray) -> None:
    at = np.flatnonzero(~np.isnan(accuracy))
    best = int(np.nanargmax(accuracy))
    axes.plot(at, accuracy[at], marker=".", color="black")
    axes.plot(best, accuracy[best], "o", color="tab:red", label=f"kept, {accuracy[best]:.3f}")
    axes.set(xlabel="update", ylabel="share of right answers", title="Accuracy on the validation set")
    axes.legend(frameon=False, loc="lower right")


def _raster(axes: Any, dt: float, latencies: Any, hidden: Any) -> None:
    """Draw the spikes of the input below those of the hidden population."""
    shown, n_inputs = np.asarray(latencies), len(latencies)
    ranks = np.flatnonzero(shown >= 0)
    snn.plotting.raster(shown[ranks] * dt, ranks, axes, color="tab:red", markersize=4)
    steps, ranks = np.nonzero(np.asarray(hidden))
    snn.plotting.raster(steps * dt, ranks + n_inputs, axes, markersize=3)
    axes.axhline(n_inputs - 0.5, color="gray", linewidth=0.5)
    axes.set(xlim=(-1, len(hidden) * dt), ylim=(-1, n_inputs + hidden.shape[1]))
    axes.set_title("Spikes of a test sample: input (red), hidden (black)")


def _readout(axes: Any, dt: float, potentials: Any, label: int) -> None:
    for k, trace in enumerate(np.asarray(potentials).T):
        style = {"color": "tab:red", "linewidth": 2.0, "zorder": 3} if k == label else {"color": "gray"}
        snn.plotting.traces(trace, dt, axes, label="its class" if k == label else None, **style)
    axes.set(ylabel="v", title=f"Readout potentials of the same sample, class {label}")
    axes.legend(frameon=False, loc="upper left")
