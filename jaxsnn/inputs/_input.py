"""`Input`: a population that is described by more than a neuron model, and what drives it from outside."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from jax import Array

from .. import arguments
from ..errors import ArgumentError, ShapeError
from ..models import Neuron

NO_STEP = np.iinfo(np.int32).max  # fills tables of steps up: no run reaches it


@dataclass(frozen=True, eq=False)
class Source:
    """Tables, and the function that reads from them what some variables are at a step.

    Args:
        arrays: by name; floating-point ones are parameters of the network, integers are constants.
        drive: `drive(arrays, step)` returns the variables that are driven, by name, each (size,) or (); pure and
            traceable. The step counts from the last reset of the population.
        rows: name of the table that has one row per step, zeros after the last one, and alone decides what is driven;
            None for other sources. Many steps at once then read the table as it is.
        switch: name of the table, one integer, that tells whether the population takes part in the steps: it stands
            still while that is 0. None for a population that always does.
        parameters: whether what is driven are parameters of a model that others drive as well: then it is no input.
    """

    arrays: Mapping[str, np.ndarray]
    drive: Callable[[Mapping[str, Array], Array], dict[str, Array]]
    rows: str | None = None
    switch: str | None = None
    parameters: bool = False


class Schedule:
    """What a source reads, in the user's units; a subclass turns it into tables for a step dt."""

    def source(self, dt: float) -> Source:
        """Return tables and the function that reads them.

        Args:
            dt: step, ms.
        """
        raise NotImplementedError

    def changed(self, **values: Any) -> "Schedule":
        """Return a schedule in which some of what the user gave is replaced."""
        raise NotImplementedError


@dataclass(frozen=True, eq=False)
class Input:
    """An input population, before a network creates it.

    Args:
        geometry: number of neurons, or a shape.
        neuron: the model; variables that the schedule drives stand in it as `name = name`, parameters as they are.
        values: attributes to assign.
        schedule: what drives it; None for a model that needs nothing else.
    """

    geometry: int | tuple[int, ...]
    neuron: Neuron
    values: Mapping[str, Any] = field(default_factory=dict)
    schedule: Schedule | None = None


def steps_of(times: Any, dt: float) -> np.ndarray:
    """Return times in ms as steps, rounded, int32."""
    return np.rint(np.asarray(times, float) / dt).astype(np.int64).clip(-(2**31), 2**31 - 2).astype(np.int32)


def check_finite(value: Any, what: str, at_least: float = -np.inf) -> np.ndarray:
    """Return a value as an array of finite numbers.

    Raises:
        ArgumentError: not numbers, or out of range.
    """
    array = None if value is None else arguments.numbers(value)
    if array is None or (array.ndim == 0 and np.isnan(array)):
        raise ArgumentError(f"{what} takes finite numbers, not {value!r}")
    if not np.isfinite(array).all() or (array < at_least).any():
        bound = "" if at_least == -np.inf else f", at least {at_least:g}"
        raise ArgumentError(f"{what} takes finite numbers{bound}, not {value!r}")
    return array


def checked_geometry(geometry: Any) -> int | tuple[int, ...]:
    """Return a number of neurons or a shape; raise `ArgumentError` for anything else."""
    if isinstance(geometry, tuple | list):
        return tuple(arguments.whole(n, "geometry", least=1) for n in geometry)
    return arguments.whole(geometry, "geometry", least=1)


def size_of(geometry: int | tuple[int, ...] | None, rates: np.ndarray, what: str) -> tuple[int | tuple[int, ...], int]:
    """Return (geometry, number of neurons) of an input whose rates are (times, ...).

    Raises:
        ShapeError: the geometry has another number of neurons than the rates.
    """
    own = tuple(rates.shape[1:]) or (1,)
    chosen = (own if len(own) > 1 else int(np.prod(own))) if geometry is None else checked_geometry(geometry)
    size = int(np.prod(chosen))
    if rates.ndim > 1 and size != int(np.prod(own)):
        raise ShapeError(f"`rates` of {what} have {int(np.prod(own))} values per time, its geometry {size} neurons")
    return chosen, size
