"""Populations as nodes."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..equations import Assignment, Block, Name
from ..errors import UnsupportedError
from ..network import Kind, PopulationSpec, ProjectionSpec
from ._flat_graph import Shape
from ._match_nodes import Match, match_neuron
from ._moment import Moment, gates
from ._numbers import NoMatchError, Numbers
from ._package import nir_package
from ._polynomial import rounded
from ._pooling import pooling_node
from ._write_projections import End, is_identity

INPUT, SUM = "Input", "Sum"


@dataclass(frozen=True, eq=False)
class Written:
    """A population as it is written.

    Args:
        end: its name, geometry, shape and output.
        kind: of its node.
        match: what its equations are; None for an input.
    """

    end: End
    kind: str
    match: Match | None


def written_population(moment: Moment, population: PopulationSpec) -> Written:
    """Return what a population is in a graph.

    Raises:
        UnsupportedError: no node does what its equations do; names the population and the equation.
    """
    fed = tuple(dict.fromkeys(t for q in moment.spec.afferent(population.name) for t in q.targets))
    shape = _shape(moment, population)
    if not population.enabled:
        raise refuse(population, "it is not enabled")
    is_rate = population.neuron.spike is None
    if not fed and _is_input(population):
        return Written(End(population.name, population.geometry, shape, None, is_rate), INPUT, None)
    _check_source(population)
    numbers = Numbers(moment.parameters(population), population.size, moment.spec.dt)
    try:
        match = match_neuron(population.neuron.analysed, numbers, fed)
    except NoMatchError as why:
        raise refuse(population, str(why)) from None
    return Written(End(population.name, population.geometry, shape, match.output, is_rate), match.kind, match)


def refuse(population: PopulationSpec, why: str) -> UnsupportedError:
    """Return the error that names a population and why it is no node."""
    name = population.neuron.name or "neuron"
    return UnsupportedError(f"population `{population.name}` ({name}) cannot be said in NIR: {why}")


def node_of(moment: Moment, written: Written) -> Any:
    """Return the node of a population that is no sum of its inputs."""
    nir, shape = nir_package(), written.end.shape
    if written.match is None:
        return nir.Input(input_type={"input": np.array(shape)})
    parameters = {name: arranged(written.end, x, moment.dtype) for name, x in written.match.parameters.items()}
    return getattr(nir, written.kind)(**parameters)


def arranged(end: End, values: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """Return fractions (neurons,) as numbers in the shape of a node."""
    return rounded(values, dtype)[end.ranks].reshape(end.shape)


def _check_source(population: PopulationSpec) -> None:
    """Raise where a table drives a population, unless it only opens a gate."""
    source = population.source
    if source is None:
        return
    tables = [name.removesuffix("_table") for name in source.arrays if name.endswith("_table")]
    driven = [name for name in tables if name not in gates(population)]
    if not source.parameters or driven:
        names = ", ".join(f"`{name}`" for name in driven) or "its variables"
        raise refuse(population, f"a table drives {names}: let an input of its own do that")


def _is_input(population: PopulationSpec) -> bool:
    """Tell whether what a population sends comes from outside the graph."""
    model = population.neuron.analysed
    if population.source is None:
        return all(_keeps_value(update) for update in model.updates) or _is_only_random(population)
    if not population.source.parameters:
        return True
    return len(model.updates) == 1 and isinstance(model.updates[0], Assignment) and not model.reset


def _keeps_value(update: Assignment | Block) -> bool:
    return isinstance(update, Assignment) and update.operator == "=" and update.expression == Name(update.name)


def _is_only_random(population: PopulationSpec) -> bool:
    return population.neuron.name == "Poisson" and not population.neuron.analysed.reset


def _shape(moment: Moment, population: PopulationSpec) -> Shape:
    """Return the shape of a node: channels first, or one axis where a matrix gives it."""
    geometry = population.geometry
    if len(geometry) == 1:
        return geometry
    touching = [q for q in moment.spec.projections if population.name in (q.pre, q.post)]
    channels_first = (geometry[-1], *geometry[:-1])
    if any(q.kind is Kind.CONVOLUTION for q in touching):
        return channels_first
    incoming = moment.spec.afferent(population.name)
    return (population.size,) if any(not _keeps_shape(moment, q) for q in incoming) else channels_first


def _keeps_shape(moment: Moment, projection: ProjectionSpec) -> bool:
    """Tell whether a projection goes from neurons to their counterparts, or pools."""
    if projection.kind is not Kind.SYNAPSES:
        return False
    pre, post = (moment.spec.population(name).geometry for name in (projection.pre, projection.post))
    if pre == post:
        end = End("", pre, (pre[-1], *pre[:-1]))
        if is_identity(moment, projection, end, end):
            return True
    return pooling_node(moment.table(projection.name), moment.weights(projection), pre, post) is not None
