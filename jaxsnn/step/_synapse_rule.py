"""The statements of an event at a synapse as a rule for the kernels: values in, changes out."""

from collections.abc import Mapping
from typing import Any

import jax.numpy as jnp
from jax import Array

from ..connectivity import DELAY, Side
from ..equations import (
    G_TARGET,
    WEIGHT,
    Assignment,
    Scope,
    SynapseEquations,
    branch,
    decayed,
    evaluate,
    reductions,
    remotes,
    run_event,
    within_bounds,
)
from ..plan import EventClock, ProjectionPlan, adds_up
from ..propagation import HAPPENS, Outcome, Rule
from ._synaptic_event import (
    ARRIVING,
    LAST_EVENT,
    LAST_EVENT_OF,
    LAST_SPIKE,
    MAY_CHANGE_WEIGHT,
    STEP,
    SynapticEvent,
    constant_key,
    neuron_key,
)

Values = Mapping[str, Any]  # at some synapses, by attribute or by a key of `_synaptic_event`


def build_rule(plan: ProjectionPlan, event: SynapticEvent, dt: float, dtype, only_delay: bool = False) -> Rule:
    """Return the rule of an event.

    Args:
        plan: the projection.
        event: what happens.
        dt: step, ms.
        dtype: of floating-point values.
        only_delay: whether it reaches only the synapses whose delay is the value `ARRIVING`.
    """
    model, adds, is_tame = plan.model, adds_up(plan.model), plan.model.are_tame(event.expressions)

    def apply(values: Values) -> Outcome:
        reached = values[DELAY] == values[ARRIVING] if only_delay else None
        scope = _scope(model, event, values, dt)
        scope = scope if is_tame else scope.within(values.get(HAPPENS)).within(reached)
        if event.driven:
            # A spike that arrives was emitted in the step before: until then variables have decayed.
            until = values[STEP] - (1 if event.side is Side.PRE else 0)
            elapsed = (until - _last_event(plan, values)).astype(dtype) * dt
            for equation in event.driven:
                scope.values[equation.name] = within_bounds(equation, decayed(equation, scope, elapsed), scope)
        gain, target = _transmitted(event.transmission, scope, values, adds, reached)
        for statement in event.statements:
            run_event(statement, scope, _allowed(statement, values))
        changes = {name: scope.values[name] for name in event.changed}
        if event.driven and plan.event_clock is EventClock.OF_SYNAPSES:
            changes[LAST_EVENT] = values[STEP]
        if reached is not None:
            changes = {name: jnp.where(reached, x, values[name]) for name, x in changes.items()}
        return Outcome(changes, gain, target)

    return Rule(apply, adds, adds and not only_delay and event.adds_weight, is_tame)


def _last_event(plan: ProjectionPlan, values: Values) -> Array:
    """Return the steps of the last events at some synapses."""
    if plan.event_clock is EventClock.OF_NEURONS:
        return jnp.maximum(values[LAST_EVENT_OF[Side.PRE]], values[LAST_EVENT_OF[Side.POST]])
    return values[LAST_EVENT]


def _scope(model: SynapseEquations, event: SynapticEvent, values: Values, dt: float) -> Scope:
    """Return what names mean at some synapses."""
    expressions = event.expressions
    names = (*model.names, "t", *event.times, G_TARGET)
    return Scope(
        {name: values[name] for name in names if name in values} | {"dt": dt},
        reductions={node: values[neuron_key(node)] for node in reductions(expressions)},
        constants={n: values[constant_key(n)] for n in event.names if constant_key(n) in values},
        remote={node: values[neuron_key(node)] for node in remotes(expressions)},
    )


def _allowed(statement: Assignment, values: Values) -> Array | None:
    """Return where a statement is executed, None for everywhere."""
    allowed = None
    if statement.name == WEIGHT:
        allowed = values[MAY_CHANGE_WEIGHT]
    if statement.unless_post:
        apart = values[LAST_SPIKE[Side.PRE]] != values[LAST_SPIKE[Side.POST]]
        allowed = apart if allowed is None else allowed & apart
    return allowed


def _transmitted(
    statements: tuple[Assignment, ...], scope: Scope, values: Values, adds: bool, reached: Array | None
) -> tuple[Array | None, Array | None]:
    """Return what is added to the input, or its new value."""
    if not statements:
        return None, None
    if adds:
        gain = jnp.asarray(sum(_gain(s, scope, values) for s in statements))
        return gain if reached is None else jnp.where(reached, gain, 0.0), None
    old = values[G_TARGET]
    for statement in statements:
        run_event(statement, scope, _allowed(statement, values))
    new = scope.values[G_TARGET]
    return None, new if reached is None else jnp.where(reached, new, old)


def _gain(statement: Assignment, scope: Scope, values: Values) -> Any:
    allowed = _allowed(statement, values)
    value = evaluate(statement.expression, branch(statement.expression, scope, allowed))
    value = -value if statement.operator == "-=" else value
    return value if allowed is None else jnp.where(allowed, value, 0.0)
