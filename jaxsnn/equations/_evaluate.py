"""Syntax tree to JAX values: the meaning of each node, given the values of the names."""

from functools import reduce
from typing import Any

import jax.numpy as jnp
import numpy as np

from . import _nodes as n
from ._elapsed import difference_of_times
from ._scope import Scope
from ._tame import is_tame
from ._vocabulary import FUNCTIONS, Function


def evaluate(node: n.Expression, scope: Scope) -> Any:
    """Return the value of an expression, broadcast as NumPy would."""

    def value(child: n.Expression):
        return evaluate(child, scope)

    match node:
        case n.Number(number) | n.Boolean(number):
            return number
        case n.Name(name):
            return scope.value_of(name)
        case n.Unary(operator, operand):
            return -number_of(value(operand)) if operator == "-" else number_of(value(operand))
        case n.Binary(operator, left, right):
            elapsed = difference_of_times(node, scope.values)
            return arithmetic(operator, value(left), value(right), scope) if elapsed is None else elapsed
        case n.Compare(operator, left, right):
            elapsed = difference_of_times(node, scope.values)
            sides = (value(left), value(right)) if elapsed is None else (elapsed, 0.0)
            return _COMPARISONS[operator](*sides)
        case n.Logic(operator, operands):
            return reduce(_LOGIC[operator], [truth_of(value(o)) for o in operands])
        case n.Negation(operand):
            return jnp.logical_not(truth_of(value(operand)))
        case n.Conditional(condition, then, otherwise) | n.Call("ite", (condition, then, otherwise)):
            holds = truth_of(value(condition))
            one, other = branch(then, scope, holds), branch(otherwise, scope, holds, False)
            return jnp.where(*scope.spread((holds, evaluate(then, one), evaluate(otherwise, other))))
        case n.Call(function, arguments):
            return _call(FUNCTIONS[function], arguments, scope)
        case n.Apply(_, names, body, arguments):
            inside = dict(zip(names, (value(a) for a in arguments), strict=True))
            return evaluate(body, scope.of_body(inside))
        case n.Noise(name):
            return scope.noise[name]  # not `read`: methods derive by it, also where nothing else has a derivative
    return scope.read(_given(node, scope))


def _given(node: n.Expression, scope: Scope) -> Any:
    """Return what the step hands to the equations: random numbers, inputs, reductions."""
    match node:
        case n.Draw():
            return scope.draw(node)  # type: ignore[misc]
        case n.Input(target):
            total = reduce(jnp.add, scope.inputs.values(), 0.0)
            return total if target is None else scope.inputs.get(target, 0.0)
        case n.Reduction():
            return scope.reductions[node]
        case n.Remote():
            return scope.remote[node]
    raise TypeError(f"no value is defined for {node!r}")


def branch(node: n.Expression | None, scope: Scope, taken: Any, holds: bool = True) -> Scope:
    """Return the scope for an expression whose value is used only where `taken` is what `holds` says."""
    if scope.is_trial or taken is None or is_tame(node):
        return scope
    return scope.within(jnp.asarray(taken) if holds else jnp.logical_not(taken))


def _call(function: Function, arguments: tuple[n.Expression, ...], scope: Scope) -> Any:
    """Return the value of a function; an argument that it does not come from is a branch that is not taken."""
    scopes = [scope] * len(arguments)
    if function.taken and not scope.is_trial and not all(is_tame(a) for a in arguments):
        trial = [jnp.asarray(real_of(evaluate(a, scope.trial))) for a in arguments]
        scopes = [branch(a, scope, t) for a, t in zip(arguments, function.taken(*trial), strict=True)]
    values = [real_of(evaluate(a, s)) for a, s in zip(arguments, scopes, strict=True)]
    values = [x if s is scope else s.used(x) for x, s in zip(values, scopes, strict=True)]
    return function.compute(*scope.spread(values))


def arithmetic(operator: str, left, right, scope: Scope | None = None):
    """Return `left operator right`; booleans count as 0 and 1, division is true division.

    In a branch, `scope` is that of the operands.
    """
    left, right = number_of(left), number_of(right)
    if scope is not None:
        left, right = scope.spread((left, right))
    if operator == "**":
        return _raise_to(left, right)
    return _ARITHMETIC[operator](left, right)


def number_of(value):
    """Return booleans as 0.0 and 1.0, everything else as it is."""
    is_bool = isinstance(value, bool) or getattr(value, "dtype", None) == jnp.bool_
    return jnp.where(value, 1.0, 0.0) if is_bool else value


def _exact(value, other):
    """Return a whole literal next to an integer array as an integer: a count stays exact beyond 2^24."""
    is_count = jnp.issubdtype(getattr(other, "dtype", jnp.float32), jnp.integer)
    return int(value) if is_count and isinstance(value, float) and value.is_integer() else value


def real_of(value):
    """Return booleans and integers as floating-point numbers of the present precision; JAX would make them single."""
    value = number_of(value)
    return value * 1.0 if jnp.issubdtype(jnp.result_type(value), jnp.integer) else value


def truth_of(value):
    """Return numbers as `number != 0`, booleans as they are."""
    is_bool = isinstance(value, bool) or getattr(value, "dtype", None) == jnp.bool_
    return value if is_bool else jnp.not_equal(value, 0)


def _raise_to(base, exponent):
    """Use repeated multiplication for a small whole exponent: exact, and differentiable where the base is 0."""
    base, exponent = real_of(base), real_of(exponent)
    if not (isinstance(exponent, float) and exponent.is_integer() and abs(exponent) <= 32):
        return jnp.power(base, exponent)
    if isinstance(base, float):
        with np.errstate(all="ignore"):  # infinite where Python would raise
            return float(np.float64(base) ** int(exponent))
    return base ** int(exponent)


_ARITHMETIC = {
    "+": lambda a, b: _exact(a, b) + _exact(b, a),
    "-": lambda a, b: _exact(a, b) - _exact(b, a),
    "*": lambda a, b: a * b,
    "/": lambda a, b: jnp.true_divide(real_of(a), real_of(b)),
}
_COMPARISONS = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}
_LOGIC = {"and": jnp.logical_and, "or": jnp.logical_or}


def distance(node: n.Expression, scope: Scope):
    """Return how far a condition is from changing its truth: positive where it holds.

    A comparison a > b has the distance a - b, a < b has b - a; `and` takes the smaller, `or` the larger of its
    operands, `not` the negative, a conditional that of the branch which it takes. Other conditions (a boolean,
    `a == b`, `a != b`, a number as a truth value) do not change smoothly: they are infinitely far, so no gradient flows
    through them, and next to a comparison they decide only whether it counts. None flows through a distance that is
    not finite either.
    """
    match node:
        case n.Compare("<" | "<=" | ">" | ">="):
            inside = branch(node, scope, None if is_tame(node) else jnp.isfinite(_difference(node, scope.trial)))
            return inside.used(_difference(node, inside))
        case n.Logic(operator, operands):
            nearest = jnp.minimum if operator == "and" else jnp.maximum
            return reduce(nearest, _distances(operands, nearest, scope))
        case n.Negation(operand):
            return -distance(operand, scope)
        case n.Conditional(condition, then, otherwise) | n.Call("ite", (condition, then, otherwise)):
            holds = truth_of(evaluate(condition, scope))
            of_then = distance(then, branch(then, scope, holds))
            return jnp.where(holds, of_then, distance(otherwise, branch(otherwise, scope, holds, False)))
        case n.Apply(_, names, body, arguments):
            inside = dict(zip(names, (evaluate(a, scope) for a in arguments), strict=True))
            return distance(body, scope.of_body(inside))
    return jnp.where(truth_of(evaluate(node, scope)), jnp.inf, -jnp.inf)


def crosses(condition: n.Expression | None) -> bool:
    """Tell whether a condition has a distance, so that it is met at a moment: whether it compares which is larger."""
    nodes = () if condition is None else n.walk(condition)
    return any(isinstance(node, n.Compare) and node.operator in ("<", "<=", ">", ">=") for node in nodes)


def _difference(node: n.Compare, scope: Scope):
    elapsed = difference_of_times(node, scope.values)
    if elapsed is not None:
        return -elapsed if node.operator.startswith("<") else elapsed
    left, right = evaluate(node.left, scope), evaluate(node.right, scope)
    return arithmetic("-", right, left, scope) if node.operator.startswith("<") else arithmetic("-", left, right, scope)


def _distances(operands: tuple[n.Expression, ...], nearest, scope: Scope) -> list:
    """Return the distance of each operand of `and` or `or`; all but the nearest are branches that are not taken."""
    if scope.is_trial or all(is_tame(o) for o in operands):
        return [distance(o, scope) for o in operands]
    trial = [distance(o, scope.trial) for o in operands]
    least = reduce(nearest, trial)
    scopes = [branch(o, scope, x == least) for o, x in zip(operands, trial, strict=True)]
    return [s.used(distance(o, s)) for o, s in zip(operands, scopes, strict=True)]
