"""Small changes of an expression: its differential, as a tree of the equation language.

Each quantity that changes has a name for its change. The differential is linear in these names, and what multiplies
them is what `jax.jvp` would multiply them with. Absent terms are left out, so that a linear equation stays as short as
it is.
"""

from collections.abc import Mapping

from ..errors import UnsupportedError
from . import _nodes as n
from ._parse import parse_expression

Changes = Mapping[n.Expression, n.Expression]

# By function of one argument x; a step has no slope.
SLOPES = {
    "exp": "exp(x)",
    "expm1": "exp(x)",
    "log": "1.0 / x",
    "ln": "1.0 / x",
    "log1p": "1.0 / (1.0 + x)",
    "sqrt": "0.5 / sqrt(x)",
    "sin": "cos(x)",
    "cos": "-sin(x)",
    "tan": "1.0 + tan(x)**2",
    "sinh": "cosh(x)",
    "cosh": "sinh(x)",
    "tanh": "1.0 - tanh(x)**2",
    "atan": "1.0 / (1.0 + x**2)",
    "pos": "ite(x < 0.0, 0.0, 1.0)",
    "positive": "ite(x < 0.0, 0.0, 1.0)",
    "neg": "ite(x > 0.0, 0.0, 1.0)",
    "negative": "ite(x > 0.0, 0.0, 1.0)",
    "abs": "sign(x)",
    "fabs": "sign(x)",
    "Abs": "sign(x)",
}
STEPS = frozenset(["floor", "ceil", "ceiling", "trunc", "round", "sign", "isnan", "isfinite", "isinf"])


def differential(node: n.Expression, changes: Changes) -> n.Expression | None:
    """Return how much an expression changes, None where nothing in it does.

    Args:
        node: the expression.
        changes: by a name, an input or a derivative, what stands for its small change.

    Raises:
        UnsupportedError: a function of which no slope is known in the language.

    Example:
        >>> from jaxsnn.equations import parse_expression, text_of
        >>> v, e = parse_expression("v"), parse_expression("e")
        >>> text_of(differential(parse_expression("b + exp(-dt / tau) * (v - b)"), {v: e}))
        'exp(-dt / tau) * e'
    """
    if node in changes:
        return changes[node]
    match node:
        case n.Unary("-", operand):
            return minus(differential(operand, changes))
        case n.Unary(_, operand):
            return differential(operand, changes)
        case n.Binary(operator, left, right):
            return _of_binary(operator, left, right, changes)
        case n.Conditional(condition, then, otherwise) | n.Call("ite", (condition, then, otherwise)):
            a, b = differential(then, changes), differential(otherwise, changes)
            return None if a is b is None else n.Conditional(condition, _or_zero(a), _or_zero(b))
        case n.Apply(_, names, body, arguments):
            inside: Changes = {n.Name(name): a for name, a in zip(names, arguments, strict=True)}
            return differential(replaced_in(body, inside), changes) if _any(arguments, changes) else None
        case n.Call(function, arguments):
            return _of_call(function, arguments, changes)
        case n.Draw() | n.Noise() if _any(n.children(node), changes):
            raise UnsupportedError("a random number depends on what changes")
    return None


def _any(nodes, changes: Changes) -> bool:
    return any(below in changes for node in nodes for below in n.walk(node))


def _of_binary(operator: str, left: n.Expression, right: n.Expression, changes: Changes) -> n.Expression | None:
    a, b = differential(left, changes), differential(right, changes)
    match operator:
        case "+":
            return plus(a, b)
        case "-":
            return plus(a, minus(b))
        case "*":
            return plus(times(a, right, last=False), times(left, b))
        case "/":
            of_divisor = times(n.Binary("/", left, n.Binary("**", right, n.Number(2.0))), b)
            return plus(_over(a, right), minus(of_divisor))
    return plus(times(_slope_of_power(left, right), a), times(_slope_by_exponent(left, right), b))


def _slope_of_power(base: n.Expression, exponent: n.Expression) -> n.Expression:
    if isinstance(exponent, n.Number):
        less = exponent.value - 1.0
        power = base if less == 1.0 else n.Binary("**", base, n.Number(less))
        return n.Binary("*", exponent, power)
    return n.Binary("*", exponent, n.Binary("**", base, n.Binary("-", exponent, n.Number(1.0))))


def _slope_by_exponent(base: n.Expression, exponent: n.Expression) -> n.Expression:
    return n.Binary("*", n.Binary("**", base, exponent), n.Call("log", (base,)))


def _of_call(function: str, arguments: tuple[n.Expression, ...], changes: Changes) -> n.Expression | None:
    if function in STEPS or not _any(arguments, changes):
        return None
    if function not in SLOPES or len(arguments) != 1:
        raise UnsupportedError(f"the slope of `{function}` is not known as a formula")
    slope = replaced_in(parse_expression(SLOPES[function]), {n.Name("x"): arguments[0]})
    return times(slope, differential(arguments[0], changes))


def replaced_in(node: n.Expression, others: Changes) -> n.Expression:
    """Return an expression with other ones in the place of some of its parts."""
    return others[node] if node in others else n.rebuild(node, lambda below: replaced_in(below, others))


# Arithmetic of changes, in which None is one that is absent.


def plus(a: n.Expression | None, b: n.Expression | None) -> n.Expression | None:
    """Return the sum of two changes."""
    if a is None or b is None:
        return a if b is None else b
    return n.Binary("-", a, b.operand) if isinstance(b, n.Unary) and b.operator == "-" else n.Binary("+", a, b)


def minus(a: n.Expression | None) -> n.Expression | None:
    """Return the opposite of a change."""
    if isinstance(a, n.Unary) and a.operator == "-":
        return a.operand
    return None if a is None else n.Unary("-", a)


def times(a: n.Expression | None, b: n.Expression | None, last: bool = True) -> n.Expression | None:
    """Return the product of a change and a factor; the change comes last, or the factor does."""
    if a is None or b is None:
        return None
    one, two = (a, b) if last else (b, a)
    sign = isinstance(two, n.Unary) and two.operator == "-"
    if sign:
        return minus(times(one, two.operand))  # type: ignore[union-attr]
    return two if one == n.Number(1.0) else one if two == n.Number(1.0) else n.Binary("*", one, two)


def _over(a: n.Expression | None, divisor: n.Expression) -> n.Expression | None:
    return None if a is None else n.Binary("/", a, divisor)


def _or_zero(a: n.Expression | None) -> n.Expression:
    return n.Number(0.0) if a is None else a
