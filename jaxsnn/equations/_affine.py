"""The part of an expression that is linear in one symbol, without symbolic algebra.

The tree is evaluated once with the symbol x carried as a pair (A, B) that means A + B x. Sums work by component,
products and quotients as for polynomials. B is None where x does not occur.
"""

from . import _nodes as n
from ._evaluate import Scope, arithmetic, evaluate, number_of

Pair = tuple  # (A, B)


def is_linear(node: n.Expression, symbol: n.Expression) -> bool:
    """Tell whether the symbol occurs at most linearly: in sums, in products with other things, in numerators."""
    if node == symbol or not _occurs(node, symbol):
        return True
    match node:
        case n.Unary(_, operand):
            return is_linear(operand, symbol)
        case n.Binary("+" | "-", left, right):
            return is_linear(left, symbol) and is_linear(right, symbol)
        case n.Binary("*", left, right):
            twice = _occurs(left, symbol) and _occurs(right, symbol)
            return not twice and is_linear(left, symbol) and is_linear(right, symbol)
        case n.Binary("/", left, right):
            return not _occurs(right, symbol) and is_linear(left, symbol)
    return False


def affine(node: n.Expression, symbol: n.Expression, scope: Scope) -> Pair:
    """Return (A, B) with value = A + B * symbol, for an expression that `is_linear` in the symbol."""
    if node == symbol:
        return 0.0, 1.0
    if not _occurs(node, symbol):
        return number_of(evaluate(node, scope)), None
    match node:
        case n.Unary(operator, operand):
            a, b = affine(operand, symbol, scope)
            return (-a, -b) if operator == "-" else (a, b)
        case n.Binary("+" | "-" as operator, left, right):
            (a1, b1), (a2, b2) = affine(left, symbol, scope), affine(right, symbol, scope)
            return arithmetic(operator, a1, a2), _combine(operator, b1, b2)
        case n.Binary("*", left, right):
            (a1, b1), (a2, b2) = affine(left, symbol, scope), affine(right, symbol, scope)
            return a1 * a2, (a1 * b2 if b1 is None else b1 * a2)
        case n.Binary("/", left, right):
            (a, b), divisor = affine(left, symbol, scope), evaluate(right, scope)
            return arithmetic("/", a, divisor), arithmetic("/", b, divisor)
    raise TypeError(f"{node!r} is not linear in {symbol!r}")


def solve(left: n.Expression, right: n.Expression, symbol: n.Expression, scope: Scope):
    """Return the symbol's value for which left equals right; left is linear in it, right is free of it."""
    a, b = affine(left, symbol, scope)
    value = number_of(evaluate(right, scope))
    rest = value if isinstance(a, float) and a == 0.0 else value - a
    return rest if isinstance(b, float) and b == 1.0 else arithmetic("/", rest, b)


def _combine(operator: str, b1, b2):
    if b1 is None:
        return -b2 if operator == "-" else b2
    return b1 if b2 is None else arithmetic(operator, b1, b2)


def _occurs(node: n.Expression, symbol: n.Expression) -> bool:
    return any(below == symbol for below in n.walk(node))
