"""`Snapshot`: a running network at one moment, as it is written and as it is replaced."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from ..compiler import CompiledNetwork
from ..connectivity import SynapseTable
from ..inputs import Schedule
from ..network import NetworkSpec
from ..step import NetworkParams, NetworkState


@dataclass(frozen=True)
class Randomness:
    """What decides the random numbers that a network has not drawn yet, beside the key in its state.

    Args:
        seed, weights_seed: (2,) uint32, raw seeds of the network and of its last draw of weights.
        resets, assignments: how many there were: each has a stream of its own.
    """

    seed: np.ndarray
    weights_seed: np.ndarray
    resets: int
    assignments: int


@dataclass(frozen=True)
class Snapshot:
    """A network at one moment.

    Args:
        compiled: its functions and description.
        params, state: its arrays.
        schedules: what drives its inputs, by population.
        synapses: who is connected to whom in a projection, by its name.
        random: what is drawn next.
    """

    compiled: CompiledNetwork
    params: NetworkParams
    state: NetworkState
    schedules: Mapping[str, Schedule | None]
    synapses: Callable[[str], SynapseTable]
    random: Randomness

    @property
    def spec(self) -> NetworkSpec:
        """The description."""
        return self.compiled.spec

    @property
    def step(self) -> int:
        """Number of steps done."""
        return int(self.state.step)

    @property
    def populations(self) -> tuple[str, ...]:
        """Names of the populations."""
        return tuple(p.name for p in self.spec.populations)

    @property
    def projections(self) -> tuple[str, ...]:
        """Names of the projections."""
        return tuple(self.compiled.plans)

    def has_synapses(self, name: str) -> bool:
        """Tell whether a projection has synapses of its own."""
        return self.compiled.plans[name].spec.kind.has_synapses
