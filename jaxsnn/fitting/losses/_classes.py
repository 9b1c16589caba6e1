"""A class by the readout of output neurons."""

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
import numpy as np
import optax
from jax import Array
from jax.core import Tracer

from ...errors import ArgumentError, ShapeError, did_you_mean
from ._shapes import as_array, as_records

READOUTS: dict[str, Callable[[Array], Array]] = {
    "max": lambda x: x.max(axis=-2),
    "mean": lambda x: x.mean(axis=-2),
    "sum": lambda x: x.sum(axis=-2),
    "last": lambda x: x[..., -1, :],
}


def readout(values: Any, kind: str = "max") -> Array:
    """Return one number for each output neuron: the logits of a class, or what a linear layer reads.

    Args:
        values: (..., n_steps, n): a membrane potential that does not spike, or spikes.
        kind: `max`, `mean` or `sum` over time, or `last`: the value at the end.

    Returns:
        (..., n).

    Raises:
        ArgumentError: an unknown kind.
        ShapeError: values without an axis of time.

    Example:
        >>> v = jnp.array([[0.0, 3.0], [1.0, 2.0]])
        >>> [readout(v, kind).tolist() for kind in ("max", "mean", "sum", "last")]
        [[1.0, 3.0], [0.5, 2.5], [1.0, 5.0], [1.0, 2.0]]
    """
    if kind not in READOUTS:
        raise ArgumentError(f"unknown readout `{kind}`.{did_you_mean(str(kind), READOUTS)}")
    return READOUTS[kind](as_records(values, "values"))


def cross_entropy(values: Any, labels: Any, kind: str = "max") -> Array:
    """Return the cross-entropy of classes, one output neuron each: mean of log sum_j exp(z_j) - z_label.

    z is the readout of the output neurons: the maximum over time of their membrane potential (`max`), its mean, its
    last value, or their number of spikes (`sum`).

    Args:
        values: (..., n_steps, n_classes).
        labels: integers (...), from 0.
        kind: of the readout, as for `readout`.

    Returns:
        Nats, ().

    Raises:
        ArgumentError: an unknown kind, labels that are no integers.
        ShapeError: labels that do not fit.

    References:
        F. Zenke, T. P. Vogels, Neural Computation 33, 2021, doi:10.1162/neco_a_01367 compares maximum and last value.

    Example:
        >>> spikes = jnp.zeros((50, 2)).at[:3, 1].set(1.0)  # no spike of class 0, three of class 1
        >>> round(float(cross_entropy(spikes, 1, "sum")), 4)  # log(1 + exp(-3))
        0.0486
    """
    logits, labels = _checked(values, labels, kind)
    return optax.softmax_cross_entropy_with_integer_labels(logits, labels).mean()


def accuracy(values: Any, labels: Any, kind: str = "max") -> Array:
    """Return the share of samples whose class is that of the output neuron with the largest readout.

    It has no gradient: train by `cross_entropy`, and watch this. Of equal readouts the first one counts.

    Args:
        values: (..., n_steps, n_classes), as for `cross_entropy`.
        labels: integers (...), from 0.
        kind: of the readout: `max`, `mean` or `sum` over time, or `last`.

    Returns:
        Between 0 and 1, ().

    Raises:
        ArgumentError: an unknown kind, labels that are no integers. ShapeError: labels that do not fit.

    Example:
        >>> v = jnp.array([[[0.0, 3.0], [1.0, 2.0]], [[4.0, 0.0], [0.0, 0.0]]])  # two samples, two steps, two classes
        >>> float(accuracy(v, jnp.array([1, 0]))), float(accuracy(v, jnp.array([1, 1])))
        (1.0, 0.5)
    """
    logits, labels = _checked(values, labels, kind)
    return (logits.argmax(axis=-1) == labels).mean(dtype=logits.dtype)


def _checked(values: Any, labels: Any, kind: str) -> tuple[Array, Array]:
    """Return the readout and the labels as arrays that fit each other."""
    logits, labels = readout(values, kind), as_array(labels, "labels")
    if not jnp.issubdtype(labels.dtype, jnp.integer):
        raise ArgumentError(f"`labels` are integers, the positions of classes from 0, not {labels.dtype.name}")
    if labels.shape != logits.shape[:-1]:
        raise ShapeError(f"`labels` have the shape {logits.shape[:-1]}, one for each sample, not {labels.shape}")
    if labels.size and not isinstance(labels, Tracer):
        known = np.asarray(labels)  # NumPy, since inside `jit` JAX would trace the minimum of a constant, too
        low, high = int(known.min()), int(known.max())
        if low < 0 or high >= logits.shape[-1]:
            wrong = low if low < 0 else high
            raise ArgumentError(f"`labels` are positions of {logits.shape[-1]} classes from 0, not {wrong}")
    return logits, labels
