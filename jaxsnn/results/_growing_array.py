"""An array of zarr that grows along its first axis; whole chunks are written as they fill."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import FileFormatError
from ..files import replaced

CHUNK_BYTES = 4 * 2**20


class GrowingArray:
    """An array to which rows are appended.

    A chunk is written once when it is full, and before that by each `commit`, always as a whole: files are replaced by
    a rename, so rows that were committed are there whatever happens later. What is not compressed is written here, as
    zarr 3 has it, the bytes of a chunk in a file: zarr itself would take several times as long.

    Args:
        array: of zarr.
        folder: in which its files are.
        length: rows that count; others, of a process that died, are cut off.

    Raises:
        FileFormatError: there are fewer.
    """

    def __init__(self, array: Any, folder: Path, length: int) -> None:
        self._array, self._folder = array, folder
        if array.shape[0] < length:
            raise FileFormatError(f"`{array.name}` has {array.shape[0]} rows, not the {length} that were committed")
        self._grow_to(length)
        self._chunk = np.zeros(array.chunks, array.dtype)
        self._filled = length % len(self._chunk)
        self._start = length - self._filled  # of the chunk that is not full
        self._put(np.asarray(array[self._start : length]), 0)

    @staticmethod
    def create(group: Any, name: str, row: np.ndarray, axes: tuple[str, ...], about: Mapping) -> Any:
        """Make an array of zarr without rows.

        Args:
            group: of zarr.
            name: in the group.
            row: one of the rows.
            axes: names of all axes.
            about: attributes of the array.
        """
        chunk = max(1, CHUNK_BYTES // max(1, row.nbytes))
        return group.create_array(
            name,
            shape=(0, *row.shape),
            chunks=(chunk, *(max(1, length) for length in row.shape)),
            dtype=row.dtype,
            compressors=_compression(row.dtype),
            dimension_names=axes,
            attributes=dict(about),
        )

    @property
    def length(self) -> int:
        """Rows that were appended."""
        return self._start + self._filled

    def append(self, rows: np.ndarray) -> None:
        """Append rows, and write the chunks that are full now.

        Raises:
            ValueError: rows of another shape.
        """
        if rows.shape[1:] != self._array.shape[1:]:
            raise ValueError(f"`{self._array.basename}` has rows {self._array.shape[1:]}, not {rows.shape[1:]}")
        while len(rows):
            number = min(len(rows), len(self._chunk) - self._filled)
            self._put(rows[:number], self._filled)
            self._filled, rows = self._filled + number, rows[number:]
            if self._filled == len(self._chunk):
                self._write()
                self._start, self._filled = self.length, 0

    def commit(self) -> int:
        """Write the chunk that is not full; return the length."""
        if self._filled:
            self._write()
        self._grow_to(self.length)
        return self.length

    def _put(self, rows: np.ndarray, place: int) -> None:
        """Take rows into the chunk; one without neurons is wider than they are."""
        self._chunk[(slice(place, place + len(rows)), *map(slice, rows.shape[1:]))] = rows

    def _write(self) -> None:
        """Write the chunk as far as it is filled."""
        rows = self._chunk[: self._filled]
        if self._array.compressors:
            self._grow_to(self.length)
            self._array[self._start : self.length] = rows
            return
        name = "/".join(map(str, (self._start // len(self._chunk), *(0 for _ in rows.shape[1:]))))
        with replaced(self._folder / "c" / name) as file:
            file.write(rows.data)
            file.truncate(self._chunk.nbytes)  # zeros, which take no space

    def _grow_to(self, length: int) -> None:
        if self._array.shape[0] != length:
            self._array.resize((length, *self._array.shape[1:]))


def _compression(dtype: np.dtype) -> Any:
    """Return how numbers are compressed: integers and truth values.

    Variables with noise would hardly get smaller, at a price that a quick network would notice.
    """
    if dtype.kind == "f":
        return None
    from zarr.codecs import BloscCodec

    return BloscCodec(cname="lz4", clevel=1, shuffle="shuffle")
