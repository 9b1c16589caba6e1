"""Functions that users define, `f(x, y) = expression`, and their use from Python."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import jax.numpy as jnp

from ..errors import ArgumentError
from . import _nodes as n
from ._context import Context, UserFunction
from ._evaluate import evaluate
from ._model import Locality
from ._parse import check_text, parse_definitions
from ._resolve import Resolver
from ._scope import Scope
from ._vocabulary import FLAGS, FUNCTIONS, LANGUAGE_NAMES, TYPES


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
    definitions = parse_definitions(check_text(text, "functions"))
    heads = [d.left.function if isinstance(d.left, n.Call) else "" for d in definitions]
    for i, definition in enumerate(definitions):
        around = replace(context, functions=(*context.functions, *defined))
        defined = (*defined, _function(definition, text, around, set(heads[i + 1 :])))
    return defined


def _function(definition: n.Definition, text: str, context: Context, below: set[str]) -> UserFunction:
    left = definition.left
    if not isinstance(left, n.Call) or definition.operator != "=":
        raise definition.at.error("a function is defined by `name(argument, ...) = expression`", text)
    if left.function in LANGUAGE_NAMES:
        word = f"`{left.function}` is a word of the equation language"
        raise definition.at.error(f"{word} and cannot be the name of a function", text)
    if any(f.name == left.function for f in context.functions):
        raise definition.at.error(f"the function `{left.function}` is defined twice", text)
    for flag in definition.flags:
        if flag.value is not None or (flag.name in FLAGS and flag.name not in TYPES):
            raise flag.at.error(f"a function has no flag `{flag.name}`: behind its colon stand names of types", text)
    _check_calls(definition.right, left.function, text, context, below)
    names = _arguments(left, text)
    resolver = Resolver(text, dict.fromkeys(names, Locality.SHARED), context=context, random=False, is_function=True)
    return UserFunction(left.function, names, resolver.resolve(definition.right))


def _check_calls(body: n.Expression, name: str, text: str, context: Context, below: set[str]) -> None:
    """Refuse calls of what is not defined yet: the function itself and those below it."""
    known = {*FUNCTIONS, *(f.name for f in context.functions)}
    for node in n.walk(body):
        if not isinstance(node, n.Call) or node.function in known:
            continue
        if node.function == name:
            raise node.at.error(f"the function `{name}` cannot call itself", text)
        if node.function in below:
            raise node.at.error(f"`{node.function}` is defined below: a function sees those above it", text)


def _arguments(left: n.Call, text: str) -> tuple[str, ...]:
    names: list[str] = []
    for argument in left.arguments:
        if not isinstance(argument, n.Name):
            raise argument.at.error("the arguments of a function are names, such as `f(x, y)`", text)
        if argument.name in names:
            raise argument.at.error(f"the argument `{argument.name}` stands twice", text)
        names.append(argument.name)
    return tuple(names)


def call(function: UserFunction, arguments: tuple[Any, ...], constants: Mapping[str, Any]) -> Any:
    """Return the value of a user's function of numbers or arrays, which broadcast.

    Raises:
        ArgumentError: another number of arguments.
    """
    if len(arguments) != len(function.names):
        message = f"`{function.name}` takes {len(function.names)} arguments, {len(arguments)} given"
        raise ArgumentError(message)
    arrays = jnp.broadcast_arrays(*(jnp.asarray(x) for x in arguments))
    value = evaluate(function.body, Scope(dict(zip(function.names, arrays, strict=True)), constants=constants))
    return jnp.broadcast_to(value, arrays[0].shape if arrays else ())
