"""Synapses that are created and pruned by the rules of their model, between the neurons of a projection.

A rule is evaluated for every pair, and the dense form has a place for each: nothing can fill.
"""

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jax import Array, lax

from ..connectivity import DELAY
from ..equations import WEIGHT, Expression, Locality, Scope, StructuralRule, evaluate
from ..plan import ProjectionPlan
from ..rng import fold_name
from ._plasticity import Learn
from ._state import NetworkParams, NetworkState, owned_by, state_fields, with_owned
from ._state_access import storage_of
from ._state_fields import Owner
from ._synapse_scope import build_synapse_draw, scope_at_places

# The part of the state that a rule changes: which pairs are synapses, their variables, and what else has the shape of
# the places, by field of the state.
Parts = tuple[Array, dict[str, Array], dict[str, Array]]
Change = Callable[[NetworkParams, NetworkState, Array], Parts]


def build_structure(plan: ProjectionPlan, dt: float, dtype) -> list[tuple[str, Learn]]:
    """Return what the rules of a projection do in a step, by name, in order."""
    found: list[tuple[str, Learn]] = []
    if plan.model.creating is not None:
        found.append(("creating", _when_due(plan, "creating", _creation(plan, plan.model.creating, dt, dtype))))
    if plan.model.pruning is not None:
        found.append(("pruning", _when_due(plan, "pruning", _pruning(plan, plan.model.pruning, dt, dtype))))
    return found


def _when_due(plan: ProjectionPlan, kind: str, change: Change) -> Learn:
    """Return a rule that is executed from its first step on, once in a period."""

    def learn(params: NetworkParams, state: NetworkState, key: Array, opaque: Array) -> NetworkState:
        switches = state.constants.switches[plan.name]
        period, offset = getattr(switches, kind), getattr(switches, f"{kind}_offset")
        due = (period > 0) & ((state.step - offset) % jnp.maximum(period, 1) == 0)
        mine = fold_name(key, f"{plan.name} {kind}")
        new = lax.cond(due, lambda: change(params, state, mine), lambda: _parts(plan, state))
        return _with_parts(plan, state, new)

    return learn


def _parts(plan: ProjectionPlan, state: NetworkState) -> Parts:
    owned = owned_by(state, Owner.PROJECTION, plan.name)
    others = {f.name: owned[f.name] for f in state_fields(Owner.PROJECTION) if f.at_places and f.name in owned}
    return _existing(plan, state), owned["projections"], others


def _existing(plan: ProjectionPlan, state: NetworkState) -> Array:
    exists = plan.form.exists(storage_of(plan, state))
    return jnp.ones(plan.form.shape, bool) if exists is None else exists


def _with_parts(plan: ProjectionPlan, state: NetworkState, parts: Parts) -> NetworkState:
    exists, variables, others = parts
    storage = plan.form.with_exists(storage_of(plan, state), exists)
    return with_owned(state, plan.name, {"connectivity": storage, "projections": variables, **others})


def _happens(plan: ProjectionPlan, rule: StructuralRule, scope: Scope, state: NetworkState, key: Array, dtype) -> Array:
    """Return at which places the condition holds and chance allows it."""
    scope.draw = build_synapse_draw(plan, Locality.LOCAL, scope, state, key, dtype)
    chance = jax.random.uniform(fold_name(key, "proba"), plan.form.shape, dtype)
    return evaluate(rule.condition, scope) & (chance < evaluate(rule.probability, scope))


def _creation(plan: ProjectionPlan, rule: StructuralRule, dt: float, dtype) -> Change:
    def create(params: NetworkParams, state: NetworkState, key: Array) -> Parts:
        exists, variables, others = _parts(plan, state)
        scope = scope_at_places(plan, tuple(rule.expressions()), params, state, dt, dtype, ago=1)
        new = _happens(plan, rule, scope, state, key, dtype) & ~exists
        begin = _beginnings(plan, rule, scope)
        variables = {name: _where(new, begin[name], x) if name in begin else x for name, x in variables.items()}
        empty = {f.name: f.empty for f in state_fields(Owner.PROJECTION)}
        others = {field: jnp.where(new, empty[field], x) for field, x in others.items()}
        if rule.delay is not None and plan.delays_change:
            steps = jnp.round(evaluate(rule.delay, scope) / dt).clip(1, plan.longest)
            variables[DELAY] = _where(new, steps, variables[DELAY])
        return exists | new, variables, others

    return create


def _beginnings(plan: ProjectionPlan, rule: StructuralRule, scope: Scope) -> dict[str, Array]:
    """Return the values with which a new synapse begins."""
    expressions: dict[str, Expression] = {
        a.name: a.init for a in plan.model.attributes if a.locality is Locality.LOCAL and not a.is_parameter
    }
    if rule.weight is not None:
        expressions[WEIGHT] = rule.weight
    return {name: jnp.asarray(evaluate(e, scope)) for name, e in expressions.items()}


def _where(new: Array, begin: Array, old: Array) -> Array:
    return jnp.where(new, begin.astype(old.dtype), old)


def _pruning(plan: ProjectionPlan, rule: StructuralRule, dt: float, dtype) -> Change:
    def prune(params: NetworkParams, state: NetworkState, key: Array) -> Parts:
        exists, variables, others = _parts(plan, state)
        scope = scope_at_places(plan, tuple(rule.expressions()), params, state, dt, dtype, ago=1)
        pruned = _happens(plan, rule, scope, state, key, dtype) & exists
        weight = {WEIGHT: jnp.where(pruned, 0, variables[WEIGHT])}
        return exists & ~pruned, {**variables, **weight}, others

    return prune
