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
            old = scope.values[update.name]
            _store(update, _bounded(update, _hold(_assigned(update, scope), old, active), scope), scope)


def run_event(update: Assignment, scope: Scope, where: Array) -> None:
    """Execute a statement, bounds included, in the neurons where the event happens; the others keep their values."""
    old, value = scope.values[update.name], _bounded(update, _assigned(update, scope), scope)
    _store(update, _hold(value, old, where), scope)


def _assigned(update: Assignment, scope: Scope):
    """Return the value of `name operator expression`."""
    value = evaluate(update.expression, scope)
    return value if update.operator == "=" else arithmetic(update.operator[0], scope.values[update.name], value)


def _run_block(block: Block, scope: Scope, dt: float, active: Active) -> None:
    """Advance each method's equations from the values before the block, then switch all in order."""
    new: dict[str, Array] = {}
    for method in dict.fromkeys(ode.method for ode in block.odes):
        odes = [ode for ode in block.odes if ode.method == method]
        values = {ode.name: scope.values[ode.name] for ode in odes}
        new |= method.advance(_field(odes, scope), values, dt)  # type: ignore[arg-type]
    for ode in block.odes:
        where = None if ode.name.startswith("g_") else active
        _store(ode, _bounded(ode, _hold(new[ode.name], scope.values[ode.name], where), scope), scope)


def _field(odes: list[Ode], scope: Scope) -> Callable:
    """Return the function from values of the block's variables to their slopes."""

    def slopes(values):
        there = Scope({**scope.values, **values}, scope.inputs, scope.reductions, scope.draw)
        return {ode.name: solve(ode.left, ode.right, Derivative(ode.name), there) for ode in odes}

    return slopes


def _hold(value, old, where: Active):
    return value if where is None else jnp.where(where, value, old)


def _bounded(update: Assignment | Ode, value, scope: Scope):
    if update.low is not None:
        value = jnp.maximum(value, evaluate(update.low, scope))
    if update.high is not None:
        value = jnp.minimum(value, evaluate(update.high, scope))
    return value


def _store(update: Assignment | Ode, value, scope: Scope) -> None:
    """Write the value in the shape and type of the variable."""
    old = jnp.asarray(scope.values[update.name])
    scope.values[update.name] = jnp.broadcast_to(jnp.asarray(value).astype(old.dtype), old.shape)
