"""Spikes that are added to inputs of steps to come as soon as they are emitted, each after the delay of its synapse.

The ring of a projection has a part for each step up to the longest delay: (length * post population,), where part
`step % length` belongs to the present step. It is one flat array, so that a spike is a row of additions to it.
"""

from collections.abc import Iterator
from dataclasses import replace

import jax.numpy as jnp
from jax import Array, lax

from ..connectivity import Side, delay_ring
from ..plan import ProjectionPlan
from ..propagation import Operands, read_before_write
from ._apply_event import build_operands
from ._fractional_delays import SHARE, in_part, taps
from ._inputs import Transmit, with_added
from ._state import NetworkParams, NetworkState
from ._state_access import delays_of, with_changes
from ._synapse_rule import build_rule
from ._synaptic_event import SynapticEvent


def build_input_ring(plan: ProjectionPlan, event: SynapticEvent, dt: float, dtype) -> Transmit:
    """Return the departure of the spikes of the last step, and the arrival of what the ring holds for this one."""
    rule = build_rule(plan, event, dt, dtype)
    precise = plan.pre.neuron.is_precise
    rule = in_part(rule) if plan.delivery.is_fractional or precise else rule
    form = delay_ring(plan.form, plan.longest)
    kernel = plan.kernel_for(form, Side.PRE, rule)
    read = build_operands(plan, event, dt, dtype, taped=True)

    def transmit(params: NetworkParams, state: NetworkState, opaque: Array) -> NetworkState:
        operands, tapes = read(params, state)
        now, spikes, into = state.step % plan.longest, state.spikes[plan.pre.name], {"": state.pending[plan.name]}
        for delays, told in _departures(plan, params, state, operands, dt):
            storage = form.storage(operands.storage, delays, now)
            tapes, into = kernel(replace(told, storage=storage), spikes, tapes, into, opaque)
        arrived, ring = _taken(into[""], now, plan.post.size, opaque if plan.on_cpu else None)
        state = with_changes(plan, replace(state, pending={**state.pending, plan.name: ring}), tapes)
        return with_added(plan, state, jnp.where(state.constants.switches[plan.name].transmission, arrived, 0.0))

    return transmit


def _departures(
    plan: ProjectionPlan, params: NetworkParams, state: NetworkState, operands: Operands, dt: float
) -> Iterator[tuple[Array, Operands]]:
    """Yield (delays in steps, what the rule reads) of all that is sent: once, or in two parts."""
    offset = state.spikes[plan.pre.name].offset
    if plan.delivery.is_fractional:
        passed = None if offset is None else plan.form.pre(operands.storage, offset)
        for tap in taps(plan, params, state, dt, passed):
            yield tap.steps, replace(operands, places={**operands.places, SHARE: tap.share})
    elif offset is None:
        yield delays_of(plan, state), operands
    else:
        for late, share in enumerate((1.0 - offset, offset)):
            yield delays_of(plan, state).astype(jnp.int32) + late, replace(operands, own={**operands.own, SHARE: share})


def _taken(ring: Array, now: Array, size: int, opaque: Array | None) -> tuple[Array, Array]:
    """Return the inputs of the present step, and the ring without them."""
    arrived = lax.dynamic_slice(ring, (now * size,), (size,))
    arrived, cleared = read_before_write(arrived, jnp.zeros_like(arrived), opaque)
    return arrived, lax.dynamic_update_slice(ring, cleared, (now * size,))
