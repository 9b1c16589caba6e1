"""Checks of what losses are given."""

from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array

from ... import arguments
from ...errors import ArgumentError, ShapeError


def as_array(value: Any, argument: str) -> Array:
    """Return numbers as an array; raise `ArgumentError` for anything else."""
    if not isinstance(value, Array) and np.asarray(value).dtype.kind not in "biuf":
        raise ArgumentError(f"`{argument}` takes numbers, not {value!r}")
    return jnp.asarray(value)


def as_records(values: Any, argument: str) -> Array:
    """Return recorded values (..., n_steps, n) in floating point.

    Raises:
        ShapeError: they have fewer axes, or no steps.
    """
    array = as_array(values, argument)
    if array.ndim < 2 or array.shape[-2] == 0:
        raise ShapeError(f"`{argument}` is what a run records, (..., n_steps, n), not of the shape {array.shape}")
    return array if jnp.issubdtype(array.dtype, jnp.floating) else array.astype(jnp.result_type(float))


def as_target(target: Any, shape: tuple[int, ...], what: str, argument: str = "target") -> Array:
    """Return a target as an array that can stand beside others of a shape.

    Raises:
        ShapeError: it cannot.
    """
    array = as_array(target, argument)
    fits = array.ndim <= len(shape) and all(m in (1, n) for m, n in zip(array.shape[::-1], shape[::-1], strict=False))
    if not fits:
        raise ShapeError(f"`{argument}` is {what}, of the shape {shape} or one that extends to it, not {array.shape}")
    return array.reshape((1,) * (len(shape) - array.ndim) + array.shape) if array.ndim else array


def check_positive(value: float, argument: str, unit: str) -> float:
    """Return a number that must be greater than 0; what JAX traces is not looked at.

    Raises:
        ArgumentError: it is not.
    """
    return value if isinstance(value, Array) else arguments.real(value, argument, unit, above=0.0)
