"""A folder of arrays in zarr's format, of which each part is written whole, with a digest, by who has claimed it."""

import hashlib
import json
from collections.abc import Mapping
from math import ceil, prod
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import FileFormatError, StoreError
from ._claims import Claim, Claims
from ._folder import ATTRIBUTE, DAMAGE, enough_space, new_folder, zarr_package

KIND = "jaxsnn sweep"


class Store:
    """Results of many runs in a folder: one array for each thing that is kept, cut into parts along its first axis.

    Args:
        path: of the folder.
        silent: s, after which the claim of a process that gives no sign of life may be taken over.

    Raises:
        FileFormatError: the folder holds something else, or is damaged.
        MissingPackageError: zarr is not installed.
    """

    def __init__(self, path: Path, silent: float = 600.0) -> None:
        self.path = path
        self._group, self.about = _opened(path)
        self.claims = Claims(path / "parts", silent)

    @classmethod
    def create(
        cls, path: Path, about: Mapping[str, Any], points: Mapping[str, np.ndarray], kept: Mapping[str, Any], part: int
    ) -> None:
        """Make a folder that holds nothing yet. Of several processes that do so at once one succeeds, to the same end.

        Args:
            path: of the folder; its parents are made, too.
            about: what was asked for, as JSON can say it.
            points: (n, ...) by name: the value of each run.
            kept: shape and dtype of what is kept of one run, by name.
            part: runs in a part.
        """
        zarr = zarr_package()
        number = len(next(iter(points.values())))
        with new_folder(path) as made:
            group = zarr.open_group(made, mode="w")
            group.attrs[ATTRIBUTE] = dict(about) | {"kind": KIND, "number": number, "part": part}
            for name, values in points.items():
                group.create_array(f"points/{name}", data=np.asarray(values))
            for name, x in kept.items():
                chunks = (min(part, number), *(max(1, length) for length in x.shape))
                group.create_array(f"values/{name}", shape=(number, *x.shape), chunks=chunks, dtype=x.dtype)
            Claims.create(made / "parts", ceil(number / part))

    @property
    def number(self) -> int:
        """How many runs there are."""
        return int(self.about["number"])

    @property
    def parts(self) -> int:
        """How many parts they are cut into."""
        return ceil(self.number / self.about["part"])

    def runs(self, part: int) -> np.ndarray:
        """Return the indices of the runs of a part."""
        size = self.about["part"]
        return np.arange(part * size, min((part + 1) * size, self.number))

    def points(self) -> dict[str, np.ndarray]:
        """Return the value of each run, by name."""
        return {name: array[...] for name, array in self._group["points"].members()}

    def values(self, runs: np.ndarray | None = None) -> dict[str, np.ndarray]:
        """Return what is kept of some runs, or of all, by name; zeros where nothing was computed yet."""
        where = slice(None) if runs is None else slice(int(runs[0]), int(runs[-1]) + 1)
        try:
            return {name: np.asarray(array[where]) for name, array in self._group["values"].members()}
        except DAMAGE as error:
            raise FileFormatError(f"`{self.path}` cannot be read: {type(error).__name__}: {error}") from error

    def write(self, claim: Claim, values: Mapping[str, np.ndarray], record: Mapping[str, Any]) -> None:
        """Write what is kept of the runs of a claimed part.

        Raises:
            StoreError: the disk is full; the part is free again.
        """
        runs = self.runs(claim.part)
        try:
            with enough_space(self.path):
                for name, x in values.items():
                    self._group[f"values/{name}"][int(runs[0]) : int(runs[-1]) + 1] = x
                self.claims.finish(claim, dict(record) | {"sha256": digest(values)})
        except StoreError:
            self.claims.release(claim)
            raise

    def missing(self) -> np.ndarray:
        """Return the indices of the runs that are not done."""
        left = sorted(set(range(self.parts)) - self.claims.done())
        return np.concatenate([self.runs(part) for part in left]) if left else np.array([], int)

    def damaged(self) -> list[int]:
        """Return the parts that are done, and whose bytes are not those that were written."""
        return [part for part in sorted(self.claims.done()) if not self._is_whole(part)]

    def _is_whole(self, part: int) -> bool:
        try:
            return digest(self.values(self.runs(part))) == self.claims.record(part)["sha256"]
        except (FileFormatError, json.JSONDecodeError, KeyError):
            return False


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


def differences(there: Mapping[str, Any], here: Mapping[str, Any]) -> list[str]:
    """Return the names of what differs between two descriptions."""
    return [name for name in sorted(there.keys() | here.keys()) if there.get(name) != here.get(name)]


def _opened(path: Path) -> tuple[Any, dict[str, Any]]:
    """Return the group of a folder, and what it says of itself."""
    zarr = zarr_package()
    try:
        group = zarr.open_group(path, mode="r+")
        about: dict[str, Any] = dict(group.attrs[ATTRIBUTE])  # type: ignore[arg-type]
        if about["kind"] != KIND:
            raise FileFormatError(f"`{path}` holds {about['kind']!r}, not results of a sweep")
        number, part, grid = int(about["number"]), int(about["part"]), dict(about["grid"])
    except FileFormatError:
        raise
    except DAMAGE as error:
        raise FileFormatError(f"`{path}` is no folder of results: {type(error).__name__}: {error}") from None
    if number < 1 or part < 1 or (grid and prod(len(x) for x in grid.values()) != number):
        raise FileFormatError(f"`{path}` is damaged: {number} runs in parts of {part} on a grid of another size")
    return group, about
