"""The arrays of a single network between calls: what `simulate` advances, and what attributes read and write."""

from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from weakref import WeakKeyDictionary

import jax
import numpy as np

from .. import rng
from ..compiler import Goal
from ..connectivity import Storage
from ..editing import Moment, Provenance, migrate, of_synapse, ring_shapes
from ..inputs import Schedule
from ..simulation import Simulation, check_memory, check_precision
from ..step import NetworkParams, NetworkState, Path, find, put
from ._arrays import Piece
from ._loops import Loops
from ._progress import progress


class NetworkArrays:
    """The moment of a network under a simulation of it; see `Arrays`.

    Args:
        simulation: the compiled network.
        seed: of everything random.
        schedules: what drives its inputs, by population.
    """

    def __init__(self, simulation: Simulation, seed: int, schedules: Mapping[str, Schedule | None]) -> None:
        raw = rng.raw_of_seeds([seed])[0]
        self.simulation = simulation
        self._moment = Moment(*_drawn(simulation, raw), Provenance(raw, raw, schedules))
        self.written: set[Path] | None = set()  # what was assigned at the beginning; None after anything else
        self._loops: WeakKeyDictionary[Simulation, Loops] = WeakKeyDictionary()

    @property
    def moment(self) -> Moment:
        """The arrays of this moment."""
        return self._moment

    @moment.setter
    def moment(self, new: Moment) -> None:
        before, self._moment, self.written = self._moment, new, None
        if _shapes(before.state) != _shapes(new.state):
            self._loops.clear()

    @property
    def provenance(self) -> Provenance:
        """Seeds, counts and schedules of this moment."""
        return self._moment.provenance

    @provenance.setter
    def provenance(self, new: Provenance) -> None:
        self._moment = replace(self._moment, provenance=new)

    def adopt(self, simulation: Simulation) -> None:
        """Go on with the same arrays under another simulation of the same network.

        The two differ in monitors, in what models compute beside (mean firing rates), in how far delays reach back, or
        in who is enabled. What the new one needs beyond the present arrays is taken from its initial values.
        """
        now = self._moment
        wanted = jax.eval_shape(simulation.init_raw, now.provenance.seed, simulation.declared)
        same = jax.tree.structure(wanted) == jax.tree.structure((now.params, now.state))
        if not same or ring_shapes(wanted[1]) != ring_shapes(now.state):
            old, fresh = (now.params, now.state), _drawn(simulation, now.provenance.seed)
            params, state = migrate(simulation.compiled, old, fresh)
            self._moment = replace(now, params=params, state=state)
        self.simulation = simulation

    def go_back(self, simulation: Simulation, moment: Moment) -> None:
        """Return to a moment under a simulation of before: what was tried has failed."""
        self.simulation, self.moment = simulation, moment

    def fork(self) -> "NetworkArrays":
        """Return arrays of the same moment that go on for themselves."""
        forked = copy(self)
        forked._loops, forked.moment = self._loops.copy(), self.moment
        return forked

    @property
    def step(self) -> int:
        """Number of steps done."""
        return int(self._moment.state.step)

    @property
    def has_begun(self) -> bool:
        """Whether there is a state: from the beginning."""
        return True

    def read(self, path: Path) -> np.ndarray:
        """Return the value at a path as it is stored."""
        return jax.tree.map(np.asarray, find(self._moment.params, self._moment.state, path))

    def storage(self, projection: str) -> Storage:
        """Return who is connected to whom in a projection, the same object until that changes."""
        return find(self._moment.params, self._moment.state, ("connectivity", projection, ""))

    def write(self, path: Path, value: np.ndarray) -> None:
        """Store the value at a path."""
        params, state = put(self._moment.params, self._moment.state, path, jax.device_put(value))
        self._moment = replace(self._moment, params=params, state=state)
        if self.written is not None:
            self.written.add(path)

    def restore(self, paths: tuple[Path, ...], seed: np.ndarray) -> None:
        """Store the values with which a network of a raw seed begins; all paths are of neurons, or all of synapses.

        Synapses that are drawn anew may come to stand in other places.
        """
        simulation, params, state = self.simulation, self._moment.params, self._moment.state
        of_synapses = any(of_synapse(path) for path in paths)
        fresh = _drawn(simulation, seed) if of_synapses else simulation.begin(seed, simulation.declared)
        for path in paths:
            params, state = put(params, state, path, find(*fresh, path))
        self.moment = replace(self._moment, params=params, state=state)

    def advance(self, n: int, show_progress: bool = False, check_finite: bool = False) -> list[Piece]:
        """Advance by n steps; return the records piece by piece. Nothing changes if a step fails.

        Raises:
            NonFiniteError: `check_finite` is set and a variable stopped being finite.
            RecordMemoryError: the records would not fit in memory.
        """
        loops, state, pieces, self.written = self._ready(n), self._moment.state, [], None
        advance = loops.advance_finite if check_finite else loops.advance
        rows = min(loops.rows, max(1, n // 50)) if show_progress else loops.rows
        for start in progress(range(0, n, rows), show_progress, "simulating"):
            after, piece = advance(self._moment.params, state, min(rows, n - start))
            state = replace(after, constants=state.constants)
            pieces.append(piece)
        self._moment = replace(self._moment, state=state)
        return pieces

    def advance_until(self, n: int, goal: Goal) -> tuple[list[Piece], int]:
        """Advance by at most n steps, until a goal is reached; return the records and how many steps were made."""
        loops, state, pieces, self.written = self._ready(n), self._moment.state, [], None
        total, reached = 0, False
        while total < n and not reached:
            after, piece, reached = loops.advance_until(self._moment.params, state, min(loops.rows, n - total), goal)
            state = replace(after, constants=state.constants)
            pieces.append(piece)
            total += piece.steps
        self._moment = replace(self._moment, state=state)
        return pieces, total

    def _ready(self, n: int) -> Loops:
        """Return the loops that advance by n steps, after a look at precision and memory."""
        check_precision(self.simulation.compiled, self._moment.state)
        check_memory(self.simulation.compiled, n, self._moment.state)
        if self.simulation not in self._loops:
            self._loops[self.simulation] = Loops(self.simulation.compiled, self._moment.state)
        return self._loops[self.simulation]


def _drawn(simulation: Simulation, seed: np.ndarray) -> tuple[NetworkParams, NetworkState]:
    """Return parameters and state of a network of a raw seed, in sparse rows without places that no synapse uses."""
    return simulation.trimmed(*simulation.init_raw(seed, simulation.declared))


def _shapes(state: NetworkState) -> NetworkState:
    return jax.tree.map(lambda x: jax.ShapeDtypeStruct(x.shape, x.dtype), state)
