"""Contributions of synapses to the input of a neuron."""

import jax.numpy as jnp
from jax import Array

from ..equations import Operation


def reduced(values: Array, exists: Array | None, operation: Operation, axis: int) -> Array:
    """Return the sum, mean, largest or smallest of the values that exist along an axis; 0 where none does."""
    there = jnp.ones(values.shape, bool) if exists is None else exists
    count = values.shape[axis] if exists is None else exists.sum(axis=axis)
    if operation in (Operation.SUM, Operation.MEAN):
        total = jnp.sum(values if exists is None else jnp.where(there, values, 0.0), axis=axis)
        return total if operation is Operation.SUM else total / jnp.maximum(count, 1)
    if values.shape[axis] == 0:
        return jnp.sum(values, axis=axis)
    sign = 1.0 if operation is Operation.MAX else -1.0
    extreme = sign * jnp.max(jnp.where(there, sign * values, -jnp.inf), axis=axis)
    return jnp.where(count > 0, extreme, 0.0)
