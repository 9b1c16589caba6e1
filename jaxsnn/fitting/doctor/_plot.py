"""A picture of a diagnosis: shares of neurons and norms of gradients over time."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ._findings import Finding

BESIDE = {"frameon": False, "fontsize": "small", "loc": "center left", "bbox_to_anchor": (1.0, 0.5)}

Series = Mapping[str, np.ndarray]  # (n_steps,) by population or projection


def draw(dt: float, norms: Series, silent: Series, reached: Series, findings: Sequence[Finding]) -> Any:
    """Return a figure over time: norms of gradients and, where neurons spike, shares of neurons above.

    Args:
        dt: step, ms.
        norms: of the gradient by the state after each step.
        silent: share of neurons without a spike so far, by spiking population.
        reached: share of neurons that the surrogate reaches, by spiking population.
        findings: those of one step are marked.
    """
    import matplotlib.pyplot as plt

    rows = 2 if silent else 1
    figure, panels = plt.subplots(rows, sharex=True, squeeze=False, figsize=(8, 3 * rows), layout="constrained")
    colors = {name: f"C{i}" for i, name in enumerate(norms)}
    if silent:
        _draw_shares(panels[0, 0], dt, silent, reached, colors)
    below = panels[-1, 0]
    _draw_norms(below, dt, norms, colors)
    _mark(below, dt, findings)
    below.set(xlabel="time (ms)")
    return figure


def _draw_shares(axes: Any, dt: float, silent: Series, reached: Series, colors: Mapping[str, str]) -> None:
    for i, name in enumerate(silent):
        # Lines of inputs lie on each other at 1: later ones are thinner.
        look = {"color": colors[name], "linewidth": max(1.0, 2.0 - 0.5 * i)}
        times = _times(dt, silent[name])
        axes.plot(times, reached[name], label=f"{name}: surrogate reaches", **look)
        axes.plot(times, silent[name], linestyle="--", label=f"{name}: silent so far", **look)
    axes.set(ylabel="share of neurons", ylim=(-0.03, 1.03))
    axes.margins(x=0)
    axes.legend(**BESIDE)


def _draw_norms(axes: Any, dt: float, norms: Series, colors: Mapping[str, str]) -> None:
    for name, x in norms.items():
        times, bad, color = _times(dt, x), ~np.isfinite(x), colors[name]
        label = name if np.any(x) else f"{name}: none"
        axes.plot(times, np.where(~bad & (x > 0), x, np.nan), color=color, label=label)
        if bad.any():  # what is not finite has no place on the axis: crosses stand near its upper end
            look = {"linestyle": "", "marker": "x", "markersize": 4, "color": color}
            high = axes.get_xaxis_transform()
            axes.plot(times[bad], np.full(bad.sum(), 0.97), label=f"{name}: not finite", transform=high, **look)
    axes.set(ylabel="norm of dL/dstate", yscale="log")
    axes.margins(x=0)
    axes.legend(**BESIDE)


def _mark(axes: Any, dt: float, findings: Sequence[Finding]) -> None:
    """Draw a line at the step of each finding, with its name beside it, one below the other."""
    middle = sum(axes.get_xlim()) / 2
    steps = [(f.step, f"{f.fault.value}: {f.population}") for f in findings if f.step is not None]
    for i, (step, text) in enumerate(steps):
        time = (step + 1) * dt
        axes.axvline(time, color="black", linestyle=":", linewidth=1.0)
        side, shift = ("left", 4) if time < middle else ("right", -4)
        place = {"xycoords": ("data", "axes fraction"), "textcoords": "offset points", "xytext": (shift, -12 * (i + 1))}
        axes.annotate(text, (time, 1.0), ha=side, fontsize="small", **place)


def _times(dt: float, values: np.ndarray) -> np.ndarray:
    """Return when the states were those after each step, ms."""
    return (np.arange(len(values)) + 1) * dt
