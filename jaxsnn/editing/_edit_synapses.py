"""Synapses that are created and pruned by hand between two calls: arrays of a running network in other places."""

from collections.abc import Mapping
from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np

from ..connectivity import DELAY, WEIGHT, SynapseTable
from ..equations import Locality, Scope, evaluate
from ..plan import ProjectionPlan
from ..step import (
    LONG_AGO,
    LastEvents,
    NetworkParams,
    NetworkState,
    Owner,
    find,
    owned_by,
    put,
    state_fields,
    storage_of,
    with_owned,
)
from ._last_events import at_synapses, brought_to

Values = tuple[NetworkParams, NetworkState]


@dataclass(frozen=True, eq=False)
class Wiring:
    """The synapses that there will be, sorted by the rank of their post neuron, then of their pre neuron.

    Args:
        pre, post: ranks, (synapses,).
        source: (synapses,), which of the present synapses each of them is, in their order; -1 for a new one.
        begin: values with which new ones begin, by name, (synapses,) or ().
    """

    pre: np.ndarray
    post: np.ndarray
    source: np.ndarray
    begin: Mapping[str, np.ndarray]


def rewired(plan: ProjectionPlan, now: Values, place: np.ndarray, wiring: Wiring, dt: float) -> Values:
    """Return parameters and state with other synapses in a projection.

    Args:
        plan: the projection.
        now: present parameters and state.
        place: flat places of the present synapses, sorted as those of the wiring.
        wiring: the synapses that there will be. What it gives no value begins as the model declares.
        dt: step, ms.
    """
    params, state = now
    form, old = plan.form, storage_of(plan, state)
    width = form.width_with_room(old, wiring.pre, wiring.post)
    storage = form.from_pairs(old, wiring.pre, wiring.post, width)
    found = form.table(storage)
    begin = {**_declared(plan, params), DELAY: np.ones((), np.int32), **wiring.begin}
    params, state = put(params, state, ("connectivity", plan.name, ""), storage)
    local = [a.name for a in plan.model.attributes if a.locality is Locality.LOCAL]
    for name in (*local, DELAY):
        path = ("projections", plan.name, name)
        value = np.asarray(find(*now, path))
        if value.ndim or name == WEIGHT:
            whole = np.broadcast_to(value, form.places(old)).reshape(-1)[place]
            params, state = put(params, state, path, _moved(whole, found, wiring.source, begin[name], name))
    owned = owned_by(state, Owner.PROJECTION, plan.name)
    last = state.last_events.get(plan.name)
    if isinstance(last, LastEvents):
        happened = np.where(wiring.source >= 0, at_synapses(last, found), LONG_AGO)  # at a new synapse nothing has
        return params, brought_to(last, plan, (params, state), found, happened, dt)
    for field in (f for f in state_fields(Owner.PROJECTION) if f.at_places and f.name in owned):
        values = np.asarray(owned[field.name]).reshape(-1)[place]
        moved = _moved(values, found, wiring.source, np.asarray(field.empty, values.dtype), field.name)
        state = with_owned(state, plan.name, {field.name: moved})
    return params, state


def _declared(plan: ProjectionPlan, params: NetworkParams) -> dict[str, np.ndarray]:
    """Return what the model declares of every attribute with one value per synapse."""
    values: dict[str, np.ndarray] = {}
    for a in sorted(plan.model.attributes, key=lambda a: not a.is_parameter):
        values[a.name] = np.asarray(evaluate(a.init, Scope(values, constants=params.constants)))
    return values


def _moved(values: np.ndarray, found: SynapseTable, source: np.ndarray, begin: np.ndarray, name: str):
    """Return values at the new places: those of the synapses that were there before, and those of new ones."""
    kept = values[np.maximum(source, 0)] if len(values) else np.zeros(len(source), values.dtype)
    new = np.where(source >= 0, kept, begin).astype(values.dtype)
    return jnp.asarray(found.at_places(new, 0 if name == WEIGHT or not len(new) else new[0]))
