"""Which inputs of a population exist, and which of them a projection feeds."""

from ..equations import RATE, conductance
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


def variables_asked(projection: ProjectionSpec, pre: PopulationSpec, post: PopulationSpec) -> dict[str, list[str]]:
    """Return the variables that spiking neurons have because of a projection, by population.

    They are the conductances that it feeds, and the mean firing rates that its synapses read.
    """
    fed = [] if feeds_sums(projection, pre) else [conductance(t) for t in projection.targets]
    sides = {"pre": projection.pre, "post": projection.post}
    reads = [node for _, node in projection.synapse.analysed.reads if node.name == RATE and not node.called]
    return {
        p.name: (fed if p is post else []) + [RATE for node in reads if sides[node.owner] == p.name]
        for p in (pre, post)
    }


def feeds_sums(projection: ProjectionSpec, pre: PopulationSpec) -> bool:
    """Tell whether a projection from a population ends in `sum(target)`, not in a conductance."""
    return pre.neuron.is_spiking is projection.kind.is_hybrid
