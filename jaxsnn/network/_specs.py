"""A network as data: frozen records, no engine, no arrays that change.

NetworkSpec
  PopulationSpec     name, geometry, neuron, declared values
  ProjectionSpec     name, pre, post, targets, synapse, connector, declared values
  MonitorSpec        name, population, variables
  SynapseMonitorSpec name, projection, variables
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import prod

import numpy as np

from ..connectivity import Connector, Ends, Ranks
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
        return ("w",) if self.kind is Kind.CONVOLUTION else ()

    @cached_property
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
        variables: names of variables; `spike` and `axon_spike` for spikes, `sum(target)` for inputs.
        period: steps between two samples of a variable; spikes are recorded at every step.
        offset: a variable is sampled at the end of steps t with `t % period == offset`.
    """

    name: str
    population: str
    ranks: Ranks
    variables: tuple[str, ...]
    period: int = 1
    offset: int = 0


@dataclass(frozen=True, eq=False)
class SynapseMonitorSpec:
    """What is recorded of a projection.

    Args:
        name: unique in the network.
        projection: name.
        variables: names of variables of the synapse.
        dendrite: position of the post-synaptic neuron whose synapses are recorded; None for all.
        period: steps between two samples.
        offset: a sample is taken at the end of steps t with `t % period == offset`.
    """

    name: str
    projection: str
    variables: tuple[str, ...]
    dendrite: int | None = None
    period: int = 1
    offset: int = 0


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
    monitors: tuple[MonitorSpec | SynapseMonitorSpec, ...]
    constants: Mapping[str, float] = field(default_factory=dict)

    def population(self, name: str) -> PopulationSpec:
        """Return the population of this name."""
        return next(p for p in self.populations if p.name == name)

    def projection(self, name: str) -> ProjectionSpec:
        """Return the projection of this name."""
        return next(p for p in self.projections if p.name == name)

    def afferent(self, name: str) -> tuple[ProjectionSpec, ...]:
        """Return the projections that end in a population."""
        return tuple(p for p in self.projections if p.post == name)
