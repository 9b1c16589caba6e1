"""Populations or synapses begin again while the network goes on."""

from dataclasses import replace

import jax.numpy as jnp

from ..network import NetworkSpec
from ..step import LONG_AGO, NetworkParams, NetworkState, find, locals_of, put, with_locals

Values = tuple[NetworkParams, NetworkState]


def restarted(
    spec: NetworkSpec, name: str, now: Values, fresh: Values, values: bool, attributes: tuple[str, ...] | None
) -> Values:
    """Return parameters and state in which a population has never spiked.

    Args:
        spec: the network.
        name: of the population.
        now: present parameters and state.
        fresh: those of a network that has just been initialised.
        values: also set attributes to those of `fresh`.
        attributes: only these; None for all.
    """
    params, state = now
    begun = locals_of(fresh[1], name)
    origin = None if begun.origin is None else state.step + 0 * begun.origin
    variables = dict(state.populations[name])
    reductions = begun.reductions if values else state.reductions[name]
    state = with_locals(state, name, replace(begun, variables=variables, origin=origin, reductions=reductions))
    state = _without_past(state, fresh[1], name)
    if not values:
        return params, state
    for attribute in spec.population(name).neuron.analysed.names if attributes is None else attributes:
        path = ("populations", name, attribute)
        params, state = put(params, state, path, find(*fresh, path))
    return params, state


def _without_past(state: NetworkState, fresh: NetworkState, name: str) -> NetworkState:
    """Return the state in which nothing that a population has sent is on its way."""
    kept = ("trains", "histories")
    new = {k: {**getattr(state, k), name: getattr(fresh, k)[name]} for k in kept if name in getattr(fresh, k)}
    return replace(state, **new)


def forgotten_events(state: NetworkState, pending: bool) -> NetworkState:
    """Return the state in which no event has happened at any synapse.

    Args:
        state: present state.
        pending: also forget what is on its way, and what has been decoded.
    """
    events = {name: jnp.full_like(x, LONG_AGO) for name, x in state.last_events.items()}
    ahead = {name: jnp.zeros_like(x) for name, x in state.pending.items()} if pending else state.pending
    decoded = {name: jnp.zeros_like(x) for name, x in state.decoded.items()} if pending else state.decoded
    return replace(state, last_events=events, pending=ahead, decoded=decoded)


def restarted_synapses(name: str, now: Values, fresh: Values, attributes: tuple[str, ...]) -> Values:
    """Return parameters and state in which attributes of a projection have the values of `fresh`, and no event of it
    has happened."""
    params, state = now
    for attribute in attributes:
        path = ("projections", name, attribute)
        params, state = put(params, state, path, find(*fresh, path))
    if name in state.last_events:
        quiet = jnp.full_like(state.last_events[name], LONG_AGO)
        state = replace(state, last_events={**state.last_events, name: quiet})
    return params, state


def with_synapses(name: str, now: Values, fresh: Values) -> Values:
    """Return parameters and state in which everything of a projection but its switches is that of `fresh`."""
    (params, state), (begun, from_state) = now, fresh
    params = replace(params, projections={**params.projections, name: begun.projections[name]})
    projections = {**state.constants.projections, name: from_state.constants.projections[name]}
    state = replace(state, constants=replace(state.constants, projections=projections))
    path = ("connectivity", name, "")
    params, state = put(params, state, path, find(*fresh, path))
    kept = ("projections", "last_events", "pending", "decoded")
    new = {k: {**getattr(state, k), name: getattr(from_state, k)[name]} for k in kept if name in getattr(from_state, k)}
    return params, replace(state, **new)
