"""What the front end asks of the arrays of a compiled network: those of a single one, or those of one replica."""

from typing import NamedTuple, Protocol

import numpy as np

from ..compiler import Goal
from ..connectivity import Storage
from ..editing import Moment, Provenance
from ..recording import Samples
from ..simulation import Simulation
from ..step import Path


class Piece(NamedTuple):
    """What some consecutive steps have recorded.

    Args:
        first: the first of the steps.
        steps: their number.
        samples: by monitor and variable.
    """

    first: int
    steps: int
    samples: Samples


class Arrays(Protocol):
    """The arrays of a network between calls: read and written by path, advanced by steps.

    A function that changes more than a value takes the moment, makes another one of it, and hands that back:
    `arrays.moment = rewound(arrays.moment, compiled)`.
    """

    simulation: Simulation

    @property
    def moment(self) -> Moment:
        """The arrays of this moment."""
        ...

    @moment.setter
    def moment(self, new: Moment) -> None: ...

    @property
    def whole(self) -> Moment:
        """The arrays of this moment with everything that a compiled call draws for a replica."""
        ...

    @property
    def provenance(self) -> Provenance:
        """Seeds, counts and schedules of this moment; to read them does not make a replica begin."""
        ...

    @provenance.setter
    def provenance(self, new: Provenance) -> None: ...

    @property
    def step(self) -> int:
        """Number of steps done."""
        ...

    @property
    def has_begun(self) -> bool:
        """Whether there is a state already; a replica has none before its first step."""
        ...

    def read(self, path: Path) -> np.ndarray:
        """Return the value at a path as it is stored."""
        ...

    def storage(self, projection: str) -> Storage:
        """Return who is connected to whom in a projection."""
        ...

    def write(self, path: Path, value: np.ndarray) -> None:
        """Store the value at a path."""
        ...

    def restore(self, paths: tuple[Path, ...], seed: np.ndarray) -> None:
        """Store the values with which a network of a raw seed begins; all paths are of neurons, or all of synapses."""
        ...

    def advance(self, n: int, show_progress: bool = False, check_finite: bool = False) -> list[Piece]:
        """Advance by n steps; return the records piece by piece."""
        ...

    def advance_until(self, n: int, goal: Goal) -> tuple[list[Piece], int]:
        """Advance by at most n steps, until a goal is reached; return the records and how many steps were made."""
        ...
