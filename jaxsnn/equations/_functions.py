"""Functions that users define, `f(x, y) = expression`, and their use from Python."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import jax.numpy as jnp

from ..errors import ArgumentError, EquationError
from . import _nodes as n
from ._context import Context, UserFunction
from ._evaluate import Scope, evaluate
from ._parse import parse_definitions
from ._resolve import Resolver
from ._vocabulary import LANGUAGE_NAMES, RESERVED


def define_functions(text: str, context: Context) -> tuple[UserFunction, ...]:
    """Read the definitions of functions.

    Args:
        text: `f(x, y) = expression`, one per line. A body sees its arguments, constants, the functions of the language
            and of the context, and those defined above it. C types behind a colon are accepted and ignored.
        context: what is around.

    Raises:
        EquationError: a mistake in the text.

    Example:
        >>> from jaxsnn.equations import Context
        >>> [f.names for f in define_functions("square(x) = x^2 ; cube(x) = x * square(x)", Context())]
        [('x',), ('x',)]
    """
    defined: tuple[UserFunction, ...] = ()
    for definition in parse_definitions(text):
        around = replace(context, functions=(*context.functions, *defined))
        defined = (*defined, _function(definition, text, around))
    return defined


def _function(definition: n.Definition, text: str, context: Context) -> UserFunction:
    def fail(message: str) -> EquationError:
        return EquationError(message, text, definition.at.line, definition.at.column)

    left = definition.left
    if not isinstance(left, n.Call) or definition.operator != "=":
        raise fail("a function is defined by `name(argument, ...) = expression`")
    if left.function in LANGUAGE_NAMES:
        raise fail(f"`{left.function}` is a word of the equation language and cannot be the name of a function")
    if any(f.name == left.function for f in context.functions):
        raise fail(f"the function `{left.function}` is defined twice")
    names = tuple(a.name for a in left.arguments if isinstance(a, n.Name) and a.name not in RESERVED)
    if len(names) != len(left.arguments) or len(set(names)) != len(names):
        raise fail("the arguments of a function are different names, such as `f(x, y)`")
    resolver = Resolver(text, dict.fromkeys(names, True), context=context, random=False, is_function=True)
    return UserFunction(left.function, names, resolver.resolve(definition.right))


def call(function: UserFunction, arguments: tuple[Any, ...], constants: Mapping[str, Any]) -> Any:
    """Return the value of a user's function of numbers or arrays, which broadcast.

    Raises:
        ArgumentError: another number of arguments.
    """
    if len(arguments) != len(function.names):
        message = f"`{function.name}` takes {len(function.names)} arguments, {len(arguments)} given"
        raise ArgumentError(message)
    values = {name: jnp.asarray(x) for name, x in zip(function.names, arguments, strict=True)}
    return evaluate(function.body, Scope(values, constants=constants))
