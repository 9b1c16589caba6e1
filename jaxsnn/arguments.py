"""What a value must be that a call is given: each function returns it in one form, or says what was given and expected.

>>> real(3, "dt"), whole(3, "steps", least=1)
(3.0, 3)
>>> real("abc", "dt")
Traceback (most recent call last):
jaxsnn.errors.ArgumentError: `dt` is a finite number, not 'abc'
"""

import os
from collections.abc import Collection, Iterable, Mapping
from math import inf, isfinite, isnan
from numbers import Integral, Real
from pathlib import Path
from typing import Any

import numpy as np

from .errors import ArgumentError, did_you_mean


def real(value: Any, name: str, unit: str = "", least: float = -inf, above: float = -inf, most: float = inf) -> float:
    """Return a finite number.

    Args:
        value: as it was given; a number of NumPy or an array without axes too.
        name: of the argument.
        unit: for the message.
        least, above, most: bounds; `above` is one that the number may not have itself.

    Raises:
        ArgumentError: it is no number, not finite or out of bounds.

    Example:
        >>> real(-1.0, "tau", "ms", above=0.0)
        Traceback (most recent call last):
        jaxsnn.errors.ArgumentError: `tau` is a finite number of ms greater than 0, not -1.0
    """
    number = as_number(value)
    if number is None or not isfinite(number) or not (least <= number <= most and number > above):
        of = f" of {unit}" if unit else ""
        raise ArgumentError(f"`{name}` is a finite number{of}{_bounds(least, above, most)}, not {value!r}")
    return number


def as_number(value: Any) -> float | None:
    """Return a real number as a float, NaN and infinity too; None for anything else, True and False included."""
    if isinstance(value, np.ndarray | np.generic) and value.ndim == 0:
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, Real):
        return None
    try:
        return float(value)
    except OverflowError:
        return inf


def numbers(values: Any) -> np.ndarray | None:
    """Return real numbers as an array of floats, NaN for None; None for anything else."""
    try:
        array = np.asarray(values)
        return array.astype(float) if array.dtype.kind != "c" else None
    except (TypeError, ValueError):
        return None


def array(values: Any, name: str, shape: str, *axes: int, least: int = 0) -> np.ndarray:
    """Return real numbers as an array with so many axes, or one of several numbers of them.

    Args:
        values: as they were given.
        name: of the argument.
        shape: for the message, such as "(n_steps, n)".
        *axes: how many there may be.
        least: how many numbers there must be.

    Raises:
        ArgumentError: no numbers, other axes, or too few.

    Example:
        >>> array([1, 2], "times", "(n,) ms", 2)
        Traceback (most recent call last):
        jaxsnn.errors.ArgumentError: `times` is an array (n,) ms of numbers, not of the shape (2,)
    """
    found = None if values is None or isinstance(values, Mapping | str) else numbers(values)
    if found is None:
        raise ArgumentError(f"`{name}` is an array {shape} of numbers, not {values!r}")
    if found.ndim not in axes or found.size < least:
        raise ArgumentError(f"`{name}` is an array {shape} of numbers, not of the shape {found.shape}")
    return found


def extended(value: Any, name: str) -> float:
    """Return a number that may be infinite; raise `ArgumentError` for anything else and NaN."""
    number = as_number(value)
    if number is None or isnan(number):
        raise ArgumentError(f"`{name}` is a number, not {value!r}")
    return number


def whole(value: Any, name: str, least: float = -inf, most: float = 2**31 - 1) -> int:
    """Return an integer; raise `ArgumentError` for what is none, or out of bounds.

    Example:
        >>> whole(1.5, "number", least=1)
        Traceback (most recent call last):
        jaxsnn.errors.ArgumentError: `number` is an integer, at least 1, not 1.5
    """
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    if isinstance(value, bool | np.bool_) or not isinstance(value, Integral) or not least <= int(value) <= most:
        upper = f", at most {most}" if isinstance(value, Integral) and int(value) > most else ""
        raise ArgumentError(f"`{name}` is an integer{_bounds(least, -inf, inf)}{upper}, not {value!r}")
    return int(value)


def rank(value: Any, name: str) -> int:
    """Return the rank of a neuron; raise `ArgumentError` for what is no integer. One of floating-point type may be."""
    number = as_number(value)
    if number is None or not number.is_integer() or abs(number) >= 2**31:
        raise ArgumentError(f"`{name}` is the rank of a neuron, an integer, not {value!r}")
    return int(number)


def ranks(values: Any, name: str) -> np.ndarray:
    """Return ranks of neurons, (n,) int64; raise `ArgumentError` for anything else than integers, or one of them."""
    listed = [values] if np.ndim(values) == 0 else list(values)
    return np.asarray([rank(value, name) for value in listed], int)


def by_name(values: Any, name: str) -> dict[str, Any]:
    """Return a dictionary whose keys are names; raise `ArgumentError` for anything else."""
    if not isinstance(values, Mapping) or not all(isinstance(key, str) for key in values):
        raise ArgumentError(f"`{name}` is a dictionary of values by name, not {values!r}")
    return dict(values)


def names(values: Any, name: str) -> list[str]:
    """Return a list of names, of which one may be given alone; raise `ArgumentError` for anything else."""
    listed = [values] if isinstance(values, str) else values
    if not isinstance(listed, Iterable) or isinstance(listed, bytes):
        raise ArgumentError(f"`{name}` is a name or a list of names, not {values!r}")
    listed = list(listed)
    if not all(isinstance(one, str) for one in listed):
        raise ArgumentError(f"`{name}` is a name or a list of names, not {values!r}")
    return listed


def path(value: Any, name: str = "filename") -> Path:
    """Return the path of a file; raise `ArgumentError` for what is none, or empty."""
    if not isinstance(value, str | os.PathLike) or not os.fspath(value):
        raise ArgumentError(f"`{name}` is the path of a file, not {value!r}")
    return Path(value)


def flag(value: Any, name: str) -> bool:
    """Return a boolean; raise `ArgumentError` for anything else than True, False, 1 and 0."""
    if not isinstance(value, bool | np.bool_ | int) or value not in (True, False):
        raise ArgumentError(f"`{name}` is True or False, not {value!r}")
    return bool(value)


def text(value: Any, name: str) -> str:
    """Return a text; raise `ArgumentError` for anything else."""
    if not isinstance(value, str):
        raise ArgumentError(f"`{name}` is a text, not {value!r}")
    return value


def function(value: Any, name: str) -> Any:
    """Return something that can be called; raise `ArgumentError` for anything else."""
    if not callable(value):
        raise ArgumentError(f"`{name}` is a function, not {value!r}")
    return value


def one_of(value: Any, name: str, known: Collection[str]) -> str:
    """Return one of the known words; raise `ArgumentError` for anything else."""
    if not isinstance(value, str) or value not in known:
        near = did_you_mean(value, known) if isinstance(value, str) else f" Known names: {', '.join(sorted(known))}."
        raise ArgumentError(f"`{name}` is not {value!r}.{near}")
    return value


def _bounds(least: float, above: float, most: float) -> str:
    lower = f", at least {least:g}" if least > -inf else f" greater than {above:g}" if above > -inf else ""
    return lower + (f", at most {most:g}" if most < inf else "")
