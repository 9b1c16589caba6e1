"""A sweep as work that fills a folder."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from ..network import description_digest
from ..points import Points
from ..results import array_names, digest, function_digest, versions
from ._sweep_task import SweepTask


@dataclass(frozen=True, eq=False)
class SweepWork:
    """The runs of a sweep; see `Work`.

    Args:
        task: what is computed.
        values: as they were given, by name.
    """

    task: SweepTask
    values: Mapping[str, Any]

    @property
    def number(self) -> int:
        """How many runs there are."""
        return self.task.number

    @property
    def points(self) -> dict[str, np.ndarray]:
        """The value of each run, by name."""
        return {name: np.asarray(x) for name, x in self.values.items()}

    @property
    def kept(self) -> dict[str, Any]:
        """Shape and dtype of what is kept of one run, by name."""
        return array_names(self.task.kept)

    def run(self, runs: np.ndarray) -> Any:
        """Compute some runs; return what is kept, with a leading axis of runs."""
        return self.task.run(runs)

    def about(self) -> dict[str, Any]:
        """Return all that decides the results, as JSON can say it."""
        task, replicas = self.task, self.task.replicas
        return {
            "work": "sweep",
            "network": description_digest(task.simulation.spec),
            "shared values": digest({".".join(path): np.asarray(x) for path, x in replicas.shared.items()}),
            "duration": task.steps * task.simulation.dt,
            "precision": str(np.dtype(task.simulation.compiled.dtype)),
            "seeds": digest({"seeds": replicas.seeds}),
            "points": digest(self.points),
            "measure": "records" if task.measure is None else function_digest(task.measure),
            "grid": _axes(self.values),
            "kept": {name: [list(x.shape), str(x.dtype)] for name, x in self.kept.items()},
        } | versions()


def _axes(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the axes of a grid by name; JSON has no word for what is not finite, so that is a text."""
    axes = values.axes if isinstance(values, Points) else {}
    return {name: [x if isfinite(x) else str(x) for x in np.asarray(axis).tolist()] for name, axis in axes.items()}
