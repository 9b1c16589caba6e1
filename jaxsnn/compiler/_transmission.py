"""The first phase of a step: what a projection adds to the inputs of its post-synaptic population."""

import jax.numpy as jnp
from jax import Array

from ..equations import Expression, Operation, conductance, evaluate
from ..network import Kind
from ._arrival import Transmit, build_arrival, build_pending, seen, with_inputs
from ._everywhere import at_places, scope_at_places, weight_of
from ._hybrid import build_decoding, build_injection
from ._links import Link
from ._reading import storage_of
from ._sent import default_psp, sent_values, weighted
from ._shared import build_shared
from ._state import Attributes, NetworkParams, NetworkState
from ._synapse_rule import arrival, axonal_arrival


def build_transmission(link: Link, dt: float, dtype) -> Transmit:
    """Return what a projection does in the first phase of a step."""
    match link.spec.kind:
        case Kind.CONVOLUTION | Kind.POOLING:
            return build_shared(link, dt, dtype)
        case Kind.DECODING:
            return build_decoding(link, dt, dtype)
        case Kind.INJECTION:
            return build_injection(link, dtype)
    return _spikes(link, dt, dtype) if link.is_spiking else _rates(link, dt, dtype)


def _spikes(link: Link, dt: float, dtype) -> Transmit:
    """Return what arriving spikes do, and what synapses of spiking neurons contribute at every step."""
    phases: list[Transmit] = []
    arriving, axonal = arrival(link.model), axonal_arrival(link.model)
    if link.is_pending:
        phases.append(build_pending(link, dt, dtype))
    elif arriving.happens:
        phases.append(build_arrival(link, arriving, "spikes", dt, dtype))
    if link.pre.neuron.axon_spike is not None and axonal.happens:
        phases.append(build_arrival(link, axonal, "axon_spikes", dt, dtype))
    if link.model.psp is not None:
        phases.append(_continuous(link, link.model.psp, dt, dtype))

    def transmit(params: NetworkParams, state: NetworkState, inputs: Attributes, opaque: Array):
        for phase in phases:
            state, inputs = phase(params, state, inputs, opaque)
        return state, inputs

    return transmit


def _continuous(link: Link, psp: Expression, dt: float, dtype) -> Transmit:
    """Return what synapses between spiking neurons contribute at every step."""

    def transmit(params: NetworkParams, state: NetworkState, inputs: Attributes, opaque: Array):
        values = _contributions(link, psp, params, seen(state, inputs), dt, dtype)
        storage, here = storage_of(link, state), inputs[link.post.name]
        into = {t: here[conductance(t)] for t in link.targets}
        into = {t: link.form.combine(storage, values, Operation.SUM, x) for t, x in into.items()}
        return state, with_inputs(link, inputs, into)

    return transmit


def _rates(link: Link, dt: float, dtype) -> Transmit:
    """Return the weighted sum of rates, or another combination of contributions."""
    model = link.model
    psp = model.psp or default_psp()
    sent = weighted(psp) if model.operation is Operation.SUM and not at_places(link) else None

    def transmit(params: NetworkParams, state: NetworkState, inputs: Attributes, opaque: Array):
        storage, here = storage_of(link, state), inputs[link.post.name]
        into = {target: here[f"sum({target})"] for target in link.targets}
        if sent is not None:
            value = sent_values(link, sent, params, seen(state, inputs), dt, dtype)
            weights = weight_of(link, params, state)
            total = {t: link.form.weighted(storage, weights, value, x) for t, x in into.items()}
        else:
            values = _contributions(link, psp, params, seen(state, inputs), dt, dtype)
            total = {t: link.form.combine(storage, values, model.operation, x) for t, x in into.items()}
        return state, with_inputs(link, inputs, total)

    return transmit


def _contributions(link: Link, psp: Expression, params: NetworkParams, state: NetworkState, dt: float, dtype) -> Array:
    """Return the value of `psp` at every place."""
    scope = scope_at_places(link, (psp,), params, state, dt, dtype)
    places = link.form.places(storage_of(link, state))
    values = jnp.broadcast_to(jnp.asarray(evaluate(psp, scope)).astype(dtype), places)
    return jnp.where(state.constants.switches[link.name].transmission, values, 0.0)
