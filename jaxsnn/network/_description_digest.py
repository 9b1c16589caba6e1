"""A digest of a description: two networks have one digest if they were described alike, in whatever process."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import partial
from typing import Any

import numpy as np

from ._specs import NetworkSpec

DERIVED = ("context",)  # constants and functions of the network, which stand in the description once already


def description_digest(spec: NetworkSpec) -> str:
    """Return the SHA-256 of all that a network was described with: texts, sizes, values, connectors, monitors.

    Functions of a user's own, such as one that connects, count by their module and name.
    """
    found = hashlib.sha256()
    for piece in _pieces(spec):
        found.update(piece)
    return found.hexdigest()


def _pieces(value: Any) -> Iterator[bytes]:
    """Yield bytes that tell a value from any other."""
    if is_dataclass(value) and not isinstance(value, type):
        yield f"({type(value).__name__}".encode()
        for f in fields(value):
            if f.name not in DERIVED:
                yield f" {f.name}=".encode()
                yield from _pieces(getattr(value, f.name))
        yield b")"
    elif isinstance(value, Mapping):
        yield b"{"
        for key in sorted(value, key=str):
            yield f" {key}: ".encode()
            yield from _pieces(value[key])
        yield b"}"
    elif isinstance(value, list | tuple | set | frozenset):
        yield b"["
        for x in sorted(value, key=str) if isinstance(value, set | frozenset) else value:
            yield from _pieces(x)
            yield b","
        yield b"]"
    else:
        yield _leaf(value)


def _leaf(value: Any) -> bytes:
    if isinstance(value, partial):
        return b"".join(_pieces([value.func, value.args, value.keywords]))
    if isinstance(value, Enum):
        return str(value).encode()
    if value is None or isinstance(value, str | int | float | complex | bytes | range | slice):
        return repr(value).encode()
    if hasattr(value, "tocoo"):
        matrix = value.tocoo()
        return b"".join(_pieces([matrix.shape, matrix.row, matrix.col, matrix.data]))
    if callable(value):
        return f"{getattr(value, '__module__', '')}.{getattr(value, '__qualname__', type(value).__name__)}".encode()
    array = np.asarray(value)
    if array.dtype == object:
        return str(type(value)).encode() if array.ndim == 0 else b"".join(_pieces(array.tolist()))
    return f"{array.dtype.str}{array.shape}".encode() + np.ascontiguousarray(array).tobytes()
