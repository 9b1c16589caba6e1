"""Intervals between spikes, as sums that have a derivative."""

from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from ... import arguments
from ...errors import ArgumentError
from ._shapes import as_records, as_target, check_positive


class Moments(NamedTuple):
    """Of the intervals of each neuron: how many, their sum (ms), the sum of their squares (ms^2), each (..., n)."""

    number: Array
    total: Array
    squares: Array


def isi_moments(spikes: Any, dt: float) -> Moments:
    """Return the number, the sum and the sum of squares of the inter-spike intervals.

    For spikes that are 0 or 1 these are the sums over intervals. In between they are the expected sums of a train that
    spikes at step k with probability s_k, independently: each is linear in each s_k, so its derivative by s_k is what
    it gains when a spike is added there, or loses when that spike is removed. Surrogate derivatives weight these
    differences with how near the neuron is to its threshold.

    With p = 1 once there was a spike, a the time since the last one and b its square (expected values, 0 before the
    first spike), and a' = a + p dt, b' = b + 2 a dt + p dt^2: a step adds s p, s a', s b' to the sums, then p becomes
    p + s - p s, a becomes (1 - s) a', b becomes (1 - s) b'.

    Args:
        spikes: (..., n_steps, n).
        dt: step, ms.

    Returns:
        `Moments` of shape (..., n).

    Raises:
        ShapeError: spikes without an axis of time.
        ArgumentError: a `dt` of 0 or less.

    Example:
        >>> spikes = jnp.zeros((10, 1)).at[jnp.array([1, 4, 9])].set(1.0)
        >>> [x.tolist() for x in isi_moments(spikes, dt=1.0)]  # intervals of 3 and 5 ms
        [[2.0], [8.0], [34.0]]
    """
    s = jnp.moveaxis(as_records(spikes, "spikes"), -2, 0)
    step_length = check_positive(dt, "dt", "ms")

    def step(carry: tuple, now: Array) -> tuple[tuple, None]:
        p, a, b, number, total, squares = carry
        a, b = a + step_length * p, b + 2.0 * step_length * a + step_length**2 * p
        sums = number + now * p, total + now * a, squares + now * b
        return (p + now - p * now, (1.0 - now) * a, (1.0 - now) * b, *sums), None

    (_, _, _, *sums), _ = lax.scan(step, (jnp.zeros_like(s[0]),) * 6, s)
    return Moments(*sums)


def isi(spikes: Any, dt: float, *, mean: Any = None, cv: Any = None) -> Array:
    """Return how far the inter-spike intervals are from a mean and a coefficient of variation.

    Of each neuron with at least one interval, log(m / mean)^2, and of each with at least two, (c^2 - cv^2)^2, where m
    is the mean of its intervals and c their standard deviation (without correction) by m; both averaged over those
    neurons. c is compared by its square, since its own derivative is infinite where all intervals are equal. Neurons
    with fewer intervals have no such statistics and do not count: add `silence_penalty(spikes, at_least=3)`.

    Args:
        spikes: (..., n_steps, n).
        dt: step, ms.
        mean: ms, () or (n,), or None.
        cv: without unit, () or (n,): 0 for a clock, 1 for a Poisson process; or None.

    Returns:
        Without unit, ().

    Raises:
        ArgumentError: neither `mean` nor `cv`, or a `dt` of 0 or less.
        ShapeError: a target that does not fit.

    Example:
        >>> spikes = jnp.zeros((10, 1)).at[jnp.array([1, 4, 9])].set(1.0)  # 3 and 5 ms: mean 4, deviation 1
        >>> round(float(isi(spikes, dt=1.0, mean=5.0)), 4), float(isi(spikes, dt=1.0, cv=0.25))  # log(4 / 5)^2
        (0.0498, 0.0)
    """
    if mean is None and cv is None:
        raise ArgumentError("`isi` compares intervals with `mean=` (ms), `cv=`, or both: give one of them")
    number, total, squares = isi_moments(spikes, dt)
    some, several = number > 0.5, number > 1.5
    n = jnp.where(some, number, 1.0)
    m = jnp.where(some, total, 1.0) / n
    loss = jnp.zeros((), m.dtype)
    if mean is not None:
        if np.ndim(mean) == 0:
            check_positive(mean, "mean", "ms")
        loss += _mean_where(jnp.log(m / as_target(mean, m.shape, "a mean interval in ms", "mean")) ** 2, some)
    if cv is not None:
        if np.ndim(cv) == 0 and not isinstance(cv, Array):
            arguments.real(cv, "cv", least=0.0)
        variation = (squares / n - m**2) / m**2
        loss += _mean_where((variation - as_target(cv, m.shape, "a coefficient of variation", "cv") ** 2) ** 2, several)
    return loss


def _mean_where(values: Array, which: Array) -> Array:
    """Return the mean of some values, 0 of none."""
    return jnp.sum(jnp.where(which, values, 0.0)) / jnp.maximum(1, which.sum())
