r"""Expressions of the equation language as formulas of LaTeX, from the syntax tree."""

from ..equations import (
    Apply,
    Binary,
    Boolean,
    Call,
    Compare,
    Conditional,
    Derivative,
    Draw,
    Expression,
    Input,
    Logic,
    Name,
    Negation,
    Noise,
    Number,
    Reduction,
    Remote,
    Unary,
)
from ._symbols import symbol, word

# How tightly an expression holds together: an operand that does so less than its operator asks stands in brackets.
LOOSE, EITHER, BOTH, NOT, COMPARISON, SUM, PRODUCT, POWER, ATOM = range(9)

COMPARISONS = {"<": "<", "<=": r"\leq", ">": ">", ">=": r"\geq", "==": "=", "!=": r"\neq"}
COMMON = frozenset(
    ["exp", "log", "ln", "sin", "cos", "tan", "sinh", "cosh", "tanh", "min", "max"]
)  # LaTeX has a command for these
RENAMED = {"Max": r"\max", "Min": r"\min", "fmax": r"\max", "fmin": r"\min"}
RENAMED |= {"asin": r"\arcsin", "acos": r"\arccos", "atan": r"\arctan", "log2": r"\log_2", "log10": r"\log_{10}"}
BRACKETS = {
    **dict.fromkeys(("pos", "positive"), (r"\left[", r"\right]^{+}")),
    **dict.fromkeys(("neg", "negative"), (r"\left[", r"\right]^{-}")),
    **dict.fromkeys(("abs", "fabs", "Abs"), (r"\left|", r"\right|")),
    "floor": (r"\left\lfloor ", r"\right\rfloor "),
    **dict.fromkeys(("ceil", "ceiling"), (r"\left\lceil ", r"\right\rceil ")),
    "sqrt": (r"\sqrt{", "}"),
}


def formula(node: Expression) -> str:
    r"""Return an expression as LaTeX, to stand in math mode.

    Example:
        >>> from jaxsnn.equations import parse_expression
        >>> print(formula(parse_expression("(v_rest - v) / tau + 0.5 * exp(-(v + 1)**2)")))
        \frac{v_{\mathrm{rest}} - v}{\tau} + 0.5 \, \exp\left(-\left(v + 1\right)^{2}\right)
        >>> print(formula(parse_expression("if v > 1: pos(v) else: 0")))
        \begin{cases} \left[v\right]^{+} & \text{if } v > 1 \\ 0 & \text{otherwise} \end{cases}
    """
    return _typeset(node)[0]


def _within(node: Expression, least: int) -> str:
    """Return an operand, in brackets unless it holds together tightly enough."""
    text, tightness = _typeset(node)
    return text if tightness >= least else rf"\left({text}\right)"


def _typeset(node: Expression) -> tuple[str, int]:
    """Return an expression as LaTeX, and how tightly it holds together."""
    match node:
        case Number(value):
            return number(value), (ATOM if value >= 0 and "times" not in number(value) else PRODUCT)
        case Boolean(value):
            return word(str(value).lower()), ATOM
        case Name(name) | Noise(name):
            return symbol(name), ATOM
        case Derivative(name):
            return rf"\frac{{\mathrm{{d}}{symbol(name)}}}{{\mathrm{{d}}t}}", PRODUCT
        case Remote():
            return _remote(node), ATOM
        case Unary(operator, operand):
            return f"{'-' if operator == '-' else ''}{_within(operand, PRODUCT)}", SUM
        case Binary():
            return _binary(node)
        case Compare(operator, left, right):
            return f"{_within(left, SUM)} {COMPARISONS[operator]} {_within(right, SUM)}", COMPARISON
        case Logic(operator, operands):
            level = BOTH if operator == "and" else EITHER
            return rf" \;\mathrm{{{operator}}}\; ".join(_within(o, level + 1) for o in operands), level
        case Negation(operand):
            return rf"\mathrm{{not}}\; {_within(operand, NOT)}", NOT
        case Conditional(condition, then, otherwise):
            return _cases(condition, then, otherwise), LOOSE
    return _call(node)


def number(value: float) -> str:
    r"""Return a number as LaTeX.

    Example:
        >>> print(number(0.5), number(3.0), number(1e-07), number(float("inf")))
        0.5 3 10^{-7} \infty
    """
    text = f"{value:.12g}"
    if text in ("inf", "-inf"):
        return text.replace("inf", r"\infty")
    mantissa, _, exponent = text.partition("e")
    if not exponent:
        return text
    power = f"10^{{{int(exponent)}}}"
    return power if mantissa == "1" else rf"{mantissa} \times {power}"


def _remote(node: Remote) -> str:
    side = word(node.owner)
    return rf"{_input(node.target)}^{{{side}}}" if node.called else f"{{{symbol(node.name)}}}^{{{side}}}"


def _input(target: str | None) -> str:
    return rf"\mathrm{{sum}}\left({word(target or '')}\right)"


def _binary(node: Binary) -> tuple[str, int]:
    left, right = node.left, node.right
    match node.operator:
        case "/":
            return rf"\frac{{{formula(left)}}}{{{formula(right)}}}", PRODUCT
        case "*":
            is_negative, second = isinstance(left, Unary), _within(right, PRODUCT)
            first = formula(left) if is_negative else _within(left, PRODUCT)
            between = r"\cdot" if second[0].isdigit() else r"\,"
            return rf"{first} {between} {second}", SUM if is_negative else PRODUCT
        case "**":
            base = _within(left, ATOM)
            return f"{f'{{{base}}}' if _has_script(left) else base}^{{{formula(right)}}}", POWER
    added, tightness = _typeset(right)
    is_plain = node.operator == "+" and tightness == SUM and not added.startswith("-")
    return f"{_within(left, SUM)} {node.operator} {added if is_plain else _within(right, PRODUCT)}", SUM


def _has_script(node: Expression) -> bool:
    """Tell whether something has a superscript of its own."""
    return isinstance(node, Remote) or (isinstance(node, Call) and node.function in BRACKETS)


def _cases(condition: Expression, then: Expression, otherwise: Expression) -> str:
    r"""Return a conditional; those within its second branch are further cases."""
    rows = [rf"{formula(then)} & \text{{if }} {formula(condition)}"]
    while isinstance(otherwise, Conditional):
        rows.append(rf"{formula(otherwise.then)} & \text{{if }} {formula(otherwise.condition)}")
        otherwise = otherwise.otherwise
    rows.append(rf"{formula(otherwise)} & \text{{otherwise}}")
    return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}"


def _call(node: Expression) -> tuple[str, int]:
    """Return what looks like the call of a function."""
    match node:
        case Input(target):
            return _input(target), ATOM
        case Reduction(operation, name, owner):
            argument = symbol(name) if owner is None else _remote(Remote(owner, name))
            return rf"{word(operation)}\left({argument}\right)", ATOM
        case Draw(_, distribution, arguments):
            return _applied(word(distribution), arguments), ATOM
        case Apply(function, _, _, arguments):
            return _applied(word(function), arguments), ATOM
        case Call("ite", (condition, then, otherwise)):
            return _cases(condition, then, otherwise), LOOSE
        case Call("power" | "pow", (base, exponent)):
            return _binary(Binary("**", base, exponent))
        case Call(function, (argument,)) if function in BRACKETS:
            opening, closing = BRACKETS[function]
            return f"{opening}{formula(argument)}{closing}", ATOM
        case Call(function, arguments):
            command = f"\\{function}" if function in COMMON else RENAMED.get(function, word(function))
            return _applied(command, arguments), ATOM
    raise TypeError(f"no formula for {node!r}")


def _applied(function: str, arguments: tuple[Expression, ...]) -> str:
    return rf"{function}\left({', '.join(formula(a) for a in arguments)}\right)"
