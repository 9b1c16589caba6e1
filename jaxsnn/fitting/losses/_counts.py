"""How often neurons spike."""

from typing import Any

import jax.numpy as jnp
from jax import Array

from ._shapes import as_records, as_target, check_positive


def rates_of(spikes: Any, dt: float) -> Array:
    """Return mean firing rates (..., n), Hz, of spikes (..., n_steps, n)."""
    s = as_records(spikes, "spikes")
    return s.sum(axis=-2) * (1000.0 / (s.shape[-2] * check_positive(dt, "dt", "ms")))


def rate(spikes: Any, target: Any, dt: float, *, population: bool = False) -> Array:
    """Return the mean square difference of firing rates from those wanted.

    The rate of neuron i is r_i = sum_k s_ki / (n_steps dt); the loss is the mean over neurons of (r_i - target_i)^2,
    or, for the population, (mean_i r_i - target)^2.

    Args:
        spikes: (..., n_steps, n).
        target: Hz, () or (n,), for each sample (..., n); for the population () or (...).
        dt: step, ms.
        population: compare the mean over neurons.

    Returns:
        Hz^2, ().

    Raises:
        ShapeError: spikes without an axis of time, a target that does not fit.
        ArgumentError: a `dt` of 0 or less.

    Example:
        >>> spikes = jnp.array([[1.0, 0.0], [0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])  # 2 and 1 spikes in 4 ms
        >>> float(rate(spikes, 250.0, dt=1.0)), float(rate(spikes, 250.0, dt=1.0, population=True))
        (31250.0, 15625.0)
    """
    rates = rates_of(spikes, dt)
    if population:
        rates = rates.mean(axis=-1)
    return jnp.mean((rates - as_target(target, rates.shape, "a rate in Hz")) ** 2)


def spike_count(spikes: Any, target: Any) -> Array:
    """Return the mean square difference of the numbers of spikes from those wanted, mean_i (sum_k s_ki - target_i)^2.

    Args:
        spikes: (..., n_steps, n).
        target: spikes of each neuron, () or (n,), for each sample (..., n).

    Returns:
        Spikes^2, ().

    Raises:
        ShapeError: spikes without an axis of time, a target that does not fit.

    Example:
        >>> spikes = jnp.array([[1.0, 0.0], [0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
        >>> float(spike_count(spikes, jnp.array([2.0, 3.0])))
        2.0
    """
    counts = as_records(spikes, "spikes").sum(axis=-2)
    return jnp.mean((counts - as_target(target, counts.shape, "a number of spikes")) ** 2)
