"""What monitors record goes to a folder while the network runs; the memory that this takes does not grow with time."""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import numpy as np

from .. import io
from ..recording import Recording
from ..results import VALUES, Column, RecordFolder, check_same
from ._arrays import Piece
from ._core import Core
from ._files import snapshot
from ._record_description import columns_of, monitors_of

COMMIT_EVERY = 5.0  # s between two commits, at least
COMMIT_SHARE = 0.02  # of the time that commits may take, where one takes long
Written = tuple[Column, Any, list[list[int]]]  # a column, what steps have recorded of it, and which steps


class RecordStream:
    """The way from some monitors to a folder: a thread writes one part while the loop computes the next.

    Args:
        core: of the network.
        folder: that this process has claimed.
    """

    def __init__(self, core: Core, folder: RecordFolder) -> None:
        self._core, self._folder = core, folder
        self._columns = {(c.monitor, c.variable): c for c in folder.columns}
        self.monitors = tuple(dict.fromkeys(c.monitor for c in folder.columns))
        self._recorders = {m: core.recorder(m) for m in self.monitors}
        self._synapses = self._recorded_synapses()
        self._held: dict[str, Recording] = {}
        self._due = time.monotonic() + COMMIT_EVERY
        self._writer = ThreadPoolExecutor(1, "jaxsnn-records")
        self._job: Future | None = None

    @property
    def is_due(self) -> bool:
        """Whether it is time to commit."""
        return time.monotonic() >= self._due

    def keep(self, piece: Piece) -> None:
        """Take what steps have recorded."""
        for monitor in piece.samples.keys() & self.monitors:
            if self._core.recordings[monitor].is_on:
                own = self._held.setdefault(monitor, Recording())
                own.add(piece.first, piece.steps, piece.samples[monitor], self._core.recorder(monitor).period)

    def hand_over(self, commits: bool) -> None:
        """Let the thread write what is held, once it has written what it was given before.

        Args:
            commits: whether all of it counts from then on, with the present state of the network.

        Raises:
            StoreError: the disk is full, or what is recorded is not what the folder was made for.
        """
        if self._is_changed():
            self._check_same()
        found = [self._written(m, v, held) for m, held in self._held.items() for v in held.chunks]
        document = io.network_document(snapshot(self._core)) if commits else None
        self._held = {}
        self._wait()
        self._job = self._writer.submit(self._write, found, self._core.step, document)

    def finish(self) -> None:
        """Write all that there is, and the state of the network."""
        self.hand_over(commits=True)
        self._wait()

    def close(self) -> None:
        """Write nothing more: what was committed stays as it is."""
        with suppress(Exception):
            self._wait()
        self._writer.shutdown()

    def _wait(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.result()

    def _write(self, found: list[Written], step: int, document: io.Document | None) -> None:
        begun = time.monotonic()
        for written in found:
            self._folder.append(*written)
        if document is not None:
            self._folder.commit(step, document.header["fingerprint"], lambda path: io.write(path, document))
            now = time.monotonic()
            self._due = now + max(COMMIT_EVERY, (now - begun) / COMMIT_SHARE)

    def _written(self, monitor: str, variable: str, held: Recording) -> Written:
        """Return what is held of a variable, as the folder takes it."""
        core, spans = self._core, held.spans[variable]
        recorder, column = core.recorder(monitor), self._columns[monitor, variable]
        if not any(len(rows) for _, rows, _ in held.chunks[variable]):
            return column, None, spans
        if column.kind == VALUES:
            values = recorder.get(held, variable, core, reshape=False)
            return column, _flat(values) if column.axes == ("synapse",) else values, spans
        steps, ranks = recorder.spikes(held, variable)
        order = np.argsort(steps, kind="stable")  # ranks ascend already
        return column, (steps[order], ranks[order].astype(np.int32)), spans

    def _is_changed(self) -> bool:
        """Tell whether the monitors, or the synapses that they record, may be other ones than before."""
        if any(self._core.draft.monitors.get(m) != r for m, r in self._recorders.items()):
            return True
        return any(x is not self._synapses[m] for m, x in self._recorded_synapses().items())

    def _check_same(self) -> None:
        """Raise if the monitors, or the synapses that they record, are not those that the folder was made for."""
        left = [m for m in self.monitors if m in self._core.draft.monitors]
        now = {"monitors": monitors_of(columns_of(self._core, left))}
        check_same(self._folder.path, self._folder.about, now, ignore_version=False)
        self._synapses = self._recorded_synapses()

    def _recorded_synapses(self) -> dict[str, Any]:
        """Return the synapses of each monitor that records some: the same objects until they change."""
        found = {m: r.owner for m, r in self._recorders.items() if r.shape_follows_state}
        return {m: self._core.synapses(owner) for m, owner in found.items()}


def _flat(values: np.ndarray) -> np.ndarray:
    """Return values of synapses as (samples, synapses)."""
    if values.dtype != object:
        return values.reshape(len(values), -1)
    return np.stack([np.concatenate(list(row)) for row in values])
