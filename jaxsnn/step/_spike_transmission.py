"""Spikes that arrive at the synapses of a projection: a builder for each way in which they are delivered."""

from collections.abc import Callable
from dataclasses import replace

import jax.numpy as jnp
from jax import Array, lax

from ..connectivity import DELAY, Side
from ..plan import Delivery, ProjectionPlan
from ..propagation import Operands, Spikes
from ._input_ring import build_input_ring
from ._inputs import Transmit, inputs_of, with_inputs
from ._rule_operands import build_operands
from ._state import NetworkParams, NetworkState
from ._state_access import delays_of, let_through, past_spikes, tape, with_changes
from ._synapse_rule import build_rule
from ._synaptic_event import ARRIVING, SynapticEvent, arrival, axonal_arrival

# arrive(params, state, spikes, opaque, delay) -> state: what some spikes do at the synapses that they reach
Arrive = Callable[[NetworkParams, NetworkState, Spikes, Array, Array | int | None], NetworkState]


def build_arrival(plan: ProjectionPlan, dt: float, dtype) -> Transmit:
    """Return what the spikes of a projection do when they arrive, by the way in which they are delivered."""
    match plan.delivery:
        case Delivery.NEXT_STEP:
            return _in_the_next_step(plan, dt, dtype)
        case Delivery.UNIFORM:
            return _after_one_delay(plan, dt, dtype)
        case Delivery.PER_SYNAPSE:
            return _after_a_delay_of_each_synapse(plan, dt, dtype)
    return build_input_ring(plan, dt, dtype)


def _in_the_next_step(plan: ProjectionPlan, dt: float, dtype) -> Transmit:
    arrive = _build_arrive(plan, arrival(plan.model), dt, dtype)

    def transmit(params: NetworkParams, state: NetworkState, opaque: Array) -> NetworkState:
        return arrive(params, state, let_through(state.spikes[plan.pre.name], plan, state), opaque, None)

    return transmit


def _after_one_delay(plan: ProjectionPlan, dt: float, dtype) -> Transmit:
    arrive = _build_arrive(plan, arrival(plan.model), dt, dtype)

    def transmit(params: NetworkParams, state: NetworkState, opaque: Array) -> NetworkState:
        spikes = past_spikes(state, plan.pre.name, delays_of(plan, state))
        return arrive(params, state, let_through(spikes, plan, state), opaque, None)

    return transmit


def _after_a_delay_of_each_synapse(plan: ProjectionPlan, dt: float, dtype) -> Transmit:
    """Return the arrival of the spikes of one step of the past after the other, each at the synapses it has reached.

    The oldest come first: several spikes that arrive at one neuron act in the order in which they were emitted.
    """
    arrive = _build_arrive(plan, arrival(plan.model), dt, dtype, only_delay=True)

    def transmit(params: NetworkParams, state: NetworkState, opaque: Array) -> NetworkState:
        def emitted_before(i: Array, state: NetworkState) -> NetworkState:
            delay = plan.longest - i
            spikes = past_spikes(state, plan.pre.name, delay)
            return arrive(params, state, let_through(spikes, plan, state), opaque, delay)

        return lax.fori_loop(0, plan.longest, emitted_before, state)

    return transmit


def build_axonal_arrival(plan: ProjectionPlan, dt: float, dtype) -> Transmit:
    """Return what axonal spikes do when they arrive: always in the next step."""
    arrive = _build_arrive(plan, axonal_arrival(plan.model), dt, dtype, taped=False)

    def transmit(params: NetworkParams, state: NetworkState, opaque: Array) -> NetworkState:
        switches = state.constants.switches[plan.name]
        spikes = state.axon_spikes[plan.pre.name].where(switches.transmission & switches.axon_transmission)
        return arrive(params, state, spikes, opaque, None)

    return transmit


def _build_arrive(
    plan: ProjectionPlan, event: SynapticEvent, dt: float, dtype, only_delay: bool = False, taped: bool = True
) -> Arrive:
    """Return what spikes do at the synapses that they reach.

    Args:
        plan: the projection.
        event: what they do.
        dt: step, ms.
        dtype: of floating-point values.
        only_delay: whether they reach only the synapses whose delay is the one that is passed.
        taped: whether a tape may stand for the weights in the backward pass.
    """
    kernel = plan.kernel_for(plan.form, Side.PRE, build_rule(plan, event, dt, dtype, only_delay))
    read = build_operands(plan, event, dt, dtype)

    def arrive(params: NetworkParams, state: NetworkState, spikes: Spikes, opaque: Array, delay) -> NetworkState:
        operands, changed = read(params, state)
        operands = operands if delay is None else _reaching(operands, delays_of(plan, state), delay)
        changed |= tape(plan, state) if taped else {}
        changed, into = kernel(operands, spikes, changed, inputs_of(plan, state), opaque)
        return with_inputs(plan, with_changes(plan, state, changed), into)

    return arrive


def _reaching(operands: Operands, delays: Array, delay: Array) -> Operands:
    """Return the operands of a rule that reaches the synapses with one delay."""
    shared = {**operands.shared, ARRIVING: jnp.asarray(delay)}
    return replace(operands, places={**operands.places, DELAY: delays}, shared=shared)
