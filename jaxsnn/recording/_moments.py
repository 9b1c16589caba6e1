"""The moments of spikes on the host: those of the neurons that spiked, and nothing of the others."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np


@dataclass(frozen=True)
class Moments:
    """What some steps have recorded of the moments of spikes; NumPy sees rows of steps, NaN where nobody spiked.

    Args:
        shape: numbers of steps and of neurons.
        steps: (spikes,) of each spike, counted from the first row, in order.
        neurons: (spikes,) the column of each.
        passed: (spikes,) floats, the part of its step that had passed.
    """

    shape: tuple[int, int]
    steps: np.ndarray
    neurons: np.ndarray
    passed: np.ndarray

    @classmethod
    def of(cls, rows: np.ndarray) -> Self:
        """Return the moments of rows (steps, neurons), NaN where nobody spiked; they are copied."""
        steps, neurons = np.nonzero(~np.isnan(rows))
        return cls(rows.shape, steps, neurons, rows[steps, neurons])  # type: ignore[arg-type]

    @property
    def nbytes(self) -> int:
        """How much memory they take."""
        return self.steps.nbytes + self.neurons.nbytes + self.passed.nbytes

    def __len__(self) -> int:
        """Return the number of steps."""
        return self.shape[0]

    def __getitem__(self, some: slice) -> "Moments":
        """Return those of some steps that follow each other."""
        begin, end, _ = some.indices(len(self))
        inside = slice(*np.searchsorted(self.steps, (begin, end)))
        shape = (max(0, end - begin), self.shape[1])
        return Moments(shape, self.steps[inside] - begin, self.neurons[inside], self.passed[inside])

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        """Return rows (steps, neurons), NaN where nobody spiked."""
        rows = np.full(self.shape, np.nan, self.passed.dtype if dtype is None else dtype)
        rows[self.steps, self.neurons] = self.passed
        return rows
