"""The arrays of one compiled network between calls: what `simulate` advances and attributes read and write."""

from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

import jax
import jax.numpy as jnp
import numpy as np

from .. import rng
from ..connectivity import Storage
from ..editing import (
    Wiring,
    completed,
    forgotten_events,
    merged,
    restarted,
    restarted_synapses,
    rewired,
    ring_shapes,
    with_step,
    with_synapses,
)
from ..errors import NonFiniteError
from ..simulation import (
    NEVER,
    Samples,
    Simulation,
    build_drive,
    build_until_drive,
    build_watched_drive,
    capacity,
    check_memory,
    check_precision,
    empty_buffer,
    trimmed,
)
from ..step import NetworkParams, NetworkState, Path, find, put, storage_of
from ._progress import progress
from ._resets import Resets

Parts = tuple[str, ...] | None


@dataclass(frozen=True)
class Piece:
    """What some consecutive steps have recorded: the first of them, their number, the samples."""

    first: int
    steps: int
    samples: Samples


class Live(Resets):
    """Parameters, state and record buffer of a running network.

    Args:
        simulation: the compiled network.
        seed: of everything random.
    """

    def __init__(self, simulation: Simulation, seed: int) -> None:
        self.raw_seed = self.weights_seed = rng.raw_of_seeds([seed])[0]
        self.params, self.state = simulation.trimmed(*simulation.init_raw(self.raw_seed, simulation.declared))
        self._drives: WeakKeyDictionary[Simulation, dict] = WeakKeyDictionary()
        self._storages: dict[str, tuple[Storage, Storage]] = {}
        self._show(simulation)

    def adopt(self, simulation: Simulation) -> None:
        """Go on with the same arrays under a simulation of the same network, which differs in monitors, in what the
        models compute beside (mean firing rates), or in who is enabled."""
        self._complete(simulation)
        self._show(simulation)

    def _show(self, simulation: Simulation) -> None:
        self.simulation = simulation
        self._rows = capacity(simulation.compiled, self.state)
        if simulation not in self._drives:
            compiled, rows, state = simulation.compiled, self._rows, self._shapes()
            self._drives[simulation] = {"buffer": jax.jit(lambda: empty_buffer(compiled, rows, state))}
        self._buffer = self._drives[simulation]["buffer"]()

    def _shapes(self) -> NetworkState:
        return jax.tree.map(lambda x: jax.ShapeDtypeStruct(x.shape, x.dtype), self.state)

    def take(self, params: NetworkParams, state: NetworkState) -> None:
        """Take other parameters and state; what monitors write to is made anew where shapes are others."""
        before = self._shapes()
        self.params, self.state = params, state
        if before != self._shapes():
            self._drives = WeakKeyDictionary()
            self._show(self.simulation)

    def _drive(self, kind: str, *options):
        """Return a loop of the present simulation, made when it is first needed."""
        build = {"plain": build_drive, "watched": build_watched_drive, "until": build_until_drive}[kind]
        drives = self._drives[self.simulation]
        if (kind, *options) not in drives:
            drives[kind, *options] = jax.jit(build(self.simulation.compiled, *options), donate_argnums=2)
        return drives[kind, *options]

    def _complete(self, simulation: Simulation) -> None:
        """Take what the new simulation needs beyond the present arrays from its initial values, and drop the rest."""
        wanted = jax.eval_shape(simulation.init_raw, self.raw_seed, simulation.declared)
        old = (self.params, self.state)
        same_past = ring_shapes(wanted[1]) == ring_shapes(self.state)
        if jax.tree.structure(wanted) == jax.tree.structure(old) and same_past:
            return
        fresh = simulation.trimmed(*simulation.init_raw(self.raw_seed, simulation.declared))
        self.params, self.state = merged(old[0], fresh[0]), merged(old[1], fresh[1])
        compiled = simulation.compiled
        self.state = completed(compiled.spec, compiled.plans, old[1], self.params, self.state)

    def restart(self, names: tuple[str, ...], values: bool, attributes: Parts = None) -> None:
        """Let populations begin again: no spikes, no refractory periods, inputs from their first time.

        Args:
            names: of populations.
            values: also set attributes to their initial values.
            attributes: only these; None for all.
        """
        fresh = self.simulation.begin(self.raw_seed, self.simulation.declared)
        for name in names:
            now = (self.params, self.state)
            self.params, self.state = restarted(self.simulation.spec, name, now, fresh, values, attributes)

    def redraw_weights(self, names: tuple[str, ...]) -> None:
        """Draw connectivity, weights and delays of projections anew."""
        self.weights_seed = self.next_seed()
        fresh, now = self.fresh_synapses(), (self.params, self.state)
        for name in names:
            now = with_synapses(name, now, fresh)
        self.take(*now)
        self.rewired = self.rewired.difference(names)

    def restart_synapses(self, names: tuple[str, ...], attributes: Parts) -> None:
        """Set attributes of synapses, all but `w`, to their initial values, and forget the events at them."""
        fresh = self.fresh_synapses()
        for name in names:
            mine = self.simulation.spec.projection(name).synapse.analysed.names
            chosen = tuple(a for a in mine if a != "w") if attributes is None else attributes
            now = (self.params, self.state)
            self.params, self.state = restarted_synapses(name, now, fresh, chosen)

    def fresh_synapses(self) -> tuple[NetworkParams, NetworkState]:
        """Return parameters and state with the synapses that the seed draws."""
        raw = self.simulation.init_raw(jnp.asarray(self.weights_seed), self.simulation.declared)
        return self.simulation.trimmed(*raw)

    def forget_events(self, pending: bool) -> None:
        """Let no event have happened at any synapse; with `pending` nothing is on its way either."""
        self.state = forgotten_events(self.state, pending)

    def read_storage(self, name: str) -> Storage:
        """Return who is connected to whom in a projection, NumPy arrays."""
        storage = storage_of(self.simulation.compiled.plans[name], self.state)
        if self._storages.get(name, (None,))[0] is not storage:
            self._storages[name] = (storage, jax.tree.map(np.asarray, storage))
        return self._storages[name][1]

    def rewire(self, name: str, place: np.ndarray, wiring: Wiring) -> None:
        """Take other synapses into a projection; see `rewired`."""
        plan = self.simulation.compiled.plans[name]
        self.take(*rewired(plan, (self.params, self.state), place, wiring))
        self.rewired = self.rewired | {name}

    def set_step(self, step: int) -> None:
        """Set the number of steps done; inputs that follow a table keep their place in it."""
        self.state = with_step(self.simulation.compiled.plans, self.state, step)

    def set_key(self, raw: np.ndarray) -> None:
        """Set the raw seed of the random numbers of the steps to come."""
        self.state = replace(self.state, key=jnp.asarray(raw))

    def drop_window(self, name: str) -> None:
        """Forget the spikes that a mean firing rate counts."""
        self.state = replace(self.state, windows={k: w for k, w in self.state.windows.items() if k != name})

    def silence(self, name: str) -> None:
        """Forget the spikes that a population has sent but its targets have not received."""
        for place in ("spikes", "axon_spikes"):
            spikes = getattr(self.state, place)
            if name in spikes:
                quiet = replace(spikes[name], words=jnp.zeros_like(spikes[name].words))
                self.state = replace(self.state, **{place: {**spikes, name: quiet}})

    @property
    def step(self) -> int:
        """Number of steps done."""
        return int(self.state.step)

    def read(self, path: Path) -> np.ndarray:
        """Return the value of an attribute as it is stored."""
        return jax.tree.map(np.asarray, find(self.params, self.state, path))

    def write(self, path: Path, value: np.ndarray) -> None:
        """Store the value of an attribute."""
        self.params, self.state = put(self.params, self.state, path, jax.device_put(value))

    def advance(self, n: int, show: bool = False, check: bool = False) -> list[Piece]:
        """Advance by n steps; return the records piece by piece.

        Nothing changes if a step fails.

        Raises:
            NonFiniteError: `check` is set and a variable stopped being finite.
            RecordMemoryError: the records would not fit in memory.
        """
        check_precision(self.simulation.compiled, self.state)
        check_memory(self.simulation.compiled, n, self.state)
        state, pieces = self.state, []
        piece = min(self._rows, max(1, n // 50)) if show else self._rows
        for start in progress(range(0, n, piece), show, "simulating"):
            first, rows = int(state.step), min(piece, n - start)
            state = self._advance_piece(state, np.int32(rows), check)
            pieces.append(self._recorded(first, rows))
        self.state = state
        return pieces

    def advance_until(self, n: int, names: tuple[str, ...], every: bool) -> tuple[list[Piece], int]:
        """Advance by at most n steps, until the stop conditions of the populations are met; return also the steps."""
        check_precision(self.simulation.compiled, self.state)
        check_memory(self.simulation.compiled, n, self.state)
        drive, state, pieces, total = self._drive("until", names, every), self.state, [], 0
        while total < n:
            first, most = int(state.step), np.int32(min(self._rows, n - total))
            after, self._buffer, steps, reached = drive(self.params, state, self._buffer, most)
            state = replace(after, constants=state.constants)
            pieces.append(self._recorded(first, int(steps)))
            total += int(steps)
            if reached:
                break
        self.state = state
        return pieces, total

    def _recorded(self, first: int, n: int) -> Piece:
        """Return a copy of what the buffer holds of n steps."""
        samples = trimmed(self.simulation.compiled, jax.tree.map(np.asarray, self._buffer), first, n)
        return Piece(first, n, jax.tree.map(lambda x: np.array(x) if isinstance(x, np.ndarray) else x, samples))

    def _advance_piece(self, state: NetworkState, n: np.int32, check: bool) -> NetworkState:
        if not check:
            after, self._buffer = self._drive("plain")(self.params, state, self._buffer, n)
            return replace(after, constants=state.constants)
        after, self._buffer, bad = self._drive("watched")(self.params, state, self._buffer, n)
        steps = {(p, v): int(step) for p, variables in bad.items() for v, step in variables.items()}
        if steps and min(steps.values()) != NEVER:
            (population, variable), step = min(steps.items(), key=lambda item: item[1])
            raise NonFiniteError(population, variable, step, self.simulation.dt)
        return replace(after, constants=state.constants)
