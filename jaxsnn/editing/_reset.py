"""What a reset sets back to its initial values, as paths: a single network and a replica set them back alike."""

from ..connectivity import DELAY
from ..network import NetworkSpec
from ..plan import ProjectionPlan
from ..step import NetworkState, Path

POPULATION = ("spikes", "axon_spikes", "refractory", "last_spike", "windows", "sums", "trains", "histories")


def of_synapse(path: Path) -> bool:
    """Tell whether a value belongs to the synapses of a projection, and is drawn with them."""
    return path[0] in ("projections", "connectivity", "last_events")


def population_paths(state: NetworkState, name: str, values: bool) -> tuple[Path, ...]:
    """Return what a population must have of its beginning, so that it has never spiked and received nothing.

    Args:
        state: the present one, which tells what the population has.
        name: of the population.
        values: whether its attributes begin anew too, so that reductions such as `mean(r)` do.
    """
    kinds = (*POPULATION, *(("reductions",) if values else ()))
    return tuple((kind, name, "") for kind in kinds if name in getattr(state, kind))


def attribute_paths(spec: NetworkSpec, name: str, attributes: tuple[str, ...] | None) -> tuple[Path, ...]:
    """Return the attributes of a population that begin anew; None stands for all."""
    chosen = spec.population(name).neuron.analysed.names if attributes is None else attributes
    return tuple(("populations", name, attribute) for attribute in chosen)


def synapse_paths(spec: NetworkSpec, name: str, attributes: tuple[str, ...] | None) -> tuple[Path, ...]:
    """Return the attributes of synapses that begin anew; None stands for all but the weights."""
    mine = spec.projection(name).synapse.analysed.names
    chosen = tuple(a for a in mine if a != "w") if attributes is None else attributes
    return tuple(("projections", name, attribute) for attribute in chosen)


def drawn_synapse_paths(plan: ProjectionPlan) -> tuple[Path, ...]:
    """Return what a seed decides of a projection with synapses: who is connected to whom, and all attributes.

    The times of the last events are among them, because they stand at the places of the synapses.
    """
    name, attributes = plan.name, (*plan.spec.synapse.analysed.names, DELAY)
    events: tuple[Path, ...] = (("last_events", name, ""),) if plan.model.event_driven else ()
    return (("connectivity", name, ""), *(("projections", name, attribute) for attribute in attributes), *events)
