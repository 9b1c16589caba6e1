"""Durations in milliseconds, steps as integers."""

from math import ceil, isfinite
from numbers import Real

import numpy as np
from jax import Array
from jax.core import Tracer

from ..errors import ArgumentError, StateError
from ..step import LAST_STEP, NetworkState


def n_steps(duration: float, dt: float) -> int:
    """Return the number of steps of a duration, rounded up.

    Args:
        duration: ms, not negative.
        dt: step, ms.

    Raises:
        ArgumentError: a negative, infinite or NaN duration, or one of more steps than a network can do.

    Example:
        >>> n_steps(2.9, dt=1.0), n_steps(0.3, dt=0.1)
        (3, 3)
    """
    if not isinstance(duration, float | Real) or isinstance(duration, bool):
        hint = " (under `jit` it is static: bind it before)" if isinstance(duration, Array) else ""
        raise ArgumentError(f"a duration is a number of ms, not {duration!r}{hint}")
    value = float(duration)
    if not (isfinite(value) and value >= 0.0):
        raise ArgumentError(f"a duration is a finite number of ms, at least 0, not {value}")
    steps = value / dt - 1e-6
    if steps > LAST_STEP:
        message = f"{value:g} ms are {steps:.4g} steps of {dt:g} ms; a network can do {LAST_STEP}"
        raise ArgumentError(f"{message}: simulate less, or take a larger `dt`")
    return ceil(steps)


def check_last_step(step: int, n: int, dt: float) -> None:
    """Raise if n steps after the given one are more than a network can do.

    Raises:
        StateError: says how to go on.
    """
    if step + n > LAST_STEP:
        message = f"the network has done {step} steps, and {n} more would pass the last one that it counts, {LAST_STEP}"
        advice = "`set_current_step(0)` keeps all values and what is on its way; `set_seed` then draws other numbers"
        raise StateError(f"{message} ({LAST_STEP * dt / 3.6e6:.4g} hours). To go on, set its clock back: {advice}")


def present_step(state: NetworkState) -> int:
    """Return the number of steps done, the largest of a batch; 0 while JAX traces, which does not know it."""
    return 0 if isinstance(state.step, Tracer) else int(np.asarray(state.step).max(initial=0))
