"""One step of a neuron's equations: assignments and blocks in order, bounds, refractory neurons held still."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial, reduce
from itertools import groupby
from types import MappingProxyType
from typing import Any

import jax.numpy as jnp
from jax import Array

from ..integrators import Integrator, Step, System
from ._evaluate import arithmetic, evaluate
from ._input_names import is_conductance
from ._model import Assignment, Block, Ode, Sequence
from ._nodes import Expression
from ._scope import Scope, both
from ._synapse_model import EventDriven
from ._system import draw_all, system_of, white_noise
from ._tame import is_tame

Active = Array | None  # booleans (size,), None where no neuron can be refractory
Pick = Callable[[Any, Any], Any]
Values = dict[str, Any]
NOTHING: Mapping[str, Array] = MappingProxyType({})


def run_updates(
    updates: Sequence,
    scope: Scope,
    dt: Step,
    active: Active = None,
    stretch: Array | None = None,
    allowed: Mapping[str, Array] = NOTHING,
    span: Step | None = None,
) -> None:
    """Execute updates in order; results go to `scope.values`.

    Args:
        updates: assignments and blocks of ODEs.
        scope: names and their values before, and step by step after.
        dt: step in ms, for each neuron its own or one for all.
        active: neurons that are not refractory. The others keep their values, except `g_*` ODEs, which go on; bounds
            apply to all.
        stretch: how many steps one execution of the ODEs stands for, None for one.
        allowed: by variable, where it may change, booleans; elsewhere it keeps its value, bounds or not.
        span: ms for which white noise keeps its value; None for the whole of what is executed.
    """
    whole = (dt if stretch is None else dt * stretch) if span is None else span
    for update in updates:
        if isinstance(update, Block):
            _run_block(update, scope, dt, active, stretch, allowed, whole)
        else:
            value = _used_value(update, scope, both(active, allowed.get(update.name)))
            _switch(update, value, scope, active, allowed)


def run_event(update: Assignment, scope: Scope, where: Active, pick: Pick | None = None) -> None:
    """Execute a statement, bounds included, where the event happens (None: everywhere); others keep their values.

    Args:
        update: the statement.
        scope: names and their values.
        where: booleans (size,).
        pick: `pick(new, old)` chooses in the place of `where`; what it returns may carry a derivative by the event.
    """
    old, value = scope.value_of(update.name), within_bounds(update, _used_value(update, scope, where), scope)
    _store(update, _hold(value, old, where) if pick is None else pick(value, old), scope)


def _new_value(update: Assignment, scope: Scope):
    """Return the value of `name operator expression`."""
    value = evaluate(update.expression, scope)
    if update.operator == "=":
        return value
    return arithmetic(update.operator[0], scope.value_of(update.name), value, scope)


def _used_value(update: Assignment, scope: Scope, where: Active):
    """Return the new value; it has a derivative where the statement is executed and no bound applies."""
    if scope.is_trial or (where is None and not _is_bounded(update)) or is_tame(update.expression, _shared(scope)):
        return _new_value(update, scope)
    inside = scope.within(both(where, _free(update, lambda: _new_value(update, scope.trial), scope)))
    return inside.used(_new_value(update, inside))


def _is_bounded(update: Assignment | Ode) -> bool:
    return not (update.low is None and update.high is None)


def _shared(scope: Scope) -> frozenset[str]:
    """Return the names of single values: a time constant that is 0 would leave nobody a finite value."""
    return frozenset(name for name, x in scope.values.items() if jnp.ndim(x) == 0)


def _free(update: Assignment | Ode, value: Callable[[], Any], scope: Scope) -> Array | None:
    """Return where a value is within its bounds, None if it has none: then the value is not asked for."""
    if not _is_bounded(update):
        return None
    found = jnp.asarray(value())
    within = [~(found < evaluate(update.low, scope.trial))] if update.low is not None else []
    within += [~(found > evaluate(update.high, scope.trial))] if update.high is not None else []
    return reduce(both, within)


def _switch(update: Assignment | Ode, value: Any, scope: Scope, active: Active, allowed: Mapping[str, Array]) -> None:
    """Give a variable its new value where it is active and allowed to change; bounds apply where it is allowed to."""
    old, may_change = scope.value_of(update.name), allowed.get(update.name)
    around = scope if may_change is None else scope.within(may_change)
    _store(update, _hold(within_bounds(update, _hold(value, old, active), around), old, may_change), scope)


def _run_block(
    block: Block,
    scope: Scope,
    dt: Step,
    active: Active,
    stretch: Array | None,
    allowed: Mapping[str, Array],
    span: Step,
) -> None:
    """Advance each method's equations from the values before the block, then switch all in order."""
    draw_all(block, scope)
    scope = replace(scope, noise=white_noise(block, scope, span))
    new: dict[str, Any] = {}
    for method in dict.fromkeys(ode.method for ode in block.odes):
        odes = [ode for ode in block.odes if ode.method == method]
        new |= _advance_used(odes, scope, active, allowed, partial(_advance_all, method, odes, dt=dt, stretch=stretch))
    for ode in block.odes:
        _switch(ode, new[ode.name], scope, _held(ode, active), allowed)


def _held(ode: Ode, active: Active) -> Active:
    """Return where an ODE goes on."""
    return None if is_conductance(ode.name) else active


def _advance_used(
    odes: list[Ode],
    scope: Scope,
    active: Active,
    allowed: Mapping[str, Array],
    advance: Callable[[Scope], Values],
) -> Values:
    """Return the values after a step of one method, each with a derivative only where it is used.

    Forward nothing is computed twice: XLA finds that the steps are equal.
    """
    divisors = _shared(scope)
    is_used = active is None and not any(_is_bounded(ode) or ode.name in allowed for ode in odes)
    if is_used or scope.is_trial or all(is_tame(x, divisors) for ode in odes for x in (ode.left, ode.right)):
        return advance(scope)
    scope = replace(scope, once=lambda x: x)  # what is hidden in two steps is not found to be equal
    trial = advance(scope.trial) if any(_is_bounded(ode) for ode in odes) else {}
    new: Values = {}
    kind = partial(_kind_of_use, allowed=allowed)
    for _, group in groupby(sorted(odes, key=kind), key=kind):
        members = list(group)
        first = members[0]
        taken = both(_held(first, active), _free(first, lambda name=first.name: trial[name], scope))
        inside = scope.within(both(taken, allowed.get(first.name)))
        after = advance(inside)
        new |= {ode.name: inside.used(after[ode.name]) for ode in members}
    return new


def _kind_of_use(ode: Ode, allowed: Mapping[str, Array]) -> tuple[bool, str]:
    """Return what is equal for equations that are used by the same neurons."""
    return is_conductance(ode.name), ode.name if _is_bounded(ode) or ode.name in allowed else ""


def _advance_all(method: Integrator, odes: list[Ode], scope: Scope, *, dt: Step, stretch: Array | None) -> Values:
    return _advance(method, system_of(odes, scope), {ode.name: scope.value_of(ode.name) for ode in odes}, dt, stretch)


def _advance(
    method: Integrator, block: System, old: dict[str, Array], dt: Step, stretch: Array | None
) -> dict[str, Array]:
    """Return the values after a step of dt, or after one that is stretched, as ANNarchy's methods are."""
    if stretch is None:
        return method.advance(block, old, dt)
    if not method.repeats_increment:
        return method.advance(block, old, dt * stretch)
    new = method.advance(block, old, dt)
    return {name: jnp.where(stretch == 1, x, old[name] + stretch * (x - old[name])) for name, x in new.items()}


def _hold(value, old, where: Active):
    """Return the value where neurons are active, the old one elsewhere."""
    return value if where is None else jnp.where(where, value, old)


def within_bounds(update: Assignment | Ode | EventDriven, value, scope: Scope):
    """Return a value moved into the bounds of an update."""
    if update.low is not None:
        value = jnp.maximum(value, _bound(update.low, scope, lambda low: ~(low < value)))
    if update.high is not None:
        value = jnp.minimum(value, _bound(update.high, scope, lambda high: ~(high > value)))
    return value


def _bound(node: Expression, scope: Scope, applies: Callable[[Any], Array]):
    """Return the value of a bound, with a derivative only where it applies."""
    if scope.is_trial or is_tame(node, _shared(scope)):
        return evaluate(node, scope)
    inside = scope.within(applies(jnp.asarray(evaluate(node, scope.trial))))
    return inside.used(evaluate(node, inside))


def _store(update: Assignment | Ode, value, scope: Scope) -> None:
    """Write the value in the shape and type of the variable."""
    old = jnp.asarray(scope.values[update.name])
    scope.values[update.name] = jnp.broadcast_to(jnp.asarray(value).astype(old.dtype), old.shape)
