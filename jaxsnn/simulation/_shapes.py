"""Attributes of a network by their public name: where they stand, and which shape they have."""

from ..connectivity import DELAY
from ..equations import Locality
from ..network import NetworkSpec, ProjectionSpec
from ..step import Path


def paths_by_name(spec: NetworkSpec) -> dict[str, Path]:
    """Return the place of every attribute by its public name: `P.noise`, `exc.w`, and `tau` for a constant."""
    paths = [("populations", p.name, a) for p in spec.populations for a in p.neuron.analysed.names]
    paths += [("populations", p.name, a) for p in spec.populations if p.source for a in p.source.arrays]
    for q in spec.projections:
        paths += [("projections", q.name, a) for a in q.attributes]
        paths += [("projections", q.name, DELAY)] if q.fractional_delays else []
    owned = {f"{owner}.{attribute}": (kind, owner, attribute) for kind, owner, attribute in paths}
    return owned | {name: ("constants", "", name) for name in spec.constants}


def is_table(spec: NetworkSpec, path: Path) -> bool:
    """Tell whether a place is that of a table which drives an input."""
    kind, owner, attribute = path
    source = spec.population(owner).source if kind == "populations" else None
    return source is not None and attribute in source.arrays


def shape_at(spec: NetworkSpec, path: Path) -> tuple[int, ...]:
    """Return the full shape of an attribute."""
    kind, owner, attribute = path
    if kind == "constants":
        return ()
    if kind == "projections":
        return _synapse_shape(spec.projection(owner), attribute)
    population = spec.population(owner)
    if population.source is not None and is_table(spec, path):
        return population.source.arrays[attribute].shape
    return () if population.neuron.analysed.attribute(attribute).shared else (population.size,)


def _synapse_shape(projection: ProjectionSpec, attribute: str) -> tuple[int, ...]:
    if not projection.kind.has_synapses:
        return projection.connector.arrays[attribute].shape
    if attribute == DELAY:
        return projection.ends.shape
    match projection.synapse.analysed.attribute(attribute).locality:
        case Locality.LOCAL:
            return projection.ends.shape
        case Locality.POSTSYNAPTIC:
            return (projection.ends.post.size,)
    return ()
