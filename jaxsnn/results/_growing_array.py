"""An array of zarr that grows along its first axis; whole chunks are written as they fill."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..errors import FileFormatError

CHUNK_BYTES = 4 * 2**20


class GrowingArray:
    """An array to which rows are appended.

    A chunk is written once when it is full, and before that by each `commit`, always as a whole: zarr replaces files by
    a rename, so rows that were committed are there whatever happens later.

    Args:
        array: of zarr.
        length: rows that count; others, of a process that died, are cut off.

    Raises:
        FileFormatError: there are fewer.
    """

    def __init__(self, array: Any, length: int) -> None:
        self._array, self._chunk = array, array.chunks[0]
        self._start = length - length % self._chunk  # of the chunk that is not full
        if array.shape[0] < length:
            raise FileFormatError(f"`{array.name}` has {array.shape[0]} rows, not the {length} that were committed")
        if array.shape[0] != length:
            self._resize(length)
        self._rows = [np.asarray(array[self._start : length])]

    @classmethod
    def create(cls, group: Any, name: str, row: np.ndarray, axes: tuple[str, ...], about: Mapping) -> "GrowingArray":
        """Make an array without rows.

        Args:
            group: of zarr.
            name: in the group.
            row: one of the rows.
            axes: names of all axes.
            about: attributes of the array.
        """
        chunk = max(1, CHUNK_BYTES // max(1, row.nbytes))
        array = group.create_array(
            name,
            shape=(0, *row.shape),
            chunks=(chunk, *(max(1, length) for length in row.shape)),
            dtype=row.dtype,
            compressors=_compression(row.dtype),
            dimension_names=axes,
            attributes=dict(about),
        )
        return cls(array, 0)

    @property
    def length(self) -> int:
        """Rows that were appended."""
        return self._start + sum(map(len, self._rows))

    def append(self, rows: np.ndarray) -> None:
        """Append rows, and write the chunks that are full now.

        Raises:
            ValueError: rows of another shape.
        """
        if rows.shape[1:] != self._array.shape[1:]:
            raise ValueError(f"`{self._array.basename}` has rows {self._array.shape[1:]}, not {rows.shape[1:]}")
        self._rows.append(rows)
        full = (self.length - self._start) // self._chunk * self._chunk
        if full:
            rows = np.concatenate(self._rows)
            self._write(rows[:full])
            self._start, self._rows = self._start + full, [rows[full:].copy()]

    def commit(self) -> int:
        """Write the chunk that is not full; return the length."""
        self._rows = [np.concatenate(self._rows)]
        if len(self._rows[0]):
            self._write(self._rows[0])
        return self.length

    def _write(self, rows: np.ndarray) -> None:
        """Write rows from the beginning of the chunk that is not full."""
        end = self._start + len(rows)
        if self._array.shape[0] < end:
            self._resize(end)
        self._array[self._start : end] = rows

    def _resize(self, length: int) -> None:
        self._array.resize((length, *self._array.shape[1:]))


def _compression(dtype: np.dtype) -> Any:
    """Return how numbers are compressed: integers and truth values.

    Variables with noise would hardly get smaller, at a price that a quick network would notice.
    """
    if dtype.kind == "f":
        return None
    from zarr.codecs import BloscCodec

    return BloscCodec(cname="lz4", clevel=1, shuffle="shuffle")
