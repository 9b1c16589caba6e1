"""Checks of what losses are given."""

from typing import Any

import jax.numpy as jnp
from jax import Array

from ...errors import ArgumentError, ShapeError


def as_records(values: Any, argument: str) -> Array:
    """Return recorded values (..., n_steps, n) in floating point.

    Raises:
        ShapeError: they have fewer axes, or no steps.
    """
    array = jnp.asarray(values)
    if array.ndim < 2 or array.shape[-2] == 0:
        raise ShapeError(f"`{argument}` is what a run records, (..., n_steps, n), not of the shape {array.shape}")
    return array if jnp.issubdtype(array.dtype, jnp.floating) else array.astype(jnp.result_type(float))


def as_target(target: Any, shape: tuple[int, ...], what: str) -> Array:
    """Return a target as an array that can stand beside others of a shape.

    Raises:
        ShapeError: it cannot.
    """
    array = jnp.asarray(target)
    fits = array.ndim <= len(shape) and all(m in (1, n) for m, n in zip(array.shape[::-1], shape[::-1], strict=False))
    if not fits:
        raise ShapeError(f"`target` is {what}, of the shape {shape} or one that extends to it, not {array.shape}")
    return array.reshape((1,) * (len(shape) - array.ndim) + array.shape) if array.ndim else array


def check_positive(value: float, argument: str, unit: str) -> float:
    """Return a number that must be greater than 0; what JAX traces is not looked at.

    Raises:
        ArgumentError: it is not.
    """
    if isinstance(value, int | float) and not value > 0:
        raise ArgumentError(f"`{argument}` is in {unit}, greater than 0, not {value}")
    return value
