"""Which inputs of a population exist, and which of them a projection feeds."""

from ..network import NetworkSpec, PopulationSpec, ProjectionSpec


def sum_targets(spec: NetworkSpec, population: PopulationSpec) -> tuple[str, ...]:
    """Return the targets of the rate-coded inputs of a population: those it names, and those it sums over."""
    model = population.neuron.analysed
    afferent = [t for q in spec.afferent(population.name) if feeds_sums(spec, q) for t in q.targets]
    return tuple(dict.fromkeys((*model.sums, *(afferent if model.sums_all else ()))))


def fed_targets(spec: NetworkSpec, population: PopulationSpec) -> tuple[str, ...]:
    """Return those of the rate-coded inputs of a population that a projection feeds; the others are 0."""
    fed = {t for q in spec.afferent(population.name) if feeds_sums(spec, q) for t in q.targets}
    return tuple(t for t in sum_targets(spec, population) if t in fed)


def feeds_sums(spec: NetworkSpec, projection: ProjectionSpec) -> bool:
    """Tell whether a projection ends in `sum(target)`, not in a conductance."""
    return spec.population(projection.pre).neuron.is_spiking is projection.kind.is_hybrid
