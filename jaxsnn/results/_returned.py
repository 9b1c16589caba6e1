"""What functions return, as arrays and back: numbers, texts, None, arrays, and lists and dictionaries of them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import jax
import numpy as np

from ..errors import ArgumentError

STRUCTURE = "structure"  # the array with the shape of the whole, as JSON
KINDS = "biufcSU"  # of arrays that a file holds without pickle
LARGEST = 2**63


def packed(values: Sequence[Any], names: Iterable[str] | None = None) -> dict[str, np.ndarray]:
    """Return values as arrays by name, of which one tells the structure.

    Args:
        values: bool, int, float, str, None, arrays, and lists, tuples and dictionaries of them.
        names: what to call each value in an error.

    Raises:
        ArgumentError: names a value of another class, and where it stands.

    Example:
        >>> unpacked(packed([{"name": "a", 3: [0.5, 1.5]}, None]))
        [{'name': 'a', 3: [0.5, 1.5]}, None]
    """
    arrays: list[np.ndarray] = []
    called = [f"value {i}" for i in range(len(values))] if names is None else names
    nodes = [_node(value, name, "", arrays) for name, value in zip(called, values, strict=True)]
    text = np.frombuffer(json.dumps(nodes).encode(), np.uint8)
    return {STRUCTURE: text} | {str(i): x for i, x in enumerate(arrays)}


def unpacked(arrays: Mapping[str, np.ndarray]) -> list[Any]:
    """Return the values that `packed` was given; arrays of JAX come back as those of NumPy.

    Raises:
        ValueError, KeyError, TypeError: arrays that `packed` did not make.
    """
    return [_value(node, arrays) for node in json.loads(arrays[STRUCTURE].tobytes())]


def _node(value: Any, what: str, where: str, arrays: list[np.ndarray]) -> Any:
    """Return what JSON can say of a value; its arrays are added to the list."""
    if isinstance(value, np.ndarray | np.generic | jax.Array):
        return _of_array(value, what, where, arrays)
    if value is None or type(value) in (bool, int, float, str):
        return {"is": value}
    if isinstance(value, Mapping):
        return {"dict": [[_key(k, what), _node(x, what, f"{where}[{k!r}]", arrays)] for k, x in value.items()]}
    if type(value) in (list, tuple):
        return _of_list(value, what, where, arrays)
    place = f" at `{where}`" if where else ""
    raise ArgumentError(
        f"{what} cannot be kept in a folder: it has an object of class `{type(value).__name__}`{place}. Numbers, "
        "texts, None, arrays, and lists, tuples and dictionaries of them can"
    )


def _of_array(value: Any, what: str, where: str, arrays: list[np.ndarray]) -> Any:
    if getattr(value.dtype, "kind", "?") not in KINDS:
        place = f" at `{where}`" if where else ""
        raise ArgumentError(f"{what} cannot be kept in a folder: it has an array of {value.dtype}{place}")
    return {"scalar" if isinstance(value, np.generic) else "array": _added(np.asarray(value), arrays)}


def _of_list(value: Any, what: str, where: str, arrays: list[np.ndarray]) -> Any:
    """Return the node of a list; one of many floats, or of many integers, is an array."""
    classes = {type(x) for x in value}
    if type(value) is list and classes == {float}:
        return {"numbers": _added(np.array(value, np.float64), arrays)}
    if type(value) is list and classes == {int} and all(-LARGEST <= x < LARGEST for x in value):
        return {"numbers": _added(np.array(value, np.int64), arrays)}
    nodes = [_node(x, what, f"{where}[{i}]", arrays) for i, x in enumerate(value)]
    return {type(value).__name__: nodes}


def _added(array: np.ndarray, arrays: list[np.ndarray]) -> str:
    arrays.append(array)
    return str(len(arrays) - 1)


def _key(key: Any, what: str) -> Any:
    key = key.item() if isinstance(key, np.generic) else key
    if key is None or type(key) in (bool, int, float, str):
        return key
    raise ArgumentError(f"{what} cannot be kept in a folder: a key of a dictionary is a number or a text, not {key!r}")


def _value(node: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> Any:
    ((kind, x),) = node.items()
    return READ[kind](x, arrays)


READ = {
    "is": lambda x, arrays: x,
    "array": lambda x, arrays: arrays[x],
    "scalar": lambda x, arrays: arrays[x][()],
    "numbers": lambda x, arrays: arrays[x].tolist(),
    "list": lambda x, arrays: [_value(n, arrays) for n in x],
    "tuple": lambda x, arrays: tuple(_value(n, arrays) for n in x),
    "dict": lambda x, arrays: {k: _value(n, arrays) for k, n in x},
}
