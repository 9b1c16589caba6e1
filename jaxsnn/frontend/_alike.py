"""Networks that are alike: one compiled program serves all of them.

They differ only in numbers that enter the program as arguments: values of parameters and variables, tables of inputs,
constants, switches.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import partial
from typing import Any

import numpy as np

from ..compiler import declared_arrays
from ..network import NetworkSpec
from ..step import Given

NUMBERS = ("values", "switches", "constants", "arrays")  # fields whose arrays are arguments of the program


def are_alike(first: Any, second: Any, arrays_are_arguments: bool = False) -> bool:
    """Tell whether two descriptions, or parts of them, are compiled to the same program.

    Args:
        first, second: specs, what they consist of, or mappings and sequences of those.
        arrays_are_arguments: whether numbers in them may differ, their shapes not.
    """
    if first is second:
        return True
    if type(first) is not type(second):
        return False
    if arrays_are_arguments and isinstance(first, np.ndarray | float):
        return np.shape(first) == np.shape(second) and np.asarray(first).dtype == np.asarray(second).dtype
    if isinstance(first, Mapping):
        return list(first) == list(second) and all(are_alike(first[k], second[k], arrays_are_arguments) for k in first)
    if isinstance(first, tuple | list):
        return len(first) == len(second) and all(map(are_alike, first, second))
    if isinstance(first, partial):
        return (first.func, first.args, first.keywords) == (second.func, second.args, second.keywords)
    if isinstance(first, np.ndarray):
        return np.array_equal(first, second)
    if is_dataclass(first) and type(first).__eq__ is object.__eq__:
        return all(are_alike(getattr(first, f.name), getattr(second, f.name), f.name in NUMBERS) for f in fields(first))
    return bool(first == second)


def differences(specs: Sequence[NetworkSpec]) -> tuple[Given, Given]:
    """Return the numbers that networks which are alike begin with: `(shared, own)`.

    `shared` are those that are the same in all, `own` the others, with a leading axis of networks.
    """
    given = [declared_arrays(spec) for spec in specs]
    same = {path for path, x in given[0].items() if all(np.array_equal(x, other[path]) for other in given[1:])}
    shared = {path: x for path, x in given[0].items() if path in same}
    return shared, {path: np.stack([g[path] for g in given]) for path in given[0] if path not in same}  # type: ignore[return-value]
