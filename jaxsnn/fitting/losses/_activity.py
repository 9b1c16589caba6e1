"""Terms that keep neurons active, and not too much."""

from typing import Any

import jax.numpy as jnp
from jax import Array

from ... import arguments
from ...errors import ArgumentError
from ._counts import rates_of
from ._shapes import as_records, check_positive


def rate_penalty(spikes: Any, dt: float, lower: float = 0.0, upper: float = jnp.inf) -> Array:
    """Return how far firing rates lie outside a range: mean_i of max(0, lower - r_i)^2 + max(0, r_i - upper)^2.

    Args:
        spikes: (..., n_steps, n).
        dt: step, ms.
        lower: Hz, 0 for no lower end.
        upper: Hz, infinite for no upper end.

    Returns:
        Hz^2, ().

    Raises:
        ArgumentError: lower > upper, a `dt` of 0 or less.
        ShapeError: spikes without an axis of time.

    References:
        F. Zenke, T. P. Vogels, "The remarkable robustness of surrogate gradient learning for instilling complex
        function in spiking neural networks", Neural Computation 33, 2021, doi:10.1162/neco_a_01367, who bound activity
        from both sides.

    Example:
        >>> spikes = jnp.zeros((100, 2)).at[::10, 0].set(1.0)  # 100 Hz and 0 Hz
        >>> float(rate_penalty(spikes, dt=1.0, lower=5.0, upper=90.0))
        62.5
    """
    limits = [x if isinstance(x, Array) else arguments.extended(x, n) for x, n in ((lower, "lower"), (upper, "upper"))]
    if not any(isinstance(x, Array) for x in limits) and not lower <= upper:
        raise ArgumentError(f"`lower` and `upper` are rates in Hz, lower <= upper, not {lower} and {upper}")
    rates = rates_of(spikes, dt)
    return jnp.mean(jnp.maximum(0.0, lower - rates) ** 2 + jnp.maximum(0.0, rates - upper) ** 2)


def silence_penalty(spikes: Any, at_least: float = 1.0) -> Array:
    """Return how many spikes are missing: mean_i of max(0, at_least - sum_k s_ki)^2.

    A silent neuron has no spikes to move, but surrogate derivatives: those of the steps at which it comes near its
    threshold raise it from silence.

    Args:
        spikes: (..., n_steps, n).
        at_least: spikes of each neuron.

    Returns:
        Spikes^2, ().

    Raises:
        ShapeError: spikes without an axis of time.

    Example:
        >>> spikes = jnp.zeros((100, 4)).at[50, 0].set(1.0)
        >>> float(silence_penalty(spikes)), float(silence_penalty(spikes, at_least=2.0))
        (0.75, 3.25)
    """
    wanted = check_positive(at_least, "at_least", "spikes")
    return jnp.mean(jnp.maximum(0.0, wanted - as_records(spikes, "spikes").sum(axis=-2)) ** 2)
