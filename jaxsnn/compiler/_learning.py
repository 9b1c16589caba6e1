"""What synapses compute after the neurons: their equations at every step, statements when the post neuron spikes."""

from collections.abc import Callable
from dataclasses import replace

import jax
import jax.numpy as jnp
from jax import Array, lax

from ..connectivity import Side
from ..equations import WEIGHT, Locality, Scope, run_updates
from ..rng import fold_name
from ._arrival import with_changes
from ._everywhere import drawer, scope_at_places
from ._links import Link
from ._reading import remote_values, storage_of, synapse_value
from ._state import NetworkParams, NetworkState
from ._synapse_rule import build_operands, build_rule, post_spike

MOST_UNBRANCHED = 10**7  # synapses that a GPU updates about as fast as it takes a branch; estimate

# learn(params, state, key, opaque) -> state
Values = dict[str, Array]
Learn = Callable[[NetworkParams, NetworkState, Array, Array], NetworkState]


def build_equations(link: Link, dt: float, dtype) -> Learn:
    """Return what the equations of the synapses do in a step."""

    def learn(params: NetworkParams, state: NetworkState, key: Array, opaque: Array) -> NetworkState:
        switches = state.constants.switches[link.name]
        due = (state.step - switches.offset) % switches.period == 0
        now = switches.transmission & switches.update & due
        old = state.projections[link.name]
        new = _where_due(link, now, lambda: _computed(link, params, state, key, dt, dtype), old)
        return replace(state, projections={**state.projections, link.name: new})

    return learn


def _where_due(link: Link, now: Array, compute: Callable[[], Values], old: Values) -> Values:
    """Return what is computed, or the old values; a GPU is not kept waiting for a branch that is soon computed."""
    rows, width = link.form.shape
    if not link.on_cpu and rows * width <= MOST_UNBRANCHED:
        return jax.tree.map(lambda new, old: jnp.where(now, new, old), compute(), old)
    return lax.cond(now, compute, lambda: old)


def _computed(link: Link, params: NetworkParams, state: NetworkState, key: Array, dt: float, dtype):
    """Return the variables after the equations: those of the projection, of post neurons, of synapses."""
    model, switches = link.model, state.constants.switches[link.name]
    for locality, updates in (
        (Locality.SHARED, model.shared_updates),
        (Locality.POSTSYNAPTIC, model.post_updates),
        (Locality.LOCAL, model.updates),
    ):
        if not updates:
            continue
        scope = _scope(link, locality, params, state, dt, dtype)
        scope.draw = drawer(link, locality, scope, state, fold_name(key, link.name), dtype)
        before = state.projections[link.name]
        mine = {a.name: before[a.name] for a in model.attributes if a.name in before and a.locality is locality}
        scope.values |= mine
        run_updates(updates, scope, dt, stretch=switches.period.astype(dtype))
        after = {**before, **{name: _kept(link, name, scope.values[name], before[name], state) for name in mine}}
        state = replace(state, projections={**state.projections, link.name: after})
    return state.projections[link.name]


def _kept(link: Link, name: str, new: Array, old: Array, state: NetworkState) -> Array:
    """Return the new value where it may take effect."""
    if name != WEIGHT:
        return new
    exists = link.form.exists(storage_of(link, state))
    allowed = state.constants.switches[link.name].plasticity
    return jnp.where(allowed if exists is None else allowed & exists, new, old)


def _scope(link: Link, locality: Locality, params: NetworkParams, state: NetworkState, dt: float, dtype) -> Scope:
    """Return what names mean for the variables of one locality."""
    expressions = tuple(link.model.continuous())
    scope = scope_at_places(link, expressions, params, state, dt, dtype, ago=1)
    if locality is Locality.LOCAL:
        return scope
    rows = {a.name: a.locality for a in link.model.attributes if a.locality.value >= locality.value}
    for name in rows:
        scope.values[name] = synapse_value(link, name, params, state)
    if locality is Locality.POSTSYNAPTIC:
        nodes = tuple(node for node in scope.remote if node.owner == "post")
        values = remote_values(link, nodes, params, state, None, dtype)
        take = link.form.ends.post.take
        remote = {node: x if x.ndim == 0 else take(x) for node, x in values.items()}
        clock = state.last_spike.get(link.post.name)
        if clock is not None:
            scope.values["t_post"] = take(clock.astype(dtype) * dt)
        return replace(scope, remote=remote)
    return replace(scope, remote={})


def build_post_events(link: Link, dt: float, dtype) -> Learn:
    """Return what spikes of the post-synaptic neurons do to the synapses, in the step in which they are emitted."""
    happening = post_spike(link.model)
    rule = build_rule(link, happening, dt, dtype)
    read = build_operands(link, happening, dt, dtype)
    kernel = link.kernel_for(link.form, Side.POST, rule)

    def learn(params: NetworkParams, state: NetworkState, key: Array, opaque: Array) -> NetworkState:
        operands, changed = read(params, state)
        spikes = state.spikes[link.post.name].where(state.constants.switches[link.name].transmission)
        changed, _ = kernel(operands, spikes, changed, {}, opaque)
        return with_changes(link, state, changed)

    return learn
