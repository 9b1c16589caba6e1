"""The results of a sweep in a folder: filled by any number of processes, read by name, computed again to be sure."""

from collections.abc import Iterator, Mapping
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from .. import arguments
from ..errors import ArgumentError, MissingPackageError, StateError
from ..results import Claim, Store, array_names, digest
from ._sweep_description import check_same, description
from ._sweep_html import sweep_html
from ._sweep_task import SweepTask

RESUME = ("same", "ignore-version")
PARTS = 100  # of a folder, where nobody says how large they are


class SweepResults:
    """What `sweep(to=folder)` and `open_sweep` return: the results in a folder, however much of them there is.

    Args:
        path: of the folder.
        task: what is computed; None where it is not known, so that nothing can be computed again.
        silent: s without a sign of life, after which the part of another process may be taken over.
    """

    def __init__(self, path: Path, task: SweepTask | None = None, silent: float = 600.0) -> None:
        self._store, self._task = Store(path, silent), task

    @property
    def path(self) -> Path:
        """The folder."""
        return self._store.path

    @property
    def about(self) -> dict[str, Any]:
        """What was asked for: digests of network, points and seeds, the duration, versions."""
        return self._store.about

    @property
    def points(self) -> dict[str, np.ndarray]:
        """The value of each run, (n, ...) by name."""
        return self._store.points()

    def missing(self) -> np.ndarray:
        """Return the indices of the runs that were not computed yet, (m,)."""
        return self._store.missing()

    def values(self, incomplete: bool = False) -> dict[str, np.ndarray]:
        """Return what is kept, by name, with a leading axis of runs, or with the axes of a grid.

        Args:
            incomplete: whether some may be missing; they are zeros.

        Returns:
            Arrays by name, such as `cells.spike`; those of a measure that returns one array are called `value`.

        Raises:
            StateError: runs are missing.
            FileFormatError: the folder cannot be read.
        """
        left = len(self.missing())
        if left and not incomplete:
            raise StateError(
                f"{left} of {self._store.number} runs are missing in `{self.path}`: compute them by the same `sweep`, "
                "or read what is there by `values(incomplete=True)`"
            )
        shape = tuple(len(x) for x in self.about["grid"].values()) or (self._store.number,)
        return {name: x.reshape(*shape, *x.shape[1:]) for name, x in self._store.values().items()}

    def to_xarray(self, incomplete: bool = False) -> Any:
        """Return an `xarray.Dataset` of what is kept, with the swept values as coordinates.

        Args:
            incomplete: as for `values`.

        Raises:
            MissingPackageError: xarray is not installed.
            StateError: runs are missing.
        """
        try:
            import xarray
        except ImportError:
            message = "an xarray needs the package `xarray`: pip install 'jaxsnn[results]'"
            raise MissingPackageError(message) from None
        axes = self.about["grid"]
        along = tuple(axes) or ("run",)
        arrays = self.values(incomplete).items()
        data = {n: ((*along, *(f"{n}_{i}" for i in range(x.ndim - len(along)))), x) for n, x in arrays}
        swept = self.points.items()
        coordinates = axes or {n: (("run", *(f"{n}_{i}" for i in range(x.ndim - 1))), x) for n, x in swept}
        return xarray.Dataset(data, coordinates, {n: str(x) for n, x in self.about.items() if n != "grid"})

    def verify(self, share: float = 0.01, seed: int = 0, repair: bool = False) -> np.ndarray:
        """Return the runs whose results are not what they should be, (m,).

        The bytes of all parts are compared with the digests that were written with them, and a share of the parts is
        computed again and compared bit by bit.

        Args:
            share: of the parts to compute again, from 0 to 1; at least one part, unless it is 0.
            seed: decides which.
            repair: make what is wrong free again, so that the next `sweep` computes it.

        Raises:
            StateError: parts would have to be computed again, and the folder was opened without what computes them.
        """
        share = arguments.real(share, "share", least=0.0, most=1.0)
        wrong = self._store.damaged()
        whole = sorted(self._store.claims.done() - set(wrong))
        number = min(len(whole), max(1, round(share * len(whole)))) if share else 0
        for part in np.random.default_rng(seed).permutation(whole)[:number]:
            if self._computed_again(int(part)) != self._store.claims.record(int(part))["sha256"]:
                wrong.append(int(part))
        if repair:
            for part in wrong:
                self._store.claims.reopen(part)
        return np.concatenate([self._store.runs(part) for part in sorted(wrong)]) if wrong else np.array([], int)

    def fill(self, shard: tuple[int, int] | None = None, progress: bool = False) -> "SweepResults":
        """Compute what is missing and nobody else computes; see `sweep`."""
        from tqdm.auto import tqdm

        parts = _shares(self._store.parts, shard)
        for part in tqdm(parts, desc="sweep", unit="parts", disable=not progress):
            claim = self._store.claims.take(part)
            if claim is not None:
                self._compute(claim)
        return self

    def _compute(self, claim: Claim) -> None:
        try:
            with self._store.claims.kept(claim):
                values = array_names(self._known.run(self._store.runs(claim.part)))
        except BaseException:
            self._store.claims.release(claim)
            raise
        self._store.write(claim, values, {})

    def _computed_again(self, part: int) -> str:
        return digest(array_names(self._known.run(self._store.runs(part))))

    @property
    def _known(self) -> SweepTask:
        if self._task is None:
            raise StateError(
                "this folder was opened without what computes it: call the same `sweep(..., to=...)`, which computes "
                "nothing that is there, and use what it returns"
            )
        return self._task

    def _repr_html_(self) -> str:
        """Return what a notebook shows: how much is done, what was swept and what is kept."""
        return sweep_html(self._store)

    def __repr__(self) -> str:
        """Return how much there is of what."""
        done = self._store.number - len(self.missing())
        return f"sweep `{self.path}`: {done} of {self._store.number} runs, {', '.join(self.about['kept'])}"


def open_sweep(path: str | PathLike[str], silent: float = 600.0) -> SweepResults:
    """Open the results of a sweep.

    Args:
        path: of the folder that `sweep(..., to=path)` fills, or has filled.
        silent: s without a sign of life, after which the part of another process may be taken over.

    Returns:
        Its results: `missing()`, `values()`, `to_xarray()`, `verify(share=0.0)`.

    Raises:
        FileFormatError: there is no such folder, or it holds something else.
        MissingPackageError: zarr is not installed.

    Example:
        >>> import tempfile, pathlib, jaxsnn as snn
        >>> folder = pathlib.Path(tempfile.mkdtemp()) / "results"
        >>> net = snn.Network(dt=1.0, seed=1)
        >>> P = net.create(10, snn.Izhikevich, name="P")
        >>> _ = net.monitor(P, "spike")
        >>> rate = lambda records: {"rate": snn.measures.rate(records["P"]["spike"], 1.0).mean()}
        >>> points = snn.grid({"P.i_offset": [0.0, 5.0, 10.0]})
        >>> snn.sweep(net.compile(), points, 200.0, measure=rate, to=folder).missing()
        array([], dtype=int64)
        >>> open_sweep(folder).values()["rate"].shape
        (3,)
    """
    return SweepResults(arguments.path(path, "path"), silent=arguments.real(silent, "silent", "s", above=0.0))


def filled(
    task: SweepTask,
    to: str | PathLike[str],
    values: Mapping[str, Any],
    shard: tuple[int, int] | None,
    part: int | None,
    resume: str,
    progress: bool,
) -> SweepResults:
    """Return the results in a folder, after what was missing there was computed; see `sweep`."""
    path = arguments.path(to, "to")
    if resume not in RESUME:
        raise ArgumentError(f"`resume` is one of {', '.join(map(repr, RESUME))}, not {resume!r}")
    _shares(1, shard)
    size = -(-task.number // PARTS) if part is None else arguments.whole(part, "part", least=1)
    about = description(task, values)
    if not path.exists():
        Store.create(path, about, {n: np.asarray(x) for n, x in values.items()}, array_names(task.kept), size)
    results = SweepResults(path, task)
    check_same(path, results.about, about, resume == RESUME[1])
    return results.fill(shard, progress)


def _shares(number: int, shard: Any) -> Iterator[int]:
    """Return the parts of a share, all of them without one."""
    if shard is None:
        return iter(range(number))
    if not isinstance(shard, tuple | list) or len(shard) != 2:
        raise ArgumentError(f"`shard` is (i, n), the i-th of n shares, not {shard!r}")
    shares = arguments.whole(shard[1], "n of `shard`", least=1)
    return iter(range(arguments.whole(shard[0], "i of `shard`", least=0, most=shares - 1), number, shares))
