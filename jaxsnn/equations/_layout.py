"""Which line breaks matter: a filter between the lexer and the grammar.

A definition may span lines, so a LALR grammar cannot tell from the next token alone whether a line break ends it. This
filter sees all tokens. It keeps a line break only where the next line begins a new definition, that is, where that line
reaches an assignment operator before any colon (behind a colon, `init=0` is a flag), outside parentheses, and the line
before did not end in a comma. A semicolon always separates.
"""

from collections.abc import Iterator
from itertools import islice

from lark import Token

from ..errors import EquationError

ASSIGNMENTS = ("EQUAL", "INCREMENT")


class Layout:
    """A lark `PostLex` that removes line breaks without meaning.

    It also checks that parentheses and `if ... else` are complete: here the place of the one without a partner is
    known, whereas the parser would complain at the end of the text.
    """

    always_accept = ("_BREAK",)

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        """Yield the tokens that the grammar sees."""
        tokens = list(_split_quotients(list(stream)))
        depths = _depths(tokens)
        kept: list[Token] = []
        for i, token in enumerate(tokens):
            if token.type != "_BREAK" or (kept and _separates(tokens, depths, i, kept[-1])):
                kept.append(token)
        _check_conditionals(kept)
        yield from kept


def _split_quotients(tokens: list[Token]) -> Iterator[Token]:
    """Take the token `delta/dt` apart where it is no derivative: `a/delta/dt` divides a/delta, `delta/dt^2` squares dt.

    The lexer cannot see what stands around a token, so it takes every `d.../dt` for a derivative.
    """
    divided = False  # `/` or a power stands in front, perhaps with signs between
    for i, token in enumerate(tokens):
        raised = i + 1 < len(tokens) and tokens[i + 1].type == "POWER"
        yield from _quotient(token) if token.type == "DERIVATIVE" and (divided or raised) else (token,)
        if token.type not in ("ADD", "_BREAK"):
            divided = token.type == "POWER" or token == "/"


def _quotient(token: Token) -> Iterator[Token]:
    """Yield the three tokens of a quotient, each at its own place in the text."""
    name, _, _ = token.partition("/")
    column = token.column or 1
    for kind, text, start in (
        ("NAME", name.rstrip(), 0),
        ("MULTIPLY", "/", len(name)),
        ("NAME", "dt", len(token) - len("dt")),
    ):
        yield Token(kind, text, line=token.line, column=column + start)


def _separates(tokens: list[Token], depths: list[int], i: int, before: Token) -> bool:
    """Tell whether the break at i stands between two definitions; `before` is the last token that was kept."""
    if depths[i] > 0 or before.type in ("_COMMA", "_BREAK"):
        return False
    is_last = all(token.type == "_BREAK" for token in islice(tokens, i + 1, None))
    return not is_last and (tokens[i].value == ";" or _begins_definition(tokens, depths, i + 1))


def _begins_definition(tokens: list[Token], depths: list[int], start: int) -> bool:
    """Tell whether the next non-empty line reaches an assignment before a colon."""
    seen = False
    for token, depth in islice(zip(tokens, depths, strict=True), start, None):
        if token.type in ASSIGNMENTS and depth == 0:
            return True
        if token.type == "_COLON" or (token.type == "_BREAK" and seen):
            return False
        seen = seen or token.type != "_BREAK"
    return False


def _depths(tokens: list[Token]) -> list[int]:
    """Return the nesting depth in front of each token; raise at the parenthesis that has no partner."""
    depths, open_ones = [], []
    for i, token in enumerate(tokens):
        depths.append(len(open_ones))
        if token.type == "_LPAR":
            open_ones.append(token)
        elif token.type == "RPAR":
            if not open_ones:
                raise Unbalanced(token, "this parenthesis closes nothing: remove it or open one before it")
            open_ones.pop()
        elif token.type in ASSIGNMENTS and open_ones:
            # Either the assignment is misplaced, or a parenthesis was forgotten in the definition before it.
            if _closes(tokens[i:]):
                raise Unbalanced(token, "no assignment can stand in parentheses (write `==` to compare)")
            raise Unbalanced(open_ones[-1], "this parenthesis is never closed")
    if open_ones:
        raise Unbalanced(open_ones[-1], "this parenthesis is never closed")
    return depths


def _closes(tokens: list[Token]) -> bool:
    """Tell whether a parenthesis that is open before these tokens is closed on the same line."""
    depth = 1
    for token in tokens:
        depth += {"_LPAR": 1, "RPAR": -1}.get(token.type, 0)
        if depth == 0 or token.type == "_BREAK":
            break
    return depth == 0


def _check_conditionals(tokens: list[Token]) -> None:
    """Raise at an `if` that reaches the end of its definition without an `else`."""
    open_ones: list[Token] = []
    for token in tokens:
        if token.type == "_IF":
            open_ones.append(token)
        elif token.type == "_ELSE" and open_ones:
            open_ones.pop()
        elif token.type == "_BREAK" and open_ones:
            break  # the next definition begins, and an `else` there would be another one's
    if open_ones:
        raise Unbalanced(open_ones[-1], "every `if condition: a` needs an `else: b`")


class Unbalanced(Exception):
    """A parenthesis or an `if` without its partner; `as_error` turns it into an `EquationError`."""

    def __init__(self, token: Token, message: str) -> None:
        super().__init__(message)
        self.token = token

    def as_error(self, text: str) -> EquationError:
        """Return the error that shows the line and the parenthesis."""
        return EquationError(str(self), text, self.token.line or 1, self.token.column or 1)
