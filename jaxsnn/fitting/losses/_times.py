"""Spikes at their moments: losses of the times at which neurons spike.

Times are those of `records["P"]["spike_times"]`, (..., n_steps, n) ms, infinite where there is no spike; they carry
exact derivatives if the spikes are precise.
"""

from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from ...errors import ShapeError
from ._shapes import as_records, check_positive


def spike_times(
    times: Any, target: Any, duration: float, *, spikes: Any = None, tau: float = 10.0, penalty: float = 1.0
) -> Array:
    """Return how far spikes are from where they should be, with the k-th of a neuron assigned to the k-th wanted one.

    A pair costs ((t - t_wanted) / tau)^2. A surplus spike costs `penalty` (1 - t / duration), which falls to 0 as it
    moves out of the run: this is where its gradient sends it. A missing one costs `penalty`; with `spikes`, whose
    derivative is that of a surrogate where a neuron comes near and does not spike (`gradients="both"`), it costs
    `penalty` (1 - s), with s the spike in the step at which it is wanted, and so its gradient calls for it.

    Args:
        times: (..., n_steps, n), ms, infinite where there is no spike.
        target: (k, n), wanted times, ms, from the first on; infinite where fewer are wanted.
        duration: of the run, ms.
        spikes: (..., n_steps, n), as `records["P"]["spike"]`; None for a missing spike without a gradient.
        tau: ms that cost 1.
        penalty: of a spike that is missing or too many, without unit.

    Returns:
        The mean over neurons, and over samples, without unit, ().

    Raises:
        ShapeError: a target that does not fit.
        ArgumentError: a `duration` or `tau` of 0 or less.

    Example:
        >>> times = jnp.full((10, 1), jnp.inf).at[3, 0].set(3.5).at[7, 0].set(7.25)
        >>> round(float(spike_times(times, [[4.0], [7.25]], duration=10.0, tau=1.0)), 4)
        0.25
        >>> round(float(spike_times(times, [[3.5]], duration=10.0)), 4)  # one too many
        0.275
        >>> float(spike_times(times, [[3.5], [7.25], [9.0]], duration=10.0))  # one missing
        1.0
    """
    t, wanted = as_records(times, "times"), jnp.asarray(target, float)
    if wanted.ndim != 2 or wanted.shape[1] != t.shape[-1]:
        raise ShapeError(f"`target` is (k, {t.shape[-1]}), wanted times by neuron, not {wanted.shape}")
    span, scale = check_positive(duration, "duration", "ms"), check_positive(tau, "tau", "ms")
    found = _in_order(t, max(t.shape[-2], len(wanted)))
    wanted = jnp.pad(wanted, ((0, found.shape[-2] - len(wanted)), (0, 0)), constant_values=jnp.inf)
    wanted = jnp.broadcast_to(jnp.sort(wanted, 0).astype(t.dtype), found.shape)
    both, surplus = jnp.isfinite(found) & jnp.isfinite(wanted), jnp.isfinite(found) & ~jnp.isfinite(wanted)
    missing = ~jnp.isfinite(found) & jnp.isfinite(wanted)
    apart = _where(both, found, 0.0) - _where(both, wanted, 0.0)
    cost = (apart / scale) ** 2 + _where(surplus, penalty * (1.0 - _where(surplus, found, 0.0) / span), 0.0)
    cost = cost + _where(missing, penalty * (1.0 - _called(spikes, wanted, missing, span)), 0.0)
    return jnp.mean(jnp.sum(cost, -2))


def van_rossum_times(times: Any, target: Any, tau: float) -> Array:
    """Return the distance of van Rossum between spikes at their moments, mean_i D_i^2.

    D^2 = 1/tau int (f - g)^2 dt, as for `van_rossum`, in closed form: half the sum of exp(-|t - t'| / tau) over all
    pairs of spikes, those of one train with one another counted positively, those of two trains negatively.

    Args:
        times: (..., n_steps, n), ms, infinite where there is no spike.
        target: (k, n), wanted times, ms, infinite where fewer are wanted.
        tau: time constant of the exponential, ms.

    Returns:
        Without unit, ().

    Raises:
        ShapeError: a target that does not fit.
        ArgumentError: a `tau` of 0 or less.

    References:
        M. C. W. van Rossum, "A novel spike distance", Neural Computation 13, 2001, doi:10.1162/089976601300014321.

    Example:
        >>> times = jnp.full((100, 1), jnp.inf).at[20, 0].set(20.5)
        >>> round(float(van_rossum_times(times, [[25.5]], tau=10.0)), 4)  # 1 - exp(-0.5)
        0.3935
    """
    t, wanted = as_records(times, "times"), jnp.asarray(target, float)
    if wanted.ndim != 2 or wanted.shape[1] != t.shape[-1]:
        raise ShapeError(f"`target` is (k, {t.shape[-1]}), wanted times by neuron, not {wanted.shape}")
    wanted = jnp.broadcast_to(wanted.astype(t.dtype), (*t.shape[:-2], *wanted.shape))
    every = jnp.concatenate([t, wanted], -2)
    there = jnp.isfinite(every)
    sign = jnp.concatenate([jnp.ones_like(t), -jnp.ones_like(wanted)], -2) * there
    at = _where(there, every, 0.0)
    near = jnp.exp(-jnp.abs(at[..., :, None, :] - at[..., None, :, :]) / check_positive(tau, "tau", "ms"))
    return jnp.mean(jnp.sum(sign[..., :, None, :] * sign[..., None, :, :] * near, (-3, -2)) / 2.0)


def first_spike(times: Any, labels: Any, duration: float, tau: float = 10.0) -> Array:
    """Return the cross-entropy of a class that the neuron which spikes first stands for.

    The probability of class i is softmax(-t_i / tau), with t_i the first spike of output neuron i; a silent neuron
    counts as one that spikes at the end.

    Args:
        times: (..., n_steps, classes), ms, infinite where there is no spike.
        labels: (...,) integers.
        duration: of the run, ms.
        tau: ms by which the right neuron must come first to be e times as probable as another.

    Returns:
        The mean over samples, nats, ().

    References:
        J. Göltz et al., "Fast and energy-efficient neuromorphic deep learning with first-spike times", Nature Machine
        Intelligence 3, 2021, doi:10.1038/s42256-021-00388-x.

    Example:
        >>> times = jnp.full((10, 2), jnp.inf).at[3, 0].set(3.5).at[5, 1].set(5.5)
        >>> round(float(first_spike(times, 0, duration=10.0, tau=2.0)), 4)
        0.3133
    """
    t = as_records(times, "times")
    first = jnp.min(jnp.where(jnp.isfinite(t), t, check_positive(duration, "duration", "ms")), -2)
    logits = jax.nn.log_softmax(-first / check_positive(tau, "tau", "ms"))
    chosen = jnp.take_along_axis(logits, jnp.asarray(labels)[..., None], -1)
    return -jnp.mean(chosen)


def _in_order(times: Array, rows: int) -> Array:
    """Return times (..., rows, n), the earliest first; behind the last one they are infinite."""
    earliest = jnp.sort(times, -2)
    more = [(0, 0)] * (times.ndim - 2) + [(0, rows - times.shape[-2]), (0, 0)]
    return jnp.pad(earliest, more, constant_values=jnp.inf)


def _where(condition: Array, x: Any, otherwise: float) -> Array:
    return jnp.where(condition, x, otherwise)


def _called(spikes: Any, wanted: Array, missing: Array, duration: Array | float) -> Array:
    """Return the spikes, as numbers, in the steps in which they are wanted, 0 without them."""
    if spikes is None:
        return jnp.zeros_like(wanted)
    s = as_records(spikes, "spikes")
    steps = jnp.clip(_where(missing, wanted, 0.0) / duration * s.shape[-2], 0, s.shape[-2] - 1).astype(jnp.int32)
    return jnp.take_along_axis(s, steps, -2)
