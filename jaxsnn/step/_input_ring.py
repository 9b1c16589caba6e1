"""Spikes that are added to inputs of steps to come as soon as they are emitted, each after the delay of its synapse.

The ring of a projection has a part for each step up to the longest delay: (length * post population,), where part
`step % length` belongs to the present step. It is one flat array, so that a spike is a row of additions to it.

Projections that stand one after the other in the order of a step can take turns by halves: the spikes of all depart,
then what the rings of all hold for a population arrives there in one pass over its neurons. The sums are the same bits,
as each ring is touched by its own projection alone, and inputs are added in the same order.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

import jax.numpy as jnp
from jax import Array, lax

from ..connectivity import Side, delay_ring
from ..plan import ProjectionPlan
from ..propagation import Operands, read_before_write
from ._apply_event import build_operands
from ._fractional_delays import SHARE, in_part, taps
from ._inputs import Transmit, inputs_of, with_inputs
from ._state import NetworkParams, NetworkState
from ._state_access import delays_of, with_changes
from ._synapse_rule import build_rule
from ._synaptic_event import SynapticEvent


def build_input_ring(plan: ProjectionPlan, event: SynapticEvent, dt: float, dtype) -> Transmit:
    """Return the departure of the spikes of the last step, and the arrival of what the ring holds for this one."""
    depart, arrive = build_departure(plan, event, dt, dtype), build_ring_arrival([plan])

    def transmit(params: NetworkParams, state: NetworkState, opaque: Array) -> NetworkState:
        return arrive(params, depart(params, state, opaque), opaque)

    return transmit


def build_departure(plan: ProjectionPlan, event: SynapticEvent, dt: float, dtype) -> Transmit:
    """Return the departure of the spikes of the last step, which are added to the ring of the projection."""
    rule = build_rule(plan, event, dt, dtype)
    precise = plan.pre.neuron.is_precise
    rule = in_part(rule) if plan.delivery.is_fractional or precise else rule
    form = delay_ring(plan.form, plan.longest)
    kernel = plan.kernel_for(form, Side.PRE, rule)
    read = build_operands(plan, event, dt, dtype, taped=True)

    def depart(params: NetworkParams, state: NetworkState, opaque: Array) -> NetworkState:
        operands, tapes = read(params, state)
        now, spikes, into = state.step % plan.longest, state.spikes[plan.pre.name], {"": state.pending[plan.name]}
        for delays, told in _departures(plan, params, state, operands, dt):
            storage = form.storage(operands.storage, delays, now)
            tapes, into = kernel(replace(told, storage=storage), spikes, tapes, into, opaque)
        return with_changes(plan, replace(state, pending={**state.pending, plan.name: into[""]}), tapes)

    return depart


def build_ring_arrival(plans: Sequence[ProjectionPlan]) -> Transmit:
    """Return the arrival of what the rings of some projections hold for the present step, in their order."""
    by_post = sorted(plans, key=lambda q: q.post.name)  # keeps the order of those to one population
    groups = [list(group) for _, group in groupby(by_post, key=lambda q: q.post.name)]

    def arrive(params: NetworkParams, state: NetworkState, opaque: Array) -> NetworkState:
        for group in groups:
            state = _arrived(group, state, opaque)
        return state

    return arrive


def _arrived(group: Sequence[ProjectionPlan], state: NetworkState, opaque: Array) -> NetworkState:
    """Return the state with what the rings of projections to one population hold for it, and the rings without that."""
    size, inputs = group[0].post.size, dict[str, Array]()
    starts = {q.name: (state.step % q.longest * size,) for q in group}
    for plan in group:
        held = lax.dynamic_slice(state.pending[plan.name], starts[plan.name], (size,))
        let_in = jnp.where(state.constants.switches[plan.name].transmission, held, 0.0)
        inputs |= {t: inputs.get(t, x) + let_in for t, x in inputs_of(plan, state).items()}
    nothing = jnp.zeros(size, state.pending[group[0].name].dtype)
    inputs, cleared = read_before_write(inputs, nothing, opaque if group[0].on_cpu else None)
    rings = {name: lax.dynamic_update_slice(state.pending[name], cleared, start) for name, start in starts.items()}
    state = replace(state, pending={**state.pending, **rings})
    for plan in group:
        state = with_inputs(plan, state, {t: inputs[t] for t in plan.targets})
    return state


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
