"""The arrays of all replicas of a network, with a leading axis of replicas; each replica sees its own row."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import jax
import numpy as np

from ..compiler import drawn_paths
from ..connectivity import DELAY
from ..errors import NonFiniteError
from ..inputs import NO_STEP
from ..recording import capacity, samples_of
from ..simulation import NO_LOOK, Layout, Look, Replicas, Runner, Simulation, non_finite_error, warn_of_unsound_runs
from ..step import Constants, Given, NetworkParams, NetworkState, Path, find, put
from ._arrays import Piece

KEEP_BYTES = 2**30  # above this, drawn weights are drawn again at every meeting in the place of being kept


@dataclass(frozen=True)
class Request:
    """How far a replica wants to be advanced.

    Args:
        steps: at most.
        look: what is looked for after each step.
    """

    steps: int
    look: Look = NO_LOOK


@dataclass
class Answer:
    """What a replica gets for its request.

    Args:
        pieces: what was recorded, in order.
        steps: how many were made.
        reached: whether the goal was.
        error: that it stopped being finite, if somebody looked; it then stands where it was before.
    """

    pieces: list[Piece] = field(default_factory=list)
    steps: int = 0
    reached: bool = False
    error: NonFiniteError | None = None

    @property
    def has_ended(self) -> bool:
        """Whether it makes no further steps, however many are asked for."""
        return self.reached or self.error is not None


class ReplicaBatch:
    """Values of R replicas: as the initialisation gives them, then as replicas assign them.

    What nobody has assigned is drawn inside the compiled call, so that the weights of all replicas never exist at once.
    What some replica has assigned has a row for each of them, in `assigned`.

    Args:
        runner: runs replicas of the simulation.
        seeds: (R, 2) uint32, raw seeds of the replicas.
        where: layout over the machine.
        given: values that all replicas share; what is neither given nor assigned is drawn from each replica's seed.
        own: values that each declares for itself, with a leading axis of replicas; initial values may depend on them.
        drawn_from: (R, 2) uint32, raw seeds of the weights: the replicas' own, or the network's, shared.
        watch: called with the number of replicas done, for a progress bar.
    """

    def __init__(
        self,
        runner: Runner,
        seeds: np.ndarray,
        where: Layout,
        given: Given,
        own: Given,
        drawn_from: np.ndarray,
        watch: Callable[[int], None],
    ) -> None:
        self.runner, self.seeds, self.where, self.watch = runner, seeds, where, watch
        self.drawn_from = drawn_from
        self.shared: Given = dict(given)
        self.own = own
        self.assigned: dict[Path, np.ndarray] = {}  # (R, ...) what replicas have assigned, and draws that are kept
        self.state: NetworkState | None = None
        self.answers: dict[int, Answer] = {}
        self._meetings = 0
        self._is_sound = np.ones(len(seeds), bool)
        self._is_doubted = False  # whether it was said that states are not finite

    @property
    def simulation(self) -> Simulation:
        """The compiled network."""
        return self.runner.simulation

    # Values by path

    def read(self, i: int, path: Path) -> np.ndarray:
        """Return a value of replica i as it is stored."""
        if self.state is not None and self.is_variable(path):
            return jax.tree.map(lambda x: np.asarray(x[i]), find(self.no_params, self.state, path))
        if path in self.assigned:
            return jax.tree.map(lambda x: x[i], self.assigned[path])
        return self.initial(i, (path,), self.seeds[i])[path]

    def write(self, i: int, path: Path, value: np.ndarray) -> None:
        """Store a value of replica i."""
        if self.state is not None and self.is_variable(path):
            _put_row(i, find(self.no_params, self.state, path), value)
            return
        if path not in self.assigned:
            self.assigned[path] = self._initial_of_all(path)
        if path[0] == "connectivity":
            _put_row(i, self.assigned[path], value)
            return
        if self._is_table(path):
            length = max(len(value), self.assigned[path].shape[1]) if value.ndim else 0
            self.assigned[path] = np.stack([_lengthened(x, length) for x in self.assigned[path]])
            value = _lengthened(value, length)
        shape = np.broadcast_shapes(self.assigned[path].shape[1:], value.shape)
        if shape != self.assigned[path].shape[1:]:
            self.assigned[path] = np.stack([np.broadcast_to(x, shape) for x in self.assigned[path]])
        self.assigned[path][i] = value

    def own_of(self, i: int) -> Given:
        """Return what replica i declares for itself, by path."""
        return {path: values[i] for path, values in self.own.items()}

    def initial(self, i: int, paths: tuple[Path, ...], seed: np.ndarray) -> Given:
        """Return the values with which replica i begins from a raw seed, by path."""
        return self.runner.initials(paths, seed, {**self.shared, **self.own_of(i)})

    def _initial_of_all(self, path: Path) -> np.ndarray:
        """Return the initial values of all replicas, stacked."""
        return _stacked([self.initial(i, (path,), seed)[path] for i, seed in enumerate(self.seeds)])

    def is_variable(self, path: Path) -> bool:
        """Tell whether a value is part of the state, not a constant of the run."""
        kind, owner, name = path
        if kind in ("constants", "switches") or self._is_table(path):
            return False
        if kind == "connectivity":
            return self.simulation.compiled.plans[owner].model.is_structural
        if kind == "projections":
            model = self.simulation.spec.projection(owner).synapse.analysed
            return name != DELAY and not model.attribute(name).is_parameter
        if kind == "populations":
            return not self.simulation.spec.population(owner).neuron.analysed.attribute(name).is_parameter
        return True

    def _is_table(self, path: Path) -> bool:
        """Tell whether a value is a table of what drives an input population."""
        kind, owner, name = path
        source = self.simulation.spec.population(owner).source if kind == "populations" else None
        return source is not None and name in source.arrays

    @property
    def no_params(self) -> NetworkParams:
        """Parameters of nothing, for what is read from the state."""
        spec = self.simulation.spec
        return NetworkParams({p.name: {} for p in spec.populations}, {q.name: {} for q in spec.projections})

    # The state

    def begin(self, look: Look = NO_LOOK, longest: int = 1) -> NetworkState:
        """Return the states of all replicas; those of the beginning if none has made a step.

        Args:
            look, longest: of the request that follows, so that both are one compiled call.
        """
        if self.state is None:
            answers, self.answers = self.answers, {}
            self._advance_some({i: Request(0, look) for i in range(len(self.seeds))}, self._rows(longest))
            self.answers = answers
        return self.state  # type: ignore[return-value]

    def state_of(self, i: int) -> NetworkState:
        """Return the state of replica i."""
        return jax.tree.map(lambda x: x[i], self.begin())

    def put_state(self, i: int, state: NetworkState) -> None:
        """Store the state of replica i."""
        _put_row(i, self.begin(), replace(state, constants=Constants()))

    def drawn(self, i: int) -> tuple[NetworkParams, NetworkState]:
        """Return parameters and state of replica i, with what the compiled call draws for it, and knows alone."""
        params, fresh = self.simulation.init_raw(self.seeds[i], {**self.shared, **self.own_of(i)})
        state = fresh if self.state is None else replace(self.state_of(i), constants=fresh.constants)
        for path, values in self.assigned.items():
            params, state = put(params, state, path, jax.tree.map(lambda x: x[i], values))
        return params, state

    # Steps

    def advance(self, requests: dict[int, Request]) -> None:
        """Advance some replicas, each as far as it asks for; answers wait in `answers`."""
        self._meetings += 1
        if self._meetings == 2:
            self._keep_draws()
        self.answers = {i: Answer() for i in requests}
        for look in dict.fromkeys(request.look for request in requests.values()):
            self._advance_to({i: r for i, r in requests.items() if r.look == look}, look)
        if not self._is_doubted and not self._is_sound.all():
            self._is_doubted = True
            warn_of_unsound_runs(self._is_sound, "replicas", "simulate")

    def _advance_to(self, requests: dict[int, Request], look: Look) -> None:
        """Advance replicas that look alike, call by call: a call records no more than its buffer holds."""
        left = requests
        before = self._states_before(requests, look) if look.finite else {}
        while left:
            rows = self._rows(_longest(left))
            self._advance_some({i: replace(r, steps=min(r.steps, rows)) for i, r in left.items()}, rows)
            made = {i: self.answers[i].steps for i in left}
            left = {i: replace(r, steps=requests[i].steps - made[i]) for i, r in left.items()}
            left = {i: r for i, r in left.items() if r.steps > 0 and not self.answers[i].has_ended}
        for i, state in before.items():
            if self.answers[i].error is not None:
                self.put_state(i, state)
                self._is_sound[i] = True

    def _states_before(self, requests: dict[int, Request], look: Look) -> dict[int, NetworkState]:
        """Return copies of the states to which replicas go back if they stop being finite."""
        states = self.begin(look, _longest(requests))
        return {i: jax.tree.map(lambda x, i=i: x[i].copy(), states) for i in requests}

    def _rows(self, longest: int) -> int:
        """Return the length of the record buffers: few different ones, since each is compiled."""
        most = capacity(self.simulation.compiled, self.simulation.recorded)
        return next((rows for rows in (64, 1024) if longest <= rows <= most), most)

    def _advance_some(self, requests: dict[int, Request], rows: int) -> None:
        """Advance replicas that look alike by so many steps as one call records."""
        which = np.fromiter(requests, int, len(requests))
        n = np.fromiter((request.steps for request in requests.values()), np.int32, len(requests))
        (look,) = {request.look for request in requests.values()}
        nothing = np.zeros(len(self.seeds), np.int32)
        of_all = Replicas(self.seeds, self.shared, self.own, self.assigned, self.state, nothing)
        before = np.zeros(len(which), int) if self.state is None else self.state.step[which]
        for part in self.runner.run(replace(of_all.take(which), steps=n), self.where, rows, look=look):
            state, records = part.result
            self._store(which[part.indices], state)
            for k, j in enumerate(part.indices):
                answer = self.answers.setdefault(int(which[j]), Answer())
                recorded = jax.tree.map(lambda x, k=k: x[k], records)
                answer.pieces.append(self._piece(recorded, int(before[j]), int(part.steps[k])))
                answer.steps += int(part.steps[k])
                answer.reached = bool(part.reached[k])
                answer.error = self._error(part.unsound_from[k])
                self._is_sound[which[j]] = part.is_sound[k]
            self.watch(len(part.indices))

    def _error(self, unsound_from: np.ndarray) -> NonFiniteError | None:
        return non_finite_error(self.simulation.compiled, *self.simulation.shapes, unsound_from)

    def _piece(self, records: dict, first: int, n: int) -> Piece:
        """Return what n steps have recorded, as a copy: a short record would keep the buffers of all in memory."""
        samples = samples_of(self.simulation.compiled, records, first, n)
        return Piece(first, n, jax.tree.map(lambda x: np.array(x) if isinstance(x, np.ndarray) else x, samples))

    def _store(self, which: np.ndarray, state: NetworkState) -> None:
        """Put the states of some replicas in their rows."""
        if self.state is None:
            number = len(self.seeds)
            self.state = jax.tree.map(lambda x: np.zeros((number, *x.shape[1:]), x.dtype), state)
            self.assigned = {path: values for path, values in self.assigned.items() if not self.is_variable(path)}
        _put_row(which, self.state, state)

    def _keep_draws(self) -> None:
        """Draw once what later meetings would draw again, if it fits in memory."""
        params, state = jax.eval_shape(self.simulation.compiled.init, self.seeds[0], self.shared)
        drawn = (p for p in drawn_paths(self.simulation.spec) if not self.is_variable(p))
        paths = tuple(p for p in drawn if p not in self.assigned and p not in self.shared)
        size = sum(x.size * 8 for p in paths for x in jax.tree.leaves(find(params, state, p))) * len(self.seeds)
        if size <= KEEP_BYTES and paths:
            begun = [self.initial(i, paths, seed) for i, seed in enumerate(self.seeds)]
            self.assigned |= {path: _stacked([one[path] for one in begun]) for path in paths}


def _longest(requests: dict[int, Request]) -> int:
    return max(request.steps for request in requests.values())


def _put_row(i: int | np.ndarray, of_all, value) -> None:
    """Write a value, or several, into their rows of arrays with a leading axis of replicas."""
    for mine, new in zip(jax.tree.leaves(of_all), jax.tree.leaves(value), strict=True):
        mine[i] = new


def _stacked(values: list):
    return jax.tree.map(lambda *x: np.stack(x), *values)


def _lengthened(table: np.ndarray, length: int) -> np.ndarray:
    """Return a table with rows that never come added at its end."""
    if table.ndim == 0 or len(table) == length:
        return table
    fill = NO_STEP if np.issubdtype(table.dtype, np.integer) else 0
    return np.concatenate([table, np.full((length - len(table), *table.shape[1:]), fill, table.dtype)])
