"""An event at the synapses of a projection: the values that its rule reads, the kernel, what it changes."""

from collections.abc import Callable
from dataclasses import replace

import jax.numpy as jnp
from jax import Array

from ..connectivity import DELAY, Side, Storage
from ..equations import Locality, reductions, remotes
from ..plan import EventClock, ProjectionPlan
from ..propagation import Operands, Spikes
from ._clock import last_spike_times, time_of
from ._fractional_delays import PASSED, in_two_parts
from ._last_events import LastEvents
from ._state import NetworkParams, NetworkState
from ._state_access import (
    delays_of,
    last_spikes,
    reduced_values,
    remote_values,
    storage_of,
    synapse_value,
    tape,
    with_changes,
    with_event,
)
from ._synapse_rule import build_rule
from ._synaptic_event import (
    ARRIVING,
    LAST_EVENT,
    LAST_EVENT_OF,
    LAST_SPIKE,
    MAY_CHANGE_WEIGHT,
    STEP,
    TIME_OF_LAST_SPIKE,
    SynapticEvent,
    constant_key,
    neuron_key,
)

Read = Callable[[NetworkParams, NetworkState], tuple[Operands, dict[str, Array]]]
Happen = Callable[..., tuple[NetworkState, dict[str, Array]]]


def build_event(
    plan: ProjectionPlan,
    event: SynapticEvent,
    dt: float,
    dtype,
    *,
    only_delay: bool = False,
    taped: bool = False,
    in_parts: bool = False,
) -> Happen:
    """Return `happen(params, state, spikes, into, opaque, delay=None) -> (state, into)`.

    The function that is returned lets an event happen at the synapses of the neurons that spiked: the state has what it
    changes there, and `into` what it makes of some inputs, (post population,) each.

    Args:
        plan: the projection.
        event: what happens.
        dt: step, ms.
        dtype: of floating-point values.
        only_delay: whether it happens only at synapses with the delay, in steps, that is passed.
        taped: whether a tape may stand for the weights in the backward pass.
        in_parts: whether spikes act in part in this step, in part in the next, see `in_two_parts`.
    """
    rule = build_rule(plan, event, dt, dtype, only_delay)
    kernel = plan.kernel_for(plan.form, event.side, in_two_parts(rule) if in_parts else rule)
    read = build_operands(plan, event, dt, dtype, taped)

    def happen(params: NetworkParams, state: NetworkState, spikes: Spikes, into, opaque: Array, delay=None):
        operands, changed = read(params, state)
        if in_parts:
            operands = replace(operands, own={**operands.own, PASSED: spikes.offset})  # type: ignore[dict-item]
        operands = operands if delay is None else _reaching(operands, delays_of(plan, state), delay)
        changed, into = kernel(operands, spikes, changed, into, opaque)
        state = with_event(plan, state, event.side, spikes) if event.driven else state
        return with_changes(plan, state, changed), into

    return happen


def _reaching(operands: Operands, delays: Array, delay: Array) -> Operands:
    """Return the operands of a rule that reaches the synapses with one delay."""
    shared = {**operands.shared, ARRIVING: jnp.asarray(delay)}
    return replace(operands, places={**operands.places, DELAY: delays}, shared=shared)


def build_operands(plan: ProjectionPlan, event: SynapticEvent, dt: float, dtype, taped: bool) -> Read:
    """Return `read(params, state) -> (operands, changed)`: everything that the rule of an event reads.

    `pre.x` has no delay in events, as in ANNarchy. For the arguments see `build_event`.
    """
    kept = [name for name in event.names if name in plan.model.names and name not in event.changed]

    def read(params: NetworkParams, state: NetworkState) -> tuple[Operands, dict[str, Array]]:
        attributes = {name: synapse_value(plan, name, params, state) for name in kept}
        remote = remote_values(plan, remotes(event.expressions), params, state, None, dtype)
        reduced = reduced_values(plan, reductions(event.expressions), state)
        neurons = {(Side(node.owner), neuron_key(node)): value for node, value in remote.items()}
        neurons |= _last_spikes(plan, event, state, dt, dtype) | _last_events(plan, event, state)
        shared = _single_values(plan, event, params, state, dt, dtype) | {
            neuron_key(node): x for node, x in reduced.items()
        }
        changed = {name: state.projections[plan.name][name] for name in event.changed}
        if event.driven and plan.event_clock is EventClock.OF_SYNAPSES:
            changed[LAST_EVENT] = state.last_events[plan.name]  # type: ignore[assignment]
        changed |= tape(plan, state) if taped else {}
        return _sorted(plan, event.side, storage_of(plan, state), attributes, neurons, shared), changed

    return read


def _last_spikes(
    plan: ProjectionPlan, event: SynapticEvent, state: NetworkState, dt: float, dtype
) -> dict[tuple[Side, str], Array]:
    """Return when neurons last spiked, (population,) each, by side and key, as far as the rule reads it."""
    found: dict[tuple[Side, str], Array] = {}
    for side, steps in last_spikes(plan, state).items():
        times = last_spike_times(TIME_OF_LAST_SPIKE[side], steps, state.step, dt, dtype)
        found |= {(side, name): x for name, x in times.items() if name in event.times}
        if event.compares_spikes:
            found[side, LAST_SPIKE[side]] = steps
    return found


def _last_events(plan: ProjectionPlan, event: SynapticEvent, state: NetworkState) -> dict[tuple[Side, str], Array]:
    """Return when something last happened at all synapses of a neuron, (population,), where neurons keep it."""
    last = state.last_events.get(plan.name)
    if not event.driven or not isinstance(last, LastEvents):
        return {}
    return {(side, LAST_EVENT_OF[side]): last.side(side) for side in Side}


def _single_values(
    plan: ProjectionPlan, event: SynapticEvent, params: NetworkParams, state: NetworkState, dt: float, dtype
) -> dict[str, Array]:
    """Return what the rule reads that no neuron or synapse has: time, constants of the network, a switch."""
    found = {constant_key(name): x for name, x in params.constants.items() if name in event.names}
    found |= {STEP: state.step, "t": time_of(state.step, dt, dtype)}
    return found | {MAY_CHANGE_WEIGHT: state.constants.switches[plan.name].plasticity}


def _sorted(
    plan: ProjectionPlan,
    side: Side,
    storage: Storage,
    attributes: dict[str, Array],
    neurons: dict[tuple[Side, str], Array],
    shared: dict[str, Array],
) -> Operands:
    """Return operands with every value where it belongs: at synapses, at neurons of a side, or single."""
    places: dict[str, Array] = {}
    by_side: dict[Side, dict[str, Array]] = {Side.PRE: {}, Side.POST: {}}
    for name, value in attributes.items():
        if value.ndim == 0:
            shared[name] = value
        elif plan.model.attribute(name).locality is Locality.POSTSYNAPTIC:
            by_side[Side.POST][name] = plan.form.ends.post.spread(value)
        else:
            places[name] = value
    for (owner, key), value in neurons.items():
        (by_side[owner] if value.ndim else shared)[key] = value
    return Operands(storage, places, by_side[side], by_side[side.other], shared)
