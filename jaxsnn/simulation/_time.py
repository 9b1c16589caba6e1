"""Durations in milliseconds, steps as integers."""

from math import ceil, isfinite
from numbers import Real

from jax import Array

from ..errors import ArgumentError


def n_steps(duration: float, dt: float) -> int:
    """Return the number of steps of a duration, rounded up.

    Args:
        duration: ms, not negative.
        dt: step, ms.

    Raises:
        ArgumentError: a negative, infinite or NaN duration.

    Example:
        >>> n_steps(2.9, dt=1.0), n_steps(0.3, dt=0.1)
        (3, 3)
    """
    if not isinstance(duration, Real) or isinstance(duration, bool):
        hint = " (under `jit` it is static: bind it before)" if isinstance(duration, Array) else ""
        raise ArgumentError(f"a duration is a number of ms, not {duration!r}{hint}")
    value = float(duration)
    if not (isfinite(value) and value >= 0.0):
        raise ArgumentError(f"a duration is a finite number of ms, at least 0, not {value}")
    return ceil(value / dt - 1e-6)
