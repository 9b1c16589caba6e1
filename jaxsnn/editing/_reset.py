"""Populations or synapses begin again while the network goes on."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import jax.numpy as jnp

from ..network import NetworkSpec
from ..step import NetworkParams, NetworkState, Owner, Reset, find, owned_by, put, state_fields, with_owned

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
    begins = {Reset.BEGINS, Reset.BEGINS_WITH_VALUES} if values else {Reset.BEGINS}
    fields, beginning = state_fields(Owner.POPULATION), owned_by(fresh[1], Owner.POPULATION, name)
    new: dict[str, Any] = {f.name: beginning[f.name] for f in fields if f.reset in begins and f.name in beginning}
    steps = {f.name: beginning[f.name] for f in fields if f.reset is Reset.NOW and f.name in beginning}
    new |= {field: state.step + 0 * step for field, step in steps.items()}
    state = with_owned(state, name, new)
    if not values:
        return params, state
    chosen = spec.population(name).neuron.analysed.names if attributes is None else attributes
    return _with_initial((params, state), fresh, [("populations", name, a) for a in chosen])


def _with_initial(now: Values, fresh: Values, paths: Iterable[tuple[str, str, str]]) -> Values:
    """Return parameters and state with values of `fresh` at some paths."""
    for path in paths:
        now = put(*now, path, find(*fresh, path))
    return now


def forgotten_events(state: NetworkState, pending: bool, names: Iterable[str] | None = None) -> NetworkState:
    """Return the state in which no event has happened at synapses.

    Args:
        state: present state.
        pending: also forget what is on its way, and what has been decoded.
        names: of projections; None for all.
    """
    forgotten = {Reset.FORGETS_EVENTS, Reset.FORGETS_ARRIVALS} if pending else {Reset.FORGETS_EVENTS}
    chosen = None if names is None else set(names)
    for f in state_fields(Owner.PROJECTION):
        if f.reset in forgotten:
            old = {k: x for k, x in getattr(state, f.name).items() if chosen is None or k in chosen}
            for name, x in old.items():
                state = with_owned(state, name, {f.name: jnp.full_like(x, f.empty)})
    return state


def restarted_synapses(name: str, now: Values, fresh: Values, attributes: tuple[str, ...]) -> Values:
    """Return parameters and state in which attributes of a projection have the values of `fresh`, and no event of it
    has happened."""
    params, state = _with_initial(now, fresh, [("projections", name, a) for a in attributes])
    return params, forgotten_events(state, pending=False, names=[name])


def with_synapses(name: str, now: Values, fresh: Values) -> Values:
    """Return parameters and state in which everything of a projection but its switches is that of `fresh`."""
    (params, state), (begun, beginning) = now, fresh
    params = replace(params, projections={**params.projections, name: begun.projections[name]})
    projections = {**state.constants.projections, name: beginning.constants.projections[name]}
    state = replace(state, constants=replace(state.constants, projections=projections))
    params, state = _with_initial((params, state), fresh, [("connectivity", name, "")])
    return params, with_owned(state, name, owned_by(beginning, Owner.PROJECTION, name))
