"""Syntax tree to JAX values: the meaning of each node, given the values of the names."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array

from . import _nodes as n
from ._vocabulary import CONSTANTS, FUNCTIONS


@dataclass
class Scope:
    """What the names in an expression stand for during one step of one population.

    Args:
        values: attributes, `t`, `dt` and `t_last`; updates write their results here.
        inputs: `sum(target)` by target.
        reductions: `mean(x)` and its kin, from the end of the previous step.
        remote: `pre.x` and `post.x` in a synapse.
        constants: of the network, by name; attributes hide them.
        draw: returns the random numbers of a `Draw`.
    """

    values: dict[str, Any]
    inputs: Mapping[str, Array] = field(default_factory=dict)
    reductions: Mapping[n.Reduction, Array] = field(default_factory=dict)
    constants: Mapping[str, Any] = field(default_factory=dict)
    remote: Mapping[n.Remote, Any] = field(default_factory=dict)
    draw: Callable[[n.Draw], Array] | None = None


def evaluate(node: n.Expression, scope: Scope) -> Any:
    """Return the value of an expression, broadcast as NumPy would."""

    def value(child: n.Expression):
        return evaluate(child, scope)

    match node:
        case n.Number(number) | n.Boolean(number):
            return number
        case n.Name(name):
            return _value_of(name, scope)
        case n.Unary(operator, operand):
            return -number_of(value(operand)) if operator == "-" else number_of(value(operand))
        case n.Binary(operator, left, right):
            return arithmetic(operator, value(left), value(right))
        case n.Compare(operator, left, right):
            return _COMPARISONS[operator](value(left), value(right))
        case n.Logic(operator, operands):
            return reduce(_LOGIC[operator], [truth_of(value(o)) for o in operands])
        case n.Negation(operand):
            return jnp.logical_not(truth_of(value(operand)))
        case n.Conditional(condition, then, otherwise) | n.Call("ite", (condition, then, otherwise)):
            return jnp.where(truth_of(value(condition)), value(then), value(otherwise))
        case n.Call(function, arguments):
            return FUNCTIONS[function].compute(*(real_of(value(a)) for a in arguments))
        case n.Apply(_, names, body, arguments):
            inside = dict(zip(names, (value(a) for a in arguments), strict=True))
            return evaluate(body, Scope(inside, constants=scope.constants))
    return _given(node, scope)


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


def _value_of(name: str, scope: Scope):
    """Return what a name stands for: an attribute before a constant of the network before one of the language."""
    if name in scope.values:
        return scope.values[name]
    return scope.constants[name] if name in scope.constants else CONSTANTS[name]


def arithmetic(operator: str, left, right):
    """Return `left operator right`; booleans count as 0 and 1, division is true division."""
    left, right = number_of(left), number_of(right)
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
    through them, and next to a comparison they decide only whether it counts.
    """
    match node:
        case n.Compare("<" | "<=", left, right):
            return arithmetic("-", evaluate(right, scope), evaluate(left, scope))
        case n.Compare(">" | ">=", left, right):
            return arithmetic("-", evaluate(left, scope), evaluate(right, scope))
        case n.Logic(operator, operands):
            nearest = jnp.minimum if operator == "and" else jnp.maximum
            return reduce(nearest, [distance(o, scope) for o in operands])
        case n.Negation(operand):
            return -distance(operand, scope)
        case n.Conditional(condition, then, otherwise) | n.Call("ite", (condition, then, otherwise)):
            return jnp.where(truth_of(evaluate(condition, scope)), distance(then, scope), distance(otherwise, scope))
        case n.Apply(_, names, body, arguments):
            inside = dict(zip(names, (evaluate(a, scope) for a in arguments), strict=True))
            return distance(body, Scope(inside, constants=scope.constants))
    return jnp.where(truth_of(evaluate(node, scope)), jnp.inf, -jnp.inf)
