"""Projections between spikes and rates: a decoded firing rate, a rate as a current."""

from dataclasses import replace

import jax.numpy as jnp
from jax import Array, lax

from ..connectivity import Side
from ..equations import Operation, Remote, conductance
from ..plan import ProjectionPlan
from ._spike_transmission import let_through, with_inputs
from ._state import Attributes, NetworkParams, NetworkState
from ._state_access import remote_values, storage_of
from ._synapse_rule import arrival, build_operands, build_rule


def build_decoding(plan: ProjectionPlan, dt: float, dtype):
    """Return what a decoder adds to the inputs of rate-coded neurons: the weighted mean rate of the spikes, Hz.

    `sum(target)` grows by the weighted number of spikes of the last steps, per step, per synapse, per second.
    """
    happening = arrival(plan.model)
    rule = build_rule(plan, happening, dt, dtype)
    kernel = plan.kernel_for(plan.form, Side.PRE, rule)
    read = build_operands(plan, happening, dt, dtype)

    def transmit(params: NetworkParams, state: NetworkState, inputs: Attributes, opaque: Array):
        nothing = jnp.zeros(plan.post.size, dtype)  # of this trace: a network may be built within another
        operands, changed = read(params, state)
        spikes = let_through(state.spikes[plan.pre.name], plan, state)
        _, arrived = kernel(operands, spikes, changed, {"": nothing}, opaque)
        past = state.decoded[plan.name]
        past = lax.dynamic_update_index_in_dim(past, arrived[""], state.step % past.shape[0], 0)
        synapses = plan.form.combine(storage_of(plan, state), jnp.ones((), dtype), Operation.SUM, nothing)
        rate = past.sum(axis=0) / past.shape[0] * (1000.0 / dt) / jnp.maximum(synapses, 1.0)
        here = inputs[plan.post.name]
        state = replace(state, decoded={**state.decoded, plan.name: past})
        return state, with_inputs(plan, inputs, {t: here[plan.input(t)] + rate for t in plan.targets})

    return transmit


def build_injection(plan: ProjectionPlan, dtype):
    """Return what a current adds to the conductances of spiking neurons: the rates of their counterparts."""
    node, ends = Remote("pre", "r"), plan.spec.ends

    def transmit(params: NetworkParams, state: NetworkState, inputs: Attributes, opaque: Array):
        rates = jnp.broadcast_to(remote_values(plan, (node,), params, state, None, dtype)[node], (plan.pre.size,))
        on, here = state.constants.switches[plan.name].transmission, inputs[plan.post.name]
        current = jnp.where(on, ends.pre.take(rates), 0.0)
        into = {t: ends.post.add(here[conductance(t)], current) for t in plan.targets}
        return state, with_inputs(plan, inputs, into)

    return transmit
