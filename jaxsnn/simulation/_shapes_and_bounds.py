"""What the description of a network says about its attributes: the shape of each, and the bounds of parameters."""

from collections.abc import Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..connectivity import DELAY
from ..equations import Attribute, Expression, Locality, Scope, ValueType, evaluate
from ..errors import ArgumentError, ShapeError
from ..network import NetworkSpec, Path, ProjectionSpec, public_name
from ._preconditions import check_numbers

Bounds = tuple[float | None, float | None]


def is_table(spec: NetworkSpec, path: Path) -> bool:
    """Tell whether a place is that of a table which drives an input."""
    kind, owner, attribute = path
    source = spec.population(owner).source if kind == "populations" else None
    return source is not None and attribute in source.arrays


def in_shape(spec: NetworkSpec, path: Path, name: str, value: Any, batch: int) -> Any:
    """Return a value that an attribute can begin with; see `Simulation.shaped`."""
    check_numbers(name, value)
    check_not_driven(spec, path, name)
    whole, table = shape_at(spec, path), is_table(spec, path)
    own = np.shape(value)[batch:]
    if own != whole and (own != () or table):
        allowed = f"{whole}" if table else f"() or {whole}"
        raise ShapeError(f"`{name}` takes a value of shape {allowed}, not {own}")
    return value


def check_not_driven(spec: NetworkSpec, path: Path, name: str) -> None:
    """Refuse a value of a variable that the tables of its population overwrite at each step.

    Raises:
        ArgumentError: names the tables.
    """
    kind, owner, attribute = path
    source = spec.population(owner).source if kind == "populations" else None
    if source is None or attribute in source.arrays:
        return
    driven = jax.eval_shape(source.drive, source.arrays, jnp.zeros((), jnp.int32))
    if attribute in driven:
        tables = ", ".join(f"`{owner}.{table}`" for table in source.arrays)
        raise ArgumentError(f"`{name}` is overwritten at each step by what a table says; give one of {tables}")


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


def declared_bounds(spec: NetworkSpec) -> dict[str, Bounds]:
    """Return `(low, high)` of every floating-point parameter whose text has `min=` or `max=`; None where it has not."""
    scope = Scope({}, constants=dict(spec.constants))

    def value(bound: Expression | None) -> float | None:
        return None if bound is None else float(evaluate(bound, scope))

    bounds = {public_name(path): (value(a.low), value(a.high)) for path, a in _parameters(spec)}
    return {name: both for name, both in bounds.items() if both != (None, None)}


def _parameters(spec: NetworkSpec) -> Iterator[tuple[Path, Attribute]]:
    """Yield the floating-point parameters that models describe."""
    models = [("populations", p.name, p.neuron) for p in spec.populations]
    models += [("projections", q.name, q.synapse) for q in spec.projections if q.kind.has_synapses]
    for kind, owner, model in models:
        for a in model.analysed.attributes:
            if a.is_parameter and a.type is ValueType.FLOAT:
                yield (kind, owner, a.name), a
