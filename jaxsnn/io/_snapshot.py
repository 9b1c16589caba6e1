"""`Snapshot`: a running network at one moment, as it is written and as it is replaced."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ..compiler import CompiledNetwork
from ..inputs import Schedule
from ..network import NetworkSpec
from ..step import NetworkParams, NetworkState


class Synapses(Protocol):
    """The synapses of a projection, sorted by the rank of their post neuron, then of their pre neuron."""

    @property
    def pre(self) -> np.ndarray:
        """Ranks of the pre neurons, (synapses,)."""
        ...

    @property
    def post(self) -> np.ndarray:
        """Ranks of the post neurons, (synapses,)."""
        ...

    @property
    def place(self) -> np.ndarray:
        """Flat places in the storage, (synapses,)."""
        ...

    @property
    def shape(self) -> tuple[int, int]:
        """Shape of the places."""
        ...


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
    synapses: Callable[[str], Synapses]
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
