"""What a monitor has recorded so far, on the host."""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from ..connectivity import Ranks
from ..equations import NeuronEquations, SynapseEquations
from ..errors import StateError
from ..network import MonitorSpec, SynapseMonitorSpec
from ..propagation import unpack_events

Rows = dict[str, tuple[int, np.ndarray]]  # variable -> (step of the first row, rows)


@dataclass
class Recording:
    """The samples of one monitor.

    Args:
        spec: what is recorded.
        model: equations of what is recorded.
        is_on: whether new samples are kept.
        created: step at which the monitor was created; periods count from it.
        chunks: per variable, the pieces in order: (step of the first sample, array with a leading axis of samples,
            steps between two samples).
        spans: per variable, [first step, end) of the times that the held samples come from, in order.
    """

    spec: MonitorSpec | SynapseMonitorSpec
    model: NeuronEquations | SynapseEquations
    is_on: bool = True
    created: int = 0
    chunks: dict[str, list[tuple[int, np.ndarray, int]]] = field(default_factory=dict)
    spans: dict[str, list[list[int]]] = field(default_factory=dict)
    forgotten: dict[str, list[list[int]]] = field(default_factory=dict)  # spans of what was last read

    def add(self, first: int, steps: int, rows: Rows) -> None:
        """Append what some steps recorded, if the monitor is on."""
        if not self.is_on:
            return
        for variable, sample in rows.items():
            self.chunks.setdefault(variable, []).append((*sample, self.spec.period))
            spans = self.spans.setdefault(variable, [])
            if spans and spans[-1][1] == first:
                spans[-1][1] = first + steps
            else:
                spans.append([first, first + steps])

    def values(self, variable: str) -> np.ndarray:
        """Return the samples of a variable, (samples, n)."""
        pieces = [rows for _, rows, _ in self.chunks.get(variable, [])]
        if pieces:
            return np.concatenate(pieces)
        if isinstance(self.spec, SynapseMonitorSpec):
            return np.zeros((0,))
        if variable not in self.model.names:
            return np.zeros((0, self.spec.ranks.size))
        attribute = self.model.attribute(variable)
        return np.zeros((0,) if attribute.shared else (0, self.spec.ranks.size), attribute.type.value)

    @property
    def neurons(self) -> Ranks:
        """The recorded neurons."""
        return self.spec.ranks  # type: ignore[union-attr]

    def spikes(self, variable: str = "spike") -> tuple[np.ndarray, np.ndarray]:
        """Return (steps, ranks) of all recorded spikes, neuron by neuron."""
        found = [_events(first, words) for first, words in self._joined(variable)]
        if not found:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        steps, ranks = (np.concatenate(parts) for parts in zip(*found, strict=True))
        if len(found) > 1:
            order = np.argsort(ranks, kind="stable")
            steps, ranks = steps[order], ranks[order]
        if not self.neurons.is_everything:
            mine = self.neurons.mask[ranks]
            steps, ranks = steps[mine], ranks[mine]
        return steps, ranks

    def _joined(self, variable: str) -> list[tuple[int, np.ndarray]]:
        """Return the pieces with those that follow each other without a gap joined."""
        runs: list[list[tuple[int, np.ndarray]]] = []
        for first, rows, _ in self.chunks.get(variable, []):
            if runs and runs[-1][-1][0] + len(runs[-1][-1][1]) == first:
                runs[-1].append((first, rows))
            else:
                runs.append([(first, rows)])
        return [(run[0][0], np.concatenate([rows for _, rows in run])) for run in runs]

    def span(self, variable: str) -> tuple[int, int]:
        """Return (first step, end) of the recording that is held."""
        spans = self.spans.get(variable) or [[0, 0]]
        if any(later[0] < earlier[1] for earlier, later in pairwise(spans)):
            raise StateError("time was set back during this recording: read the monitor before, or reset it")
        return spans[0][0], spans[-1][1]

    def duration(self, variable: str) -> int:
        """Return how many steps are held, or were held when they were last read."""
        spans = self.spans.get(variable) or self.forgotten.get(variable, [])
        return sum(stop - start for start, stop in spans)

    def forget(self, variable: str) -> None:
        """Drop the samples of a variable."""
        if self.spans.get(variable):
            self.forgotten[variable] = self.spans[variable]
        self.chunks.pop(variable, None)
        self.spans.pop(variable, None)

    def clear(self) -> None:
        """Drop everything."""
        for variable in list(self.chunks):
            self.forget(variable)

    def n_bytes(self) -> int:
        """Return how much memory the samples take."""
        return sum(rows.nbytes for pieces in self.chunks.values() for _, rows, _ in pieces)


def _events(first: int, words: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    steps, ranks = unpack_events(words)
    return steps + first, ranks
