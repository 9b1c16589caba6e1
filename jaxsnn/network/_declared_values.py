"""Declared values of attributes: numbers, arrays, distributions, and subsets assigned one after the other."""

from dataclasses import dataclass

import numpy as np

from ..connectivity import Ranks
from ..distributions import Distribution
from ..errors import ArgumentError, ShapeError


@dataclass(frozen=True, eq=False)
class Patched:
    """A value in which subsets were assigned before anything was drawn.

    Args:
        base: value of the whole population; None for the one that the model gives.
        patches: subsets and their values, in the order of assignment.
    """

    base: "Value | None"
    patches: "tuple[tuple[Ranks, Value], ...]"


Later = Distribution | Patched  # becomes numbers when the network starts
Value = np.ndarray | Later  # arrays are (size,) or ()


def checked(value, size: int, what: object) -> Value:
    """Return a value in canonical form: a distribution, a scalar array () or an array (size,).

    Args:
        value: number, list, array of any shape with `size` elements, or distribution.
        size: number of neurons.
        what: for the message, text or what `str` turns into it, such as "`c` of population `P`".

    Raises:
        ShapeError: another number of elements.
        ArgumentError: not numeric.
    """
    if isinstance(value, Later):
        return value
    try:
        array = np.array(value)
    except (TypeError, ValueError):
        array = np.asarray(None)
    if array.dtype.kind not in "biuf":
        raise ArgumentError(f"{what} takes numbers or a distribution, not {value!r}")
    if array.size == 1:
        return array.reshape(())
    if array.size != size:
        raise ShapeError(f"{what} takes a scalar or {size} values, not an array of shape {array.shape}")
    return array.reshape(-1)


def patched(old: Value | None, ranks: Ranks, value: Value) -> Value:
    """Return the old value with a subset assigned; numbers merge at once, distributions wait for their key."""
    if ranks.is_everything:
        return value
    if isinstance(old, np.ndarray) and isinstance(value, np.ndarray):
        return merged(old, ranks, value)
    if isinstance(old, Patched):
        return Patched(old.base, (*old.patches, (ranks, value)))
    return Patched(old, ((ranks, value),))


def merged(old: np.ndarray, ranks: Ranks, value: np.ndarray) -> np.ndarray:
    """Return an array (population_size,) with the subset replaced."""
    new = np.array(np.broadcast_to(old, (ranks.population_size,)), dtype=np.result_type(old, value))
    new[ranks.index] = value
    return new
