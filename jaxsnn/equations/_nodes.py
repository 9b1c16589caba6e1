"""The syntax tree of equations.

Nodes are frozen and compare by meaning: the position in the text (`at`) does not take part in equality, so two
occurrences of the same expression are equal and hash alike.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from ..errors import EquationError, Remark


@dataclass(frozen=True)
class Position:
    """A place in the text of an equation; line and column count from 1."""

    line: int
    column: int

    def error(self, message: str, text: str) -> EquationError:
        """Return the error that shows this place in a text."""
        return EquationError(message, text, self.line, self.column)

    def remark(self, message: str, text: str) -> Remark:
        """Return what is suspicious at this place of a text."""
        return Remark(EquationError, (message, text, self.line, self.column))


def _at():
    return field(default=Position(1, 1), compare=False, repr=False)


@dataclass(frozen=True)
class Number:
    """A literal, for example `0.04`."""

    value: float
    at: Position = _at()


@dataclass(frozen=True)
class Quoted:
    """A key of `extra_values`, with its quotes: `'tau0'`."""

    text: str
    at: Position = _at()


@dataclass(frozen=True)
class Boolean:
    """`True` or `False`."""

    value: bool
    at: Position = _at()


@dataclass(frozen=True)
class Name:
    """An attribute, a constant, `t`, `dt` or `t_last`."""

    name: str
    at: Position = _at()


@dataclass(frozen=True)
class Derivative:
    """`dx/dt`, where `name` is x."""

    name: str
    at: Position = _at()


@dataclass(frozen=True)
class Remote:
    """An attribute of a neuron that a synapse reads: `pre.x` or `post.x`; `called` marks `pre.sum(target)`."""

    owner: str
    name: str
    target: str | None = None
    called: bool = False
    at: Position = _at()


@dataclass(frozen=True)
class Call:
    """A function, an input `sum(target)`, a reduction `mean(x)` or a distribution: the analysis tells which."""

    function: str
    arguments: tuple["Expression", ...]
    at: Position = _at()


@dataclass(frozen=True)
class Unary:
    """`-x` or `+x`."""

    operator: str
    operand: "Expression"
    at: Position = _at()


@dataclass(frozen=True)
class Binary:
    """`left operator right` with one of `+ - * / **`."""

    operator: str
    left: "Expression"
    right: "Expression"
    at: Position = _at()


@dataclass(frozen=True)
class Compare:
    """`left operator right` with one of `< <= > >= == !=`."""

    operator: str
    left: "Expression"
    right: "Expression"
    at: Position = _at()


@dataclass(frozen=True)
class Logic:
    """`a and b and ...` or `a or b or ...`."""

    operator: str
    operands: tuple["Expression", ...]
    at: Position = _at()


@dataclass(frozen=True)
class Negation:
    """`not x`."""

    operand: "Expression"
    at: Position = _at()


@dataclass(frozen=True)
class Conditional:
    """`if condition: then else: otherwise`; `flags` are those that stand behind `then`."""

    condition: "Expression"
    then: "Expression"
    otherwise: "Expression"
    at: Position = _at()
    flags: tuple["Flag", ...] = field(default=(), compare=False, repr=False)


MAX_DEPTH = 100  # of operators and calls within each other: what walks the tree recurses
TOO_DEEP = (
    f"operators or functions are nested more than {MAX_DEPTH} levels deep here: compute a part of the expression in an "
    "equation of its own"
)

# What the analysis puts in the place of calls, once it knows what they mean.


@dataclass(frozen=True)
class Draw:
    """A random number, drawn anew at each step; equal text within one equation shares one `index`."""

    index: int
    distribution: str
    arguments: tuple["Expression", ...]
    at: Position = _at()


@dataclass(frozen=True)
class Input:
    """`sum(target)`; `target` is None for `sum()`, the sum over all targets."""

    target: str | None
    at: Position = _at()


@dataclass(frozen=True)
class Noise:
    """White noise in an ODE, `xi` or `xi_1`: its value in a step is a standard normal number / sqrt(dt)."""

    name: str
    draw: Draw
    at: Position = _at()


@dataclass(frozen=True)
class Reduction:
    """`mean(x)` and its kin over the population, from the end of the previous step.

    In a synapse `owner` tells over which one: `mean(pre.r)`.
    """

    operation: str
    name: str
    owner: str | None = None
    at: Position = _at()


@dataclass(frozen=True)
class Apply:
    """A call of a user's function: its body sees the arguments by their names, and constants."""

    function: str
    names: tuple[str, ...]
    body: "Expression"
    arguments: tuple["Expression", ...]
    at: Position = _at()


Expression = (
    Number
    | Quoted
    | Boolean
    | Name
    | Derivative
    | Remote
    | Call
    | Unary
    | Binary
    | Compare
    | Logic
    | Negation
    | Conditional
    | Draw
    | Noise
    | Input
    | Reduction
    | Apply
)


@dataclass(frozen=True)
class Flag:
    """What follows the colon of a definition: `exponential`, `init=0.0`, `min=-90`."""

    name: str
    value: Expression | None
    at: Position = _at()


@dataclass(frozen=True)
class Definition:
    """One line of parameters or equations: `left operator right : flags`."""

    left: Expression
    operator: str
    right: Expression
    flags: tuple[Flag, ...]
    at: Position = _at()


@dataclass(frozen=True)
class Rule:
    """`condition : flags`, when synapses are created or pruned."""

    condition: Expression
    flags: tuple[Flag, ...]


def children(node: Expression) -> tuple[Expression, ...]:
    """Return the expressions directly below a node."""
    match node:
        case Call(_, arguments) | Draw(_, _, arguments) | Apply(_, _, _, arguments):
            return arguments
        case Noise(_, draw):
            return (draw,)
        case Unary(_, operand) | Negation(operand):
            return (operand,)
        case Binary(_, left, right) | Compare(_, left, right):
            return (left, right)
        case Logic(_, operands):
            return operands
        case Conditional(condition, then, otherwise):
            return (condition, then, otherwise)
    return ()


def too_deep(node: Expression, limit: int) -> Expression | None:
    """Return a node that has more than `limit` others above it, None where there is none; bodies of functions count.

    Level by level, because a deep tree would exhaust the stack; what stands twice on a level is looked at once.
    """
    level = [node]
    for _ in range(limit + 1):
        below = [x for parent in level for x in (*children(parent), *_body(parent))]
        level = list({id(x): x for x in below}.values())
    return level[0] if level else None


def _body(node: Expression) -> tuple[Expression, ...]:
    return (node.body,) if isinstance(node, Apply) else ()


def walk(node: Expression):
    """Yield a node and everything below it, in the order of the text."""
    yield node
    for child in children(node):
        yield from walk(child)


def rebuild(node: Expression, change: Callable[[Expression], Expression]) -> Expression:
    """Return the node with `change` applied to each child."""
    match node:
        case Call(_, arguments) | Apply(_, _, _, arguments):
            return replace(node, arguments=tuple(change(a) for a in arguments))
        case Unary(_, operand) | Negation(operand):
            return replace(node, operand=change(operand))
        case Binary(_, left, right) | Compare(_, left, right):
            return replace(node, left=change(left), right=change(right))
        case Logic(_, operands):
            return replace(node, operands=tuple(change(o) for o in operands))
        case Conditional(condition, then, otherwise):
            return replace(node, condition=change(condition), then=change(then), otherwise=change(otherwise))
    return node


def literal(expression: Expression | None) -> float | None:
    """Return the number that an expression is, with its sign; None for anything else."""
    match expression:
        case Number(value):
            return float(value)
        case Unary(operator, operand):
            value = literal(operand)
            return value if value is None or operator == "+" else -value
    return None
