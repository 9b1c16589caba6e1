"""What a network has recorded into a folder, read by name and by time: only the chunks that are needed are read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from .. import arguments
from ..errors import ArgumentError, FileFormatError, UnknownNameError, did_you_mean
from ._folder import DAMAGE
from ._record_folder import RANKS, SPIKES, SYNAPSE, TIMES, VALUES, Column, Committed, committed_of, opened
from ._record_times import Ordered, moments_between, part_of, rows_between, sample_steps
from ._records_as_xarray import Window, dataset


@dataclass(frozen=True, eq=False)
class Records:
    """The records in a folder, up to the last commit before it was opened; `open_records` returns it.

    Args:
        path: of the folder.
        about: what it says of itself: digests of network and seeds, step, versions.
    """

    path: Path
    about: Mapping[str, Any] = field(repr=False)
    _group: Any = field(repr=False)
    _columns: Mapping[str, Column] = field(repr=False)
    _committed: Committed = field(repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        """What was recorded: `P.spike`, `P.v`."""
        return tuple(self._columns)

    @property
    def dt(self) -> float:
        """Step, ms."""
        return float(self.about["dt"])

    @property
    def end(self) -> float:
        """Time up to which all is there, ms."""
        return self._committed.step * self.dt

    @property
    def state(self) -> Path | None:
        """The file with the state of the network at `end`, for `net.load`; None before the first one was written."""
        return None if self._committed.state is None else self.path / self._committed.state

    def fingerprint(self) -> str | None:
        """Return what `net.fingerprint()` gave at `end`; None before the first state was written."""
        return self._committed.fingerprint

    def spans(self, name: str) -> list[tuple[float, float]]:
        """Return [start, end) of the times in which something was recorded, ms: several where a monitor was paused."""
        spans = self._committed.spans.get(self._column(name).name, [])
        return [(first * self.dt, end * self.dt) for first, end in spans]

    def spikes(self, name: str, start: float = 0.0, stop: float = inf) -> tuple[np.ndarray, np.ndarray]:
        """Return the spikes in [start, stop), in the order of time.

        Args:
            name: of a monitor, `P`, or `P.axon_spike`; `P.spike_times` has each spike at its moment inside the step.
            start, stop: ms.

        Returns:
            `(times, ranks)`, ms and integers, both (spikes,). The time of the first step is 0, as in `raster_plot`.

        Raises:
            UnknownNameError: no such spikes were recorded.
            FileFormatError: the folder cannot be read.
        """
        column = self._column(name if name in self._columns else f"{name}.spike", SPIKES)
        where = self._between(column, start, stop)
        times, ranks = (self._read(f"{column.path}/{part}", where) for part in (TIMES, RANKS))
        return times * self.dt, ranks

    def values(self, name: str, start: float = 0.0, stop: float = inf) -> np.ndarray:
        """Return the samples in [start, stop) of a variable, as `Monitor.get` does.

        Args:
            name: such as `P.v`, `exc.w`.
            start, stop: ms; a sample at the end of the first step has the time dt.

        Returns:
            (samples, n), or (samples,) where all neurons share a value; of a projection (samples, post neurons,
            synapses), an object array (samples, post neurons) where their numbers of synapses differ.

        Raises:
            UnknownNameError: no such variable was recorded.
            FileFormatError: the folder cannot be read.
        """
        column = self._column(name, VALUES)
        rows = self._read(column.path, self._between(column, start, stop))
        return _of_post(rows, self.labels(name)["post"]) if column.axes == (SYNAPSE,) else rows

    def times(self, name: str, start: float = 0.0, stop: float = inf) -> np.ndarray:
        """Return the times of the samples in [start, stop) of a variable, ms, (samples,)."""
        return self._times(self._column(name, VALUES), start, stop)

    def labels(self, name: str) -> dict[str, np.ndarray]:
        """Return what the entries of a row stand for: `rank` of neurons, or `pre` and `post` of synapses.

        Of spikes, `P.spike`, these are the ranks of all neurons that were recorded.
        """
        column = self._column(name)
        if column.labels not in self._group:
            return {}
        return {key: np.asarray(x[...]) for key, x in self._group[column.labels].members()}

    def to_xarray(self, start: float = 0.0, stop: float = inf) -> Any:
        """Return an `xarray.Dataset` of what was recorded in [start, stop), which reads what is used of it.

        `jaxsnn.to_xarray(records)` reads all, in the form in which it gives what monitors hold.

        Variables are named `P.v`, `P.spike.times` in ms, and `P.spike.ranks`. Axes are `P.time` in ms, `P.rank`, and
        for synapses `exc.synapse` with the coordinates `exc.synapse.pre` and `exc.synapse.post`. The times of the
        samples are in memory, 8 bytes each.

        Args:
            start, stop: ms.

        Raises:
            MissingPackageError: xarray is not installed.
        """
        about = {key: str(x) for key, x in self.about.items() if key != "columns"}
        about["fingerprint"] = str(self.fingerprint())
        return dataset(self.path, [self._window(c, start, stop) for c in self._columns.values()], about)

    def steps(self, name: str) -> list[range]:
        """Return the steps at whose end samples of a variable were taken, a range for each of its spans."""
        return self._steps(self._column(name, VALUES))

    def axes(self, name: str) -> tuple[str, ...]:
        """Return the axes of one sample: `rank`, `synapse` or others, as `labels` has them."""
        return self._column(name).axes

    def _window(self, column: Column, start: float, stop: float) -> Window:
        where = self._between(column, start, stop)
        if column.kind == SPIKES:
            return Window(column, where, np.zeros(0), {})
        return Window(column, where, self._times(column, start, stop), self.labels(column.name))

    def _column(self, name: str, kind: str | None = None) -> Column:
        known = [n for n, column in self._columns.items() if kind in (None, column.kind)]
        if name not in known:
            what = {SPIKES: "spikes", VALUES: "values"}.get(kind or "", "records")
            raise UnknownNameError(f"`{self.path}` has no {what} of `{name}`.{did_you_mean(name, known)}")
        return self._columns[name]

    def _length(self, column: Column) -> int:
        return self._committed.lengths.get(column.name, 0)

    def _steps(self, column: Column) -> list[range]:
        """Return the steps at whose end samples were taken."""
        return sample_steps(self._committed.spans.get(column.name, []), column.period, column.offset)

    def _times(self, column: Column, start: float, stop: float) -> np.ndarray:
        return (part_of(self._steps(column), self._between(column, start, stop)) + 1) * self.dt

    def _between(self, column: Column, start: float, stop: float) -> slice:
        """Return which rows, or spikes, of a column lie in [start, stop), ms."""
        start, stop = _interval(start, stop)
        if column.kind == VALUES:
            return rows_between(self._steps(column), start, stop, self.dt, late=1)
        n, path = self._length(column), f"{column.path}/{TIMES}"
        if not n:
            return slice(0, 0)
        times = Ordered(self._group[path], n)
        if self._group[path].dtype.kind == "f":
            return moments_between(times, start, stop, self.dt)
        return rows_between([times], start, stop, self.dt, late=0)

    def _read(self, path: str, where: slice) -> np.ndarray:
        if path not in self._group:
            return np.zeros((0,), int if path.startswith(SPIKES) else float)
        try:
            return np.asarray(self._group[path][where])
        except DAMAGE as error:
            raise FileFormatError(f"`{self.path}` cannot be read: {type(error).__name__}: {error}") from error

    def __repr__(self) -> str:
        """Return what there is, and up to when."""
        counts = ", ".join(
            f"{name} ({self._length(c)} {'spikes' if c.kind == SPIKES else 'samples'})"
            for name, c in self._columns.items()
        )
        return f"records `{self.path}`: {self.end:g} ms of {counts}"


def open_records(path: str | PathLike[str]) -> Records:
    """Open what a network has recorded, or still records, into a folder.

    Args:
        path: of the folder that `simulate(..., to=path)` fills, or has filled.

    Returns:
        Its records up to the last commit: `names`, `spikes("P", start, stop)`, `values("P.v", start, stop)`,
        `times("P.v")`, `to_xarray()`.

    Raises:
        FileFormatError: there is no such folder, or it holds something else.
        MissingPackageError: zarr is not installed.

    Example:
        >>> import tempfile, pathlib, jaxsnn as snn
        >>> folder = pathlib.Path(tempfile.mkdtemp()) / "run.zarr"
        >>> net = snn.Network(dt=1.0, seed=1)
        >>> P = net.create(2, snn.Izhikevich(i_offset=10.0), name="P")
        >>> _ = net.monitor(P, ["spike", "v"])
        >>> _ = net.compile()
        >>> net.simulate(100.0, to=folder)
        >>> records = open_records(folder)
        >>> records.names, records.end
        (('P.spike', 'P.v'), 100.0)
        >>> records.values("P.v", start=10.0, stop=20.0).shape
        (10, 2)
        >>> times, ranks = records.spikes("P", stop=20.0)
        >>> times.tolist(), ranks.tolist()
        ([4.0, 4.0], [0, 1])
    """
    where = arguments.path(path, "path")
    group, about, columns = opened(where, "r")
    return Records(where, about, group, {column.name: column for column in columns}, committed_of(where, columns))


def _interval(start: float, stop: float) -> tuple[float, float]:
    start = arguments.extended(start, "start")
    stop = arguments.extended(stop, "stop")
    if stop < start:
        raise ArgumentError(f"`start` is {start:g} ms, behind `stop`, {stop:g} ms")
    return start, stop


def _of_post(rows: np.ndarray, post: np.ndarray) -> np.ndarray:
    """Return the synapses of each post neuron, of rows of all synapses."""
    counts = np.unique(post, return_counts=True)[1]
    if len(set(counts.tolist())) <= 1:
        return rows.reshape(len(rows), len(counts), -1) if len(rows) else rows
    ragged = np.empty((len(rows), len(counts)), object)
    for k, part in enumerate(np.split(rows, np.cumsum(counts)[:-1], axis=1)):
        ragged[:, k] = list(part)
    return ragged
