"""`Standby`: rate-coded neurons that stand still until they are switched on, at any time, in each replica by itself."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jax import Array

from ._input import Schedule, Source

SWITCH = "is_on"


@dataclass(frozen=True, eq=False)
class Standby(Schedule):
    """A switch in the place of a table.

    Unlike a population that is disabled, one on standby is part of the compiled step, so that switching it on compiles
    nothing.

    Args:
        is_on: whether the population takes part in the steps.
    """

    is_on: bool = False

    def source(self, dt: float) -> Source:
        """Return the switch, which drives no variable."""
        return Source({SWITCH: np.asarray(self.is_on, np.int32)}, _drive_nothing, switch=SWITCH)

    def changed(self, **values: Any) -> "Standby":
        """Return the switch in another position."""
        return replace(self, **values)


def _drive_nothing(tables: Mapping[str, Array], step: Array) -> dict[str, Array]:
    return {}
