"""The first phase of a step: what a projection adds to the inputs of its post-synaptic population."""

import jax.numpy as jnp
from jax import Array

from ..equations import Expression, Operation, conductance, evaluate
from ..network import Kind
from ..plan import ProjectionPlan
from ._convolution import build_shared
from ._hybrid import build_decoding, build_injection
from ._rate_psp import default_psp, sent_values, weighted
from ._spike_transmission import Transmit, build_arrival, build_pending, seen, with_inputs
from ._state import Attributes, NetworkParams, NetworkState
from ._state_access import storage_of
from ._synapse_rule import arrival, axonal_arrival
from ._synapse_scope import scope_at_places, weight_of


def build_transmission(plan: ProjectionPlan, dt: float, dtype) -> Transmit:
    """Return what a projection does in the first phase of a step."""
    match plan.spec.kind:
        case Kind.CONVOLUTION | Kind.POOLING:
            return build_shared(plan, dt, dtype)
        case Kind.DECODING:
            return build_decoding(plan, dt, dtype)
        case Kind.INJECTION:
            return build_injection(plan, dtype)
    return _spikes(plan, dt, dtype) if plan.is_spiking else _rates(plan, dt, dtype)


def _spikes(plan: ProjectionPlan, dt: float, dtype) -> Transmit:
    """Return what arriving spikes do, and what synapses of spiking neurons contribute at every step."""
    phases: list[Transmit] = []
    arriving, axonal = arrival(plan.model), axonal_arrival(plan.model)
    if plan.delivery.uses_ring:
        phases.append(build_pending(plan, dt, dtype))
    elif arriving.happens:
        phases.append(build_arrival(plan, arriving, "spikes", dt, dtype))
    if plan.pre.neuron.axon_spike is not None and axonal.happens:
        phases.append(build_arrival(plan, axonal, "axon_spikes", dt, dtype))
    if plan.model.psp is not None:
        phases.append(_continuous(plan, plan.model.psp, dt, dtype))

    def transmit(params: NetworkParams, state: NetworkState, inputs: Attributes, opaque: Array):
        for phase in phases:
            state, inputs = phase(params, state, inputs, opaque)
        return state, inputs

    return transmit


def _continuous(plan: ProjectionPlan, psp: Expression, dt: float, dtype) -> Transmit:
    """Return what synapses between spiking neurons contribute at every step."""

    def transmit(params: NetworkParams, state: NetworkState, inputs: Attributes, opaque: Array):
        values = _contributions(plan, psp, params, seen(state, inputs), dt, dtype)
        storage, here = storage_of(plan, state), inputs[plan.post.name]
        into = {t: here[conductance(t)] for t in plan.targets}
        into = {t: plan.form.combine(storage, values, Operation.SUM, x) for t, x in into.items()}
        return state, with_inputs(plan, inputs, into)

    return transmit


def _rates(plan: ProjectionPlan, dt: float, dtype) -> Transmit:
    """Return the weighted sum of rates, or another combination of contributions."""
    model = plan.model
    psp = model.psp or default_psp()
    sent = weighted(psp) if model.operation is Operation.SUM and plan.delivery.is_shared else None

    def transmit(params: NetworkParams, state: NetworkState, inputs: Attributes, opaque: Array):
        storage, here = storage_of(plan, state), inputs[plan.post.name]
        into = {target: here[f"sum({target})"] for target in plan.targets}
        if sent is not None:
            value = sent_values(plan, sent, params, seen(state, inputs), dt, dtype)
            weights = weight_of(plan, params, state)
            total = {t: plan.form.weighted(storage, weights, value, x) for t, x in into.items()}
        else:
            values = _contributions(plan, psp, params, seen(state, inputs), dt, dtype)
            total = {t: plan.form.combine(storage, values, model.operation, x) for t, x in into.items()}
        return state, with_inputs(plan, inputs, total)

    return transmit


def _contributions(
    plan: ProjectionPlan, psp: Expression, params: NetworkParams, state: NetworkState, dt: float, dtype
) -> Array:
    """Return the value of `psp` at every place."""
    scope = scope_at_places(plan, (psp,), params, state, dt, dtype)
    places = plan.form.places(storage_of(plan, state))
    values = jnp.broadcast_to(jnp.asarray(evaluate(psp, scope)).astype(dtype), places)
    return jnp.where(state.constants.switches[plan.name].transmission, values, 0.0)
