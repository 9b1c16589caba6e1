"""What a monitor has recorded so far, on the host."""

from dataclasses import dataclass, field

import numpy as np

from ..network import MonitorSpec
from ..propagation import unpack_events


@dataclass
class Recording:
    """The samples of one monitor.

    Args:
        spec: what is recorded.
        size: number of neurons in the population.
        chunks: per variable, the pieces in order and without gaps: (first step, array with a leading axis of steps).
    """

    spec: MonitorSpec
    size: int
    chunks: dict[str, list[tuple[int, np.ndarray]]] = field(default_factory=dict)

    def add(self, first_step: int, record: dict[str, np.ndarray]) -> None:
        """Append the rows of some steps."""
        for variable, rows in record.items():
            self.chunks.setdefault(variable, []).append((first_step, rows))

    def values(self, variable: str) -> np.ndarray:
        """Return the samples of a variable, (steps, n)."""
        pieces = [rows for _, rows in self.chunks.get(variable, [])]
        return np.concatenate(pieces) if pieces else np.zeros((0, self.spec.ranks.size))

    def spikes(self) -> tuple[np.ndarray, np.ndarray]:
        """Return (steps, ranks) of all recorded spikes, neuron by neuron."""
        pieces = self.chunks.get("spike", [])
        if not pieces:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        steps, ranks = unpack_events(np.concatenate([words for _, words in pieces]))
        steps = steps + pieces[0][0]
        if not self.spec.ranks.is_everything:
            mine = self.spec.ranks.mask[ranks]
            steps, ranks = steps[mine], ranks[mine]
        return steps, ranks

    def n_steps(self) -> int:
        """Return how many steps were recorded."""
        return max((sum(len(rows) for _, rows in pieces) for pieces in self.chunks.values()), default=0)

    def forget(self, variable: str) -> None:
        """Drop the samples of a variable."""
        self.chunks.pop(variable, None)
