"""The arrays of all replicas of a network, and each replica's window on them."""

from collections.abc import Callable
from dataclasses import replace

import jax
import numpy as np

from ..compiler import drawn_paths
from ..connectivity import DELAY, Storage
from ..editing import Wiring, forgotten_events, restarted, with_step
from ..errors import UnsupportedError
from ..simulation import NEVER, Layout, Replicas, Runner, Simulation, capacity, trimmed
from ..step import Constants, Given, NetworkParams, NetworkState, Path, find
from ._live import Parts, Piece
from ._rendezvous import ask
from ._resets import Resets

KEEP_BYTES = 2**30  # above this, drawn weights are drawn again at every meeting in the place of being kept
Answer = list[Piece]


class ReplicaValues:
    """Values of R replicas: as the initialisation gives them, then as replicas assign them.

    Args:
        runner: runs replicas of the simulation.
        seeds: (R, 2) uint32.
        where: layout over the machine.
        given: values that all replicas share; what is neither given nor assigned is drawn from each replica's seed.
        drawn_from: (R, 2) uint32, raw seeds of the weights: the replicas' own, or the network's, shared.
        watch: called with the number of replicas done, for a progress bar.
    """

    def __init__(
        self,
        runner: Runner,
        seeds: np.ndarray,
        where: Layout,
        given: Given,
        drawn_from: np.ndarray,
        watch: Callable[[int], None],
    ) -> None:
        self.runner, self.seeds, self.where, self.watch = runner, seeds, where, watch
        self.drawn_from = drawn_from
        self.shared: Given = dict(given)
        self.edits: dict[Path, np.ndarray] = {}  # (R, ...) what replicas have assigned, and draws that are kept
        self.state: NetworkState | None = None
        self.answers: dict[int, Answer] = {}
        self._meetings = 0

    @property
    def simulation(self) -> Simulation:
        """The compiled network."""
        return self.runner.simulation

    def read(self, i: int, path: Path) -> np.ndarray:
        """Return a value of replica i as it is stored."""
        if self.state is not None and self._is_variable(path):
            return jax.tree.map(lambda x: np.asarray(x[i]), find(self.no_params, self.state, path))
        return jax.tree.map(lambda x: x[i], self.edits[path]) if path in self.edits else self._initial(i, path)

    def write(self, i: int, path: Path, value: np.ndarray) -> None:
        """Store a value of replica i."""
        if self.state is not None and self._is_variable(path):
            self._put(i, find(self.no_params, self.state, path), value)
            return
        if path not in self.edits:
            self.edits[path] = self._initial_of_all(path)
        if path[0] == "connectivity":
            self._put(i, self.edits[path], value)
            return
        if self._is_table(path):
            length = max(len(value), self.edits[path].shape[1]) if value.ndim else 0
            self.edits[path], value = (
                np.stack([_lengthened(x, length) for x in self.edits[path]]),
                _lengthened(value, length),
            )
        shape = np.broadcast_shapes(self.edits[path].shape[1:], value.shape)
        if shape != self.edits[path].shape[1:]:
            self.edits[path] = np.stack([np.broadcast_to(x, shape) for x in self.edits[path]])
        self.edits[path][i] = value

    @staticmethod
    def _put(i: int, all_of_them, value) -> None:
        jax.tree.map(lambda x, new: x.__setitem__(i, new), all_of_them, value)

    def _is_variable(self, path: Path) -> bool:
        """Tell whether a value is part of the state, not a constant."""
        kind, owner, name = path
        if kind in ("sums", "spikes"):
            return True
        if kind == "connectivity":
            return self.simulation.compiled.plans[owner].model.is_structural
        if kind == "projections" and name != DELAY:
            return not self.simulation.spec.projection(owner).synapse.analysed.attribute(name).is_parameter
        if kind != "populations" or self._is_table(path):
            return False
        return not self.simulation.spec.population(owner).neuron.analysed.attribute(name).is_parameter

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

    def started(self) -> NetworkState:
        """Return the states of all replicas; those of the beginning if none has made a step."""
        if self.state is None:
            self._advance_part(dict.fromkeys(range(len(self.seeds)), 0), self._rows(1))
            self.answers = {}
        return self.state  # type: ignore[return-value]

    def restart(self, i: int, names: tuple[str, ...], values: bool, attributes: Parts) -> None:
        """Let populations of replica i begin again; see `Live.restart`."""
        spec = self.simulation.spec
        chosen = {n: spec.population(n).neuron.analysed.names if attributes is None else attributes for n in names}
        for path in [("populations", n, a) for n, mine in chosen.items() for a in mine] if values else []:
            if path in self.edits:
                self.edits[path][i] = self._initial(i, path)
        if self.state is None:
            return
        now, fresh = self.runner.state_of(self.state, i), self.runner.begun(self.seeds[i], self.shared)
        for name, mine in chosen.items():
            variables = tuple(a for a in mine if self._is_variable(("populations", name, a)))
            both = (self.no_params, now), (self.no_params, fresh)
            now = restarted(spec, name, *both, values, variables)[1]
        self.put_state(i, now)

    def put_state(self, i: int, state: NetworkState) -> None:
        """Store the state of replica i."""
        new = jax.tree.leaves(replace(state, constants=Constants()))
        for mine, value in zip(jax.tree.leaves(self.started()), new, strict=True):
            mine[i] = value

    def _initial_of_all(self, path: Path):
        """Return a value of all replicas as the initialisation gives it, stacked."""
        return jax.tree.map(lambda *x: np.stack(x), *(self._initial(j, path) for j in range(len(self.seeds))))

    def read_storage(self, i: int, name: str) -> Storage:
        """Return who is connected to whom in a projection of replica i."""
        return self.read(i, ("connectivity", name, ""))

    def _initial(self, i: int, path: Path) -> np.ndarray:
        """Return a value as the initialisation gives it."""
        return self.runner.initial(path, self.seeds[i], self.shared)

    def advance(self, requests: dict[int, int]) -> None:
        """Advance some replicas, each by its own number of steps; answers wait in `answers`."""
        self._meetings += 1
        if self._meetings == 2:
            self._keep_draws()
        self.answers = {i: [] for i in requests}
        left = dict(requests)
        while left:
            rows = self._rows(max(left.values()))
            now = {i: min(n, rows) for i, n in left.items()}
            self._advance_part(now, rows)
            left = {i: n - now[i] for i, n in left.items() if n > now[i]}

    def _rows(self, longest: int) -> int:
        """Return the length of the record buffers: few different ones, since each is compiled."""
        most = capacity(self.simulation.compiled, self.simulation.recorded)
        return next((rows for rows in (64, 1024) if longest <= rows <= most), most)

    def _advance_part(self, steps: dict[int, int], rows: int) -> None:
        which = np.fromiter(steps, int, len(steps))
        n = np.fromiter(steps.values(), np.int32, len(steps))
        all_of_them = Replicas(self.seeds, self.shared, {}, self.edits, self.state, np.zeros(len(self.seeds), np.int32))
        before = np.zeros(len(which), int) if self.state is None else self.state.step[which]
        batch = replace(all_of_them.take(which), steps=n)
        for part in self.runner.run(batch, self.where, rows):
            state, records = part.result
            self._store(which[part.indices], state)
            for k, j in enumerate(part.indices):
                mine = jax.tree.map(lambda x, k=k: x[k], records)
                samples = trimmed(self.simulation.compiled, mine, int(before[j]), int(n[j]))
                # A copy, or a short record would keep the buffers of the whole part in memory.
                samples = jax.tree.map(lambda x: np.array(x) if isinstance(x, np.ndarray) else x, samples)
                self.answers.setdefault(int(which[j]), []).append(Piece(int(before[j]), int(n[j]), samples))
            self.watch(len(part.indices))

    def _store(self, which: np.ndarray, state: NetworkState) -> None:
        """Put the states of some replicas in their places."""
        if self.state is None:
            number = len(self.seeds)
            self.state = jax.tree.map(lambda x: np.zeros((number, *x.shape[1:]), x.dtype), state)
            self.edits = {path: values for path, values in self.edits.items() if not self._is_variable(path)}
        for mine, new in zip(jax.tree.leaves(self.state), jax.tree.leaves(state), strict=True):
            mine[which] = new

    def _keep_draws(self) -> None:
        """Draw once what later meetings would draw again, if it fits in memory."""
        params, state = jax.eval_shape(self.simulation.compiled.init, self.seeds[0], self.shared)
        drawn = (p for p in drawn_paths(self.simulation.spec) if not self._is_variable(p))
        paths = [p for p in drawn if p not in self.edits and p not in self.shared]
        size = sum(x.size * 8 for p in paths for x in jax.tree.leaves(find(params, state, p))) * len(self.seeds)
        if size <= KEEP_BYTES and paths:
            begun = [self.runner.initials(tuple(paths), seed, self.shared) for seed in self.seeds]
            self.edits |= {path: jax.tree.map(lambda *x: np.stack(x), *(one[path] for one in begun)) for path in paths}


class ReplicaWindow(Resets):
    """One replica's values, with the interface of `Live`."""

    def __init__(self, values: ReplicaValues, index: int) -> None:
        self._values, self._index, self.simulation = values, index, values.simulation
        self.raw_seed, self.weights_seed = values.seeds[index], values.drawn_from[index]

    @property
    def step(self) -> int:
        """Number of steps done."""
        return 0 if self._values.state is None else int(self._values.state.step[self._index])

    def read(self, path: Path) -> np.ndarray:
        """Return the value of an attribute as it is stored."""
        return self._values.read(self._index, path)

    def write(self, path: Path, value: np.ndarray) -> None:
        """Store the value of an attribute."""
        self._values.write(self._index, path, value)

    def advance(self, n: int, show: bool = False, check: bool = False) -> Answer:
        """Wait for the other replicas and advance with them."""
        if check:
            raise UnsupportedError("`check_finite` watches one network: run this replica alone, by its seed")
        ask(n)
        return self._values.answers.pop(self._index)

    def advance_until(self, n: int, names: tuple[str, ...], every: bool) -> tuple[Answer, int]:
        """Advance step by step with the other replicas until the stop conditions are met; return also the steps."""
        values, pieces = self._values, []
        for done in range(n):
            pieces += self.advance(1)
            edits = {path: x[self._index] for path, x in values.edits.items()}
            state = values.runner.state_of(values.started(), self._index)
            if values.runner.reached(names, every)(self.raw_seed, values.shared, edits, state):
                return pieces, done + 1
        return pieces, n

    def restart(self, names: tuple[str, ...], values: bool, attributes: Parts = None) -> None:
        """Let populations begin again; see `Live.restart`."""
        self._values.restart(self._index, names, values, attributes)

    def redraw_weights(self, names: tuple[str, ...]) -> None:
        """Draw connectivity, weights and delays of projections anew."""
        self.weights_seed = self.next_seed()
        for name in names:
            own = self.simulation.spec.projection(name).synapse.analysed.names
            paths = (("connectivity", name, ""), *(("projections", name, a) for a in (*own, DELAY)))
            fresh = self._values.runner.initials(paths, self.weights_seed, self.simulation.declared)
            for path, value in fresh.items():
                self.write(path, value)

    def restart_synapses(self, names: tuple[str, ...], attributes: Parts) -> None:
        """Set attributes of synapses, all but `w`, to their initial values, and forget the events at them."""
        for name in names:
            own = self.simulation.spec.projection(name).synapse.analysed.names
            for attribute in [a for a in own if a != "w"] if attributes is None else attributes:
                path = ("projections", name, attribute)
                self.write(path, self._values.runner.initial(path, self.weights_seed, self.simulation.declared))
        self.forget_events(False)

    def forget_events(self, pending: bool) -> None:
        """Let no event have happened at any synapse; with `pending` nothing is on its way either."""
        if self._values.state is not None:
            now = self._values.runner.state_of(self._values.started(), self._index)
            self._values.put_state(self._index, forgotten_events(now, pending))

    def read_storage(self, name: str) -> Storage:
        """Return who is connected to whom in a projection."""
        return self._values.read_storage(self._index, name)

    def rewire(self, name: str, place: np.ndarray, wiring: Wiring) -> None:
        """Refuse: synapses of replicas stand in arrays of one shape."""
        message = "synapses of replicas are not created or pruned by hand: do it before `parallel_run`"
        raise UnsupportedError(f"projection `{name}`: {message}, or write rules, `creating` and `pruning`")

    def set_step(self, step: int) -> None:
        """Set the number of steps done; inputs that follow a table keep their place in it."""
        values, i = self._values, self._index
        now = values.runner.state_of(values.started(), i)
        values.put_state(i, with_step(self.simulation.compiled.plans, now, step))

    def set_key(self, raw: np.ndarray) -> None:
        """Set the raw seed of the random numbers of the steps to come."""
        self._values.started().key[self._index] = raw


def _lengthened(table: np.ndarray, length: int) -> np.ndarray:
    """Return a table with rows that never come added at its end."""
    if table.ndim == 0 or len(table) == length:
        return table
    fill = NEVER if np.issubdtype(table.dtype, np.integer) else 0
    return np.concatenate([table, np.full((length - len(table), *table.shape[1:]), fill, table.dtype)])
