"""What synapses compute after the neurons: their equations at every step, statements when the post neuron spikes."""

from collections.abc import Callable
from dataclasses import replace

import jax
import jax.numpy as jnp
from jax import Array, lax

from ..connectivity import Side
from ..equations import WEIGHT, Locality, Scope, expressions_of, run_updates
from ..plan import ProjectionPlan
from ..rng import fold_name
from ._apply_event import build_event
from ._clock import last_spike_times
from ._state import NetworkParams, NetworkState
from ._state_access import let_through, remote_values, storage_of, synapse_value
from ._synapse_scope import build_synapse_draw, scope_at_places
from ._synaptic_event import TIME_OF_LAST_SPIKE, post_spike

MOST_UNBRANCHED = 10**7  # synapses that a GPU updates about as fast as it takes a branch; estimate

# learn(params, state, key, opaque) -> state
Values = dict[str, Array]
Learn = Callable[[NetworkParams, NetworkState, Array, Array], NetworkState]


def build_equations(plan: ProjectionPlan, dt: float, dtype) -> Learn:
    """Return what the equations of the synapses do in a step."""

    def learn(params: NetworkParams, state: NetworkState, key: Array, opaque: Array) -> NetworkState:
        switches = state.constants.switches[plan.name]
        due = (state.step - switches.offset) % switches.period == 0
        now = switches.transmission & switches.update & due
        old = state.projections[plan.name]
        new = _where_due(plan, now, lambda: _computed(plan, now, params, state, key, dt, dtype), old)
        return replace(state, projections={**state.projections, plan.name: new})

    return learn


def _where_due(plan: ProjectionPlan, now: Array, compute: Callable[[], Values], old: Values) -> Values:
    """Return what is computed, or the old values; a GPU is not kept waiting for a branch that is soon computed."""
    rows, width = plan.form.shape
    if not plan.on_cpu and rows * width <= MOST_UNBRANCHED:
        return jax.tree.map(lambda new, old: jnp.where(now, new, old), compute(), old)
    return lax.cond(now, compute, lambda: old)


def _computed(
    plan: ProjectionPlan, now: Array, params: NetworkParams, state: NetworkState, key: Array, dt: float, dtype
) -> Values:
    """Return the variables after the equations: those of the projection, of post neurons, of synapses."""
    model, switches = plan.model, state.constants.switches[plan.name]
    for locality, updates in (
        (Locality.SHARED, model.shared_updates),
        (Locality.POSTSYNAPTIC, model.post_updates),
        (Locality.LOCAL, model.updates),
    ):
        if not updates:
            continue
        scope = _scope(plan, locality, params, state, dt, dtype)
        scope = scope if model.are_tame(expressions_of(updates)) else scope.within(now)
        scope.draw = build_synapse_draw(plan, locality, scope, state, fold_name(key, plan.name), dtype)
        before = state.projections[plan.name]
        mine = {a.name: before[a.name] for a in model.attributes if a.name in before and a.locality is locality}
        scope.values |= mine
        allowed = {WEIGHT: switches.plasticity} if WEIGHT in mine else {}
        run_updates(updates, scope, dt, stretch=switches.period.astype(dtype), allowed=allowed)
        after = {**before, **{name: _kept(plan, name, scope.values[name], before[name], state) for name in mine}}
        state = replace(state, projections={**state.projections, plan.name: after})
    return state.projections[plan.name]


def _kept(plan: ProjectionPlan, name: str, new: Array, old: Array, state: NetworkState) -> Array:
    """Return the new value where there is a synapse; elsewhere there is perhaps no such value."""
    exists = plan.form.exists(storage_of(plan, state))
    is_shared = plan.model.attribute(name).locality is not Locality.LOCAL
    may_differ = name == WEIGHT or not plan.model.are_tame(plan.model.continuous())
    return jnp.where(exists, new, old) if may_differ and exists is not None and not is_shared else new


def _scope(
    plan: ProjectionPlan, locality: Locality, params: NetworkParams, state: NetworkState, dt: float, dtype
) -> Scope:
    """Return what names mean for the variables of one locality."""
    expressions = tuple(plan.model.continuous())
    scope = scope_at_places(plan, expressions, params, state, dt, dtype, ago=1)
    if locality is Locality.LOCAL:
        return scope
    rows = {a.name: a.locality for a in plan.model.attributes if a.locality.value >= locality.value}
    scope = replace(scope, taken=None, taken_in_stage=None)  # every row has a value
    for name in rows:
        scope.values[name] = synapse_value(plan, name, params, state)
    if locality is Locality.POSTSYNAPTIC:
        nodes = tuple(node for node in scope.remote if node.owner == "post")
        values = remote_values(plan, nodes, params, state, None, dtype)
        take = plan.form.ends.post.take
        remote = {node: x if x.ndim == 0 else take(x) for node, x in values.items()}
        clock = state.last_spike.get(plan.post.name)
        if clock is not None:
            scope.values |= last_spike_times(TIME_OF_LAST_SPIKE[Side.POST], take(clock), state.step, dt, dtype)
        return replace(scope, remote=remote)
    return replace(scope, remote={})


def build_post_events(plan: ProjectionPlan, dt: float, dtype) -> Learn:
    """Return what spikes of the post-synaptic neurons do to the synapses, in the step in which they are emitted."""
    happen = build_event(plan, post_spike(plan.model), dt, dtype)

    def learn(params: NetworkParams, state: NetworkState, key: Array, opaque: Array) -> NetworkState:
        spikes = let_through(state.spikes[plan.post.name], plan, state)
        return happen(params, state, spikes, {}, opaque)[0]

    return learn
