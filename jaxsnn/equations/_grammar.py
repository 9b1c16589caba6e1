"""The grammar at work: lark parses, its matches become our nodes, its complaints our errors.

The parser is LALR(1): it takes linear time, needs no backtracking, and knows at the first wrong token what could have
stood there, from which `_explain` says what is wrong.
"""

from functools import cache
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedEOF, UnexpectedToken, v_args

from ..errors import EquationError
from . import _nodes as n
from ._layout import Layout, Unbalanced


def _position(token: Token) -> n.Position:
    return n.Position(token.line or 1, token.column or 1)


INSTEAD = {
    "=": "`==` to compare",
    "&": "`and`",
    "|": "`or`",
    "!": "`not`",
    "%": "`modulo(a, b)`",
    "?": "`if condition: a else: b`",
}
# Operators that a text cannot have, by what it is; a rule has flags, which have `=`.
ASSIGN = {"condition": ("EQUAL", "INCREMENT"), "rule": ("INCREMENT",)}
ONE_ASSIGNMENT = "an equation has one assignment operator (write `==` to compare)"


@v_args(inline=True)
class _ToNodes(Transformer):
    """Turns lark's matches into our nodes, bottom up."""

    def number(self, token):
        return n.Number(float(token), _position(token))

    def quoted(self, token):
        return n.Quoted(str(token), _position(token))

    def true(self, token):
        return n.Boolean(True, _position(token))

    def false(self, token):
        return n.Boolean(False, _position(token))

    def name(self, token):
        return n.Name(str(token), _position(token))

    def derivative(self, token):
        return n.Derivative(token.partition("/")[0].strip()[1:], _position(token))

    def attribute(self, owner, name):
        return n.Remote(str(owner), str(name), at=_position(owner))

    def attribute_sum(self, owner, name, *rest):
        target = str(rest[0]) if len(rest) == 2 else None
        return n.Remote(str(owner), str(name), target, called=True, at=_position(owner))

    def call(self, function, *rest):
        return n.Call(str(function), tuple(rest[:-1]), _position(function))

    def parenthesis(self, inner, _closing):
        return inner

    def unary(self, operator, operand):
        return n.Unary(str(operator), operand, _position(operator))

    def binary(self, left, operator: Token, right):
        symbol = "**" if operator == "^" else str(operator)
        return n.Binary(symbol, left, right, _position(operator))

    def compare(self, left, operator, right):
        return n.Compare(str(operator), left, right, _position(operator))

    def is_same(self, left, right):
        return n.Compare("==", left, right, left.at)

    def is_other(self, left, right):
        return n.Compare("!=", left, right, left.at)

    def negate(self, operand):
        return n.Negation(operand, operand.at)

    def conjunction(self, *operands):
        return n.Logic("and", operands, operands[0].at)

    def logic(self, *operands):
        return n.Logic("or", operands, operands[0].at)

    joint, disjoint = conjunction, logic

    def flagged(self, condition, then, *rest):
        *flags, otherwise = rest
        return n.Conditional(condition, then, otherwise, condition.at, tuple(flags))

    def conditional(self, condition, then, otherwise):
        return n.Conditional(condition, then, otherwise, condition.at)

    def condition(self, value):
        return value

    def operator(self, token):
        return token

    def flag_name(self, token):
        return token

    def flag(self, name, *rest):
        return n.Flag(str(name), rest[1] if rest else None, _position(name))

    def definition(self, left, operator, right, *flags):
        return n.Definition(left, str(operator), right, (*_flags_in_branches(right), *flags), left.at)

    def definitions(self, *items):
        return items

    def rule(self, condition, *flags):
        return n.Rule(condition, flags)


def _flags_in_branches(value: n.Expression) -> list[n.Flag]:
    """Return the flags behind the branches of conditionals: they count for the whole definition, as in ANNarchy.

    Without recursion: how deep conditionals are nested is not known yet.
    """
    found, open_ones = [], [value]
    while open_ones:
        node = open_ones.pop()
        if isinstance(node, n.Conditional):
            found += node.flags
            open_ones += [node.otherwise, node.then]
    return found


@cache
def _parser() -> Lark:
    """Return the parser, one for all rules that a text can be: its tables take longer to make than a model to read."""
    return Lark.open(
        "grammar.lark",
        rel_to=__file__,
        start=["definitions", "condition", "rule"],
        parser="lalr",
        lexer="basic",  # `Layout` reads all tokens before the parser sees one: none can depend on its state
        maybe_placeholders=False,
        postlex=Layout(),
        transformer=_ToNodes(),  # nodes are made while parsing: no tree of lark is ever built
    )


def parse(text: str, start: str) -> Any:
    """Return what the rule `start` of the grammar makes of a text."""

    def fail(message: str, line: int, column: int) -> EquationError:
        return EquationError(message, text, line, column)

    try:
        return _not_too_deep(_parser().parse(text, start), text)
    except Unbalanced as error:
        raise error.as_error(text) from None
    except UnexpectedCharacters as error:
        raise fail(_without_meaning(error.char, start), line=error.line, column=error.column) from None
    except UnexpectedToken as error:
        if error.token.type == "$END":
            raise fail(_explain(error), **_end_of(text)) from None
        if error.token.type in ASSIGN.get(start, ()):
            raise fail(_without_meaning(error.token, start), line=error.line, column=error.column) from None
        raise fail(_explain(error), line=error.line, column=error.column) from None
    except UnexpectedEOF as error:
        raise fail(_explain(error), **_end_of(text)) from None


def _without_meaning(sign: str, start: str) -> str:
    """Say that a sign is no part of what was to be read, and what may have been meant."""
    shown = sign if sign.isprintable() else ascii(sign)[1:-1]
    hint = f": write {INSTEAD[sign[-1]]}" if sign[-1] in INSTEAD else ""
    return f"`{shown}` has no meaning in {'an equation' if start == 'definitions' else 'a condition'}{hint}"


def _not_too_deep(parsed: Any, text: str) -> Any:
    """Return what was parsed, unless an expression in it is nested deeper than the stack could follow.

    The parser keeps a stack of its own; analysis and evaluation recurse on that of Python.
    """
    roots: list[Any] = [parsed]
    if isinstance(parsed, n.Rule):
        roots = [parsed.condition, *(f.value for f in parsed.flags)]
    if isinstance(parsed, tuple):
        roots = [e for d in parsed for e in (d.left, d.right, *(f.value for f in d.flags))]
    for expression in roots:
        deep = None if expression is None else n.too_deep(expression, n.MAX_DEPTH)
        if deep is not None:
            raise deep.at.error(n.TOO_DEEP, text)
    return parsed


def _end_of(text: str) -> dict[str, int]:
    lines = text.rstrip().split("\n")
    return {"line": len(lines), "column": len(lines[-1]) + 1}


def _explain(error) -> str:
    """Say what is wrong from what came and what the grammar expected there."""
    token = getattr(error, "token", None)
    expected = set(getattr(error, "accepts", None) or error.expected or ())
    kind = token.type if token is not None else "$END"
    left_side = {"EQUAL", "ADD"} <= expected  # what came ends a quantity that an assignment could follow
    if left_side and kind in ("$END", "_BREAK", "_COLON"):
        return "this line has no assignment operator: a definition reads `name = value : flags`"
    if kind == "_BREAK" and "NAME" not in expected:
        return "a condition is one expression: join several by `and` or `or`"
    if kind in ("$END", "_BREAK"):
        return "the line ends where a value is expected"
    if left_side:
        return f"`{token}` is not expected here: a definition reads `name = value : flags`"
    if kind in ("EQUAL", "INCREMENT"):
        before = "NAME" in expected  # a value could stand here, so none has been read yet
        return f"a value is expected before `{token}`" if before else f"`{token}` a second time: {ONE_ASSIGNMENT}"
    if kind == "_IF":
        return "`if` must begin the right-hand side; inside an expression use `ite(condition, a, b)`"
    if kind in ("NAME", "NUMBER") and "NAME" not in expected:
        return f"an operator or a comma is missing before `{token}`"
    return f"`{token}` is not expected here"
