"""How what is kept stands in a folder: arrays over all runs where these are alike, a file for each part where not."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ..files import read_npz, replaced
from ._returned import STRUCTURE, packed, unpacked
from ._tree import array_names

Part = tuple[int, np.ndarray]  # its number, and the indices of its runs


class Shelf(Protocol):
    """Where a folder keeps the results of parts."""

    def arrays(self, result: Any, runs: np.ndarray) -> dict[str, np.ndarray]:
        """Return what was computed of some runs as arrays by name."""
        ...

    def write(self, part: int, runs: np.ndarray, arrays: Mapping[str, np.ndarray]) -> None:
        """Write the arrays of a part."""
        ...

    def read(self, part: int, runs: np.ndarray) -> dict[str, np.ndarray]:
        """Return the arrays of a part; raise one of `DAMAGE` where they cannot be read."""
        ...

    def read_all(self, parts: Sequence[Part], done: Collection[int]) -> Any:
        """Return what is kept of all runs, of parts that are done and of others."""
        ...


@dataclass(frozen=True)
class ArrayShelf:
    """One array of zarr for each thing that is kept, with a leading axis of runs, zeros where nothing is yet.

    Args:
        path: of the folder.
        group: of zarr.
    """

    path: Path
    group: Any

    def arrays(self, result: Any, runs: np.ndarray) -> dict[str, np.ndarray]:
        """See `Shelf`; the result is a pytree of arrays with a leading axis of runs."""
        return array_names(result)

    def write(self, part: int, runs: np.ndarray, arrays: Mapping[str, np.ndarray]) -> None:
        """See `Shelf`."""
        for name, x in arrays.items():
            self.group[f"values/{name}"][int(runs[0]) : int(runs[-1]) + 1] = x

    def read(self, part: int, runs: np.ndarray) -> dict[str, np.ndarray]:
        """See `Shelf`."""
        where = slice(int(runs[0]), int(runs[-1]) + 1)
        return {name: np.asarray(array[where]) for name, array in self.group["values"].members()}

    def read_all(self, parts: Sequence[Part], done: Collection[int]) -> dict[str, np.ndarray]:
        """See `Shelf`."""
        return {name: np.asarray(array[...]) for name, array in self.group["values"].members()}


@dataclass(frozen=True)
class FileShelf:
    """An `.npz` for each part, with what a function returned for each of its runs, of any shape.

    Args:
        path: of the folder.
        group: of zarr, which holds none of it.
    """

    path: Path
    group: Any

    def arrays(self, result: Any, runs: np.ndarray) -> dict[str, np.ndarray]:
        """See `Shelf`; the result is a list with an element for each run."""
        return packed(result, [f"what run {run} returned" for run in runs])

    def write(self, part: int, runs: np.ndarray, arrays: Mapping[str, np.ndarray]) -> None:
        """See `Shelf`."""
        with replaced(self._place(part)) as file:
            np.savez(file, **arrays)  # pyright: ignore[reportArgumentType]

    def read(self, part: int, runs: np.ndarray) -> dict[str, np.ndarray]:
        """See `Shelf`."""
        with self._place(part).open("rb") as file:
            return read_npz(file, STRUCTURE)

    def read_all(self, parts: Sequence[Part], done: Collection[int]) -> list[Any]:
        """See `Shelf`; None for runs of which there is nothing yet."""
        some = (unpacked(self.read(part, runs)) if part in done else [None] * len(runs) for part, runs in parts)
        return [value for values in some for value in values]

    def _place(self, part: int) -> Path:
        return self.path / "returned" / f"{part:06d}.npz"


SHELVES = {"sweep": ArrayShelf, "evaluate": ArrayShelf, "parallel_run": FileShelf}  # by what fills the folder


def digest(values: Mapping[str, np.ndarray]) -> str:
    """Return the SHA-256 of arrays: of their names, types, shapes and bytes.

    Example:
        >>> digest({"a": np.zeros(2)}) == digest({"a": np.array([0.0, 0.0])}), digest({}) == digest({"a": np.zeros(2)})
        (True, False)
    """
    found = hashlib.sha256()
    for name in sorted(values):
        array = np.ascontiguousarray(values[name])
        found.update(f"{name} {array.dtype.str} {array.shape}".encode())
        found.update(array.tobytes())
    return found.hexdigest()


def fingerprint(about: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a description, whatever the order of its names.

    Example:
        >>> fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1}) != fingerprint({"a": 1})
        True
    """
    return hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()
