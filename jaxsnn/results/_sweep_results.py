"""Results in a folder: filled by any number of processes, read by name, computed again to be sure."""

from contextlib import suppress
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from .. import arguments
from ..errors import MissingPackageError, NonFiniteError, ReplicaError, StateError, UnsupportedError
from ._claims import Claim
from ._description import check_same
from ._keeping import Keeping
from ._returned import packed
from ._shelves import digest, fingerprint
from ._store import Store
from ._sweep_html import sweep_html
from ._work import Work

OF_A_RUN = (NonFiniteError, ReplicaError)  # what one run raises while others do not


class SweepResults:
    """What `sweep`, `parallel_run` and `evaluate` return with `to=folder`: the results there, however many there are.

    Args:
        path: of the folder.
        work: what is computed; None where it is not known, so that nothing can be computed again.
        silent: s without a sign of life, after which the part of another process may be taken over.
    """

    def __init__(self, path: Path, work: Work | None = None, silent: float = 600.0) -> None:
        self._store, self._work = Store(path, silent), work

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

    def values(self, incomplete: bool = False) -> Any:
        """Return what is kept, by name, with a leading axis of runs, or with the axes of a grid.

        Args:
            incomplete: whether some may be missing; they are zeros, or None in a list.

        Returns:
            Arrays by name, such as `cells.spike`; those of a measure that returns one array are called `value`, those
            of `evaluate` `loss`. Of `parallel_run` the list of what the methods returned, arrays as those of NumPy.

        Raises:
            StateError: runs are missing.
            FileFormatError: the folder cannot be read.
        """
        left = len(self.missing())
        if left and not incomplete:
            raise StateError(
                f"{left} of {self._store.number} runs are missing in `{self.path}`: compute them by the same call, "
                "or read what is there by `values(incomplete=True)`"
            )
        found = self._store.all_values()
        if isinstance(found, list):
            return found
        shape = tuple(len(x) for x in self._axes.values()) or (self._store.number,)
        return {name: x.reshape(*shape, *x.shape[1:]) for name, x in found.items()}

    def fingerprint(self) -> str:
        """Return the SHA-256 of what was asked for and of all values, the same whoever computed them, in any parts.

        What was asked for alone, `about["fingerprint"]`, is known before anything is computed.

        Raises:
            StateError: runs are missing.
        """
        found = self.values()
        arrays = packed(found) if isinstance(found, list) else found
        return fingerprint({"asked": self.about["fingerprint"], "values": digest(arrays)})

    def to_xarray(self, incomplete: bool = False) -> Any:
        """Return an `xarray.Dataset` of what is kept, with the swept values as coordinates.

        Args:
            incomplete: as for `values`.

        Raises:
            MissingPackageError: xarray is not installed.
            StateError: runs are missing.
            UnsupportedError: these are results of `parallel_run`, which may differ in shape.
        """
        try:
            import xarray
        except ImportError:
            message = "an xarray needs the package `xarray`: pip install 'jaxsnn[results]'"
            raise MissingPackageError(message) from None
        axes, found = self._axes, self.values(incomplete)
        if isinstance(found, list):
            raise UnsupportedError("what methods of `parallel_run` return may differ in shape: take it from `values()`")
        along = tuple(axes) or ("run",)
        data = {n: ((*along, *(f"{n}_{i}" for i in range(x.ndim - len(along)))), x) for n, x in found.items()}
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
            repair: make what is wrong free again, so that the next call computes it.

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

    def fill(self, keeping: Keeping, progress: bool = False) -> "SweepResults":
        """Compute what is missing and nobody else computes; an error of one run is raised after all others."""
        from tqdm.auto import tqdm

        errors: list[Exception] = []
        parts = list(keeping.shares(self._store.parts))
        for part in tqdm(parts, desc=self.about["work"], unit="parts", disable=not progress):
            claim = self._store.take(part)
            try:
                if claim is not None:
                    self._compute(claim)
            except OF_A_RUN as error:
                errors.append(error)
        if errors:
            left = ", ".join(map(str, self.missing()[:5])) + (", ..." if len(self.missing()) > 5 else "")
            errors[0].add_note(
                f"`{self.path}` keeps the other runs; missing are {left}, which the same call tries again"
            )
            raise errors[0]
        return self

    def _compute(self, claim: Claim) -> None:
        try:
            with self._store.claims.kept(claim):
                result = self._known.run(self._store.runs(claim.part))
        except BaseException:
            with suppress(OSError):  # that of the computation says more
                self._store.claims.release(claim)
            raise
        self._store.write(claim, result)

    def _computed_again(self, part: int) -> str:
        runs = self._store.runs(part)
        return digest(self._store.shelf.arrays(self._known.run(runs), runs))

    @property
    def _axes(self) -> dict[str, list[float]]:
        """The values along each axis of a grid; nothing without one. What is not finite is written as a text."""
        axes = self.about["grid"]
        return {name: [float(x) if isinstance(x, str) else x for x in axis] for name, axis in axes.items()}

    @property
    def _known(self) -> Work:
        if self._work is None:
            raise StateError(
                f"this folder was opened without what computes it: call the same `{self.about['work']}(..., to=...)`, "
                "which computes nothing that is there, and use what it returns"
            )
        return self._work

    def _repr_html_(self) -> str:
        """Return what a notebook shows: how much is done, what was swept and what is kept."""
        return sweep_html(self._store, self._axes)

    def __repr__(self) -> str:
        """Return how much there is of what."""
        done = self._store.number - len(self.missing())
        kept = f", {', '.join(self.about['kept'])}" if self.about["kept"] else ""
        return f"{self.about['work']} `{self.path}`: {done} of {self._store.number} runs{kept}"


def open_sweep(path: str | PathLike[str], silent: float = 600.0) -> SweepResults:
    """Open the results of a sweep, of `parallel_run` or of `evaluate`.

    Args:
        path: of the folder that a call with `to=path` fills, or has filled.
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


def filled(work: Work, keeping: Keeping, progress: bool = False, multiple: int = 1) -> SweepResults:
    """Return the results in a folder, after what was missing there was computed.

    Args:
        work: what is computed.
        keeping: where, and which share.
        progress: show a progress bar, with parts per second.
        multiple: of which the runs in a part are one, where nobody says how many.

    Raises:
        StoreError: the folder holds results of something else; says what differs.
    """
    path, about = keeping.path, work.about()
    if not path.exists() or (path.is_dir() and not any(path.iterdir())):
        Store.create(path, about, work.number, work.points, work.kept, keeping.size(work.number, multiple))
    results = SweepResults(path, work)
    check_same(path, results.about, about, keeping.ignores_version)
    return results.fill(keeping, progress)
