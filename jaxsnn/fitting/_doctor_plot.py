"""A picture of a diagnosis: shares of neurons and norms of gradients over time."""

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from ._doctor import Diagnosis
    from ._doctor_findings import Finding

BESIDE = {"frameon": False, "fontsize": "small", "loc": "center left", "bbox_to_anchor": (1.0, 0.5)}


def draw(diagnosis: "Diagnosis") -> Any:
    """Return a figure over time: norms of gradients and, where neurons spike, shares of neurons above."""
    import matplotlib.pyplot as plt

    rows = 2 if diagnosis.silent else 1
    figure, panels = plt.subplots(rows, sharex=True, squeeze=False, figsize=(8, 3 * rows), layout="constrained")
    if diagnosis.silent:
        _draw_shares(panels[0, 0], diagnosis)
    norms = panels[-1, 0]
    _draw_norms(norms, diagnosis)
    _mark(norms, [f for f in diagnosis.findings if f.step is not None], diagnosis.dt)
    norms.set(xlabel="time (ms)")
    return figure


def _draw_shares(axes: Any, diagnosis: "Diagnosis") -> None:
    for i, name in enumerate(diagnosis.silent):
        times, color = _times(diagnosis, diagnosis.silent[name]), _color(diagnosis, name)
        # Lines of inputs lie on each other at 1: later ones are thinner.
        look = {"color": color, "linewidth": max(1.0, 2.0 - 0.5 * i)}
        axes.plot(times, diagnosis.reached[name], label=f"{name}: surrogate reaches", **look)
        axes.plot(times, diagnosis.silent[name], linestyle="--", label=f"{name}: silent so far", **look)
    axes.set(ylabel="share of neurons", ylim=(-0.03, 1.03))
    axes.margins(x=0)
    axes.legend(**BESIDE)


def _draw_norms(axes: Any, diagnosis: "Diagnosis") -> None:
    for name, norms in diagnosis.gradient_norm.items():
        times, bad = _times(diagnosis, norms), ~np.isfinite(norms)
        color, high = _color(diagnosis, name), axes.get_xaxis_transform()
        label = name if np.any(norms) else f"{name}: none"
        axes.plot(times, np.where(~bad & (norms > 0), norms, np.nan), color=color, label=label)
        if bad.any():
            look = {"linestyle": "", "marker": "x", "markersize": 4, "color": color, "transform": high}
            axes.plot(times[bad], np.full(bad.sum(), 0.97), label=f"{name}: not finite", **look)
    axes.set(ylabel="norm of dL/dstate", yscale="log")
    axes.margins(x=0)
    axes.legend(**BESIDE)


def _mark(axes: Any, findings: "list[Finding]", dt: float) -> None:
    """Draw a line at the step of each finding, with its name beside it, one below the other."""
    middle = sum(axes.get_xlim()) / 2
    for i, finding in enumerate(findings):
        time = (finding.step + 1) * dt  # type: ignore[operator]
        axes.axvline(time, color="black", linestyle=":", linewidth=1.0)
        side, shift = ("left", 4) if time < middle else ("right", -4)
        place = {"xycoords": ("data", "axes fraction"), "textcoords": "offset points", "xytext": (shift, -12 * (i + 1))}
        axes.annotate(f"{finding.fault.value}: {finding.population}", (time, 1.0), ha=side, fontsize="small", **place)


def _color(diagnosis: "Diagnosis", name: str) -> str:
    return f"C{list(diagnosis.gradient_norm).index(name)}"


def _times(diagnosis: "Diagnosis", values: np.ndarray) -> np.ndarray:
    """Return when the states were those after each step, ms."""
    return (np.arange(len(values)) + 1) * diagnosis.dt
