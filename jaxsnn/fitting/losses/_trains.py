"""When neurons spike."""

from typing import Any

import jax.numpy as jnp
from jax import Array, lax

from ._shapes import as_records, as_target, check_positive


def van_rossum(spikes: Any, target: Any, dt: float, tau: float) -> Array:
    """Return the distance of van Rossum between spike trains, mean_i D_i^2.

    D^2 = 1/tau int (f - g)^2 dt, where f and g are the two trains, each spike turned into an exponential that begins
    with 1 at the spike and decays with tau. The integral runs from the begin of the records to infinity and is exact
    for spikes at the times k dt, for any dt: with d_k = exp(-dt/tau) d_{k-1} + s_k - target_k it is
    sum_k d_k^2 (1 - exp(-2 dt/tau)) / 2, and d_last^2 / 2 for the last step and all that follows. An additional spike,
    far from others, costs 1/2; one that is shifted by much less than tau, shift / tau.

    Args:
        spikes, target: (..., n_steps, n); a target may have fewer samples, or one neuron for all.
        dt: step, ms.
        tau: time constant of the exponential, ms. Small: coincidences count; large: numbers of spikes do.

    Returns:
        Without unit, ().

    Raises:
        ShapeError: a target that does not fit.
        ArgumentError: a `dt` or `tau` of 0 or less.

    References:
        M. C. W. van Rossum, "A novel spike distance", Neural Computation 13, 2001, doi:10.1162/089976601300014321.

    Example:
        >>> one = jnp.zeros((100, 1)).at[20].set(1.0)
        >>> later = jnp.zeros((100, 1)).at[25].set(1.0)
        >>> round(float(van_rossum(one, later, dt=1.0, tau=10.0)), 4)  # 1 - exp(-0.5)
        0.3935
        >>> round(float(van_rossum(one, 0.0 * one, dt=1.0, tau=10.0)), 4)
        0.5
    """
    s = as_records(spikes, "spikes")
    decay = jnp.exp(-check_positive(dt, "dt", "ms") / check_positive(tau, "tau", "ms")).astype(s.dtype)
    events = jnp.moveaxis(s - as_target(target, s.shape, "spike trains").astype(s.dtype), -2, 0)

    def step(d: Array, event: Array) -> tuple[Array, Array]:
        d = decay * d + event
        return d, d

    last, d = lax.scan(step, jnp.zeros_like(events[0]), events)
    squares = jnp.sum(d[:-1] ** 2, axis=0) * (1.0 - decay**2) / 2.0
    return jnp.mean(squares + last**2 / 2.0)
