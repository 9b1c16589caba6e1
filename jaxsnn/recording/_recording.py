"""`Recording`: what a monitor has recorded so far, on the host."""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from ..errors import StateError

Rows = dict[str, tuple[int, np.ndarray]]  # variable -> (step of the first row, rows)


@dataclass
class Recording:
    """The samples of one monitor.

    Args:
        created: step at which the monitor was created; periods count from it.
        is_on: whether new samples are kept.
        chunks: per variable, the pieces in order: (step of the first sample, array with a leading axis of samples,
            steps between two samples).
        spans: per variable, [first step, end) of the times that the held samples come from, in order.
        spans_read: per variable, the spans of what was read last.
        cleared: the step at which everything was dropped, with the variables that were not read since.
    """

    created: int = 0
    is_on: bool = True
    chunks: dict[str, list[tuple[int, np.ndarray, int]]] = field(default_factory=dict)
    spans: dict[str, list[list[int]]] = field(default_factory=dict)
    spans_read: dict[str, list[list[int]]] = field(default_factory=dict)
    cleared: tuple[int, frozenset[str]] = (0, frozenset())

    def __post_init__(self) -> None:
        self.cleared = (self.created, frozenset())

    def add(self, first: int, steps: int, rows: Rows, period: int) -> None:
        """Append what some steps have recorded, if the monitor is on.

        Args:
            first: the first step.
            steps: their number.
            rows: by variable.
            period: steps between two samples.
        """
        if not self.is_on:
            return
        for variable, sample in rows.items():
            self.chunks.setdefault(variable, []).append((*sample, period))
            spans = self.spans.setdefault(variable, [])
            if spans and spans[-1][1] == first:
                spans[-1][1] = first + steps
            else:
                spans.append([first, first + steps])

    def rows(self, variable: str) -> np.ndarray | None:
        """Return all samples of a variable, (samples, ...); None where nothing is held."""
        pieces = [rows for _, rows, _ in self.chunks.get(variable, [])]
        return np.concatenate(pieces) if pieces else None

    def latest(self, most: int) -> "Recording":
        """Return a recording of the last samples, at most so many bytes of each variable; nothing is copied."""
        chunks = {name: _last(pieces, most) for name, pieces in self.chunks.items()}
        return Recording(self.created, self.is_on, chunks)

    def stretches(self, variable: str) -> list[tuple[int, np.ndarray]]:
        """Return (first step, rows) of the pieces, those that follow each other without a gap as one."""
        runs: list[list[tuple[int, np.ndarray]]] = []
        for first, rows, _ in self.chunks.get(variable, []):
            if runs and runs[-1][-1][0] + len(runs[-1][-1][1]) == first:
                runs[-1].append((first, rows))
            else:
                runs.append([(first, rows)])
        return [(run[0][0], np.concatenate([rows for _, rows in run])) for run in runs]

    def sample_steps(self, variable: str) -> np.ndarray:
        """Return the steps at whose end the samples were taken, (samples,)."""
        steps = [first + period * np.arange(len(rows)) for first, rows, period in self.chunks.get(variable, [])]
        return np.concatenate([*steps, np.zeros(0)])

    def times(self, variable: str) -> list[tuple[int, int | None]]:
        """Return (first step, end) of the stretches that were read last, as in ANNarchy; before the first reading, and
        after `clear`, those of what is held, without an end while the recording goes on."""
        begun, unread = self.cleared
        if variable in self.spans_read and variable not in unread:
            return [(start, stop) for start, stop in self.spans_read[variable]]
        held: list[tuple[int, int | None]] = [(a, b) for a, b in self.spans.get(variable) or [[begun, begun]]]
        return [*held[:-1], (held[-1][0], None)] if self.is_on else held

    def span(self, variable: str) -> tuple[int, int] | None:
        """Return (first step, end) of the recording that was read last, None before anything was read.

        Raises:
            StateError: time was set back in between.
        """
        spans = self.spans_read.get(variable)
        if spans is None:
            return None
        if any(later[0] < earlier[1] for earlier, later in pairwise(spans)):
            raise StateError("time was set back during this recording: read the monitor before, or reset it")
        return spans[0][0], spans[-1][1]

    def duration(self, variable: str) -> int:
        """Return for how many steps was recorded what was read last."""
        return sum(stop - start for start, stop in self.spans_read.get(variable, []))

    def note_reading(self, variable: str, now: int) -> None:
        """Remember when what is read now was recorded.

        Args:
            variable: that is read.
            now: the present step.
        """
        self.spans_read[variable] = [list(span) for span in self.spans.get(variable) or [[now, now]]]
        begun, unread = self.cleared
        self.cleared = (begun, unread - {variable})

    def forget(self, variable: str) -> None:
        """Drop the samples of a variable."""
        self.chunks.pop(variable, None)
        self.spans.pop(variable, None)

    def clear(self, now: int) -> None:
        """Drop everything at the present step."""
        for variable in list(self.chunks):
            self.forget(variable)
        self.cleared = (now, frozenset(self.spans_read))

    def mark(self) -> tuple:
        """Return what `return_to` needs; samples that are added or dropped from now on do not change it."""
        chunks = {name: (pieces, len(pieces)) for name, pieces in self.chunks.items()}
        spans = {name: (held, len(held), held[-1][1]) for name, held in self.spans.items() if held}
        return self.is_on, dict(self.spans_read), self.cleared, chunks, spans

    def return_to(self, mark: tuple) -> None:
        """Hold again what was held when a mark was made."""
        self.is_on, self.spans_read, self.cleared, chunks, spans = mark
        self.chunks = {name: pieces[:n] for name, (pieces, n) in chunks.items()}
        self.spans = {name: held[:n] for name, (held, n, _) in spans.items()}
        for name, (_, _, end) in spans.items():
            self.spans[name][-1][1] = end

    def n_bytes(self) -> int:
        """Return how much memory the samples take."""
        return sum(rows.nbytes for pieces in self.chunks.values() for _, rows, _ in pieces)


def _last(pieces: list[tuple[int, np.ndarray, int]], most: int) -> list[tuple[int, np.ndarray, int]]:
    """Return the last rows, which take at most so many bytes, of pieces as in `Recording.chunks`."""
    found: list[tuple[int, np.ndarray, int]] = []
    for first, rows, period in reversed(pieces):
        number = min(len(rows), most // max(1, rows[:1].nbytes))
        skipped = len(rows) - number
        found.insert(0, (first + skipped * period, rows[skipped:], period))
        most -= rows[skipped:].nbytes
        if skipped:
            break
    return [piece for piece in found if len(piece[1])]
