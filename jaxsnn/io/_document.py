"""`Document`: what a file of jaxsnn holds, before it is written and after it was read."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from os import PathLike
from typing import Any

import numpy as np

from ..errors import FileFormatError

Filename = str | PathLike[str]
Parts = dict[str, np.ndarray]  # the arrays of one population or projection, by name


@dataclass(frozen=True)
class Document:
    """A header that says what there is, and arrays.

    Args:
        header: texts, numbers, lists and dictionaries, as in JSON; `kind` says what the file is for.
        arrays: by key, such as `populations/P/v`.
        filename: where it was read, for messages.
    """

    header: Mapping[str, Any]
    arrays: Mapping[str, np.ndarray]
    filename: str = ""

    @property
    def kind(self) -> str:
        """What the file is for: `network`, `population`, `projection` or `connectivity`."""
        return self.header["kind"]

    def names(self, section: str) -> tuple[str, ...]:
        """Return the names of the `populations` or `projections` that it holds."""
        return tuple(self.header[section] or ())

    def parts(self, section: str, name: str) -> Parts:
        """Return the arrays of one population or projection."""
        return dict(self._owned.get(f"{section}/{name}", {}))

    @cached_property
    def _owned(self) -> dict[str, Parts]:
        """The arrays by what they belong to."""
        found: dict[str, Parts] = {}
        for key, array in self.arrays.items():
            owner, _, part = key.rpartition("/")
            found.setdefault(owner, {})[part] = array
        return found

    def error(self, message: str) -> FileFormatError:
        """Return the error that says what is wrong with this file."""
        return FileFormatError(f"`{self.filename}`: {message}")
