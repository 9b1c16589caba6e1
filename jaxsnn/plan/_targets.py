"""Which inputs of a population exist, and which of them a projection feeds."""

from ..equations import RATE
from ..network import NetworkSpec, PopulationSpec, ProjectionSpec


def sum_targets(spec: NetworkSpec, population: PopulationSpec) -> tuple[str, ...]:
    """Return the targets of the rate-coded inputs of a population: those it names, and those that projections feed."""
    return tuple(dict.fromkeys((*population.neuron.analysed.sums, *_summed(spec, population))))


def fed_targets(spec: NetworkSpec, population: PopulationSpec) -> tuple[str, ...]:
    """Return those of the rate-coded inputs of a population that a projection feeds; the others are 0."""
    fed = _summed(spec, population)
    return tuple(t for t in sum_targets(spec, population) if t in fed)


def _summed(spec: NetworkSpec, population: PopulationSpec) -> list[str]:
    """Return the targets of all projections that end in a sum of a population."""
    afferent = spec.afferent(population.name)
    return [t for q in afferent if feeds_sums(q, spec.population(q.pre)) for t in q.targets]


def reads_rate(projection: ProjectionSpec) -> set[str]:
    """Return the populations whose attribute `r` the synapses of a projection read."""
    sides = {"pre": projection.pre, "post": projection.post}
    nodes = (node for _, node in projection.synapse.analysed.reads)
    return {sides[node.owner] for node in nodes if node.name == RATE and not node.called}


def sends_spikes(projection: ProjectionSpec, pre: PopulationSpec) -> bool:
    """Tell whether a projection from a population transmits spikes, not values of the neurons at every step."""
    return pre.neuron.is_spiking and not projection.kind.sends_values


def feeds_sums(projection: ProjectionSpec, pre: PopulationSpec) -> bool:
    """Tell whether a projection from a population ends in `sum(target)`, not in a conductance."""
    return sends_spikes(projection, pre) is projection.kind.is_hybrid
