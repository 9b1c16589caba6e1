"""What monitors record goes to a folder while the network runs; the memory that this takes does not grow with time."""

import time
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import numpy as np

from .. import io
from ..recording import Recording, record_bytes
from ..results import VALUES, Column, RecordFolder
from ..simulation import check_same
from ._arrays import Piece
from ._core import Core
from ._files import snapshot
from ._last_step import check_time
from ._record_description import columns_of, monitors_of

COMMIT_EVERY = 5.0  # s between two commits, at least
COMMIT_SHARE = 0.02  # of the time that commits may take, where one takes long
PART_BYTES = 8 * 2**20  # of records that a part has at most, and
PART_SECONDS = 0.5  # that it takes; it is cut where a commit is due
FIRST_PART, LARGEST_PART = 4096, 2**22  # steps
Written = tuple[Column, Any, list[list[int]]]  # a column, what steps have recorded of it, and which steps


class RecordStream:
    """The way from a network to a folder: a thread writes one part while the loop computes the next.

    Args:
        core: of the network.
        folder: that this process has claimed.
    """

    def __init__(self, core: Core, folder: RecordFolder) -> None:
        self._core, self._folder = core, folder
        self._columns = {(c.monitor, c.variable): c for c in folder.columns}
        self._synapses = _recorded_synapses(core)
        self._held: dict[str, Recording] = {}
        self._steps, self._part, self._most = 0, FIRST_PART, _steps_of_part(core)
        self._due = time.monotonic() + COMMIT_EVERY
        self._writer = ThreadPoolExecutor(1, "jaxsnn-records")
        self._job: Future | None = None

    def advance(self, n: int, check_finite: bool, bar: Any) -> None:
        """Advance the network by n steps.

        Args:
            n: steps.
            check_finite: look for NaN and infinity at every step.
            bar: of tqdm, which counts steps.

        Raises:
            StoreError: the disk is full, or what is recorded is not what the folder was made for.
        """
        check_time(self._core, n)
        while n > 0:
            part, begun = min(n, self._part, self._most), time.monotonic()
            self._keep(self._core.arrays.advance(part, False, check_finite))
            if part == self._part and time.monotonic() - begun < PART_SECONDS / 2:
                self._part = min(2 * self._part, LARGEST_PART)
            bar.update(part)
            n -= part

    def finish(self) -> None:
        """Write all that there is, and the state of the network."""
        self._hand_over(commits=True)
        self._wait()
        self._writer.shutdown()

    def abandon(self) -> None:
        """Write nothing more: what was committed stays as it is."""
        with suppress(Exception):
            self._wait()
        self._writer.shutdown()

    def _keep(self, pieces: Iterable[Piece]) -> None:
        """Take what steps have recorded, and hand it over when there is enough of it."""
        for piece in pieces:
            for monitor, rows in piece.samples.items():
                if self._core.recordings[monitor].is_on:
                    own = self._held.setdefault(monitor, Recording())
                    own.add(piece.first, piece.steps, rows, self._core.recorder(monitor).period)
            self._steps += piece.steps
        commits = time.monotonic() >= self._due
        if commits or self._steps >= min(self._part, self._most):
            self._hand_over(commits)

    def _hand_over(self, commits: bool) -> None:
        """Let the thread write what is held, once it has written what it was given before."""
        if self._is_changed():
            self._check_same()
        found = [self._written(m, v, held) for m, held in self._held.items() for v in held.chunks]
        document = io.network_document(snapshot(self._core)) if commits else None
        self._held, self._steps = {}, 0
        self._wait()
        self._job = self._writer.submit(self._write, found, self._core.step, document)

    def _wait(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.result()

    def _write(self, found: list[Written], step: int, document: io.Document | None) -> None:
        begun = time.monotonic()
        for written in found:
            self._folder.append(*written)
        if document is not None:
            self._folder.commit(step, lambda path: io.write(path, document))
            now = time.monotonic()
            self._due = now + max(COMMIT_EVERY, (now - begun) / COMMIT_SHARE)

    def _written(self, monitor: str, variable: str, held: Recording) -> Written:
        """Return what is held of a variable, as the folder takes it."""
        core = self._core
        recorder, column = core.recorder(monitor), self._columns[monitor, variable]
        spans = held.spans[variable]
        if not any(len(rows) for _, rows, _ in held.chunks[variable]):
            return column, None, spans
        if column.kind == VALUES:
            values = recorder.get(held, variable, core, reshape=False)
            return column, _flat(values) if column.axes == ("synapse",) else values, spans
        steps, ranks = recorder.spikes(held, variable)
        order = np.argsort(steps, kind="stable")  # ranks ascend already
        return column, (steps[order], ranks[order].astype(np.int32)), spans

    def _is_changed(self) -> bool:
        """Tell whether monitors, or the synapses that they record, may be other ones than before."""
        core, synapses = self._core, self._synapses
        names = {(m, v) for m, r in core.draft.monitors.items() for v in r.variables}
        same = names == self._columns.keys() and {m for m, _ in names} >= self._held.keys()
        return not same or any(x is not synapses[m] for m, x in _recorded_synapses(core).items())

    def _check_same(self) -> None:
        """Raise if monitors, or the synapses that they record, are not those that the folder was made for."""
        now = columns_of(self._core)
        check_same(self._folder.path, self._folder.about, {"monitors": monitors_of(now)}, ignore_version=False)
        self._synapses = _recorded_synapses(self._core)


def _recorded_synapses(core: Core) -> dict[str, Any]:
    """Return the synapses of each monitor that records some: the same objects until they change."""
    recorders = core.draft.monitors.items()
    return {monitor: core.synapses(r.owner) for monitor, r in recorders if r.shape_follows_state}


def _steps_of_part(core: Core) -> int:
    """Return the most steps of a part."""
    simulation = core.simulation
    taken = record_bytes(simulation.compiled, FIRST_PART, simulation.recorded)
    return max(1, PART_BYTES * FIRST_PART // max(1, taken))


def _flat(values: np.ndarray) -> np.ndarray:
    """Return values of synapses as (samples, synapses)."""
    if values.dtype != object:
        return values.reshape(len(values), -1)
    return np.stack([np.concatenate(list(row)) for row in values])
