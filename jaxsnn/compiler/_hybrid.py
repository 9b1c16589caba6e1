"""Projections between spikes and rates: a decoded firing rate, a rate as a current."""

from dataclasses import replace

import jax.numpy as jnp
from jax import Array, lax

from ..connectivity import Side
from ..equations import Operation, Remote, conductance
from ._arrival import let_through, with_inputs
from ._links import Link
from ._reading import remote_values, storage_of
from ._state import Attributes, NetworkParams, NetworkState
from ._synapse_rule import arrival, build_operands, build_rule


def build_decoding(link: Link, dt: float, dtype):
    """Return what a decoder adds to the inputs of rate-coded neurons: the weighted mean rate of the spikes, Hz.

    `sum(target)` grows by the weighted number of spikes of the last steps, per step, per synapse, per second.
    """
    happening = arrival(link.model)
    rule = build_rule(link, happening, dt, dtype)
    kernel = link.kernel_for(link.form, Side.PRE, rule)
    read = build_operands(link, happening, dt, dtype)

    def transmit(params: NetworkParams, state: NetworkState, inputs: Attributes, opaque: Array):
        nothing = jnp.zeros(link.post.size, dtype)  # of this trace: a network may be built within another
        operands, changed = read(params, state)
        spikes = let_through(state.spikes[link.pre.name], link, state)
        _, arrived = kernel(operands, spikes, changed, {"": nothing}, opaque)
        past = state.decoded[link.name]
        past = lax.dynamic_update_index_in_dim(past, arrived[""], state.step % past.shape[0], 0)
        synapses = link.form.combine(storage_of(link, state), jnp.ones((), dtype), Operation.SUM, nothing)
        rate = past.sum(axis=0) / past.shape[0] * (1000.0 / dt) / jnp.maximum(synapses, 1.0)
        here = inputs[link.post.name]
        state = replace(state, decoded={**state.decoded, link.name: past})
        return state, with_inputs(link, inputs, {t: here[link.input(t)] + rate for t in link.targets})

    return transmit


def build_injection(link: Link, dtype):
    """Return what a current adds to the conductances of spiking neurons: the rates of their counterparts."""
    node, ends = Remote("pre", "r"), link.spec.ends

    def transmit(params: NetworkParams, state: NetworkState, inputs: Attributes, opaque: Array):
        rates = jnp.broadcast_to(remote_values(link, (node,), params, state, None, dtype)[node], (link.pre.size,))
        on, here = state.constants.switches[link.name].transmission, inputs[link.post.name]
        current = jnp.where(on, ends.pre.take(rates), 0.0)
        into = {t: ends.post.add(here[conductance(t)], current) for t in link.targets}
        return state, with_inputs(link, inputs, into)

    return transmit
