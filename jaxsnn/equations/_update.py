"""One step of a neuron's equations: assignments and blocks in order, bounds, refractory neurons held still."""

from collections.abc import Callable

import jax.numpy as jnp
from jax import Array

from ._affine import solve
from ._evaluate import Scope, arithmetic, evaluate
from ._model import Assignment, Block, Ode, Sequence
from ._nodes import Derivative

Active = Array | None  # booleans (size,), None where no neuron can be refractory


def run_updates(updates: Sequence, scope: Scope, dt: float, active: Active = None) -> None:
    """Execute updates in order; results go to `scope.values`.

    Args:
        updates: assignments and blocks of ODEs.
        scope: names and their values before, and step by step after.
        dt: step in ms.
        active: neurons that are not refractory. The others keep their values, except `g_*` ODEs, which go on; bounds
            apply to all.
    """
    for update in updates:
        if isinstance(update, Block):
            _run_block(update, scope, dt, active)
        else:
            run_assignment(update, scope, active)


def run_assignment(update: Assignment, scope: Scope, where: Active = None) -> None:
    """Execute `name operator expression` where the condition holds, then the bounds everywhere."""
    old, value = scope.values[update.name], evaluate(update.expression, scope)
    if update.operator != "=":
        value = arithmetic(update.operator[0], old, value)
    _store(update, _hold(value, old, where), scope)


def _run_block(block: Block, scope: Scope, dt: float, active: Active) -> None:
    """Advance each method's equations from the values before the block, then switch all in order."""
    new: dict[str, Array] = {}
    for method in dict.fromkeys(ode.method for ode in block.odes):
        odes = [ode for ode in block.odes if ode.method == method]
        values = {ode.name: scope.values[ode.name] for ode in odes}
        new |= method.advance(_field(odes, scope), values, dt)  # type: ignore[arg-type]
    for ode in block.odes:
        where = None if ode.name.startswith("g_") else active
        _store(ode, _hold(new[ode.name], scope.values[ode.name], where), scope)


def _field(odes: list[Ode], scope: Scope) -> Callable:
    """Return the function from values of the block's variables to their slopes."""

    def slopes(values):
        there = Scope({**scope.values, **values}, scope.inputs, scope.reductions, scope.draw)
        return {ode.name: solve(ode.left, ode.right, Derivative(ode.name), there) for ode in odes}

    return slopes


def _hold(value, old, where: Active):
    return value if where is None else jnp.where(where, value, old)


def _store(update: Assignment | Ode, value, scope: Scope) -> None:
    """Apply the bounds and write the value in the shape and type of the variable."""
    if update.low is not None:
        value = jnp.maximum(value, evaluate(update.low, scope))
    if update.high is not None:
        value = jnp.minimum(value, evaluate(update.high, scope))
    old = jnp.asarray(scope.values[update.name])
    scope.values[update.name] = jnp.broadcast_to(jnp.asarray(value).astype(old.dtype), old.shape)
