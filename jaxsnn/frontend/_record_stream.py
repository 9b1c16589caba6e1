"""What monitors record goes to a folder while the network runs; the memory that this takes does not grow with time."""

import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import io
from ..connectivity import SynapseTable
from ..network import NetworkSpec
from ..plan import ProjectionPlan
from ..recording import Recorder, Recording
from ..results import VALUES, Column, RecordFolder, check_same
from ._arrays import Piece
from ._core import Core
from ._files import snapshot
from ._record_description import columns_of, monitors_of

COMMIT_EVERY = 5.0  # s between two commits, at least
COMMIT_SHARE = 0.02  # of the time that commits may take, where one takes long


@dataclass(frozen=True)
class Part:
    """What some steps have recorded, and the network as it was then, which may change while a thread writes.

    Args:
        held: by monitor.
        recorders: of these monitors.
        spec, dt, plans: of the network.
        tables: where the synapses are stored that are recorded, by projection.
    """

    held: Mapping[str, Recording]
    recorders: Mapping[str, Recorder]
    spec: NetworkSpec
    dt: float
    plans: Mapping[str, ProjectionPlan]
    tables: Mapping[str, SynapseTable]

    def plan(self, projection: str) -> ProjectionPlan:
        """Return what was decided about a projection."""
        return self.plans[projection]

    def synapses(self, projection: str) -> SynapseTable:
        """Return where the synapses of a projection are stored."""
        return self.tables[projection]

    def rows(self, column: Column) -> Any:
        """Return what was recorded of a variable, as the folder takes it; None for no sample."""
        held, recorder = self.held[column.monitor], self.recorders[column.monitor]
        if not any(len(rows) for _, rows, _ in held.chunks[column.variable]):
            return None
        if column.kind == VALUES:
            values = recorder.get(held, column.variable, self, reshape=False)
            return _flat(values) if column.axes == ("synapse",) else values
        return in_order_of_time(*recorder.spikes(held, column.variable))


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
        part = self._part()
        document = io.network_document(snapshot(self._core)) if commits else None
        self._held = {}
        self._wait()
        self._job = self._writer.submit(self._write, part, self._core.step, document)

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

    def _write(self, part: Part, step: int, document: io.Document | None) -> None:
        begun = time.monotonic()
        for monitor, held in part.held.items():
            for variable in held.chunks:
                column = self._columns[monitor, variable]
                self._folder.append(column, part.rows(column), held.spans[variable])
        if document is not None:
            self._folder.commit(step, document.header["fingerprint"], lambda path: io.write(path, document))
            now = time.monotonic()
            self._due = now + max(COMMIT_EVERY, (now - begun) / COMMIT_SHARE)

    def _part(self) -> Part:
        """Return what is held, with all that tells what it is."""
        core = self._core
        recorders = {m: core.recorder(m) for m in self._held}
        tables = {r.owner: core.synapses(r.owner) for r in recorders.values() if r.shape_follows_state}
        return Part(self._held, recorders, core.spec, core.dt, core.compiled.plans, tables)

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


def in_order_of_time(times: np.ndarray, ranks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return spikes, which stand neuron by neuron, in the order of time, those of one step in the order of ranks.

    Example:
        >>> in_order_of_time(np.array([3, 7, 3]), np.array([0, 0, 1]))
        (array([3, 3, 7]), array([0, 1, 0], dtype=int32))
    """
    if times.dtype.kind == "f":
        order = np.lexsort((ranks, times))
        return times[order], ranks[order].astype(np.int32)
    number = ranks.max(initial=0) + 1
    times, ranks = np.divmod(np.sort(times * number + ranks), number)  # numbers sort faster than places
    return times, ranks.astype(np.int32)


def _flat(values: np.ndarray) -> np.ndarray:
    """Return values of synapses as (samples, synapses)."""
    if values.dtype != object:
        return values.reshape(len(values), -1)
    return np.stack([np.concatenate(list(row)) for row in values])
