"""What fills a folder: something that is computed run by run."""

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np


class Work(Protocol):
    """Runs that are computed in parts, in any order, to the same end."""

    @property
    def number(self) -> int:
        """How many runs there are."""
        ...

    @property
    def points(self) -> Mapping[str, np.ndarray]:
        """The value of each run by name, (number, ...)."""
        ...

    @property
    def kept(self) -> Mapping[str, Any]:
        """Shape and dtype of what is kept of one run, by name; nothing where runs may differ in it."""
        ...

    def about(self) -> dict[str, Any]:
        """Return all that decides the results, as JSON can say it; `work` names a shelf, `grid` the axes of points."""
        ...

    def run(self, runs: np.ndarray) -> Any:
        """Compute some runs; return what the shelf takes."""
        ...
