"""Matrices in the MatrixMarket format, of the National Institute of Standards and Technology.

They are read here and not by SciPy, whose reader ends the whole process where a file is none.
"""

import gzip
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from .. import arguments
from ..errors import FileFormatError
from ._document import Filename

FORMATS, FIELDS = ("coordinate", "array"), ("real", "double", "integer", "pattern")
SIGNS = {"general": 0, "symmetric": 1, "hermitian": 1, "skew-symmetric": -1}  # of the entry across the diagonal
MOST = 2**31 - 1  # rows, columns


@dataclass(frozen=True)
class Heading:
    """What the first lines of a file say.

    Args:
        is_sparse: whether entries have coordinates.
        has_values: whether they have values; else each is 1.
        sign: of the entry across the diagonal of a symmetric matrix; 0 where there is none.
        shape: (rows, columns).
        entries: how many lines follow.
    """

    is_sparse: bool
    has_values: bool
    sign: int
    shape: tuple[int, int]
    entries: int

    @property
    def columns(self) -> int:
        """How many numbers a line has."""
        return 2 * self.is_sparse + self.has_values


def read_matrix_market(filename: Filename) -> Any:
    """Read a matrix; its sizes are compared with its lines before anything is made of them.

    Args:
        filename: of a `.mtx`, possibly compressed by gzip.

    Returns:
        A sparse matrix of scipy, in coordinates. In a connectivity its rows are post neurons.

    Raises:
        OSError: there is no such file.
        FileFormatError: not such a file, a damaged one, or one of complex numbers.
    """
    from scipy.sparse import coo_matrix

    filename = arguments.path(filename)
    try:
        with open(filename, "rb") as start:
            is_compressed = start.read(2) == b"\x1f\x8b"
        with (gzip.open if is_compressed else open)(filename, "rt", encoding="ascii") as lines:
            heading = _heading(lines)
            rows, columns, values = _entries(heading, lines)
    except (ValueError, EOFError, gzip.zlib.error, gzip.BadGzipFile) as error:  # type: ignore[attr-defined]
        message = f"`{filename}`: this is no matrix in the MatrixMarket format ({error})"
        raise FileFormatError(f"{message}: its first line begins with `%%MatrixMarket`") from error
    return coo_matrix((values, (rows, columns)), heading.shape)


def _heading(lines: Iterable[str]) -> Heading:
    words = next(iter(lines), "")[:200].lower().split()
    if len(words) != 5 or words[:2] != ["%%matrixmarket", "matrix"]:
        raise ValueError(f"it begins with {' '.join(words)[:40]!r}")
    form, field, symmetry = words[2:]
    if field == "complex":
        raise ValueError("the matrix is complex, but weights are real numbers")
    for word, known in ((form, FORMATS), (field, FIELDS), (symmetry, SIGNS)):
        if word not in known:
            raise ValueError(f"`{word}` is none of {', '.join(known)}")
    text = next((line for line in lines if line.strip() and not line.startswith("%")), "")
    return _sized(form == "coordinate", field != "pattern", SIGNS[symmetry], text)


def _sized(is_sparse: bool, has_values: bool, sign: int, text: str) -> Heading:
    """Return the heading with the sizes that a line gives."""
    sizes = [int(word) for word in text[:100].split() if word.isdecimal()]
    if len(sizes) != 2 + is_sparse or len(sizes) != len(text.split()):
        raise ValueError(f"{text.strip()[:40]!r} gives no sizes")
    n, m = sizes[:2]
    if max(n, m) > MOST or (sign and n != m) or not (has_values or is_sparse):
        raise ValueError(f"a matrix of {n} rows and {m} columns of this kind cannot be")
    packed = {0: n * m, 1: n * (n + 1) // 2, -1: n * (n - 1) // 2}[sign]
    entries = sizes[2] if is_sparse else packed
    if entries > n * m:
        raise ValueError(f"{entries} entries do not fit in {n} rows and {m} columns")
    return Heading(is_sparse, has_values, sign, (n, m), entries)


def _entries(heading: Heading, lines: Iterable[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the rows, columns and values of all entries, those across the diagonal included."""
    table = _table(lines, heading.columns)
    if table.shape != (heading.entries, heading.columns):
        found = f"{len(table)} lines of {table.shape[1]} numbers"
        raise ValueError(f"{found} follow, not {heading.entries} of {heading.columns}")
    rows, columns = _places(heading, table)
    values = table[:, -1] if heading.has_values else np.ones(len(table))
    for i in np.flatnonzero(~np.isfinite(values))[:1]:
        raise ValueError(f"the entry at ({rows[i] + 1}, {columns[i] + 1}) is {values[i]}, not a finite number")
    if not heading.sign:
        return rows, columns, values
    apart = rows != columns
    across = columns[apart], rows[apart], heading.sign * values[apart]
    return tuple(np.concatenate(pair) for pair in zip((rows, columns, values), across, strict=True))  # type: ignore[return-value]


def _table(lines: Iterable[str], columns: int) -> np.ndarray:
    """Return the numbers of all lines that are left, (lines, numbers)."""
    filled = (line for line in lines if line.strip() and not line.startswith("%"))
    first = next(filled, None)
    if first is None:
        return np.zeros((0, columns))
    return np.loadtxt(chain([first], filled), ndmin=2, comments=None)


def _places(heading: Heading, table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return rows and columns of the entries, from 0."""
    n, m = heading.shape
    if heading.is_sparse:
        places = table[:, :2]
        if not ((places >= 1) & (places <= (n, m)) & (places == np.floor(places))).all():
            raise ValueError(f"an entry does not stand in {n} rows and {m} columns")
        found = places.astype(np.int64) - 1
        return found[:, 0], found[:, 1]
    columns, rows = np.divmod(np.arange(n * m), max(n, 1))
    kept = (rows >= columns) if heading.sign == 1 else (rows > columns) if heading.sign else slice(None)
    return rows[kept], columns[kept]
