"""Expressions and statements as text of the equation language: what the parser reads back as the same tree."""

from collections.abc import Sequence as Several

from . import _nodes as n
from ._model import Assignment, Ode, Sequence, parts_of

# How tightly an expression holds together: an operand that does so less than its operator asks stands in brackets.
LOOSE, EITHER, BOTH, NOT, COMPARISON, SUM, PRODUCT, SIGN, POWER, ATOM = range(10)
LEVELS = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "**": POWER}


def text_of(node: n.Expression) -> str:
    """Return an expression as text.

    Example:
        >>> from jaxsnn.equations import parse_expression
        >>> text_of(parse_expression("bias+exp(-dt/tau)*(v-(bias-1))**2"))
        'bias + exp(-dt / tau) * (v - (bias - 1.0))**2.0'
    """
    return _written(node)[0]


def lines_of(updates: Sequence) -> list[str]:
    """Return updates as lines of a text, numerical methods included."""
    return [_line(part) + _bounds(part) for part in parts_of(updates)]


def _line(part: Assignment | Ode) -> str:
    if isinstance(part, Ode):
        return f"{text_of(part.left)} = {text_of(part.right)} : {part.method.name}"
    return f"{part.name} {part.operator} {text_of(part.expression)}"


def _bounds(part: Assignment | Ode) -> str:
    found = [f"{what} = {text_of(x)}" for what, x in (("min", part.low), ("max", part.high)) if x is not None]
    between = ", " if isinstance(part, Ode) else " : "
    return between + ", ".join(found) if found else ""


def _within(node: n.Expression, least: int) -> str:
    text, level = _written(node)
    return text if level >= least else f"({text})"


def _written(node: n.Expression) -> tuple[str, int]:
    """Return an expression as text, and how tightly it holds together."""
    match node:
        case n.Number(value):
            return repr(value), (ATOM if value >= 0 else SIGN)
        case n.Boolean(value):
            return str(value), ATOM
        case n.Unary(operator, operand):
            return f"{operator}{_within(operand, POWER)}", SIGN
        case n.Binary(operator, left, right):
            return _binary(operator, left, right), LEVELS[operator]
        case n.Compare(operator, left, right):
            return f"{_within(left, SUM)} {operator} {_within(right, SUM)}", COMPARISON
        case n.Logic(operator, operands):
            level = BOTH if operator == "and" else EITHER
            return f" {operator} ".join(_within(o, level + 1) for o in operands), level
        case n.Negation(operand):
            return f"not {_within(operand, NOT)}", NOT
        case n.Conditional(condition, then, otherwise):
            branches = f"{_within(then, EITHER)} else: {_within(otherwise, EITHER)}"
            return f"if {_within(condition, EITHER)}: {branches}", LOOSE
    return _leaf(node), ATOM


def _binary(operator: str, left: n.Expression, right: n.Expression) -> str:
    level = LEVELS[operator]
    if operator == "**":
        return f"{_within(left, ATOM)}**{_within(right, ATOM)}"
    second, tightness = _written(right)
    second = second if tightness > level and tightness != SIGN else f"({second})"
    return f"{_within(left, level)} {operator} {second}"


def _leaf(node: n.Expression) -> str:
    """Return what needs no brackets: a name, or what looks like the call of a function."""
    match node:
        case n.Derivative(name):
            return f"d{name}/dt"
        case n.Remote(owner, name, target, called):
            return f"{owner}.sum({target or ''})" if called else f"{owner}.{name}"
        case n.Input(target):
            return f"sum({target or ''})"
        case n.Reduction(operation, name, owner):
            return f"{operation}({name if owner is None else f'{owner}.{name}'})"
        case n.Draw(_, function, arguments) | n.Call(function, arguments):
            return _called(function, arguments)
        case n.Apply(function, _, _, arguments):
            return _called(function, arguments)
        case n.Quoted(text) | n.Name(text) | n.Noise(text):
            return text
    raise TypeError(f"no text for {node!r}")


def _called(function: str, arguments: Several[n.Expression]) -> str:
    return f"{function}({', '.join(text_of(a) for a in arguments)})"
