"""What a monitor has recorded so far, on the host."""

from dataclasses import dataclass, field

import numpy as np

from ..equations import NeuronEquations
from ..network import MonitorSpec
from ..propagation import unpack_events


@dataclass
class Recording:
    """The samples of one monitor.

    Args:
        spec: what is recorded.
        model: of the population.
        last_spike_steps: length of the spike record that was last forgotten.
        chunks: per variable, the pieces in order and without gaps: (first step, array with a leading axis of steps).
    """

    spec: MonitorSpec
    model: NeuronEquations
    chunks: dict[str, list[tuple[int, np.ndarray]]] = field(default_factory=dict)
    last_spike_steps: int = 0

    def add(self, first_step: int, record: dict[str, np.ndarray]) -> None:
        """Append the rows of some steps."""
        for variable, rows in record.items():
            self.chunks.setdefault(variable, []).append((first_step, rows))

    def values(self, variable: str) -> np.ndarray:
        """Return the samples of a variable, (steps, n)."""
        pieces = [rows for _, rows in self.chunks.get(variable, [])]
        if pieces:
            return np.concatenate(pieces)
        attribute = self.model.attribute(variable)
        return np.zeros((0,) if attribute.shared else (0, self.spec.ranks.size), attribute.type.value)

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

    def n_steps(self, variable: str) -> int:
        """Return how many steps of a variable are held."""
        return sum(len(rows) for _, rows in self.chunks.get(variable, []))

    def spike_duration(self) -> int:
        """Return how many steps of spikes are held, or were held when they were last read."""
        return self.n_steps("spike") or self.last_spike_steps

    def forget(self, variable: str) -> None:
        """Drop the samples of a variable."""
        if variable == "spike" and self.n_steps("spike"):
            self.last_spike_steps = self.n_steps("spike")
        self.chunks.pop(variable, None)
