"""Statistics of records as traceable functions, for `measure` of a sweep and for losses.

Records are those of `Simulation.run` and of a sweep: time is the first axis, neurons the second. No shape depends
on spikes, so `jax.jit` and `jax.vmap` apply. `analysis` has the same statistics for what monitors return. Rates and
spectra have gradients; those that count intervals have none through the spikes.
"""

from typing import Any

import jax
import jax.numpy as jnp
from jax import Array
from jax.core import Tracer

from . import arguments
from .errors import ArgumentError, ShapeError


def rate(spikes: Array, dt: float) -> Array:
    """Return the mean firing rate of each neuron.

    Args:
        spikes: (n_steps, n), 1 or True where a neuron spiked.
        dt: step, ms.

    Returns:
        (n,) Hz.

    Raises:
        ArgumentError: no array of real numbers, or a `dt` that is no positive number.
        ShapeError: no step, or other axes.

    Example:
        >>> import jax.numpy as jnp, jaxsnn as snn
        >>> snn.measures.rate(jnp.eye(10, 3), dt=1.0).tolist()
        [100.0, 100.0, 100.0]
    """
    trains = _array(spikes, "spikes", "(n_steps, n)", 2)
    return jnp.mean(trains, axis=0, dtype=jnp.result_type(float)) * (1000.0 / _step(dt))


def interval_cv(spikes: Array) -> Array:
    """Return the coefficient of variation of the intervals between the spikes of each neuron.

    0 for a regular train, 1 for a Poisson process; the standard deviation is that of the sample, divided by its number.

    Args:
        spikes: (n_steps, n), 1 or True where a neuron spiked.

    Returns:
        (n,), NaN for a neuron with fewer than three spikes; `jnp.nanmean` leaves it out.

    Raises:
        ArgumentError: no array of real numbers.
        ShapeError: no step, or other axes.

    Example:
        >>> import jax.numpy as jnp, jaxsnn as snn
        >>> train = jnp.zeros((30, 1)).at[jnp.array([3, 10, 20])].set(1)
        >>> snn.measures.interval_cv(train).round(3).tolist()
        [0.17600001394748688]
    """
    fired = _array(spikes, "spikes", "(n_steps, n)", 2) > 0
    steps = jnp.arange(fired.shape[0], dtype=jnp.int32)[:, None]
    last = jax.lax.cummax(jnp.where(fired, steps, -1), axis=0)
    before = jnp.concatenate([jnp.full_like(last[:1], -1), last[:-1]])
    ends = fired & (before >= 0)
    number = ends.sum(axis=0)
    gaps = jnp.where(ends, steps - before, 0).astype(jnp.result_type(float))
    mean = gaps.sum(axis=0) / jnp.maximum(number, 1)
    variance = jnp.where(ends, (gaps - mean[None]) ** 2, 0.0).sum(axis=0) / jnp.maximum(number, 1)
    return jnp.where(number >= 2, jnp.sqrt(variance) / jnp.where(mean > 0, mean, 1.0), jnp.nan)


def fano_factor(spikes: Array, window: int) -> Array:
    """Return the variance of spike counts over their mean, over windows that follow each other.

    1 for a Poisson process, 0 for a clock. The variance is that of the sample, divided by the number of windows.

    Args:
        spikes: (n_steps, n), 1 or True where a neuron spiked; the steps behind the last whole window are left out.
        window: steps, an integer.

    Returns:
        (n,), NaN for a silent neuron.

    Raises:
        ArgumentError: no array of real numbers, or a window that is no integer from 1 to the number of steps.
        ShapeError: no step, or other axes.

    Example:
        >>> import jax.numpy as jnp, jaxsnn as snn
        >>> clock = jnp.zeros((40, 1)).at[::5].set(1)
        >>> snn.measures.fano_factor(clock, window=10).tolist()
        [0.0]
    """
    trains = _array(spikes, "spikes", "(n_steps, n)", 2)
    n_steps, n = trains.shape
    window = arguments.whole(window, "window", least=1, most=n_steps)
    counts = trains[: n_steps // window * window].reshape(-1, window, n).sum(axis=1)
    mean = jnp.mean(counts, axis=0, dtype=jnp.result_type(float))
    return jnp.where(mean > 0, jnp.var(counts, axis=0) / jnp.where(mean > 0, mean, 1.0), jnp.nan)


def synchrony(values: Array) -> Array:
    """Return how much neurons vary together: 1 if all do the same, near 0 for many that are independent.

    The standard deviation of the population mean over the root of the mean variance of the neurons, the measure chi of
    Golomb and Rinzel (1993), doi:10.1103/PhysRevE.48.4810.

    Args:
        values: (n_steps, n), a variable such as `v`, or spikes summed over bins.

    Returns:
        (), NaN where nothing varies.

    Raises:
        ArgumentError: no array of real numbers.
        ShapeError: no step, or other axes.

    Example:
        >>> import jax.numpy as jnp, jaxsnn as snn
        >>> float(snn.measures.synchrony(jnp.tile(jnp.arange(5.0)[:, None], (1, 3))))
        1.0
    """
    floats = _array(values, "values", "(n_steps, n)", 2).astype(jnp.result_type(float))
    of_all, of_each = jnp.var(floats.mean(axis=1)), jnp.var(floats, axis=0).mean()
    varies = of_each > 0
    return jnp.where(varies, jnp.sqrt(jnp.where(varies, of_all / jnp.where(varies, of_each, 1.0), 1.0)), jnp.nan)


def spectrum(values: Array, dt: float) -> tuple[Array, Array]:
    """Return the one-sided power spectral density of each column, of one window without a taper.

    Args:
        values: (n_steps,) or (n_steps, n); its mean is taken away.
        dt: step, ms.

    Returns:
        `(frequencies, power)`: (n_steps // 2 + 1,) Hz, and the squared unit of the values per Hz, of the same length
        along the first axis; the sum of the power times the distance of the frequencies is the variance.

    Raises:
        ArgumentError: no array of real numbers, or a `dt` that is no positive number.
        ShapeError: no step, or other axes.

    Example:
        >>> import jax.numpy as jnp, jaxsnn as snn
        >>> t = jnp.arange(1000) * 0.001  # s
        >>> f, power = snn.measures.spectrum(jnp.sin(2 * jnp.pi * 40.0 * t), dt=1.0)
        >>> float(f[power.argmax()])
        40.0
    """
    x = _array(values, "values", "(n_steps,) or (n_steps, n)", 1, 2).astype(jnp.result_type(float))
    n, dt = x.shape[0], _step(dt)
    power = jnp.abs(jnp.fft.rfft(x - x.mean(axis=0, keepdims=True), axis=0)) ** 2 * (dt / 1000.0 / n)
    twice = jnp.full(power.shape[0], 2.0, power.dtype).at[0].set(1.0)
    twice = twice if n % 2 else twice.at[-1].set(1.0)
    frequencies = jnp.arange(power.shape[0]) * (1000.0 / (n * dt))
    return frequencies, power * twice.reshape(-1, *[1] * (power.ndim - 1))


def _array(values: Any, name: str, shape: str, *axes: int) -> Array:
    """Return real numbers of some steps as an array; raise for anything else."""
    try:
        array = jnp.asarray(values)
    except (TypeError, ValueError):
        raise ArgumentError(f"`{name}` is an array {shape} of numbers, not {values!r}") from None
    if jnp.issubdtype(array.dtype, jnp.complexfloating):
        raise ArgumentError(f"`{name}` is an array {shape} of real numbers, not of {array.dtype}")
    if array.ndim not in axes or array.shape[0] == 0:
        raise ShapeError(f"`{name}` has the shape {shape}, with at least one step, not {array.shape}")
    return array


def _step(dt: Any) -> Any:
    """Return a step in ms; one that JAX traces is taken as it is."""
    return dt if isinstance(dt, Tracer) else arguments.real(dt, "dt", "ms", above=0.0)
