"""One step of a neuron's equations: assignments and blocks in order, bounds, refractory neurons held still."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import jax.numpy as jnp
from jax import Array

from ..integrators import Integrator, System
from ._affine import linearise, solve
from ._evaluate import Scope, arithmetic, evaluate
from ._input_names import is_conductance
from ._model import Assignment, Block, Ode, Sequence
from ._nodes import Derivative, Draw, Name, walk
from ._synapse_model import EventDriven

Active = Array | None  # booleans (size,), None where no neuron can be refractory
Pick = Callable[[Any, Any], Any]


def run_updates(
    updates: Sequence, scope: Scope, dt: float, active: Active = None, stretch: Array | None = None
) -> None:
    """Execute updates in order; results go to `scope.values`.

    Args:
        updates: assignments and blocks of ODEs.
        scope: names and their values before, and step by step after.
        dt: step in ms.
        active: neurons that are not refractory. The others keep their values, except `g_*` ODEs, which go on; bounds
            apply to all.
        stretch: how many steps one execution of the ODEs stands for, None for one.
    """
    for update in updates:
        if isinstance(update, Block):
            _run_block(update, scope, dt, active, stretch)
        else:
            old = scope.values[update.name]
            _store(update, within_bounds(update, _hold(_new_value(update, scope), old, active), scope), scope)


def run_event(update: Assignment, scope: Scope, where: Active, pick: Pick | None = None) -> None:
    """Execute a statement, bounds included, where the event happens (None: everywhere); others keep their values.

    Args:
        update: the statement.
        scope: names and their values.
        where: booleans (size,).
        pick: `pick(new, old)` chooses in the place of `where`; what it returns may carry a derivative by the event.
    """
    old, value = scope.values[update.name], within_bounds(update, _new_value(update, scope), scope)
    _store(update, _hold(value, old, where) if pick is None else pick(value, old), scope)


def _new_value(update: Assignment, scope: Scope):
    """Return the value of `name operator expression`."""
    value = evaluate(update.expression, scope)
    return value if update.operator == "=" else arithmetic(update.operator[0], scope.values[update.name], value)


def _run_block(block: Block, scope: Scope, dt: float, active: Active, stretch: Array | None) -> None:
    """Advance each method's equations from the values before the block, then switch all in order."""
    _draw_all(block, scope)
    new: dict[str, Array] = {}
    for method in dict.fromkeys(ode.method for ode in block.odes):
        odes = [ode for ode in block.odes if ode.method == method]
        old = {ode.name: scope.values[ode.name] for ode in odes}
        new |= _advance(method, _system(odes, scope), old, dt, stretch)
    for ode in block.odes:
        where = None if is_conductance(ode.name) else active
        _store(ode, within_bounds(ode, _hold(new[ode.name], scope.values[ode.name], where), scope), scope)


def _advance(
    method: Integrator, block: System, old: dict[str, Array], dt: float, stretch: Array | None
) -> dict[str, Array]:
    """Return the values after a step of dt, or after one that is stretched, as ANNarchy's methods are."""
    if stretch is None:
        return method.advance(block, old, dt)
    if not method.repeats_increment:
        return method.advance(block, old, dt * stretch)
    new = method.advance(block, old, dt)
    return {name: jnp.where(stretch == 1, x, old[name] + stretch * (x - old[name])) for name, x in new.items()}


def _draw_all(block: Block, scope: Scope) -> None:
    """Draw the random numbers of a block before its stages: all of them see the same."""
    for node in (node for ode in block.odes for side in (ode.left, ode.right) for node in walk(side)):
        if isinstance(node, Draw) and scope.draw is not None:
            scope.draw(node)


def _system(odes: list[Ode], scope: Scope) -> System:
    """Return the equations as functions of the values of the block's variables."""

    def at(values: Mapping[str, Array]) -> Scope:
        return replace(scope, values={**scope.values, **values})

    def slopes(values: Mapping[str, Array]) -> dict[str, Array]:
        there = at(values)
        return {ode.name: jnp.asarray(solve(ode.left, ode.right, Derivative(ode.name), there)) for ode in odes}

    def linear(values: Mapping[str, Array]) -> dict[str, tuple[Array, Array]]:
        there = at(values)
        return {ode.name: linearise(ode.left, ode.right, Name(ode.name), there) for ode in odes}

    def coefficients(values: Mapping[str, Array]) -> dict[str, dict[str, Array]]:
        there = at(values)

        def factor(ode: Ode, x: str) -> Array:
            return jnp.asarray(linearise(ode.left, ode.right, Name(x), there, Derivative(ode.name))[1])

        return {ode.name: {x: factor(ode, x) for x in values} for ode in odes}

    return System(slopes, linear, coefficients)


def _hold(value, old, where: Active):
    """Return the value where neurons are active, the old one elsewhere."""
    return value if where is None else jnp.where(where, value, old)


def within_bounds(update: Assignment | Ode | EventDriven, value, scope: Scope):
    """Return a value moved into the bounds of an update."""
    if update.low is not None:
        value = jnp.maximum(value, evaluate(update.low, scope))
    if update.high is not None:
        value = jnp.minimum(value, evaluate(update.high, scope))
    return value


def _store(update: Assignment | Ode, value, scope: Scope) -> None:
    """Write the value in the shape and type of the variable."""
    old = jnp.asarray(scope.values[update.name])
    scope.values[update.name] = jnp.broadcast_to(jnp.asarray(value).astype(old.dtype), old.shape)
