"""A population in a file: its attributes, its fields of the state, and what drives it."""

from dataclasses import replace

import numpy as np

from ..errors import JaxsnnError
from ..network import PopulationSpec
from ..step import find, put
from ._array_checks import ANY, Shape, attribute_kind, attribute_shapes, must_fit, one_sided
from ._document import Document, Parts
from ._schedules import GIVEN, given_parts, schedule_of
from ._snapshot import Snapshot
from ._state_parts import population_field_shapes, population_fields, with_population_fields


def population_header(spec: PopulationSpec) -> dict:
    """Return what the header of a file says of a population."""
    attributes = {a.name: attribute_kind(a) for a in spec.neuron.analysed.attributes}
    return {"geometry": list(spec.geometry), "model": spec.neuron.name, "attributes": attributes}


def population_parts(now: Snapshot, name: str) -> Parts:
    """Return everything of a population that changes, as arrays that do not depend on how the engine stores it."""
    spec, state = now.spec.population(name), now.state
    found = {a: find(now.params, state, ("populations", name, a)) for a in spec.neuron.analysed.names}
    parts = {key: np.asarray(x) for key, x in found.items()}
    return parts | population_fields(now, name) | given_parts(now.schedules.get(name))


def with_population(now: Snapshot, name: str, document: Document, parts: Parts) -> tuple[Snapshot, list[str]]:
    """Return a network with a population as a file has it, and what was skipped.

    Args:
        now: the network.
        name: of the population in it.
        document: of the file.
        parts: of the population in the file.

    Raises:
        FileFormatError: an array of another type or shape.
    """
    spec, what = now.spec.population(name), f"population `{name}`"
    mine = population_parts(now, name)
    must_fit(document, what, parts, mine, _shapes(now, spec, mine))
    skipped = one_sided(what, parts, mine)
    taken = {key: x for key, x in parts.items() if key in mine}
    now = _with_input(now, name, document, taken)
    now = replace(now, state=with_population_fields(now, name, taken, now.step - document.header["step"]))
    params, state = now.params, now.state
    for attribute in spec.neuron.analysed.names:
        if attribute in taken:
            params, state = put(params, state, ("populations", name, attribute), taken[attribute])
    return replace(now, params=params, state=state), skipped


def _shapes(now: Snapshot, spec: PopulationSpec, mine: Parts) -> dict[str, list[Shape]]:
    """Return the shapes that differ from what the network has at present, or may differ."""
    shapes: dict[str, list[Shape]] = {a.name: attribute_shapes(a, spec.size) for a in spec.neuron.analysed.attributes}
    shapes |= population_field_shapes(now, spec.name)
    return shapes | {key: [(), (ANY,), (ANY, ANY)] for key in mine if key.startswith(GIVEN)}


def _with_input(now: Snapshot, name: str, document: Document, parts: Parts) -> Snapshot:
    """Return the network with what drives an input population."""
    old = now.schedules.get(name)
    try:
        new = schedule_of(parts, old)
        if new is None or new is old:
            return now
        tables = new.source(now.spec.dt).arrays
    except (ValueError, TypeError, OverflowError, JaxsnnError) as error:
        raise document.error(f"what drives population `{name}` makes no sense here: {error}") from error
    params, state = now.params, now.state
    for table, array in tables.items():
        dtype = now.compiled.dtype if np.issubdtype(array.dtype, np.floating) else np.int32
        params, state = put(params, state, ("populations", name, table), np.asarray(array, dtype))
    return replace(now, params=params, state=state, schedules={**now.schedules, name: new})
