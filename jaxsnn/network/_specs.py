"""A network as data: frozen records, no engine, no arrays that change.

NetworkSpec
  PopulationSpec   name, geometry, neuron, declared values
  ProjectionSpec   name, pre, post, target, connector
  MonitorSpec      name, population, variables
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod

from ..connectivity import Connector, Ends, Ranks
from ..models import Neuron


@dataclass(frozen=True, eq=False)
class PopulationSpec:
    """A population.

    Args:
        name: unique in the network.
        geometry: shape of the population; ranks are row-major.
        neuron: the model.
        values: declared values by attribute name, where they differ from the model's.
    """

    name: str
    geometry: tuple[int, ...]
    neuron: Neuron
    values: Mapping[str, object] = field(default_factory=dict)

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
        target: which input of the post neurons it feeds.
        connector: who is connected to whom.
    """

    name: str
    pre: str
    pre_ranks: Ranks
    post: str
    post_ranks: Ranks
    target: str
    connector: Connector

    @property
    def ends(self) -> Ends:
        """The two sides."""
        return Ends(self.pre_ranks, self.post_ranks, self.pre == self.post)


@dataclass(frozen=True, eq=False)
class MonitorSpec:
    """What is recorded of a population.

    Args:
        name: unique in the network.
        population: name.
        ranks: the neurons that are recorded.
        variables: names of variables; `spike` for spikes.
    """

    name: str
    population: str
    ranks: Ranks
    variables: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class NetworkSpec:
    """A network.

    Args:
        dt: step, ms.
        populations, projections, monitors: in the order of creation.
    """

    dt: float
    populations: tuple[PopulationSpec, ...]
    projections: tuple[ProjectionSpec, ...]
    monitors: tuple[MonitorSpec, ...]

    def population(self, name: str) -> PopulationSpec:
        """Return the population of this name."""
        return next(p for p in self.populations if p.name == name)

    def afferent(self, name: str) -> tuple[ProjectionSpec, ...]:
        """Return the projections that end in a population."""
        return tuple(p for p in self.projections if p.post == name)
