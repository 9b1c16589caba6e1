"""Which inputs of a population exist, and which of them a projection feeds."""

from ..network import NetworkSpec, PopulationSpec, ProjectionSpec


def sum_targets(spec: NetworkSpec, population: PopulationSpec) -> tuple[str, ...]:
    """Return the targets of the rate-coded inputs of a population: those it names, and those it sums over."""
    model = population.neuron.analysed
    afferent = _summed(spec, population)
    return tuple(dict.fromkeys((*model.sums, *(afferent if model.sums_all else ()))))


def fed_targets(spec: NetworkSpec, population: PopulationSpec) -> tuple[str, ...]:
    """Return those of the rate-coded inputs of a population that a projection feeds; the others are 0."""
    fed = _summed(spec, population)
    return tuple(t for t in sum_targets(spec, population) if t in fed)


def _summed(spec: NetworkSpec, population: PopulationSpec) -> list[str]:
    """Return the targets of all projections that end in a sum of a population."""
    afferent = spec.afferent(population.name)
    return [t for q in afferent if feeds_sums(q, spec.population(q.pre)) for t in q.targets]


def sends_spikes(projection: ProjectionSpec, pre: PopulationSpec) -> bool:
    """Tell whether a projection from a population transmits spikes, not values of the neurons at every step."""
    return pre.neuron.is_spiking and not projection.kind.sends_values


def feeds_sums(projection: ProjectionSpec, pre: PopulationSpec) -> bool:
    """Tell whether a projection from a population ends in `sum(target)`, not in a conductance."""
    return sends_spikes(projection, pre) is projection.kind.is_hybrid
