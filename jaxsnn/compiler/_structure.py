"""Synapses that are created and pruned by the rules of their model, between the neurons of a projection.

A rule is evaluated for every pair, and the dense form has a place for each: nothing can fill.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array, lax

from ..connectivity import DELAY, Dense
from ..equations import WEIGHT, Expression, Locality, Scope, StructuralRule, evaluate
from ..rng import fold_name
from ._everywhere import drawer, scope_at_places
from ._learning import Learn
from ._links import Link
from ._projection import NEVER
from ._reading import storage_of
from ._state import NetworkParams, NetworkState

# The part of the state that a rule changes: who is connected to whom, variables, last events.
Parts = tuple[Array, dict[str, Array], Array | None]
Change = Callable[[NetworkParams, NetworkState, Array], Parts]


def build_structure(link: Link, dt: float, dtype) -> list[tuple[str, Learn]]:
    """Return what the rules of a projection do in a step, by name, in order."""
    found: list[tuple[str, Learn]] = []
    if link.model.creating is not None:
        found.append(("creating", _when_due(link, "creating", _creation(link, link.model.creating, dt, dtype))))
    if link.model.pruning is not None:
        found.append(("pruning", _when_due(link, "pruning", _pruning(link, link.model.pruning, dt, dtype))))
    return found


def _when_due(link: Link, kind: str, change: Change) -> Learn:
    """Return a rule that is executed from its first step on, once in a period."""

    def learn(params: NetworkParams, state: NetworkState, key: Array, opaque: Array) -> NetworkState:
        switches = state.constants.switches[link.name]
        period, offset = getattr(switches, kind), getattr(switches, f"{kind}_offset")
        due = (period > 0) & ((state.step - offset) % jnp.maximum(period, 1) == 0)
        mine = fold_name(key, f"{link.name} {kind}")
        new = lax.cond(due, lambda: change(params, state, mine), lambda: _parts(link, state))
        return _with_parts(link, state, new)

    return learn


def _parts(link: Link, state: NetworkState) -> Parts:
    return _existing(link, state), state.projections[link.name], state.last_events.get(link.name)


def _existing(link: Link, state: NetworkState) -> Array:
    exists = link.form.exists(storage_of(link, state))
    return jnp.ones(link.form.shape, bool) if exists is None else exists


def _with_parts(link: Link, state: NetworkState, parts: Parts) -> NetworkState:
    name, (exists, variables, last_events) = link.name, parts
    new: dict[str, Any] = {
        "connectivity": {**state.connectivity, name: Dense(exists)},
        "projections": {**state.projections, name: variables},
    }
    if last_events is not None:
        new["last_events"] = {**state.last_events, name: last_events}
    return replace(state, **new)


def _happens(link: Link, rule: StructuralRule, scope: Scope, state: NetworkState, key: Array, dtype) -> Array:
    """Return at which places the condition holds and chance allows it."""
    scope.draw = drawer(link, Locality.LOCAL, scope, state, key, dtype)
    chance = jax.random.uniform(fold_name(key, "proba"), link.form.shape, dtype)
    return evaluate(rule.condition, scope) & (chance < evaluate(rule.probability, scope))


def _creation(link: Link, rule: StructuralRule, dt: float, dtype) -> Change:
    def create(params: NetworkParams, state: NetworkState, key: Array) -> Parts:
        exists, variables, last_events = _parts(link, state)
        scope = scope_at_places(link, tuple(rule.expressions()), params, state, dt, dtype, ago=1)
        new = _happens(link, rule, scope, state, key, dtype) & ~exists
        begin = _beginnings(link, rule, scope)
        variables = {name: _where(new, begin[name], x) if name in begin else x for name, x in variables.items()}
        if last_events is not None:
            last_events = jnp.where(new, NEVER, last_events)
        if rule.delay is not None and link.delays_change:
            steps = jnp.round(evaluate(rule.delay, scope) / dt).clip(1, link.longest)
            variables[DELAY] = _where(new, steps, variables[DELAY])
        return exists | new, variables, last_events

    return create


def _beginnings(link: Link, rule: StructuralRule, scope: Scope) -> dict[str, Array]:
    """Return the values with which a new synapse begins."""
    expressions: dict[str, Expression] = {
        a.name: a.init for a in link.model.attributes if a.locality is Locality.LOCAL and not a.is_parameter
    }
    if rule.weight is not None:
        expressions[WEIGHT] = rule.weight
    return {name: jnp.asarray(evaluate(e, scope)) for name, e in expressions.items()}


def _where(new: Array, begin: Array, old: Array) -> Array:
    return jnp.where(new, begin.astype(old.dtype), old)


def _pruning(link: Link, rule: StructuralRule, dt: float, dtype) -> Change:
    def prune(params: NetworkParams, state: NetworkState, key: Array) -> Parts:
        exists, variables, last_events = _parts(link, state)
        scope = scope_at_places(link, tuple(rule.expressions()), params, state, dt, dtype, ago=1)
        pruned = _happens(link, rule, scope, state, key, dtype) & exists
        weight = {WEIGHT: jnp.where(pruned, 0, variables[WEIGHT])}
        return exists & ~pruned, {**variables, **weight}, last_events

    return prune
