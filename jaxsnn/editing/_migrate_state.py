"""Arrays of a running network under another description of it: what is kept, what is taken from a fresh beginning."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from ..compiler import CompiledNetwork
from ..network import NetworkSpec
from ..plan import ProjectionPlan, Requirements, requirements_of
from ..propagation import Spikes
from ..step import (
    LONG_AGO,
    Clock,
    LastEvents,
    NetworkParams,
    NetworkState,
    Owner,
    StateField,
    neuron_value,
    state_fields,
    storage_of,
)
from ._last_events import at_synapses

Values = tuple[NetworkParams, NetworkState]


def migrate(compiled: CompiledNetwork, old: Values, fresh: Values) -> Values:
    """Return parameters and state of a running network for another description of it.

    Args:
        compiled: the network as it is described now.
        old: present parameters and state.
        fresh: those with which the network as it is described now would begin.
    """
    params, state = merged(old[0], fresh[0]), merged(old[1], fresh[1])
    return params, completed(compiled.spec, compiled.plans, old[1], params, state)


def merged(old: Any, new: Any) -> Any:
    """Return the new tree with every array that the old one has at the same place and of the same kind.

    Delays may have become too long for the type of integers that they had.
    """
    have = dict(jax.tree_util.tree_leaves_with_path(old))

    def chosen(path, fresh):
        mine = have.get(path)
        if mine is None or mine.dtype == fresh.dtype:
            return fresh if mine is None else mine
        whole = all(jnp.issubdtype(x.dtype, jnp.integer) for x in (mine, fresh))
        return mine.astype(fresh.dtype) if whole else fresh

    return jax.tree_util.tree_map_with_path(chosen, new)


def completed(
    spec: NetworkSpec, plans: Mapping[str, ProjectionPlan], old: NetworkState, params: NetworkParams, new: NetworkState
) -> NetworkState:
    """Return the new state with pasts of the lengths that delays now need, and with the columns that are now asked for.

    Where a past was not kept, its last step is known: in steps before, values were the same, and neurons silent.

    Args:
        spec, plans: the network as it is described now.
        old: the state before.
        params, new: parameters and state with the arrays of the old ones wherever these have them.
    """
    step = int(old.step)
    new = _with_last_step(spec, requirements_of(spec, plans.values()), old, params, new)
    rings = {f.name: _long_enough(f, getattr(new, f.name), plans, step) for f in _rings()}
    stay, change = _kept(plans, old.constants.connectivity, new.constants.connectivity), dict(new.connectivity)
    change = _kept(plans, old.connectivity, change)
    constants = replace(new.constants, connectivity=stay)
    new = replace(new, **{**rings, "constants": constants, "connectivity": change})
    events = {name: _events(plans[name], old, new) for name in new.last_events}
    return replace(new, last_events=events)


def ring_shapes(state: NetworkState) -> list[tuple[int, ...]]:
    """Return the shapes of all rings that longer delays make longer."""
    return [x.shape for f in _rings() for x in jax.tree.leaves(getattr(state, f.name))]


def _rings() -> list[StateField]:
    fields = (*state_fields(Owner.POPULATION), *state_fields(Owner.PROJECTION))
    return [f for f in fields if f.clock.follows_delays]


def _long_enough(
    field: StateField, rings: Mapping[str, Any], plans: Mapping[str, ProjectionPlan], step: int
) -> dict[str, Any]:
    """Return the rings of a field, longer where delays have grown."""
    if field.clock is Clock.AHEAD:
        return {name: _more_ahead(x, plans[name], step) for name, x in rings.items()}
    return {name: _longer_past(x, [q for q in plans.values() if q.spec.pre == name], step) for name, x in rings.items()}


def _longer_past(past: Any, efferent: list[ProjectionPlan], step: int) -> Any:
    """Return what is kept of a population for the longest delay: spikes, or values by name."""
    if isinstance(past, Spikes):
        length = max((q.longest for q in efferent if q.delivery.reads_past), default=1)
        return jax.tree.map(lambda x: _longer(x, length, step, x[:1] * 0), past)
    length = max((q.longest for q in efferent), default=1)
    return jax.tree.map(lambda x: _longer(x, length, step, _oldest(x, step)), past)


def _with_last_step(
    spec: NetworkSpec, needs: dict[str, Requirements], old: NetworkState, params: NetworkParams, new: NetworkState
) -> NetworkState:
    """Return the new state in which pasts that the old one has not kept hold the values and spikes of its last step."""
    step, trains = int(old.step), dict(new.trains)
    for name in set(trains) - set(old.trains):
        row = (step - 1) % trains[name].words.shape[0]
        trains[name] = jax.tree.map(lambda past, x, row=row: past.at[row].set(x), trains[name], new.spikes[name])

    def past(name: str, value: str, fresh: Array) -> Array:
        if value in old.histories.get(name, {}):
            return fresh
        now = neuron_value(spec.population(name), needs[name].histories[value].value, params, new, fresh.dtype)
        return jnp.broadcast_to(now, fresh.shape).astype(fresh.dtype)

    histories = {name: {v: past(name, v, x) for v, x in own.items()} for name, own in new.histories.items()}
    return replace(new, trains=trains, histories=histories)


def _kept(plans: Mapping[str, ProjectionPlan], old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Return who is connected to whom: synapses that were created or pruned by hand stay so."""

    def kept(name: str, fresh: Any) -> Any:
        storage = old.get(name, fresh)
        return plans[name].form.with_columns(storage) if plans[name].spec.kind.has_synapses else storage

    return {name: kept(name, fresh) for name, fresh in new.items()}


def _events(plan: ProjectionPlan, old: NetworkState, new: NetworkState) -> Array | LastEvents:
    """Return the steps of last events; those of neurons become those of synapses where delays have come to differ."""
    before, fresh = old.last_events.get(plan.name), new.last_events[plan.name]
    if not isinstance(before, LastEvents) or isinstance(fresh, LastEvents):
        return fresh
    found = plan.form.table(storage_of(plan, new))
    return jnp.asarray(found.at_places(at_synapses(before, found), LONG_AGO))


def _oldest(past: Array, step: int) -> Array:
    """Return the row that is overwritten next, (1, ...)."""
    return past[step % past.shape[0]][None]


def _longer(past: Array, length: int, step: int, before: Array) -> Array:
    """Return a ring of rows of another length with the same last rows, and older ones as given."""
    have = past.shape[0]
    if length <= have:
        return past
    steps = np.arange(step - have, step)
    ring = jnp.broadcast_to(before, (length, *past.shape[1:]))
    return ring.at[steps % length].set(past[steps % have])


def _more_ahead(pending: Array, plan: ProjectionPlan, step: int) -> Array:
    """Return a ring of inputs to come for longer delays."""
    size = plan.post.size
    have = pending.shape[0] // size
    if plan.steps_ahead <= have:
        return pending
    rows = pending.reshape(have, size)
    steps = np.arange(step, step + have)
    ring = jnp.zeros((plan.steps_ahead, size), pending.dtype).at[steps % plan.steps_ahead].set(rows[steps % have])
    return ring.reshape(-1)
