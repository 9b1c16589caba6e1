"""The first phase of a step: what a projection adds to the inputs of its post-synaptic population."""

from collections.abc import Callable

import jax.numpy as jnp
from jax import Array

from ..connectivity import WEIGHT
from ..equations import (
    Binary,
    Expression,
    Name,
    Operation,
    Remote,
    Scope,
    conductance,
    evaluate,
    reductions,
    remotes,
    walk,
)
from ._arrival import build_arrival, build_pending, with_inputs
from ._everywhere import at_places, delay_of, scope_at_places, weight_of
from ._links import Link
from ._reading import reduced_values, remote_values, storage_of
from ._state import Attributes, NetworkParams, NetworkState
from ._synapse_rule import arrival, axonal_arrival

# transmit(params, state, inputs, opaque) -> (state, inputs): the network as the previous step has left it, and the
# inputs of all populations by name, with what has arrived so far.
Transmit = Callable[[NetworkParams, NetworkState, Attributes, Array], tuple[NetworkState, Attributes]]


def build_transmission(link: Link, dt: float, dtype) -> Transmit:
    """Return what a projection does in the first phase of a step."""
    if not link.is_spiking:
        return _rates(link, dt, dtype)
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
        values, storage, here = _contributions(link, psp, params, state, dt, dtype), storage_of(link, state), inputs[link.post.name]
        into = {t: here[conductance(t)] for t in link.targets}
        into = {t: link.form.combine(storage, values, Operation.SUM, x) for t, x in into.items()}
        return state, with_inputs(link, inputs, into)

    return transmit


def _rates(link: Link, dt: float, dtype) -> Transmit:
    """Return the weighted sum of rates, or another combination of contributions."""
    model = link.model
    psp = model.psp if model.psp is not None else Binary("*", Name(WEIGHT), Remote("pre", "r"))
    sent = _weighted(psp) if model.operation is Operation.SUM and not at_places(link) else None

    def transmit(params: NetworkParams, state: NetworkState, inputs: Attributes, opaque: Array):
        storage, here = storage_of(link, state), inputs[link.post.name]
        into = {target: here[f"sum({target})"] for target in link.targets}
        if sent is not None:
            value, weights = _sent(link, sent, params, state, dt, dtype), weight_of(link, params, state)
            total = {t: link.form.weighted(storage, weights, value, x) for t, x in into.items()}
        else:
            values = _contributions(link, psp, params, state, dt, dtype)
            total = {t: link.form.combine(storage, values, model.operation, x) for t, x in into.items()}
        return state, with_inputs(link, inputs, total)

    return transmit


def _weighted(psp: Expression) -> Expression | None:
    """Return what `w` is multiplied with, if that is a value of the pre-synaptic neuron and nothing else."""
    match psp:
        case Binary("*", Name(name), rest) | Binary("*", rest, Name(name)) if name == WEIGHT:
            nodes = list(walk(rest))
            remote = [n for n in nodes if isinstance(n, Remote)]
            alone = not any(isinstance(n, Name) for n in nodes) and all(r.owner == "pre" for r in remote)
            return rest if remote and alone else None
    return None


def _sent(link: Link, sent: Expression, params: NetworkParams, state: NetworkState, dt: float, dtype) -> Array:
    """Return what every pre-synaptic neuron sends, (population,)."""
    remote = remote_values(link, remotes((sent,)), params, state, delay_of(link, state), dtype)
    found = reduced_values(link, reductions((sent,)), state)
    value = evaluate(sent, Scope({"dt": dt}, reductions=found, constants=params.constants, remote=remote))
    value = jnp.broadcast_to(jnp.asarray(value).astype(dtype), (link.pre.size,))
    return jnp.where(state.constants.switches[link.name].transmission, value, 0.0)


def _contributions(link: Link, psp: Expression, params: NetworkParams, state: NetworkState, dt: float, dtype) -> Array:
    """Return the value of `psp` at every place."""
    scope = scope_at_places(link, (psp,), params, state, dt, dtype)
    places = link.form.places(storage_of(link, state))
    values = jnp.broadcast_to(jnp.asarray(evaluate(psp, scope)).astype(dtype), places)
    return jnp.where(state.constants.switches[link.name].transmission, values, 0.0)
