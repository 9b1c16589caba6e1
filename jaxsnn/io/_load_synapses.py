"""A projection of a file is put into a network: its synapses, what is stored for each, what is on its way."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import jax.numpy as jnp
import numpy as np

from ..connectivity import DELAY, WEIGHT, Storage, SynapseTable
from ..editing import brought_to, forget_events, of_neurons
from ..equations import Attribute, Locality
from ..plan import EventClock, ProjectionPlan
from ..step import NetworkParams, NetworkState, put, storage_of
from ._array_checks import one_sided
from ._document import Document, Parts
from ._projections import (
    EVERYWHERE,
    POST,
    PRE,
    STEPS,
    SWITCH,
    SWITCHES,
    check_projection,
    projection_parts,
)
from ._snapshot import Snapshot
from ._state_parts import with_projection_fields


def with_projection(
    now: Snapshot, name: str, document: Document, record: Mapping[str, Any], parts: Parts
) -> tuple[Snapshot, list[str]]:
    """Return a network with a projection as a file has it, and what was skipped.

    Args:
        now: the network; delays as long as those of the file have room in it.
        name: of the projection in it.
        document: of the file.
        record: what its header says of the projection.
        parts: of the projection in the file.

    Raises:
        FileFormatError: see `check_projection`; or nothing gives the new synapses a value of some attribute.
    """
    plan, mine = now.compiled.plans[name], projection_parts(now, name)
    check_projection(document, plan, parts, mine)
    taken = {key: x for key, x in parts.items() if key in mine}
    storage, found = _synapses(now, plan, mine, taken, _width(plan, document, record, taken))
    params, state = put(now.params, now.state, ("connectivity", name, ""), storage)
    for attribute in plan.model.attributes:
        value = _at_places(plan, attribute, found, _value(document, plan, attribute, taken, mine))
        whole = taken.get(f"{EVERYWHERE}{attribute.name}", value) if value.ndim == 2 else value
        params, state = put(params, state, ("projections", name, attribute.name), whole)
    steps = found.at_places(taken[STEPS], 1) if plan.has_own_delays else taken[STEPS]
    delays = taken.get(f"{EVERYWHERE}{DELAY}", steps)
    delays = delays if plan.delivery.is_fractional else delays.astype(plan.delay_dtype)
    params, state = put(params, state, ("projections", name, DELAY), delays)
    for switch in (s for s in SWITCHES if f"{SWITCH}{s}" in taken):
        params, state = put(params, state, ("switches", name, switch), taken[f"{SWITCH}{switch}"])
    state = with_projection_fields(now, state, name, taken, now.step - document.header["step"], found)
    state = _with_last_events(plan, (params, state), found, now.spec.dt)
    return replace(now, params=params, state=state), one_sided(f"projection `{name}`", parts, mine)


def _with_last_events(
    plan: ProjectionPlan, now: tuple[NetworkParams, NetworkState], found: SynapseTable, dt: float
) -> NetworkState:
    """Return the state in which steps of last events, which a file has for synapses, are where the plan wants them."""
    if plan.event_clock is not EventClock.OF_NEURONS:
        return now[1]
    steps = found.read(np.asarray(now[1].last_events[plan.name]))  # at the places, as the file has them
    return brought_to(of_neurons(plan, found, steps), plan, now, found, steps, dt)


def _width(plan: ProjectionPlan, document: Document, record: Mapping[str, Any], parts: Parts) -> int | None:
    """Return the width that rows had when they were written, where they are such rows here: so places stay the same."""
    if plan.form.is_dense or record["rows_by"] != plan.form.by.value:
        return None
    width = record["width"]
    if not plan.form.fits(width, parts[PRE], parts[POST]):
        raise document.error(f"rows of {width} synapses do not fit projection `{plan.name}`: the file is damaged")
    return width


def _synapses(
    now: Snapshot, plan: ProjectionPlan, mine: Parts, theirs: Parts, width: int | None
) -> tuple[Storage, SynapseTable]:
    """Return the synapses of a file in the form of the network: its own storage where they are the same."""
    old, found = storage_of(plan, now.state), now.synapses(plan.name)
    same = all(np.array_equal(mine[key], theirs[key]) for key in (PRE, POST))
    if same and width in (None, found.shape[1]):
        return old, found
    storage = plan.form.from_pairs(old, theirs[PRE], theirs[POST], width)
    return storage, plan.form.table(storage)


def _value(document: Document, plan: ProjectionPlan, attribute: Attribute, theirs: Parts, mine: Parts) -> np.ndarray:
    """Return the value of an attribute from the file, or that of the network where the file has none."""
    if attribute.name in theirs:
        return theirs[attribute.name]
    value, n = mine[attribute.name], len(theirs[PRE])
    same = n == len(mine[PRE]) and all(np.array_equal(mine[key], theirs[key]) for key in (PRE, POST))
    if attribute.locality is Locality.LOCAL and value.ndim and not same:
        message = f"projection `{plan.name}` has other synapses than the network, and no `{attribute.name}` for them"
        raise document.error(f"{message}: load it into a network whose synapses have the attributes of the file")
    return value


def _at_places(plan: ProjectionPlan, attribute: Attribute, found: SynapseTable, value: np.ndarray) -> np.ndarray:
    """Return the values of an attribute as they are stored; the weight of what is no synapse is 0."""
    is_whole = attribute.name == WEIGHT and plan.form.is_dense
    if attribute.locality is not Locality.LOCAL or (value.ndim == 0 and not is_whole):
        return value
    empty = 0 if attribute.name == WEIGHT or value.size == 0 else value.flat[0]
    return found.at_places(value, empty)


def with_initial(now: Snapshot, fresh: Snapshot, name: str, attributes: Iterable[str]) -> Snapshot:
    """Return a network in which attributes of a projection begin again and no event has happened at its synapses.

    Args:
        now: the network.
        fresh: the same one as it begins, perhaps with other synapses.
        name: of the projection.
        attributes: that begin again. Synapses that `fresh` does not have begin with the values of others.
    """
    plan, mine, theirs = now.compiled.plans[name], projection_parts(now, name), projection_parts(fresh, name)
    found = now.synapses(name)
    pairs = [x[POST].astype(np.int64) * plan.pre.size + x[PRE] for x in (mine, theirs)]
    place = np.minimum(np.searchsorted(pairs[1], pairs[0]), max(0, len(pairs[1]) - 1))
    params, state = now.params, now.state
    for attribute in (plan.model.attribute(a) for a in attributes):
        value = theirs[attribute.name]
        if attribute.locality is Locality.LOCAL and value.ndim:
            value = value[place] if len(value) else np.zeros(len(place), value.dtype)
        value = jnp.asarray(_at_places(plan, attribute, found, value))
        params, state = put(params, state, ("projections", name, attribute.name), value)
    return replace(now, params=params, state=forget_events(state, [name]))
