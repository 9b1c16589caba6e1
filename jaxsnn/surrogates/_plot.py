"""A picture of surrogates."""

from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np

from .. import arguments
from ..errors import ArgumentError
from ._by_name import KNOWN, by_name
from ._surrogate import Surrogate

Axes = Any  # of matplotlib, which is imported on use


def plot(
    surrogates: Sequence[str | Surrogate] | str | Surrogate | None = None, reach: float = 2.0, axes: Any = None
) -> Axes:
    """Draw the derivatives of surrogates over the distance to threshold.

    Args:
        surrogates: names or surrogates; None draws all known ones with their defaults.
        reach: distances from `-reach` to `reach`, in the unit of the condition.
        axes: where to draw; None makes a figure.

    Returns:
        The axes.

    Raises:
        ArgumentError: an unknown name, or a reach that is not above 0.

    Example:
        >>> from jaxsnn.surrogates import triangle
        >>> axes = plot(["arctan", triangle(width=0.5)])
        >>> [line.get_label() for line in axes.lines]
        ['arctan(alpha=2)', 'triangle(width=0.5)']
    """
    reach = arguments.real(reach, "reach", above=0.0)
    if not isinstance(surrogates, str | Surrogate | list | tuple | None):
        raise ArgumentError(f"`surrogates` is a surrogate, its name or a list of them, not {surrogates!r}")
    several = [surrogates] if isinstance(surrogates, str | Surrogate) else surrogates
    chosen = [by_name(s) for s in (KNOWN if several is None else several)]
    axes = _new_axes() if axes is None else axes
    distance = np.linspace(-reach, reach, 801)
    for i, surrogate in enumerate(chosen):
        # Equal curves lie on each other: the later one is dashed.
        style = {"linestyle": "-" if i % 2 == 0 else "--", "linewidth": 1.5}
        axes.plot(distance, np.asarray(surrogate.slope(jnp.asarray(distance))), label=surrogate.name, **style)
    axes.set(xlabel="distance to threshold", ylabel="surrogate derivative")
    axes.margins(x=0)
    axes.legend(frameon=False)
    return axes


def _new_axes() -> Axes:
    import matplotlib.pyplot as plt

    return plt.figure(layout="constrained").gca()
