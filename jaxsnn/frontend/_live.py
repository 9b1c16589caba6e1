"""The arrays of one compiled network between calls: what `simulate` advances and attributes read and write."""

import jax
import numpy as np

from .. import rng
from ..compiler import NetworkState, Path, find, put
from ..errors import NonFiniteError
from ..simulation import NEVER, Simulation, build_drive, build_watched_drive, capacity, check_precision, empty_buffer
from ._progress import progress

Records = dict[str, dict[str, np.ndarray]]


class Live:
    """Parameters, state and record buffer of a running network.

    Args:
        simulation: the compiled network.
        seed: of everything random.
    """

    def __init__(self, simulation: Simulation, seed: int) -> None:
        self.raw_seed = self.weights_seed = rng.raw_of_seeds([seed])[0]
        self.params, self.state = simulation.init_raw(self.raw_seed, simulation.declared)
        self.adopt(simulation)

    def adopt(self, simulation: Simulation) -> None:
        """Go on with the same arrays under this simulation, which differs in its monitors only."""
        self.simulation = simulation
        self._rows = capacity(simulation.compiled)
        self._buffer = jax.jit(lambda: empty_buffer(simulation.compiled, self._rows))()
        self._drive = jax.jit(build_drive(simulation.compiled), donate_argnums=2)
        self._watched = jax.jit(build_watched_drive(simulation.compiled), donate_argnums=2)

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

    def advance(self, n: int, show: bool = False, check: bool = False) -> list[tuple[int, Records]]:
        """Advance by n steps; return the records, (first step, rows) piece by piece.

        Nothing changes if a step fails.

        Raises:
            NonFiniteError: `check` is set and a variable stopped being finite.
        """
        check_precision(self.simulation.compiled, self.state)
        state, pieces = self.state, []
        piece = min(self._rows, max(1, n // 50)) if show else self._rows
        for start in progress(range(0, n, piece), show, "simulating"):
            first, rows = int(state.step), min(piece, n - start)
            state = self._advance_piece(state, np.int32(rows), check)
            pieces.append((first, jax.tree.map(lambda b, rows=rows: np.array(np.asarray(b)[:rows]), self._buffer)))
        self.state = state
        return pieces

    def _advance_piece(self, state: NetworkState, n: np.int32, check: bool) -> NetworkState:
        if not check:
            state, self._buffer = self._drive(self.params, state, self._buffer, n)
            return state
        state, self._buffer, bad = self._watched(self.params, state, self._buffer, n)
        steps = {(p, v): int(step) for p, variables in bad.items() for v, step in variables.items()}
        if steps and min(steps.values()) != NEVER:
            (population, variable), step = min(steps.items(), key=lambda item: item[1])
            raise NonFiniteError(population, variable, step, self.simulation.dt)
        return state
