"""What drives an input population from outside its equations."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from jax import Array

NO_STEP = np.iinfo(np.int32).max  # a step that never comes: fills up tables


@dataclass(frozen=True, eq=False)
class Source:
    """Tables, and the function that reads from them what some variables are at a step.

    Args:
        arrays: by name; floating-point ones are parameters of the network, integers are constants.
        drive: `drive(arrays, step)` returns the variables that are driven, by name, each (size,) or (); pure and
            traceable. The step counts from the last reset of the population.
        rows: name of the table that has one row per step, zeros after the last one, and alone decides what is driven;
            None for other sources. Many steps at once then read the table as it is.
    """

    arrays: Mapping[str, np.ndarray]
    drive: Callable[[Mapping[str, Array], Array], dict[str, Array]]
    rows: str | None = None
