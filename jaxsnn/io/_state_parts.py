"""Fields of the state in a file, as arrays that depend neither on how a step stores them nor on where its rings begin.

Spikes are flags, rings are rows in the order of time, values at places are values of synapses, and steps are moved to
the clock of the network that reads them. Which field is which is said where `NetworkState` declares it.
"""

from typing import Any

import jax
import numpy as np

from ..connectivity import SynapseTable
from ..editing import at_synapses, later
from ..plan import ProjectionPlan
from ..propagation import Spikes
from ..step import (
    LONG_AGO,
    Clock,
    LastEvents,
    NetworkState,
    Owner,
    StateField,
    Window,
    owned_by,
    state_fields,
    with_owned,
)
from ._array_checks import SOME, Shape
from ._document import Parts
from ._rings import as_ring, flags_of, future_of_length, in_time, past_of_length, words_of
from ._snapshot import Snapshot

FLAGS, DISTANCE, OFFSET = "-flags", "-distance", "-offset"


def _in_files(state: NetworkState, owner: Owner, name: str) -> list[tuple[StateField, Any]]:
    """Return the fields that a population or projection has in a file, each with its value."""
    owned = owned_by(state, owner, name)
    return [(f, owned[f.name]) for f in state_fields(owner) if f.file and f.name in owned]


def population_fields(now: Snapshot, name: str) -> Parts:
    """Return the fields of the state that belong to a population."""
    size, found = now.spec.population(name).size, Parts()
    for field, value in _in_files(now.state, Owner.POPULATION, name):
        for end, array in _plain(value, size).items():
            found[f"{field.file}{end}"] = in_time(array, now.step) if field.clock.has_rows else array
    return found


def _plain(value: Any, size: int) -> Parts:
    """Return the arrays of a value, by what ends their key."""
    match value:
        case Spikes():
            moments = {} if value.offset is None else {OFFSET: np.asarray(value.offset)}
            return {FLAGS: flags_of(np.asarray(value.words), size), DISTANCE: np.asarray(value.distance), **moments}
        case Window():
            return {FLAGS: flags_of(np.asarray(value.words), size)}
        case dict():
            return {name: np.asarray(x) for name, x in value.items()}
    return {"": np.asarray(value)}


def population_field_shapes(now: Snapshot, name: str) -> dict[str, list[Shape]]:
    """Return the shapes that the pasts of a population can have in a file: any number of rows."""
    size, fields = now.spec.population(name).size, _in_files(now.state, Owner.POPULATION, name)
    pasts = {f.file: _plain(value, size) for f, value in fields if f.clock is Clock.PAST}
    return {f"{file}{end}": [(SOME, *x.shape[1:])] for file, parts in pasts.items() for end, x in parts.items()}


def with_population_fields(now: Snapshot, name: str, parts: Parts, shift: int) -> NetworkState:
    """Return the state with the fields of a population as a file has them; what it does not have stays.

    Args:
        now: the network.
        name: of the population.
        parts: its arrays in the file.
        shift: how far the clock of the network is ahead of that of the file.
    """
    size, new = now.spec.population(name).size, dict[str, Any]()
    for field, old in _in_files(now.state, Owner.POPULATION, name):
        mine = _plain(old, size)
        given = {end: parts[f"{field.file}{end}"] for end in mine if f"{field.file}{end}" in parts}
        if field.clock.has_rows:
            given = {end: _in_ring(end, x, len(mine[end]), now.step) for end, x in given.items()}
        if given.keys() == mine.keys() or isinstance(old, dict):
            new[field.name] = _moved(field, _value(old, given), shift)
    return with_owned(now.state, name, new)


def _in_ring(end: str, rows: np.ndarray, length: int, step: int) -> np.ndarray:
    """Return rows in the order of time as a ring of a length; before the first row neurons were silent, or the same."""
    before = {FLAGS: np.zeros(1, bool), DISTANCE: np.full(1, -1.0, rows.dtype)}.get(end, rows[:1])
    return as_ring(past_of_length(rows, length, before), step)


def _value(old: Any, parts: Parts) -> Any:
    """Return a value of the same kind as the old one, from its arrays by what ends their key."""
    match old:
        case Spikes():
            return Spikes(words_of(parts[FLAGS]), parts[DISTANCE], parts.get(OFFSET))  # type: ignore[arg-type]
        case Window():
            counts = parts[FLAGS].sum(axis=0, dtype=np.int32)
            return Window(words_of(parts[FLAGS]), counts)  # type: ignore[arg-type]
        case dict():
            return old | parts
    return parts[""]


def _moved(field: StateField, value: Any, shift: int) -> Any:
    """Return a value on the clock of the network; what has never happened stays so."""
    if field.clock is not Clock.STEP:
        return value
    moved = later(np.asarray(value), shift)
    return np.where(value == LONG_AGO, np.int32(LONG_AGO), moved) if field.empty == LONG_AGO else moved


def projection_fields(now: Snapshot, name: str) -> Parts:
    """Return the fields of the state that belong to a projection."""
    size, found = now.compiled.plans[name].post.size, Parts()
    for field, value in _in_files(now.state, Owner.PROJECTION, name):
        if isinstance(value, LastEvents):
            array = at_synapses(value, now.synapses(name))
        elif field.at_places:
            array = np.asarray(value).reshape(-1)[now.synapses(name).place]
        else:
            array = np.asarray(value)
        if field.clock is Clock.AHEAD:
            array = array.reshape(-1, size)
        has_rows = field.clock is Clock.AHEAD or field.clock.has_rows
        found[field.file] = in_time(array, now.step) if has_rows else array
    return found


def projection_field_shapes(plan: ProjectionPlan, n: int) -> dict[str, list[Shape]]:
    """Return the shapes that the fields of a projection with n synapses can have in a file."""
    fields = state_fields(Owner.PROJECTION)
    shapes: dict[str, list[Shape]] = {f.file: [(n,)] for f in fields if f.file and f.at_places}
    shapes |= {f.file: [(SOME, plan.post.size)] for f in fields if f.clock is Clock.AHEAD}
    return shapes


def rings_ahead(parts: Parts) -> list[np.ndarray]:
    """Return what a projection of a file has for steps to come, in the order of time."""
    return [parts[f.file] for f in state_fields(Owner.PROJECTION) if f.clock is Clock.AHEAD and f.file in parts]


def with_projection_fields(
    now: Snapshot, state: NetworkState, name: str, parts: Parts, shift: int, stored: SynapseTable | None = None
) -> NetworkState:
    """Return a state with the fields of a projection as a file has them.

    Args:
        now: the network.
        state: that is changed.
        name: of the projection.
        parts: its arrays in the file.
        shift: how far the clock of the network is ahead of that of the file.
        stored: its synapses, as they are stored now. At those of which the file says nothing, nothing has happened.
    """
    size, step, new = now.compiled.plans[name].post.size, now.step, dict[str, Any]()
    for field, old in _in_files(state, Owner.PROJECTION, name):
        if field.at_places and stored is not None:
            nothing = np.full(len(stored.place), field.empty, jax.tree.leaves(old)[0].dtype)
            array = parts.get(field.file, nothing)
            new[field.name] = stored.at_places(_moved(field, array, shift), field.empty)
        elif field.file in parts and field.clock is Clock.AHEAD:
            rows = future_of_length(parts[field.file], len(old) // size)
            new[field.name] = as_ring(rows, step).reshape(-1)
        elif field.file in parts:
            array = parts[field.file]
            new[field.name] = as_ring(array, step) if field.clock.has_rows else _moved(field, array, shift)
    return with_owned(state, name, new)
