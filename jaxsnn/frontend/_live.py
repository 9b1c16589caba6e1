"""The arrays of one compiled network between calls: what `simulate` advances and attributes read and write."""

from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

import jax
import jax.numpy as jnp
import numpy as np

from .. import rng
from ..compiler import NetworkState, Path, find, put, restarted
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
        self.params, self.state = simulation.init_raw(self.raw_seed, simulation.declared)
        self._drives: WeakKeyDictionary[Simulation, dict] = WeakKeyDictionary()
        self._show(simulation)

    def adopt(self, simulation: Simulation) -> None:
        """Go on with the same arrays under a simulation of the same network, which differs in monitors, in what the
        models compute beside (mean firing rates), or in who is enabled."""
        self._complete(simulation)
        self._show(simulation)

    def _show(self, simulation: Simulation) -> None:
        self.simulation = simulation
        self._rows = capacity(simulation.compiled)
        if simulation not in self._drives:
            compiled, rows = simulation.compiled, self._rows
            self._drives[simulation] = {"buffer": jax.jit(lambda: empty_buffer(compiled, rows))}
        self._buffer = self._drives[simulation]["buffer"]()

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
        if jax.tree.structure(wanted) == jax.tree.structure((self.params, self.state)):
            return
        params, state = simulation.init_raw(self.raw_seed, simulation.declared)
        self.params, self.state = _merged(self.params, params), _merged(self.state, state)

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

    def redraw_weights(self) -> None:
        """Draw weights and connectivity anew."""
        self.weights_seed = self.next_seed()
        params, _ = self.simulation.init_raw(jnp.asarray(self.weights_seed), self.simulation.declared)
        self.params = replace(self.params, projections=params.projections)

    def set_step(self, step: int) -> None:
        """Set the number of steps done; inputs that follow a table keep their place in it."""
        shift = step - self.step
        origins = {name: origin + shift for name, origin in self.state.origins.items()}
        self.state = replace(self.state, step=jnp.int32(step), origins=jax.tree.map(jnp.int32, origins))

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
        return np.asarray(find(self.params, self.state, path))

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
        check_memory(self.simulation.compiled, n)
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
        check_memory(self.simulation.compiled, n)
        drive, state, pieces, total = self._drive("until", names, every), self.state, [], 0
        while total < n:
            first, most = int(state.step), np.int32(min(self._rows, n - total))
            state, self._buffer, steps, reached = drive(self.params, state, self._buffer, most)
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
            state, self._buffer = self._drive("plain")(self.params, state, self._buffer, n)
            return state
        state, self._buffer, bad = self._drive("watched")(self.params, state, self._buffer, n)
        steps = {(p, v): int(step) for p, variables in bad.items() for v, step in variables.items()}
        if steps and min(steps.values()) != NEVER:
            (population, variable), step = min(steps.items(), key=lambda item: item[1])
            raise NonFiniteError(population, variable, step, self.simulation.dt)
        return state


def _merged(old, new):
    """Return the new tree with every array that the old one has at the same place and in the same type."""
    have = dict(jax.tree_util.tree_leaves_with_path(old))

    def chosen(path, fresh):
        mine = have.get(path)
        return mine if mine is not None and mine.dtype == fresh.dtype else fresh

    return jax.tree_util.tree_map_with_path(chosen, new)
