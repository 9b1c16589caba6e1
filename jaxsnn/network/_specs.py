"""A network as data: frozen records, no engine, no arrays that change.

NetworkSpec
  PopulationSpec     name, geometry, neuron, declared values
  ProjectionSpec     name, pre, post, targets, synapse, connector, declared values
  MonitorSpec        name, owner, variables, period
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import prod
from typing import Protocol

import numpy as np

from ..connectivity import Connector, Ends, Ranks
from ..errors import Remark
from ..inputs import Source
from ..models import Neuron, Synapse
from ._special_projections import Kind, Virtual
from ._stop_condition import StopCondition


@dataclass(frozen=True, eq=False)
class PopulationSpec:
    """A population.

    Args:
        name: unique in the network.
        geometry: shape of the population; ranks are row-major.
        neuron: the model.
        values: declared values by attribute name, where they differ from the model's.
        source: what drives it from outside its equations.
        stop: when `simulate_until` has reached its goal here.
        enabled: a population that is not keeps its state and receives nothing.
    """

    name: str
    geometry: tuple[int, ...]
    neuron: Neuron
    values: Mapping[str, object] = field(default_factory=dict)
    source: Source | None = None
    stop: StopCondition | None = None
    enabled: bool = True

    @property
    def size(self) -> int:
        """Number of neurons."""
        return prod(self.geometry)


@dataclass(frozen=True, eq=False)
class ProjectionSpec:
    """A projection.

    Args:
        name: unique in the network.
        pre, post: names of populations; `pre_ranks`, `post_ranks`: the subsets that take part.
        targets: which inputs of the post neurons it feeds.
        synapse: the model.
        connector: who is connected to whom; what stands in its place where there are no synapses.
        values: declared values of attributes by name, where they differ from the model's and the connector's: numbers,
            distributions, or arrays (pre.size, post.size).
        switches: declared states of its switches, by name, where something does not take place from the beginning.
        longest_delay: ms for which the past is kept at least; delays can become so long while the network runs.
        storage, kernel: names of a storage form and of a kernel, None for a choice.
        kind: what it is made of.
        window: ms over which a projection that decodes spikes averages.
        has_one_weight: whether weights that do not change read as one number.
        fractional_delays: whether delays are parameters, real numbers of ms.
    """

    name: str
    pre: str
    pre_ranks: Ranks
    post: str
    post_ranks: Ranks
    targets: tuple[str, ...]
    synapse: Synapse
    connector: Connector | Virtual
    values: Mapping[str, object] = field(default_factory=dict)
    switches: Mapping[str, np.ndarray] = field(default_factory=dict)
    longest_delay: float = 0.0
    storage: str | None = None
    kernel: str | None = None
    kind: Kind = Kind.SYNAPSES
    window: float = 0.0
    has_one_weight: bool = False
    fractional_delays: bool = False

    @property
    def attributes(self) -> tuple[str, ...]:
        """Names of what has values of its own."""
        if self.kind.has_synapses:
            return self.synapse.analysed.names
        return () if self.connector is None else tuple(self.connector.arrays)

    @cached_property
    def ends(self) -> Ends:
        """The two sides."""
        return Ends(self.pre_ranks, self.post_ranks, self.pre == self.post)


class MonitorSpec(Protocol):
    """What is recorded of a population or a projection; `recording` has the kinds of it."""

    @property
    def name(self) -> str:
        """Name, unique in the network."""
        ...

    @property
    def owner(self) -> str:
        """Name of the population or projection that is recorded."""
        ...

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of what is recorded."""
        ...

    @property
    def period(self) -> int:
        """Steps between two samples."""
        ...

    @property
    def offset(self) -> int:
        """A sample is taken at the end of steps t with `t % period == offset`."""
        ...

    @property
    def reads_dendrite(self) -> bool:
        """Whether it asks for the synapses of one post-synaptic neuron."""
        ...

    @property
    def shape_follows_state(self) -> bool:
        """Whether it takes the state to tell how much a step records."""
        ...

    @property
    def waits_for_projections(self) -> bool:
        """Whether `check` can tell only after all projections are described: they decide which inputs there are."""
        ...

    def check(self, spec: "NetworkSpec") -> None:
        """Raise if something that is recorded does not exist or does not change."""
        ...

    def remarks(self, spec: "NetworkSpec") -> Iterator[Remark]:
        """Yield what is suspicious about what is recorded."""
        ...


@dataclass(frozen=True, eq=False)
class NetworkSpec:
    """A network.

    Args:
        dt: step, ms.
        populations, projections, monitors: in the order of creation.
        constants: numbers that all equations can name.
    """

    dt: float
    populations: tuple[PopulationSpec, ...]
    projections: tuple[ProjectionSpec, ...]
    monitors: tuple[MonitorSpec, ...]
    constants: Mapping[str, float] = field(default_factory=dict)

    @property
    def contents(self) -> str:
        """How much there is of what, in words."""
        neurons = sum(p.size for p in self.populations)
        return f"populations {len(self.populations)}, neurons {neurons}, projections {len(self.projections)}"

    def population(self, name: str) -> PopulationSpec:
        """Return the population of this name."""
        return next(p for p in self.populations if p.name == name)

    def projection(self, name: str) -> ProjectionSpec:
        """Return the projection of this name."""
        return next(p for p in self.projections if p.name == name)

    def afferent(self, name: str) -> tuple[ProjectionSpec, ...]:
        """Return the projections that end in a population."""
        return tuple(p for p in self.projections if p.post == name)
