"""Spikes that arrive at the synapses of a projection, by the way in which they are delivered."""

from collections.abc import Callable
from dataclasses import replace

import jax.numpy as jnp
from jax import Array, lax

from ..plan import Delivery, ProjectionPlan
from ..propagation import Spikes
from ._apply_event import build_event
from ._fractional_delays import LATE
from ._input_ring import build_input_ring
from ._inputs import Transmit, inputs_of, with_added, with_inputs
from ._state import NetworkParams, NetworkState
from ._state_access import delays_of, let_through, past_spikes
from ._synaptic_event import SynapticEvent, arrival, axonal_arrival


def build_arrival(plan: ProjectionPlan, dt: float, dtype) -> Transmit:
    """Return what the spikes of a projection do when they arrive."""
    event, name = arrival(plan.model), plan.pre.name
    if plan.pre.neuron.is_precise and not plan.delivery.uses_ring:
        return _build_in_two_steps(plan, event, dt, dtype)
    match plan.delivery:
        case Delivery.NEXT_STEP:
            return _build_at_once(plan, event, lambda state: state.spikes[name], dt, dtype)
        case Delivery.UNIFORM:
            late = lambda state: past_spikes(state, name, delays_of(plan, state))  # noqa: E731 - one of two ways to read
            return _build_at_once(plan, event, late, dt, dtype)
        case Delivery.PER_SYNAPSE:
            return _build_delay_by_delay(plan, event, dt, dtype)
    return build_input_ring(plan, event, dt, dtype)


def _build_at_once(
    plan: ProjectionPlan, event: SynapticEvent, arriving: Callable[[NetworkState], Spikes], dt: float, dtype
) -> Transmit:
    """Return the arrival of spikes that reach all of their synapses in the same step."""
    happen = build_event(plan, event, dt, dtype, taped=True)

    def transmit(params: NetworkParams, state: NetworkState, opaque: Array) -> NetworkState:
        spikes = let_through(arriving(state), plan, state)
        state, into = happen(params, state, spikes, inputs_of(plan, state), opaque)
        return with_inputs(plan, state, into)

    return transmit


def _build_in_two_steps(plan: ProjectionPlan, event: SynapticEvent, dt: float, dtype) -> Transmit:
    """Return the arrival of spikes that have moments; what they add in the next step is pending until then."""
    happen, name = build_event(plan, event, dt, dtype, in_parts=True), plan.pre.name

    def transmit(params: NetworkParams, state: NetworkState, opaque: Array) -> NetworkState:
        waiting, is_late = state.pending[plan.name], plan.delivery is Delivery.UNIFORM
        due = past_spikes(state, name, delays_of(plan, state)) if is_late else state.spikes[name]
        transmits = state.constants.switches[plan.name].transmission
        into = inputs_of(plan, with_added(plan, state, jnp.where(transmits, waiting, 0.0)))
        spikes, late = let_through(due, plan, state), {LATE: jnp.zeros_like(waiting)}
        state, into = happen(params, state, spikes, into | late, opaque)
        pending = {**state.pending, plan.name: into.pop(LATE)}
        return with_inputs(plan, replace(state, pending=pending), into)

    return transmit


def _build_delay_by_delay(plan: ProjectionPlan, event: SynapticEvent, dt: float, dtype) -> Transmit:
    """Return the arrival of the spikes of one step of the past after the other, each at the synapses it has reached.

    The oldest come first: several spikes that arrive at one neuron act in the order in which they were emitted.
    """
    happen = build_event(plan, event, dt, dtype, only_delay=True)

    def transmit(params: NetworkParams, state: NetworkState, opaque: Array) -> NetworkState:
        def with_delay(i: Array, state: NetworkState) -> NetworkState:
            delay = plan.longest - i
            spikes = let_through(past_spikes(state, plan.pre.name, delay), plan, state)
            state, into = happen(params, state, spikes, inputs_of(plan, state), opaque, delay)
            return with_inputs(plan, state, into)

        return lax.fori_loop(0, plan.longest, with_delay, state)

    return transmit


def build_axonal_arrival(plan: ProjectionPlan, dt: float, dtype) -> Transmit:
    """Return what axonal spikes do when they arrive: always in the next step."""
    happen = build_event(plan, axonal_arrival(plan.model), dt, dtype)

    def transmit(params: NetworkParams, state: NetworkState, opaque: Array) -> NetworkState:
        switches = state.constants.switches[plan.name]
        spikes = state.axon_spikes[plan.pre.name].where(switches.transmission & switches.axon_transmission)
        state, into = happen(params, state, spikes, inputs_of(plan, state), opaque)
        return with_inputs(plan, state, into)

    return transmit
