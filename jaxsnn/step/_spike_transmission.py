"""Spikes that arrive at the synapses of a projection: in the next step, after a delay, or each after its own."""

from collections.abc import Callable
from dataclasses import replace

import jax.numpy as jnp
from jax import Array, lax

from ..connectivity import DELAY, Side, delay_ring
from ..equations import conductance
from ..plan import ProjectionPlan
from ..propagation import TAPE, Kernel, Operands, Spikes
from ._fractional_delays import SHARE, in_part, taps
from ._state import Attributes, NetworkParams, NetworkState
from ._state_access import delays_of, past_spikes
from ._synapse_rule import LAST, Happening, arrival, build_operands, build_rule
from ._synapse_scope import at_places, delay_of

# transmit(params, state, inputs, opaque) -> (state, inputs): the network as the previous step has left it, and the
# inputs of all populations by name, with what has arrived so far.
Transmit = Callable[[NetworkParams, NetworkState, Attributes, Array], tuple[NetworkState, Attributes]]


def build_arrival(plan: ProjectionPlan, happening: Happening, kind: str, dt: float, dtype) -> Transmit:
    """Return `transmit(params, state, inputs, opaque) -> (state, inputs)` for one kind of spikes.

    Args:
        plan: the projection.
        happening: what they do.
        kind: their place in the state, `spikes` or `axon_spikes`.
        dt: step, ms.
        dtype: of floating-point values.
    """
    kernel = _kernel(plan, happening, dt, dtype)
    read = build_operands(plan, happening, dt, dtype)
    delayed = plan.longest > 1 and kind == "spikes"

    def transmit(params: NetworkParams, state: NetworkState, inputs: Attributes, opaque: Array):
        if not delayed:
            return happen(params, state, inputs, opaque, None)
        if at_places(plan):
            act = lambda i, c: happen(params, c[0], c[1], opaque, plan.longest - i)  # noqa: E731 - the body of a loop
            return lax.fori_loop(0, plan.longest, act, (state, inputs))  # in the order in which they were emitted
        return happen(params, state, inputs, opaque, delay_of(plan, state))

    def happen(params, state: NetworkState, inputs: Attributes, opaque: Array, delay: Array | None):
        operands, changed = read(params, seen(state, inputs))
        changed |= tape(plan, state) if kind == "spikes" else {}
        if delayed and at_places(plan):
            operands = _reaching(operands, delays_of(plan, state), delay)
        spikes = getattr(state, kind)[plan.pre.name] if delay is None else past_spikes(state, plan.pre.name, delay)
        into = {target: inputs[plan.post.name][conductance(target)] for target in plan.targets}
        changed, into = kernel(operands, let_through(spikes, plan, state, kind), changed, into, opaque)
        return with_changes(plan, state, changed), with_inputs(plan, inputs, into)

    return transmit


def seen(state: NetworkState, inputs: Attributes) -> NetworkState:
    """Return the state as it is read while inputs arrive: they hold what has arrived in this step so far."""
    populations = {name: {**own, **_of(inputs[name], "g_")} for name, own in state.populations.items()}
    sums = {name: {n[4:-1]: x for n, x in _of(inputs[name], "sum(").items()} for name in state.populations}
    return replace(state, populations=populations, sums={**state.sums, **sums})


def _of(inputs: dict[str, Array], kind: str) -> dict[str, Array]:
    return {name: x for name, x in inputs.items() if name.startswith(kind)}


def _kernel(plan: ProjectionPlan, happening: Happening, dt: float, dtype) -> Kernel:
    rule = build_rule(plan, happening, dt, dtype, only_delay=at_places(plan) and not plan.is_pending)
    return plan.kernel_for(plan.form, Side.PRE, rule)


def _reaching(operands: Operands, delays: Array, delay: Array | None) -> Operands:
    """Return the operands of a rule that reaches the synapses with one delay."""
    shared = {**operands.shared, "arriving": jnp.asarray(delay)}
    return replace(operands, places={**operands.places, DELAY: delays}, shared=shared)


def let_through(spikes: Spikes, plan: ProjectionPlan, state: NetworkState, kind: str = "spikes") -> Spikes:
    """Return the spikes, none of them where the projection does not transmit."""
    switches = state.constants.switches[plan.name]
    on = switches.transmission if kind == "spikes" else switches.transmission & switches.axon_transmission
    return spikes.where(on)


def tape(plan: ProjectionPlan, state: NetworkState) -> dict[str, Array]:
    """Return what stands for the weights in the backward pass, where it is sparse."""
    return {TAPE: state.tapes[plan.name]} if plan.name in state.tapes else {}


def with_changes(plan: ProjectionPlan, state: NetworkState, changed: dict[str, Array]) -> NetworkState:
    """Return the state with new values of the synapses of a projection."""
    if LAST in changed:
        state = replace(state, last_events={**state.last_events, plan.name: changed[LAST]})
    if TAPE in changed:
        state = replace(state, tapes={**state.tapes, plan.name: changed[TAPE]})
    values = {name: x for name, x in changed.items() if name not in (LAST, TAPE)}
    if not values:
        return state
    return replace(state, projections={**state.projections, plan.name: {**state.projections[plan.name], **values}})


def with_inputs(plan: ProjectionPlan, inputs: Attributes, into: dict[str, Array]) -> Attributes:
    """Return the inputs with those of the targets of a projection replaced."""
    new = {plan.input(target): x for target, x in into.items()}
    return {**inputs, plan.post.name: {**inputs[plan.post.name], **new}}


def build_pending(plan: ProjectionPlan, dt: float, dtype):
    """Return the arrival of spikes that are sent on their way when they are emitted, each with its own delay."""
    happening = arrival(plan.model)
    ring = delay_ring(plan.form, plan.longest)
    rule = build_rule(plan, happening, dt, dtype)
    rule = in_part(rule) if plan.is_fractional else rule
    kernel = plan.kernel_for(ring, Side.PRE, rule)
    read, size = build_operands(plan, happening, dt, dtype), plan.post.size

    def departures(params: NetworkParams, state: NetworkState, operands: Operands):
        """Return (delays, values at the places) of all that is sent: once, or in two parts."""
        if not plan.is_fractional:
            return [(delays_of(plan, state), operands.places)]
        return [(t.steps, {**operands.places, SHARE: t.share}) for t in taps(plan, params, state, dt)]

    def transmit(params: NetworkParams, state: NetworkState, inputs: Attributes, opaque: Array):
        operands, _ = read(params, state)
        now = state.step % plan.longest
        spikes, on = state.spikes[plan.pre.name], state.constants.switches[plan.name].transmission
        noted, ahead = tape(plan, state), {"": state.pending[plan.name]}
        for steps, places in departures(params, state, operands):
            storage = ring.storage(operands.storage, steps, now)
            noted, ahead = kernel(replace(operands, storage=storage, places=places), spikes, noted, ahead, opaque)
        arrived = lax.dynamic_slice(ahead[""], (now * size,), (size,))
        rest = lax.dynamic_update_slice(ahead[""], jnp.zeros_like(arrived), (now * size,))
        let_in = jnp.where(on, arrived, 0.0)
        into = {t: inputs[plan.post.name][conductance(t)] + let_in for t in plan.targets}
        state = with_changes(plan, replace(state, pending={**state.pending, plan.name: rest}), noted)
        return state, with_inputs(plan, inputs, into)

    return transmit
