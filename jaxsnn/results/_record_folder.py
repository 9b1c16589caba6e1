"""A folder into which a running network records: arrays that grow, and a file that says how much of them counts.

That file is replaced last, after the arrays and the state of the network at the same step. So a process that dies
leaves a folder as it was at the last commit.
"""

import json
import shutil
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np

from ..errors import FileFormatError, StoreError
from ..files import replaced
from ._claims import Claims
from ._folder import ATTRIBUTE, DAMAGE, READERS, RECORDS, check_kind, new_folder, writing, zarr_package
from ._growing_array import GrowingArray
from ._record_times import Ordered, sample_steps

COMMITTED, WRITER = "committed.json", "writer"
GO_ON, READER = "the same call with `resume=True` goes on from there, once there is space", READERS[RECORDS]
VALUES, SPIKES = "values", "spikes"
TIMES, RANKS = "times", "ranks"
SYNAPSE = "synapse"  # the axis of all synapses of a projection


@dataclass(frozen=True)
class Column:
    """A variable of a monitor, as a folder holds it.

    Args:
        monitor, variable: their names.
        kind: `values` with a row for each sample, or `spikes` with a step and a rank for each.
        period, offset: steps; a sample is taken at the end of steps t with `t % period == offset`.
        axes: of a row; their entries are named by arrays in `labels`.
    """

    monitor: str
    variable: str
    kind: str
    period: int
    offset: int
    axes: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its public name."""
        return f"{self.monitor}.{self.variable}"

    @property
    def path(self) -> str:
        """Its place in the folder."""
        return f"{self.kind}/{part_of_path(self.monitor)}/{part_of_path(self.variable)}"

    @property
    def labels(self) -> str:
        """The place of what names the entries of a row."""
        return f"labels/{part_of_path(self.monitor)}/{part_of_path(self.variable)}"

    def arrays(self, data: Any) -> dict[str, np.ndarray]:
        """Return rows, or times and ranks of spikes, as arrays by their place; none for no sample."""
        if data is None:
            return {}
        return dict(zip(self.places, (data,) if self.kind == VALUES else data, strict=True))

    @property
    def places(self) -> tuple[str, ...]:
        """The places of its arrays."""
        return (self.path,) if self.kind == VALUES else (f"{self.path}/{TIMES}", f"{self.path}/{RANKS}")


@dataclass(frozen=True)
class Committed:
    """How much of a folder counts.

    Args:
        step: up to which all is there.
        began: the step in which the last call began.
        values: digests of the arrays of the network at that step, by name.
        state: name of the file with the state of the network at `step`; None where there is none.
        fingerprint: of the network at that step; None where there is no state.
        lengths: rows, or spikes, by name of the column.
        before: the step of the commit before, and what lengths were then.
        spans: [first step, end) of the times in which was recorded, by name of the column.
    """

    step: int
    began: int
    values: dict[str, str]
    state: str | None = None
    fingerprint: str | None = None
    lengths: dict[str, int] = field(default_factory=dict)
    before: tuple[int, dict[str, int]] | None = None
    spans: dict[str, list[list[int]]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> "Committed":
        """Return what a folder says."""
        return cls(**json.loads((path / COMMITTED).read_bytes()))

    def write(self, path: Path) -> None:
        """Let a folder say this from now on."""
        with replaced(path / COMMITTED) as file:
            file.write(json.dumps(asdict(self)).encode())


class RecordFolder:
    """A folder into which one process records.

    Args:
        path: of the folder.

    Raises:
        FileFormatError: it holds something else, or is damaged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._group, self.about, self.columns = opened(path, "r+")
        self.committed = committed_of(path, self.columns)
        self._arrays: dict[str, GrowingArray] = {}

    @classmethod
    def create(
        cls,
        path: Path,
        about: Mapping[str, Any],
        labels: Mapping[Column, Mapping[str, np.ndarray]],
        committed: Committed,
    ) -> None:
        """Make a folder that holds no records yet.

        Args:
            path: of the folder; its parents are made, too.
            about: what is recorded of which network, as JSON can say it.
            labels: what names the entries of a row, by column.
            committed: the step.
        """
        zarr = zarr_package()
        with new_folder(path) as made:
            group = zarr.open_group(made, mode="w")
            group.attrs[ATTRIBUTE] = dict(about) | {"kind": RECORDS, "columns": [asdict(column) for column in labels]}
            for column, own in labels.items():
                for name, x in own.items():
                    group.create_array(f"{column.labels}/{name}", data=np.asarray(x))
            Claims.create(made / WRITER, 1)
            committed.write(made)

    @contextmanager
    def claimed(self) -> Iterator[None]:
        """Be the only process that writes.

        Raises:
            StoreError: another one does.
        """
        claims = Claims(self.path / WRITER)
        claim = claims.take(0)
        if claim is None:
            raise StoreError(f"another process records to `{self.path}`: wait for it, or take another folder")
        try:
            with claims.kept(claim):
                self.committed = committed_of(self.path, self.columns)
                yield
        finally:
            claims.release(claim)

    def append(self, column: Column, data: Any, spans: list[list[int]]) -> None:
        """Append what some steps have recorded.

        Args:
            column: of which variable.
            data: rows, or times and ranks of spikes; None for no sample.
            spans: [first step, end) of the steps, in order.

        Raises:
            StoreError: the disk is full.
        """
        with writing(self.path, GO_ON, READER):
            for place, rows in column.arrays(data).items():
                self._array(column, place, rows).append(rows)
        there = self.committed.spans.get(column.name, [])
        self.committed = replace(self.committed, spans=self.committed.spans | {column.name: _joined(there, spans)})

    def commit(self, step: int, fingerprint: str, write_state: Callable[[Path], None]) -> None:
        """Let all that was appended count, with the state of the network after it.

        Args:
            step: of the network.
            fingerprint: of the network.
            write_state: into a file.

        Raises:
            StoreError: the disk is full. What was committed before still counts.
        """
        with writing(self.path, GO_ON, READER):
            lengths = {c.name: n for c in self.columns for n in self._lengths(c)}
            name = f"state/{step}.npz"
            write_state(self.path / name)
            old = self.committed
            new = replace(old, step=step, state=name, fingerprint=fingerprint, lengths=old.lengths | lengths)
            new = replace(new, before=old.before if old.step == step else (old.step, old.lengths))
            new.write(self.path)
        self.committed = new
        for file in (self.path / "state").glob("*.npz"):
            if file.name != Path(name).name:
                file.unlink(missing_ok=True)

    def begin(self, values: dict[str, str]) -> None:
        """Note that a call begins at the step up to which all is there."""
        with writing(self.path, GO_ON, READER):
            self.committed = replace(self.committed, began=self.committed.step, values=values)
            self.committed.write(self.path)

    def cut(self, step: int, state: Path | None, fingerprint: str | None) -> None:
        """Let only what was recorded before a step count.

        Args:
            step: of the network.
            state: the file with its state at this step; None for none.
            fingerprint: of the network at this step; None where there is no state.
        """
        name = None if state is None else f"state/{step}.npz"
        with writing(self.path, GO_ON, READER):
            if state is not None:
                shutil.copyfile(state, self.path / str(name))
            spans = {n: [[a, min(b, step)] for a, b in own if a < step] for n, own in self.committed.spans.items()}
            lengths = {c.name: self._before(c, step, spans.get(c.name, [])) for c in self.columns}
            lengths = {n: length for n, length in lengths.items() if n in self.committed.lengths}
            new = replace(self.committed, step=step, state=name, fingerprint=fingerprint, lengths=lengths, spans=spans)
            new = replace(new, before=None)
            new.write(self.path)
        self.committed = new

    def _before(self, column: Column, step: int, spans: list[list[int]]) -> int:
        """Return how many rows, or spikes, of a column there are of the steps before one.

        The moment of a spike does not tell whether it ended one step or began the next, so the last commit is asked.
        """
        if self.committed.before is not None and self.committed.before[0] == step:
            return self.committed.before[1].get(column.name, 0)
        if column.kind == VALUES:
            return sum(map(len, sample_steps(spans, column.period, column.offset)))
        place, length = f"{column.path}/{TIMES}", self.committed.lengths.get(column.name, 0)
        return bisect_left(Ordered(self._group[place], length), step) if length else 0

    def _lengths(self, column: Column) -> Iterator[int]:
        """Yield the length of a column, once all of it is written; nothing where nothing was appended."""
        lengths = [self._arrays[place].commit() for place in column.places if place in self._arrays]
        yield from lengths[:1]

    def _array(self, column: Column, place: str, rows: np.ndarray) -> GrowingArray:
        """Return the array of a place, which is made for the first rows."""
        if place not in self._arrays:
            if place not in self._group:
                axes = (f"{column.monitor}.time" if column.kind == VALUES else column.name, *_axes(column, rows))
                GrowingArray.create(self._group, place, rows[:0].sum(0, rows.dtype), axes, self._attributes(place))
            length = self.committed.lengths.get(column.name, 0)
            self._arrays[place] = GrowingArray(self._group[place], self.path / place, length)
        return self._arrays[place]

    def _attributes(self, place: str) -> dict[str, Any]:
        """Return attributes of an array: times are whole steps, which a scale makes milliseconds, as CF has it."""
        is_time = place.startswith(SPIKES) and place.endswith(TIMES)
        return {"scale_factor": self.about["dt"], "units": "ms"} if is_time else {}


def opened(path: Path, mode: str) -> tuple[Any, dict[str, Any], tuple[Column, ...]]:
    """Return the group of a folder, what it says of itself, and its columns.

    Raises:
        FileFormatError: it holds something else, or is damaged.
    """
    zarr = zarr_package()
    try:
        group: Any = zarr.open_group(path, mode=mode)
        about = dict(group.attrs[ATTRIBUTE])
        kind, told = about["kind"], about.get("columns", ())
        columns = tuple(Column(**c | {"axes": tuple(c["axes"])}) for c in told)
    except DAMAGE as error:
        raise FileFormatError(f"`{path}` is no folder of records: {type(error).__name__}: {error}") from None
    check_kind(path, kind, RECORDS)
    return group, about, columns


def committed_of(path: Path, columns: tuple[Column, ...]) -> Committed:
    """Return how much of a folder counts.

    Raises:
        FileFormatError: it is damaged.
    """
    try:
        found = Committed.read(path)
        known = {column.name for column in columns}
        if not set(found.lengths) <= known or not set(found.spans) <= known:
            raise ValueError("columns of another folder")
    except DAMAGE as error:
        raise FileFormatError(f"`{path / COMMITTED}` is damaged: {type(error).__name__}: {error}") from None
    return found


def part_of_path(name: str) -> str:
    """Return a name as a part of a path.

    Example:
        >>> part_of_path("sum(exc)"), part_of_path("a/b"), part_of_path("..")
        ('sum(exc)', 'a%2Fb', '%2E%2E')
    """
    safe = quote(name, safe="()").replace(".", "%2E")
    return safe.replace("_", "%5F") if safe.startswith("__") else safe  # such names are zarr's own


def _axes(column: Column, rows: np.ndarray) -> tuple[str, ...]:
    return tuple(f"{column.monitor}.{axis}" for axis in column.axes[: rows.ndim - 1])


def _joined(there: list[list[int]], more: list[list[int]]) -> list[list[int]]:
    """Return spans followed by others; those that follow without a gap are one.

    Example:
        >>> _joined([[0, 10]], [[10, 20], [30, 40]])
        [[0, 20], [30, 40]]
    """
    joined = [list(span) for span in there]
    for first, end in more:
        if joined and joined[-1][1] == first:
            joined[-1][1] = end
        else:
            joined.append([first, end])
    return joined
