"""The losses at many points as work that fills a folder."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
from jax import Array

from ..network import description_digest, named_leaves
from ..results import digest, function_digest, named_values, versions
from ..simulation import Simulation
from ..step import NetworkParams, NetworkState


@dataclass(frozen=True, eq=False)
class LossWork:
    """The losses at points; see `Work`.

    Args:
        loss, params: as for `evaluate`.
        arrays: what differs between points, (k, ...) by name.
        losses: computes the losses of points that are given like `arrays`.
        batch: how many are computed together, which may decide how sums are rounded; None for the default.
    """

    loss: Callable[[Any], Array]
    params: Any
    arrays: Mapping[str, Array]
    losses: Callable[[Mapping[str, Array]], np.ndarray]
    batch: int | None = None

    @property
    def number(self) -> int:
        """How many points there are."""
        return len(next(iter(self.arrays.values())))

    @property
    def points(self) -> dict[str, np.ndarray]:
        """The points, by name."""
        return {name: np.asarray(x) for name, x in self.arrays.items()}

    @property
    def kept(self) -> dict[str, Any]:
        """Shape and dtype of a loss."""
        return {"loss": jax.eval_shape(self.loss, self.params)}

    def run(self, runs: np.ndarray) -> dict[str, np.ndarray]:
        """Compute the losses of some points."""
        return {"loss": self.losses({name: x[runs] for name, x in self.arrays.items()})}

    def about(self) -> dict[str, Any]:
        """Return all that decides the losses, as far as the code of the loss tells."""
        around = dict(named_values(self.loss))
        networks = [description_digest(x.spec) for x in around.values() if isinstance(x, Simulation)]
        held = {n: x for n, x in around.items() if isinstance(x, NetworkParams | NetworkState)}
        fixed = {name: np.asarray(x) for name, x in named_leaves(self.params).items() if name not in self.arrays}
        loss = self.kept["loss"]
        return {
            "work": "evaluate",
            "network": ", ".join(networks),
            "state": digest({name: np.asarray(x) for name, x in named_leaves(held).items()}),
            "parameters": digest(fixed),
            "points": digest(self.points),
            "loss": function_digest(self.loss),
            "batch size": self.batch,
            "grid": {},
            "kept": {"loss": [list(loss.shape), str(loss.dtype)]},
        } | versions()
