"""The arrays of one replica, which stand in a row of those of all; its steps are made together with the others'."""

from collections.abc import Mapping

import numpy as np

from ..compiler import Goal
from ..connectivity import Storage
from ..editing import Moment, Provenance, of_synapse
from ..inputs import Schedule
from ..simulation import Look, Simulation
from ..step import Path
from ._arrays import Piece
from ._rendezvous import ask
from ._replica_batch import Answer, ReplicaBatch, Request


class ReplicaArrays:
    """One row of a batch of replicas; see `Arrays`.

    Args:
        batch: the arrays of all replicas.
        index: of this one.
        schedules: what drives its inputs, by population.
    """

    def __init__(self, batch: ReplicaBatch, index: int, schedules: Mapping[str, Schedule | None]) -> None:
        self.simulation: Simulation = batch.simulation
        self.provenance = Provenance(batch.seeds[index], batch.drawn_from[index], schedules)
        self._batch, self._index = batch, index

    @property
    def moment(self) -> Moment:
        """The state of this replica; its parameters are drawn in the compiled call, so there are none."""
        return Moment(self._batch.no_params, self._batch.state_of(self._index), self.provenance)

    @moment.setter
    def moment(self, new: Moment) -> None:
        self._batch.put_state(self._index, new.state)
        self.provenance = new.provenance

    @property
    def whole(self) -> Moment:
        """The state of this replica, and the parameters that the compiled call draws for it."""
        return Moment(*self._batch.drawn(self._index), self.provenance)

    @property
    def step(self) -> int:
        """Number of steps done."""
        return 0 if self._batch.state is None else int(self._batch.state.step[self._index])

    @property
    def has_begun(self) -> bool:
        """Whether some replica has made a step, so that all have a state."""
        return self._batch.state is not None

    def read(self, path: Path) -> np.ndarray:
        """Return the value at a path as it is stored."""
        return self._batch.read(self._index, path)

    def storage(self, projection: str) -> Storage:
        """Return who is connected to whom in a projection."""
        return self.read(("connectivity", projection, ""))

    def write(self, path: Path, value: np.ndarray) -> None:
        """Store the value at a path."""
        self._batch.write(self._index, path, value)

    def restore(self, paths: tuple[Path, ...], seed: np.ndarray) -> None:
        """Store the values with which a replica of a raw seed begins; all paths are of neurons, or all of synapses.

        Values that nobody has changed are left to the compiled call. Synapses are drawn from the seed, also where all
        replicas share a draw.
        """
        batch = self._batch
        of_synapses = any(of_synapse(path) for path in paths)
        shared = self.simulation.declared if of_synapses else batch.shared
        given = {**shared, **batch.own_of(self._index)}
        changed = tuple(path for path in paths if of_synapses or self._may_have_changed(path))
        if changed:  # a call compiles, even one for nothing
            for path, value in batch.runner.initials(changed, seed, given).items():
                self.write(path, value)

    def _may_have_changed(self, path: Path) -> bool:
        return path in self._batch.assigned or (self.has_begun and self._batch.is_variable(path))

    def advance(self, n: int, show_progress: bool = False, check_finite: bool = False) -> list[Piece]:
        """Wait for the other replicas and advance with them.

        Raises:
            NonFiniteError: `check_finite` is set and a value of this replica stopped being finite. The others go on.
        """
        answer = self._ask(Request(n, Look(finite=check_finite)))
        if answer.error is not None:
            raise answer.error
        return answer.pieces

    def advance_until(self, n: int, goal: Goal) -> tuple[list[Piece], int]:
        """Wait for the other replicas and advance with them, until the goal is reached; return also the steps."""
        answer = self._ask(Request(n, Look(goal)))
        return answer.pieces, answer.steps

    def _ask(self, request: Request) -> Answer:
        ask(request)
        return self._batch.answers.pop(self._index)
