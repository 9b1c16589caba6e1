"""Arrays in MATLAB's format, version 5. It knows matrices only, so an index keeps names, shapes and types."""

import json
from typing import Any, BinaryIO
from zlib import crc32

import numpy as np

from ._matlab_reader import read_matlab

INDEX, CHECK = "index", ""  # names of variables, and in the first of them that of the checksum
LONGEST = 63  # characters in the name of a variable


def write_mat(file: BinaryIO, entries: dict[str, np.ndarray]) -> None:
    """Write arrays as variables: `populations/P/v` becomes `populations_P_v`."""
    from scipy.io import savemat

    names = _variables(list(entries))
    arrays = {name: np.asarray(x) for name, x in entries.items()}
    index: dict[str, Any] = {name: [names[name], x.dtype.str, list(x.shape)] for name, x in arrays.items()}
    index[CHECK] = _checksum(arrays)
    variables = {names[name]: str(x) if x.dtype.kind == "U" else x for name, x in arrays.items()}
    savemat(file, {INDEX: json.dumps(index), **variables}, do_compression=True, oned_as="row")


def read_mat(file: BinaryIO) -> dict[str, np.ndarray]:
    """Return the arrays of a file, under the names that `write_mat` was given."""
    found = read_matlab(file.read())
    if INDEX not in found:
        return dict.fromkeys(found, np.zeros(0))
    index = json.loads(str(found[INDEX]))
    checksum = index.pop(CHECK, None)
    arrays = {name: _restored(found[variable], dtype, shape) for name, (variable, dtype, shape) in index.items()}
    if checksum not in (None, _checksum(arrays)):
        raise ValueError("its checksum is another one")
    return arrays


def _checksum(arrays: dict[str, np.ndarray]) -> int:
    """Return a number that tells arrays apart: MATLAB's format has none for all of a file."""
    found = 0
    for name, x in arrays.items():
        found = crc32(f"{name} {x.dtype.str} {x.shape}".encode() + np.ascontiguousarray(x).tobytes(), found)
    return found


def _restored(value: Any, dtype: str, shape: list[int]) -> np.ndarray:
    """Return an array of the type and shape that it had before MATLAB's format took it."""
    if np.dtype(dtype).kind == "U":
        return np.array(value if isinstance(value, str) else "")
    return np.ascontiguousarray(value).reshape(shape).astype(np.dtype(dtype))


def _variables(names: list[str]) -> dict[str, str]:
    """Return names that MATLAB accepts, all different."""
    taken, found = {INDEX}, {}
    for name in names:
        plain = "".join(c if c.isascii() and c.isalnum() else "_" for c in name)[:LONGEST]
        number, free = 0, plain
        while free in taken:
            number += 1
            free = f"{plain[: LONGEST - 1 - len(str(number))]}_{number}"
        taken.add(free)
        found[name] = free
    return found
