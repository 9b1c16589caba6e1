"""A folder of results in zarr's format, of which each part is written whole, with a digest, by who has claimed it."""

import json
from collections.abc import Mapping
from contextlib import suppress
from math import ceil, prod
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import FileFormatError
from ._claims import Claim, Claims
from ._folder import ATTRIBUTE, DAMAGE, SWEEP, check_kind, new_folder, writing, zarr_package
from ._shelves import SHELVES, Shelf, digest, fingerprint

WORK = "work"  # the attribute that says what fills the folder, and so what it holds


class Store:
    """Results of many runs in a folder, cut into parts.

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
        self.shelf: Shelf = SHELVES[self.about[WORK]](path, self._group)

    @classmethod
    def create(
        cls,
        path: Path,
        about: Mapping[str, Any],
        number: int,
        points: Mapping[str, np.ndarray],
        kept: Mapping[str, Any],
        part: int,
    ) -> None:
        """Make a folder that holds nothing yet. Of several processes that do so at once one succeeds, to the same end.

        Args:
            path: of the folder; its parents are made, too.
            about: what was asked for, as JSON can say it.
            number: of runs.
            points: (number, ...) by name: the value of each run.
            kept: shape and dtype of what is kept of one run, by name, where all runs have the same.
            part: runs in a part.

        Raises:
            StoreError: there is no space, or the place cannot be written to.
        """
        zarr = zarr_package()
        with new_folder(path) as made:
            group = zarr.open_group(made, mode="w")
            told = {"kind": SWEEP, "number": number, "part": part, "fingerprint": fingerprint(about)}
            group.attrs[ATTRIBUTE] = dict(about) | told
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
        """Return the value of each run, by name.

        Raises:
            FileFormatError: the folder cannot be read.
        """
        try:
            return {name: array[...] for name, array in self._group["points"].members()}
        except DAMAGE as error:
            raise self._unreadable(error) from error

    def values(self, part: int) -> dict[str, np.ndarray]:
        """Return the arrays of a part; see `Shelf`.

        Raises:
            FileFormatError: they cannot be read.
        """
        try:
            return self.shelf.read(part, self.runs(part))
        except DAMAGE as error:
            raise self._unreadable(error) from error

    def all_values(self) -> Any:
        """Return what is kept of all runs; see `Shelf`.

        Raises:
            FileFormatError: it cannot be read.
        """
        try:
            return self.shelf.read_all([(part, self.runs(part)) for part in range(self.parts)], self.claims.done())
        except DAMAGE as error:
            raise self._unreadable(error) from error

    def take(self, part: int) -> Claim | None:
        """Claim a part; see `Claims.take`.

        Raises:
            StoreError: the folder cannot be written to.
        """
        with writing(self.path):
            return self.claims.take(part)

    def write(self, claim: Claim, result: Any) -> None:
        """Write what is kept of the runs of a claimed part.

        Raises:
            ArgumentError: of a class that cannot be kept; the part is free again.
            StoreError: the disk is full, or the folder cannot be written to; the part is free again.
        """
        runs = self.runs(claim.part)
        try:
            with writing(self.path):
                values = self.shelf.arrays(result, runs)
                self.shelf.write(claim.part, runs, values)
                self.claims.finish(claim, {"sha256": digest(values)})
        except BaseException:
            with suppress(OSError):  # that of the write says more
                self.claims.release(claim)
            raise

    def missing(self) -> np.ndarray:
        """Return the indices of the runs that are not done."""
        left = sorted(set(range(self.parts)) - self.claims.done())
        return np.concatenate([self.runs(part) for part in left]) if left else np.array([], int)

    def damaged(self) -> list[int]:
        """Return the parts that are done, and whose bytes are not those that were written; and those without a file."""
        wrong = {part for part in self.claims.done() if not self._is_whole(part)}
        return sorted(wrong | self.claims.lost(self.parts))

    def _unreadable(self, error: Exception) -> FileFormatError:
        return FileFormatError(
            f"`{self.path}` cannot be read: {type(error).__name__}: {error}. `verify(share=0.0, repair=True)` finds "
            "what is damaged, and the call that filled the folder computes it again"
        )

    def _is_whole(self, part: int) -> bool:
        try:
            return digest(self.values(part)) == self.claims.record(part)["sha256"]
        except (FileFormatError, json.JSONDecodeError, KeyError):
            return False


def differences(there: Mapping[str, Any], here: Mapping[str, Any]) -> list[str]:
    """Return the names of what differs between two descriptions."""

    def said(x: Any) -> str:  # as JSON: NaN is NaN, and a tuple is a list
        return json.dumps(x, sort_keys=True)

    return [name for name in sorted(there.keys() | here.keys()) if said(there.get(name)) != said(here.get(name))]


def _opened(path: Path) -> tuple[Any, dict[str, Any]]:
    """Return the group of a folder, and what it says of itself."""
    zarr = zarr_package()
    try:
        group = zarr.open_group(path, mode="r+")
        about: dict[str, Any] = dict(group.attrs[ATTRIBUTE])  # type: ignore[arg-type]
        kind = about["kind"]
    except DAMAGE as error:
        raise _no_results(path, error) from None
    check_kind(path, kind, SWEEP)
    try:
        number, part, grid = int(about["number"]), int(about["part"]), dict(about["grid"])
        work = about[WORK]
    except DAMAGE as error:
        raise _no_results(path, error) from None
    if work not in SHELVES:
        raise FileFormatError(f"`{path}` holds results of {work!r}, not of {', '.join(SHELVES)}")
    if number < 1 or part < 1 or (grid and prod(len(x) for x in grid.values()) != number):
        raise FileFormatError(f"`{path}` is damaged: {number} runs in parts of {part} on a grid of another size")
    return group, about


def _no_results(path: Path, error: Exception) -> FileFormatError:
    return FileFormatError(f"`{path}` is no folder of results: {type(error).__name__}: {error}")
