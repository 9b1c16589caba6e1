"""Numbers in equations that a text can hold and no network wants: they are seen before anything runs, and remarked on.

In ANNarchy they are C++ that compiles: an infinite literal, a cut integer, a division by 0, bounds that exclude each
other, a distribution whose arguments are in the wrong order.
"""

from collections.abc import Iterable, Iterator
from math import inf

from ..errors import ArgumentError, Remark
from . import _nodes as n
from ._context import UserFunction
from ._vocabulary import DISTRIBUTIONS, FUNCTIONS

INTEGERS = 2**31  # what an attribute of the type `int` stays below


def doubtful_values(definitions: Iterable[n.Definition], text: str) -> Iterator[Remark]:
    """Yield what is suspicious in the numbers of some definitions.

    Args:
        definitions: as they were parsed.
        text: in which they stand.

    Example:
        >>> from jaxsnn.equations import parse_definitions
        >>> [x.arguments[0] for x in doubtful_values(parse_definitions("0.0 * dv/dt = -v"), "0.0 * dv/dt = -v")]
        ['the factor of `dv/dt` is 0: this equation has no solution. Write `v = ...`, or another factor']
    """
    for definition in definitions:
        flags = {flag.name: flag.value for flag in definition.flags}
        for objection, at in (*_in_expressions(definition), *_of_bounds(flags), *_of_integers(definition, flags)):
            yield at.remark(objection, text)


def redefinitions(functions: Iterable[UserFunction]) -> Iterator[Remark]:
    """Yield which functions have the name of one of the language, which equations no longer see."""
    for function in functions:
        if function.name in FUNCTIONS:
            message = f"`{function.name}` is a function of the equation language: give yours another name"
            yield Remark(ArgumentError, (message,))


Objection = tuple[str, n.Position]


def _in_expressions(definition: n.Definition) -> Iterator[Objection]:
    roots = (definition.left, definition.right, *(flag.value for flag in definition.flags))
    for node in (below for root in roots if root is not None for below in n.walk(root)):
        match node:
            case n.Number(value) if value == inf:
                yield "this number is too large for 64 bits: it would be infinite", node.at
            case n.Binary("*"):
                yield from _of_factors(node)
            case n.Call(name) if name in DISTRIBUTIONS:
                yield from _of_distribution(node)


def _of_factors(product: n.Binary) -> Iterator[Objection]:
    for factor, other in ((product.left, product.right), (product.right, product.left)):
        found = [x for x in n.walk(other) if isinstance(x, n.Derivative)]
        if found and n.literal(factor) == 0:
            name = found[0].name
            why = f"the factor of `d{name}/dt` is 0: this equation has no solution"
            yield f"{why}. Write `{name} = ...`, or another factor", product.at


def _of_distribution(call: n.Call) -> Iterator[Objection]:
    arity, make = DISTRIBUTIONS[call.function]
    values = [n.literal(argument) for argument in call.arguments]
    if len(values) != arity or None in values:
        return
    try:
        make(*values)
    except ArgumentError as error:
        yield str(error), call.at
    except ZeroDivisionError:
        yield f"the rate of `{call.function}` is above 0", call.at


def _of_bounds(flags: dict[str, n.Expression | None]) -> Iterator[Objection]:
    low, high = (n.literal(flags.get(name)) for name in ("min", "max"))
    if low is not None and high is not None and low > high:
        at = flags["min"].at  # type: ignore[union-attr]
        yield f"`min` is at most `max`, not {low:g} with {high:g}: no value is within both", at


def _of_integers(definition: n.Definition, flags: dict[str, n.Expression | None]) -> Iterator[Objection]:
    if "int" not in flags:
        return
    for expression in (definition.right, flags.get("init")):
        value = n.literal(expression)
        is_cut = expression is definition.right and definition.operator == "=" and not (value or 0.0).is_integer()
        if expression is not None and value is not None and value != inf and (abs(value) >= INTEGERS or is_cut):
            yield f"an `int` is an integer between -2^31 and 2^31, not {value:.12g}", expression.at
