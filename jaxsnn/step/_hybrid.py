"""Projections between spikes and rates: a decoded firing rate, a rate as a current."""

from dataclasses import replace

import jax.numpy as jnp
from jax import Array, lax

from ..equations import Operation, Remote
from ..plan import ProjectionPlan
from ._apply_event import build_event
from ._inputs import Transmit, inputs_of, with_added, with_inputs
from ._state import NetworkParams, NetworkState
from ._state_access import let_through, remote_values, storage_of
from ._synaptic_event import arrival


def build_decoding(plan: ProjectionPlan, dt: float, dtype) -> Transmit:
    """Return what a decoder adds to the inputs of rate-coded neurons: the weighted mean rate of the spikes, Hz.

    `sum(target)` grows by the weighted number of spikes of the last steps, per step, per synapse, per second.
    """
    happen = build_event(plan, arrival(plan.model), dt, dtype)

    def transmit(params: NetworkParams, state: NetworkState, opaque: Array) -> NetworkState:
        nothing = jnp.zeros(plan.post.size, dtype)  # of this trace: a network may be built within another
        spikes = let_through(state.spikes[plan.pre.name], plan, state)
        state, arrived = happen(params, state, spikes, {"": nothing}, opaque)
        past = state.decoded[plan.name]
        past = lax.dynamic_update_index_in_dim(past, arrived[""], state.step % past.shape[0], 0)
        synapses = plan.form.combine(storage_of(plan, state), jnp.ones((), dtype), Operation.SUM, nothing)
        rate = past.sum(axis=0) / past.shape[0] * (1000.0 / dt) / jnp.maximum(synapses, 1.0)
        return with_added(plan, replace(state, decoded={**state.decoded, plan.name: past}), rate)

    return transmit


def build_injection(plan: ProjectionPlan, dtype) -> Transmit:
    """Return what a current adds to the conductances of spiking neurons: the rates of their counterparts."""
    node, ends = Remote("pre", "r"), plan.spec.ends

    def transmit(params: NetworkParams, state: NetworkState, opaque: Array) -> NetworkState:
        rates = jnp.broadcast_to(remote_values(plan, (node,), params, state, None, dtype)[node], (plan.pre.size,))
        current = jnp.where(state.constants.switches[plan.name].transmission, ends.pre.take(rates), 0.0)
        return with_inputs(plan, state, {t: ends.post.add(x, current) for t, x in inputs_of(plan, state).items()})

    return transmit
