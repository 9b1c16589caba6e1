"""The loss of a fit."""

from typing import Any

import numpy as np

from .. import arguments
from ._axes import Axes, given_or_new


def history(losses: np.ndarray, axes: Any = None, **style: Any) -> Axes:
    """Draw the loss of a fit over its steps, on a logarithmic scale.

    Args:
        losses: (n_steps,) as in the `history` of a `FitResult`.
        axes: where to draw; None makes a figure.
        **style: for `Axes.semilogy`.

    Returns:
        The axes.
    """
    losses = arguments.array(losses, "losses", "(n_steps,)", 1)
    axes = given_or_new(axes)
    axes.semilogy(losses, **{"linewidth": 1.0, "color": "black", **style})
    axes.set(xlabel="step", ylabel="loss")
    return axes
