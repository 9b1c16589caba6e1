"""The arrays of a single network between calls: what `simulate` advances, and what attributes read and write."""

from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from typing import Any
from weakref import WeakKeyDictionary

import jax
import numpy as np

from .. import rng
from ..compiler import Goal
from ..connectivity import Storage
from ..editing import Moment, Provenance, migrate, of_synapse, ring_shapes
from ..inputs import Schedule
from ..simulation import Simulation, check_memory, check_precision, warn_of_unsound
from ..step import NetworkParams, NetworkState, Path, find, put, without_projections
from ._arrays import Piece
from ._leaves import Layout, Leaves
from ._loops import Loops, Span
from ._progress import progress

ASK_EVERY = 512  # steps
MOST_KEPT = 4096  # bytes of what synapses began with
Mark = tuple[dict[str, Any], dict[str, Any]]  # attributes, and those of the lists of arrays


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
        params, state = _drawn(simulation, raw)
        self._set(Moment(params, state, Provenance(raw, raw, schedules)))
        self._first = simulation, raw, (replace(params, projections={}), without_projections(state))
        self._kept: tuple[Simulation, np.ndarray, dict[Path, Any]] = simulation, raw, {}  # with what synapses began
        self.written: set[Path] | None = set()  # what was assigned at the beginning; None after anything else
        self._loops: WeakKeyDictionary[Simulation, Loops] = WeakKeyDictionary()
        self._storages: dict[str, tuple[list, Storage]] = {}  # with the arrays that they consist of, by projection

    @property
    def moment(self) -> Moment:
        """The arrays of this moment, some of them on the host."""
        if not self._leaves.is_new:
            params, state = self._leaves.trees()
            self._moment, self._leaves.is_new = replace(self._moment, params=params, state=state), True
        return self._moment

    @moment.setter
    def moment(self, new: Moment) -> None:
        self._moment = new
        self._take(self._leaves.of(new.params, new.state))

    def _take(self, leaves: Leaves) -> None:
        """Go on with other arrays; loops for records of other shapes are of no use any more."""
        layout, self._leaves = self._leaves.layout, leaves
        self.written, self._is_doubted, self._calls = None, False, 0
        if leaves.layout is not layout:
            self._ready = None
            self._clear_loops(layout)

    def _clear_loops(self, layout: Layout) -> None:
        """Forget the loops if the state has other shapes than in a layout."""
        if self._leaves.layout.kinds_of_state != layout.kinds_of_state:
            self._loops.clear()

    @property
    def whole(self) -> Moment:
        """The arrays of this moment: a single network has all of them."""
        return self.moment

    def _set(self, new: Moment) -> None:
        self._moment, self._leaves = new, Leaves(new.params, new.state)
        self._ready: Loops | None = None  # that advance these arrays, once they have been looked at
        self._is_doubted = False  # whether it was said that they are not finite
        self._calls = 0  # that have advanced them
        self._unasked = 0  # steps since it was asked whether they are finite

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
        now = self.moment
        wanted = jax.eval_shape(simulation.init_raw, now.provenance.seed, simulation.declared)
        same = jax.tree.structure(wanted) == jax.tree.structure((now.params, now.state))
        if not same or ring_shapes(wanted[1]) != ring_shapes(now.state):
            old, fresh = now.on_device, _drawn(simulation, now.provenance.seed)
            params, state = migrate(simulation.compiled, old, fresh)
            self._set(replace(now, params=params, state=state))
        self.simulation, self._ready = simulation, None

    def mark(self) -> Mark:
        """Return what `return_to` needs to undo all that happens from now on."""
        return vars(self).copy(), vars(self._leaves).copy()

    def return_to(self, mark: Mark) -> None:
        """Be again as when a mark was made: what was tried has failed, or was interrupted."""
        before, lists = mark
        layout = self._leaves.layout
        vars(self).update(before)
        vars(self._leaves).update(lists)
        if self._leaves.layout is not layout:
            self._clear_loops(layout)

    def fork(self) -> "NetworkArrays":
        """Return arrays of the same moment that go on for themselves."""
        forked = copy(self)
        forked._loops, forked._storages, forked._leaves = self._loops.copy(), self._storages.copy(), copy(self._leaves)
        return forked

    @property
    def step(self) -> int:
        """Number of steps done."""
        return self._leaves.step

    @property
    def has_begun(self) -> bool:
        """Whether there is a state: from the beginning."""
        return True

    def read(self, path: Path) -> np.ndarray:
        """Return the value at a path as it is stored."""
        return self._leaves.read(path)

    def read_small(self, path: Path, most: int) -> np.ndarray | None:
        """Return the value at a path as it is stored, unless that is an array of more than `most` numbers."""
        found = self._leaves.find(path)
        return np.asarray(found) if found.size <= most else None

    def storage(self, projection: str) -> Storage:
        """Return who is connected to whom in a projection, the same object until that changes."""
        found = self._leaves.find(("connectivity", projection, ""))
        arrays, (kept, storage) = jax.tree.leaves(found), self._storages.get(projection, ([], None))
        if storage is None or len(kept) != len(arrays) or any(a is not b for a, b in zip(kept, arrays, strict=True)):
            self._storages[projection] = arrays, found
        return self._storages[projection][1]

    def write(self, path: Path, value: np.ndarray) -> None:
        """Store the value at a path."""
        self._leaves.put(path, value)
        if self.written is not None:
            self.written = self.written | {path}  # another set: a mark keeps the old one

    def restore(self, paths: tuple[Path, ...], seed: np.ndarray) -> None:
        """Store the values with which a network of a raw seed begins; all paths are of neurons, or all of synapses.

        Synapses that are drawn anew may come to stand in other places.
        """
        of_synapses = any(of_synapse(path) for path in paths)
        leaves, values = self._leaves, self._drawn_values(paths, seed) if of_synapses else self._beginning(paths, seed)
        if all(leaves.has_room(path, value) for path, value in values.items()):
            leaves = copy(leaves)
            leaves.put_all(values)
            self._take(leaves)
            return
        params, state = self.moment.params, self.moment.state
        for path, value in values.items():
            params, state = put(params, state, path, value)
        self.moment = replace(self._moment, params=params, state=state)

    def _beginning(self, paths: tuple[Path, ...], seed: np.ndarray) -> dict[Path, Any]:
        """Return what populations begin with: kept of the seed that the network was made from, else computed."""
        simulation, raw, kept = self._first
        is_kept = simulation is self.simulation and np.array_equal(raw, seed)
        fresh = kept if is_kept else self.simulation.begin(seed, self.simulation.declared)
        return {path: self._spread(path, find(*fresh, path)) for path in paths}

    def _spread(self, path: Path, value: Any) -> Any:
        """Return the value of an attribute, one for each neuron if there is one for each now, as when assigned."""
        if path[0] != "populations":
            return value
        shape = self._leaves.find(path).shape
        return value if value.ndim >= len(shape) else np.broadcast_to(np.asarray(value), shape)

    def _drawn_values(self, paths: tuple[Path, ...], seed: np.ndarray) -> dict[Path, Any]:
        """Return what synapses of a seed begin with; what is small is kept, for a network that is often reset."""
        simulation, raw, kept = self._kept
        if simulation is not self.simulation or not np.array_equal(raw, seed):
            kept = {}
        if not all(path in kept for path in paths):
            fresh = _drawn(self.simulation, seed)
            kept = kept | {path: find(*fresh, path) for path in paths}
            small = {path: x for path, x in kept.items() if sum(y.nbytes for y in jax.tree.leaves(x)) <= MOST_KEPT}
            self._kept = self.simulation, seed, small
        return {path: kept[path] for path in paths}

    def advance(self, n: int, show_progress: bool = False, check_finite: bool = False) -> list[Piece]:
        """Advance by n steps; return the records piece by piece. Nothing changes if a step fails.

        Raises:
            NonFiniteError: `check_finite` is set and a value stopped being finite.
            RecordMemoryError: the records would not fit in memory.

        Warns:
            JaxsnnWarning: the last state is not finite; once.
        """
        loops, leaves, first, pieces = self._loops_for(n), self._leaves, self.step, []
        advance, moving = loops.advance_finite if check_finite else loops.advance, leaves.moving
        self.written = None
        rows = min(loops.rows, max(1, n // 50)) if show_progress else loops.rows
        for start in progress(range(0, n, rows), show_progress, "simulating"):
            moving, piece = advance(leaves, Span(moving, first + start, min(rows, n - start)))
            pieces.append(piece)
        leaves.take(moving, first + n)
        self._calls, self._unasked = self._calls + 1, self._unasked + n
        if _asks(self._calls, self._unasked) and not self._is_doubted:
            self._unasked = 0
            self._is_doubted = warn_of_unsound(self.simulation, *leaves.trees(), n)
        return pieces

    def advance_until(self, n: int, goal: Goal) -> tuple[list[Piece], int]:
        """Advance by at most n steps, until a goal is reached; return the records and how many steps were made."""
        loops, leaves, first, pieces, done, reached = self._loops_for(n), self._leaves, self.step, [], 0, False
        moving, self.written = leaves.moving, None
        while done < n and not reached:
            span = Span(moving, first + done, min(loops.rows, n - done))
            moving, piece, reached = loops.advance_until(leaves, span, goal)
            pieces.append(piece)
            done += piece.steps
        leaves.take(moving, first + done)
        return pieces, done

    def _loops_for(self, n: int) -> Loops:
        """Return the loops that advance by n steps, after a look at precision and memory."""
        if self._ready is None:
            check_precision(self.simulation.compiled, self._leaves.arrays())
            self._ready = self._loops_of(self.simulation)
        if n > self._ready.rows:  # fewer fit in the buffer that is there
            check_memory(self.simulation.compiled, n, self._moment.state)
        return self._ready

    def _loops_of(self, simulation: Simulation) -> Loops:
        """Return the loops of a simulation, which are made once."""
        if simulation not in self._loops:
            self._loops[simulation] = Loops(simulation.compiled, self._moment.state)
        return self._loops[simulation]


def _asks(calls: int, unasked: int) -> bool:
    """Tell whether it is asked, after so many calls, and steps since the last time, if the state is finite.

    What is not finite mostly stays so. To ask takes as long as some steps: it is done ever more rarely where calls are
    short, after 1, 2, 4, 8 and so on, but once in so many steps in any case.
    """
    return calls & (calls - 1) == 0 or unasked >= ASK_EVERY


def _drawn(simulation: Simulation, seed: np.ndarray) -> tuple[NetworkParams, NetworkState]:
    """Return parameters and state of a network of a raw seed, in sparse rows without places that no synapse uses."""
    return simulation.trimmed(*simulation.init_raw(seed, simulation.declared))
