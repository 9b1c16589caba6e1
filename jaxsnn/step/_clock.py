"""Times as equations read them, from counts of steps."""

from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from ..equations import since


def time_of(steps: Array, dt: float, dtype) -> Array:
    """Return times in ms, each the number of its precision that is nearest to `steps * dt`.

    The product is computed in double precision: in single precision alone, dt and the count would be rounded before it.

    Args:
        steps: int32, of any shape.
        dt: step, ms.
        dtype: of the times.
    """
    with jax.enable_x64(True):
        return (jnp.asarray(steps).astype(jnp.float64) * dt).astype(dtype)


def present(step: Array, dt: float, dtype) -> dict[str, Any]:
    """Return what equations read of the present: `t` and `dt`, ms."""
    return {"t": time_of(step, dt, dtype), "dt": dt}


def last_spike_times(name: str, last: Array, step: Array, dt: float, dtype) -> dict[str, Array]:
    """Return what equations read of last spikes: their times, and the time since then, ms.

    Args:
        name: of their times, such as `t_last`.
        last: their steps, int32.
        step: the present one, () int32.
        dt: step, ms.
        dtype: of floating-point values.
    """
    return {name: time_of(last, dt, dtype), since(name): time_of(step - last, dt, dtype)}
