"""Reads arrays in MATLAB's format, version 5; SciPy's reader ends the whole process at some damaged files.

The MathWorks, "MAT-File Format", describes it: elements of a tag and bytes, compressed or not, some inside others.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from zlib import decompressobj

import numpy as np

HEADER, SMALL = 128, 4  # bytes of the header of a file, and of the data of an element that stands in its tag
MATRIX, COMPRESSED = 14, 15  # kinds of elements
NUMBERS = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8"}
TEXTS = {1: "latin-1", 2: "latin-1", 4: "utf-16", 16: "utf-8", 17: "utf-16", 18: "utf-32"}
TEXT, NUMERIC = 4, range(6, 16)  # classes of arrays
COMPLEX = 0x800  # a flag
EXPANDED = 1100  # how many times longer than its bytes what zlib has compressed can be


@dataclass(frozen=True)
class Element:
    """A piece of a file.

    Args:
        kind: of its data.
        data: its bytes.
        order: of the bytes of a number, "<" or ">".
    """

    kind: int
    data: memoryview
    order: str

    def numbers(self) -> np.ndarray:
        """Return its numbers, in one dimension."""
        if self.kind not in NUMBERS:
            raise ValueError(f"{self.kind} is no kind of numbers")
        return np.frombuffer(self.data, f"{self.order}{NUMBERS[self.kind]}")

    def text(self) -> str:
        """Return its characters."""
        if self.kind not in TEXTS:
            raise ValueError(f"{self.kind} is no kind of text")
        coding = TEXTS[self.kind]
        end = {"<": "-le", ">": "-be"}[self.order] if coding in ("utf-16", "utf-32") else ""
        return bytes(self.data).decode(coding + end)


def read_matlab(content: bytes) -> dict[str, np.ndarray | str | None]:
    """Return the variables of a file by name: arrays of real numbers in their shape, texts, None for all others.

    Raises:
        ValueError: it is no such file, or a damaged one. Also what `zlib` raises.
    """
    order = {b"IM": "<", b"MI": ">"}.get(content[HEADER - 2 : HEADER])
    if order is None:
        raise ValueError("its header does not say in which order bytes stand")
    return dict(_variable(element) for element in _elements(memoryview(content)[HEADER:], order))


def _elements(data: memoryview, order: str) -> Iterator[Element]:
    """Yield the elements that stand one after the other in some bytes."""
    while data:
        if len(data) < 8:
            raise ValueError("it ends within an element")
        kind, size = np.frombuffer(data[:8], f"{order}u4").tolist()
        start = 8
        if kind >> 16:
            kind, size, start = kind & 0xFFFF, kind >> 16, SMALL
        end = start + size
        if end > len(data) or (start == SMALL and size > SMALL):
            raise ValueError(f"an element of {size} bytes is cut off")
        yield Element(kind, data[start:end], order)
        data = data[end if kind == COMPRESSED else -(-end // 8) * 8 :]


def _variable(element: Element) -> tuple[str, np.ndarray | str | None]:
    """Return the name and value of a variable."""
    if element.kind == COMPRESSED:
        (element,) = _elements(memoryview(_expanded(element.data)), element.order)
    if element.kind != MATRIX:
        raise ValueError(f"a variable is of the kind {element.kind}")
    parts = _elements(element.data, element.order)
    flags, sizes, name = (next(parts, None) for _ in range(3))
    if flags is None or sizes is None or name is None or len(flags.numbers()) != 2:
        raise ValueError("a variable has no name")
    return name.text(), _value(int(flags.numbers()[0]), sizes.numbers().tolist(), next(parts, None))


def _expanded(data: memoryview) -> bytes:
    expander = decompressobj()
    found = expander.decompress(data, EXPANDED * len(data))
    if not expander.eof:
        raise ValueError("what is compressed is cut off")
    return found


def _value(flags: int, shape: list[int], data: Element | None) -> np.ndarray | str | None:
    """Return the value of a variable, None for one that is neither real numbers nor a text."""
    kind = flags & 0xFF
    if kind == TEXT:
        return "" if data is None else data.text()
    if kind not in NUMERIC or flags & COMPLEX or data is None:
        return None
    numbers = data.numbers()
    if min(shape, default=0) < 0 or prod(shape) != len(numbers):
        raise ValueError(f"{len(numbers)} numbers do not fill an array {tuple(shape)}")
    return numbers.reshape(shape, order="F")
