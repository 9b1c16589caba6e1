"""A population in a file: its attributes, and where its spikes, its clocks and its past stand."""

from dataclasses import replace

import numpy as np

from ..errors import JaxsnnError
from ..network import PopulationSpec
from ..propagation import Spikes
from ..step import NetworkState, find, put
from ._array_checks import ANY, SOME, Shape, attribute_kind, attribute_shapes, must_fit, one_sided
from ._document import Document, Parts
from ._rings import as_ring, flags_of, in_time, past_of_length, words_of
from ._schedules import GIVEN, given_parts, schedule_of
from ._snapshot import Snapshot

NEVER = -10_000  # what stands for the step of a spike that never was
SPIKES = ("spikes", "axon_spikes")
CLOCKS = ("last_spike", "origins")
TRAIN, WINDOW, REFRACTORY = "train", "window-flags", "refractory-steps"
NAMED = {"history-": "histories", "sum-": "sums", "reduction-": "reductions"}


def population_header(spec: PopulationSpec) -> dict:
    """Return what the header of a file says of a population."""
    attributes = {a.name: attribute_kind(a) for a in spec.neuron.analysed.attributes}
    return {"geometry": list(spec.geometry), "model": spec.neuron.name, "attributes": attributes}


def population_parts(now: Snapshot, name: str) -> Parts:
    """Return everything of a population that changes, as arrays that do not depend on how the engine stores it."""
    spec, state = now.spec.population(name), now.state
    found = {a: find(now.params, state, ("populations", name, a)) for a in spec.neuron.analysed.names}
    found |= {f"{clock}-step": getattr(state, clock)[name] for clock in CLOCKS if name in getattr(state, clock)}
    for start, place in NAMED.items():
        found |= {f"{start}{key}": x for key, x in getattr(state, place).get(name, {}).items()}
    if name in state.refractory:
        found[REFRACTORY] = state.refractory[name]
    parts = {key: np.asarray(x) for key, x in found.items()} | _spike_parts(state, spec)
    rings = {key: in_time(x, now.step) for key, x in parts.items() if _is_past(key)}
    return parts | rings | given_parts(now.schedules.get(name))


def _spike_parts(state: NetworkState, spec: PopulationSpec) -> Parts:
    """Return the spikes of the last step and those of the past."""
    parts, name, size = {}, spec.name, spec.size
    for place in SPIKES:
        if name in getattr(state, place):
            spikes = getattr(state, place)[name]
            parts[f"{place}-flags"] = flags_of(np.asarray(spikes.words)[None], size)[0]
            parts[f"{place}-distance"] = np.asarray(spikes.distance)
    if name in state.trains:
        parts[f"{TRAIN}-flags"] = flags_of(np.asarray(state.trains[name].words), size)
        parts[f"{TRAIN}-distance"] = np.asarray(state.trains[name].distance)
    if name in state.windows:
        parts[WINDOW] = flags_of(np.asarray(state.windows[name].words), size)
    return parts


def _is_past(part: str) -> bool:
    return part == WINDOW or part.startswith((f"{TRAIN}-", "history-"))


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
    must_fit(document, what, parts, mine, _shapes(spec, mine))
    skipped = one_sided(what, parts, mine)
    taken = {key: x for key, x in parts.items() if key in mine}
    now = _with_input(now, name, document, taken)
    params, state = now.params, now.state
    for attribute in spec.neuron.analysed.names:
        if attribute in taken:
            params, state = put(params, state, ("populations", name, attribute), taken[attribute])
    state = _with_clocks(state, name, taken, now.step - document.header["step"])
    state = _with_past(_with_spikes(state, name, taken), name, taken)
    return replace(now, params=params, state=state), skipped


def _shapes(spec: PopulationSpec, mine: Parts) -> dict[str, list[Shape]]:
    """Return the shapes that differ from what the network has at present, or may differ."""
    shapes: dict[str, list[Shape]] = {a.name: attribute_shapes(a, spec.size) for a in spec.neuron.analysed.attributes}
    shapes |= {key: [(SOME, *x.shape[1:])] for key, x in mine.items() if _is_past(key) and key != WINDOW}
    return shapes | {key: [(), (ANY,), (ANY, ANY)] for key in mine if key.startswith(GIVEN)}


def _with_input(now: Snapshot, name: str, document: Document, parts: Parts) -> Snapshot:
    """Return the network with what drives an input population."""
    old = now.schedules.get(name)
    try:
        new = schedule_of(parts, old)
        if new is None or new is old:
            return now
        tables = new.source(now.spec.dt).arrays
    except (ValueError, JaxsnnError) as error:
        raise document.error(f"what drives population `{name}` makes no sense here: {error}") from error
    params, state = now.params, now.state
    for table, array in tables.items():
        dtype = now.compiled.dtype if np.issubdtype(array.dtype, np.floating) else np.int32
        params, state = put(params, state, ("populations", name, table), np.asarray(array, dtype))
    return replace(now, params=params, state=state, schedules={**now.schedules, name: new})


def _with_clocks(state: NetworkState, name: str, parts: Parts, shift: int) -> NetworkState:
    """Return the state with the steps at which something happened; `shift` is how far the clock here is ahead."""
    new = {place: parts[f"{place}-step"] for place in CLOCKS if f"{place}-step" in parts}
    moved = {place: x + np.int32(shift) for place, x in new.items()}
    if "last_spike" in new:
        moved["last_spike"] = np.where(new["last_spike"] == NEVER, np.int32(NEVER), moved["last_spike"])
    return _placed(state, name, moved)


def _with_spikes(state: NetworkState, name: str, parts: Parts) -> NetworkState:
    """Return the state with the spikes of the last step and the refractory periods."""
    new: dict = {"refractory": parts[REFRACTORY]} if REFRACTORY in parts else {}
    for place in SPIKES:
        if f"{place}-flags" in parts and f"{place}-distance" in parts:
            new[place] = Spikes(words_of(parts[f"{place}-flags"][None])[0], parts[f"{place}-distance"])  # type: ignore[arg-type]
    for start, place in NAMED.items():
        mine = {k: parts[f"{start}{k}"] for k in getattr(state, place).get(name, {}) if f"{start}{k}" in parts}
        if mine and place != "histories":
            new[place] = {**getattr(state, place)[name], **mine}
    return _placed(state, name, new)


def _with_past(state: NetworkState, name: str, parts: Parts) -> NetworkState:
    """Return the state with what is kept of the last steps, in rings as long as they are here."""
    step, new = int(state.step), {}
    if f"{TRAIN}-flags" in parts and f"{TRAIN}-distance" in parts:
        old, flags, distance = state.trains[name], parts[f"{TRAIN}-flags"], parts[f"{TRAIN}-distance"]
        length = len(old.words)
        words = past_of_length(words_of(flags), length, np.zeros(1, np.uint32))
        away = past_of_length(distance, length, np.full(1, -1.0, distance.dtype))
        new["trains"] = Spikes(as_ring(words, step), as_ring(away, step))  # type: ignore[arg-type]
    histories = dict(state.histories.get(name, {}))
    for key, ring in histories.items():
        rows = parts.get(f"history-{key}")
        if rows is not None:
            histories[key] = as_ring(past_of_length(rows, len(ring), rows[:1]), step)  # type: ignore[assignment]
    if WINDOW in parts:
        flags = parts[WINDOW]
        counts = flags.sum(axis=0, dtype=np.int32)
        new["windows"] = replace(state.windows[name], words=as_ring(words_of(flags), step), counts=counts)
    return _placed(state, name, new | ({"histories": histories} if histories else {}))


def _placed(state: NetworkState, name: str, new: dict) -> NetworkState:
    """Return the state with parts of a population, by their place in it."""
    return replace(state, **{place: {**getattr(state, place), name: x} for place, x in new.items()})
