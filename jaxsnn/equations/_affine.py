"""The part of an expression that is linear in one symbol, without symbolic algebra.

An ODE has any form, `tau * dv/dt + v = I` or `dv/dt = (I - v) / tau`; an explicit method needs its slope dv/dt, an
exponential one the coefficients of the slope a + b v. Both come from evaluating the tree once with the symbols carried
along: a value is A + B x + C x', where x is a variable and x' its derivative. Sums add the components, quotients divide
those of the numerator, products multiply as polynomials do. What is not linear counts as constant during the step and
goes into A at its present value: a power, a function or a comparison of x, and the product of x with itself. None
stands for a component that is absent, so that no zero is added or multiplied.
"""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import jax.numpy as jnp

from . import _nodes as n
from ._evaluate import arithmetic, evaluate, number_of
from ._scope import Scope


@dataclass(frozen=True)
class Parts:
    """The components of a value A + B x + C x'; None where absent."""

    rest: Any = None  # A
    linear: Any = None  # B
    derivative: Any = None  # C


@dataclass(frozen=True)
class Symbols:
    """The variable and the derivative that are carried along."""

    x: n.Expression | None
    derivative: n.Expression | None


def is_linear(node: n.Expression, *symbols: n.Expression) -> bool:
    """Tell whether the symbols occur at most linearly: in sums, in products with other things, in numerators."""
    if node in symbols or not _occurs(node, symbols):
        return True
    match node:
        case n.Unary(_, operand):
            return is_linear(operand, *symbols)
        case n.Binary("+" | "-", left, right):
            return is_linear(left, *symbols) and is_linear(right, *symbols)
        case n.Binary("*", left, right):
            twice = _occurs(left, symbols) and _occurs(right, symbols)
            return not twice and is_linear(left, *symbols) and is_linear(right, *symbols)
        case n.Binary("/", left, right):
            return not _occurs(right, symbols) and is_linear(left, *symbols)
        case n.Conditional(condition, then, otherwise) | n.Call("ite", (condition, then, otherwise)):
            branches = is_linear(then, *symbols) and is_linear(otherwise, *symbols)
            return branches and not _occurs(condition, symbols)
    return False


def factors(node: n.Expression, *symbols: n.Expression) -> list[n.Expression]:
    """Return what multiplies or divides the symbols in an expression that `is_linear` in them."""
    if node in symbols or not _occurs(node, symbols):
        return []
    match node:
        case n.Unary(_, operand):
            return factors(operand, *symbols)
        case n.Binary("+" | "-", left, right):
            return factors(left, *symbols) + factors(right, *symbols)
        case n.Binary("*", left, right):
            inside, outside = (left, right) if _occurs(left, symbols) else (right, left)
            return [*factors(inside, *symbols), outside]
        case n.Binary("/", left, right):
            return [*factors(left, *symbols), right]
    return [node]  # a choice between two expressions


def has_linear_part(node: n.Expression, x: n.Expression) -> bool:
    """Tell whether `parts` finds a term that is linear in x."""
    return _present(node, x)[1]


def _present(node: n.Expression, x: n.Expression) -> tuple[bool, bool]:
    """Return whether `parts` would find A, and whether it would find B; from the tree alone, without values."""
    if node == x:
        return False, True
    match node:
        case n.Unary(_, operand) | n.Binary("/", operand, _):
            return _present(operand, x)
        case n.Binary("+" | "-", left, right):
            (a1, b1), (a2, b2) = _present(left, x), _present(right, x)
            return a1 or a2, b1 or b2
        case n.Binary("*", left, right):
            (a1, b1), (a2, b2) = _present(left, x), _present(right, x)
            return (a1 and a2) or (b1 and b2), (a1 and b2) or (b1 and a2)
    return True, False


def parts(node: n.Expression, symbols: Symbols, scope: Scope) -> Parts:
    """Return the components of an expression that `is_linear` in the derivative.

    Whatever no case below takes apart, such as `exp(x)`, is evaluated as it stands and becomes a part of A.
    """
    if node == symbols.x:
        return Parts(linear=1.0)
    if node == symbols.derivative:
        return Parts(derivative=1.0)
    if _occurs(node, (symbols.x, symbols.derivative)):
        match node:
            case n.Unary("-", operand):
                return _minus(parts(operand, symbols, scope))
            case n.Unary("+", operand):
                return parts(operand, symbols, scope)
            case n.Binary("+", left, right):
                return _plus(parts(left, symbols, scope), parts(right, symbols, scope), scope)
            case n.Binary("-", left, right):
                return _plus(parts(left, symbols, scope), _minus(parts(right, symbols, scope)), scope)
            case n.Binary("*", left, right):
                return _times(parts(left, symbols, scope), parts(right, symbols, scope), symbols, scope)
            case n.Binary("/", left, right):
                return _over(parts(left, symbols, scope), number_of(evaluate(right, scope)), scope)
    return Parts(number_of(evaluate(node, scope)))


def solve(left: n.Expression, right: n.Expression, derivative: n.Expression, scope: Scope):
    """Return the value of the derivative for which left equals right; left is linear in it, right is free of it."""
    found = parts(left, Symbols(None, derivative), scope)
    slope = _sum(number_of(evaluate(right, scope)), _negative(found.rest), scope)
    return _quotient(slope, found.derivative, scope)


def linearise(
    left: n.Expression, right: n.Expression, x: n.Name, scope: Scope, of: n.Derivative | None = None
) -> tuple[Any, Any]:
    """Return (a, b) such that left equals right where a derivative is a + b x: that of x, if no other one is given."""
    symbols = Symbols(x, n.Derivative(x.name) if of is None else of)
    found = parts(left, symbols, scope)
    difference = _plus(parts(right, symbols, scope), _minus(replace(found, derivative=None)), scope)
    slope = _over(difference, found.derivative, scope)
    return (0.0 if slope.rest is None else slope.rest), (0.0 if slope.linear is None else slope.linear)


def decayed(equation, scope: Scope, elapsed):
    """Return the value of an event-driven variable some time after its last event.

    It is exact: the equation is linear in the variable, and nothing else in it changes between two events.

    Args:
        equation: with the attributes `name`, `left` and `right`.
        scope: values at the last event.
        elapsed: ms since then.
    """
    x = scope.value_of(equation.name)
    rest, slope = linearise(equation.left, equation.right, n.Name(equation.name), scope)
    fixed_point = arithmetic("/", -rest, slope)
    x, fixed_point, slope, elapsed = scope.spread((x, fixed_point, slope, elapsed))
    return fixed_point + (x - fixed_point) * jnp.exp(slope * elapsed)


# Arithmetic of components, in which None is one that is absent.


def _plus(one: Parts, two: Parts, scope: Scope) -> Parts:
    pairs = (one.rest, two.rest), (one.linear, two.linear), (one.derivative, two.derivative)
    return Parts(*(_sum(a, b, scope) for a, b in pairs))


def _minus(one: Parts) -> Parts:
    return Parts(_negative(one.rest), _negative(one.linear), _negative(one.derivative))


def _times(one: Parts, two: Parts, symbols: Symbols, scope: Scope) -> Parts:
    x = None if symbols.x is None else number_of(evaluate(symbols.x, scope))
    total, product = partial(_sum, scope=scope), partial(_product, scope=scope)
    # (B1 x)(B2 x) is not linear: its present value is a part of A. With x', each factor counts as the number A + B x.
    square = product(product(one.linear, two.linear), product(x, x))
    crossed = total(product(one.rest, two.linear), product(one.linear, two.rest))
    values = [total(factor.rest, product(factor.linear, x)) for factor in (one, two)]
    derivative = total(product(one.derivative, values[1]), product(values[0], two.derivative))
    return Parts(total(product(one.rest, two.rest), square), crossed, derivative)


def _over(one: Parts, divisor, scope: Scope) -> Parts:
    """Return the quotient of the components and a number.

    A divisor that all neurons share, such as a time constant, is inverted once: a product costs a tenth of a quotient.
    """
    components = one.rest, one.linear, one.derivative
    if not _is_one(divisor) and jnp.ndim(divisor) == 0:
        inverse = arithmetic("/", 1.0, divisor)
        return Parts(*(_product(x, inverse, scope) for x in components))
    return Parts(*(_quotient(x, divisor, scope) for x in components))


def _sum(a, b, scope: Scope):
    return b if a is None else a if b is None else arithmetic("+", a, b, scope)


def _negative(a):
    return None if a is None else -a


def _product(a, b, scope: Scope):
    if a is None or b is None:
        return None
    return b if _is_one(a) else a if _is_one(b) else arithmetic("*", a, b, scope)


def _quotient(a, b, scope: Scope):
    return a if a is None or _is_one(b) else arithmetic("/", a, b, scope)


def _is_one(a) -> bool:
    """Tell whether a factor is the literal 1.0, by which nothing needs to be multiplied; arrays are not looked at."""
    return isinstance(a, float) and a == 1.0


def _occurs(node: n.Expression, symbols) -> bool:
    return any(below in symbols for below in n.walk(node))
