"""The check of a fit: the neuron on its own, with spikes of its own."""

from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
from jax import Array, lax

from ...network import replaced
from ...simulation import Simulation
from ...step import NetworkParams, NetworkState
from ._nudge import cast
from ._recorded import Recorded
from ._trace_fit import coincidences

Values = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Free:
    """The neuron on its own: the check of a fit.

    Args:
        sim: the network.
        params, state: where it starts.
        recorded: what it is compared with.
        within: steps by which a spike may be off.
    """

    sim: Simulation
    params: NetworkParams
    state: NetworkState
    recorded: Recorded
    within: float

    def with_values(self, x: Values) -> NetworkParams:
        """Return the parameters with these values."""
        return replaced(self.params, cast(self.params, x))

    def run(self, xs: Values) -> tuple[np.ndarray, np.ndarray]:
        """Return traces and spikes of several starts, (starts, n_steps) each."""
        owner, variable, n = self.recorded.population, self.recorded.variable, len(self.recorded.values)

        def one(x: Values) -> tuple[Array, Array]:
            params = self.with_values(x)

            def step(state: NetworkState, _: None) -> tuple[NetworkState, tuple[Array, Array]]:
                after = self.sim.step(params, state)[0]
                return after, (after.populations[owner][variable][0], after.spikes[owner].flags[0])

            return lax.scan(step, self.state, length=n)[1]

        return tuple(np.asarray(a) for a in jax.jit(jax.vmap(one))(xs))  # type: ignore[return-value]

    def misses(self, spikes: np.ndarray) -> int:
        """Return how many recorded spikes are not hit, and how many others there are, together."""
        found = np.flatnonzero(spikes)
        return len(self.recorded.fired) + len(found) - 2 * coincidences(self.recorded.fired, found, self.within)
