"""What a network and a replica do alike when they begin again."""

import jax.numpy as jnp
import numpy as np

from .. import rng
from ..simulation import Simulation


class Resets:
    """Counts resets: each leads to random numbers of its own, decided by the seed and the count."""

    simulation: Simulation
    raw_seed: np.ndarray
    resets: int = 0
    rewired: frozenset[str] = frozenset()  # projections with other synapses than those that the seed draws

    @property
    def step(self) -> int:
        """Number of steps done."""
        raise NotImplementedError

    def set_step(self, step: int) -> None:
        """Set the number of steps done; inputs that follow a table keep their place in it."""
        raise NotImplementedError

    def set_key(self, raw: np.ndarray) -> None:
        """Set the raw seed of the random numbers of the steps to come."""
        raise NotImplementedError

    def forget_events(self, pending: bool) -> None:
        """Let no event have happened at any synapse; with `pending` nothing is on its way either."""
        raise NotImplementedError

    def rewind(self, pending: bool) -> None:
        """Set time to 0 and, if steps were made, go on with other random numbers: a second run is another one.

        Event-driven equations begin anew: elapsed times would be negative.
        """
        self.forget_events(pending)
        if self.step > 0:
            self.set_step(0)
            self.set_key(self.next_seed())

    def next_seed(self) -> np.ndarray:
        """Return a raw seed that was not used before."""
        self.resets += 1
        key = rng.fold_name(self.simulation.compiled.generator.wrap(jnp.asarray(self.raw_seed)), f"reset {self.resets}")
        return np.asarray(rng.raw(key))
