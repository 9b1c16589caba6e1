"""A recorded variable against a trace."""

from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array

from ... import arguments
from ...errors import ArgumentError
from ._shapes import as_records, as_target, check_positive

Window = tuple[float, float]


def membrane_trace(
    values: Any, target: Any, *, mask: Any = None, window: Window | None = None, dt: float | None = None
) -> Array:
    """Return the mean square difference of a recorded variable from a trace.

    With m the mask: sum m (x - target)^2 / sum m over samples, steps and neurons; 0 where the mask leaves nothing.

    Args:
        values: (..., n_steps, n) of any variable, such as `v` in mV.
        target: of the shape of the values, or one that extends to it, such as (n_steps, 1). What the mask leaves out
            may be NaN.
        mask: booleans or weights that extend to the shape of the values, such as (n_steps, 1): what counts, for example
            not the steps around spikes. None counts everything.
        window: (start, stop) ms after the begin of the records; steps k with start <= k dt < stop count.
        dt: ms between two samples of the record; needed for a window.

    Returns:
        The square of the unit of the variable, ().

    Raises:
        ShapeError: a target or mask that does not fit.
        ArgumentError: a window without `dt`, or without a step.

    Example:
        >>> v = jnp.array([[0.0], [1.0], [2.0], [9.0]])
        >>> float(membrane_trace(v, 0.0)), float(membrane_trace(v, 0.0, window=(1.0, 3.0), dt=1.0))
        (21.5, 2.5)
    """
    x = as_records(values, "values")
    weights = jnp.ones((), x.dtype) if mask is None else as_target(mask, x.shape, "a mask", "mask").astype(x.dtype)
    weights = jnp.broadcast_to(weights, x.shape)
    if window is not None:
        weights = weights * _within(window, dt, x.shape[-2]).astype(x.dtype)
    total = weights.sum()
    errors = jnp.where(weights > 0, x - as_target(target, x.shape, "a trace"), 0.0)
    return jnp.sum(weights * errors**2) / jnp.where(total > 0, total, 1.0)


def _within(window: Window, dt: float | None, n_steps: int) -> Array:
    """Return which steps lie in a window, (n_steps, 1)."""
    if dt is None:
        raise ArgumentError("`window` is in ms: say by `dt` how many ms lie between two samples")
    if np.shape(window) != (2,):
        raise ArgumentError(f"`window` is (start, stop) in ms, not {window!r}")
    start, stop = (arguments.real(t, "window", "ms") for t in window)
    first, last = (int(-(-round(t / check_positive(dt, "dt", "ms"), 6) // 1)) for t in (start, stop))
    if not 0 <= first < min(last, n_steps):
        raise ArgumentError(
            f"`window` is (start, stop) in ms, a part of the {n_steps * dt:g} ms recorded, not {window}"
        )
    steps = jnp.arange(n_steps)[:, None]
    return (steps >= first) & (steps < last)
