"""What the pictures share: new axes, whole ticks, how far the axes reach."""

from typing import Any

from .. import arguments
from ..errors import ArgumentError

Axes = Any


def given_or_new(axes: Any) -> Axes:
    """Return axes to draw on; raise `ArgumentError` for what cannot be drawn on."""
    if axes is not None:
        if not hasattr(axes, "plot"):
            raise ArgumentError(f"`axes` are axes of matplotlib, or None for a new figure, not {axes!r}")
        return axes
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=(8, 5), layout="constrained")[1]


def read_times(dt: Any, start: Any, name: str = "dt") -> tuple[float, float]:
    """Return the time between values and that of the first one, ms."""
    return arguments.real(dt, name, "ms", above=0.0), arguments.real(start, "start", "ms")


def whole_ticks(axis: Any) -> None:
    """Put ticks on whole numbers only, unless somebody chose other ticks."""
    from matplotlib.ticker import MaxNLocator

    if isinstance(locator := axis.get_major_locator(), MaxNLocator):
        locator.set_params(integer=True, min_n_ticks=1)


def reach(axes: Axes, x: Any, heights: Any) -> None:
    """Extend what the axes show to these heights, as data there would; later data may extend it further."""
    axes.update_datalim([(x, height) for height in heights])
    axes.autoscale_view()
