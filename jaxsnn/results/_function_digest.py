"""What a function does, as a digest: so that results of another one are not taken for its own."""

import hashlib
import inspect
from collections.abc import Callable, Iterator
from functools import partial
from types import CodeType, FunctionType
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

PLAIN = (bool, int, float, complex, str, bytes, type(None))


def function_digest(function: Callable) -> str:
    """Return the name of a function, and a digest of what it does, as far as its code tells.

    It covers the code, defaults, and the numbers, texts and arrays that it reads from around it, and functions of the
    same module that it names. What stands in objects is not covered.

    Example:
        >>> function_digest(lambda x: x + 1) == function_digest(lambda x: x + 2)
        False
    """
    found = hashlib.sha256()
    for piece in _pieces(function, set()):
        found.update(piece)
    whole = _bare(function)
    return f"{getattr(whole, '__qualname__', type(whole).__name__)} {found.hexdigest()[:16]}"


def named_values(function: Callable) -> Iterator[tuple[str, Any]]:
    """Yield what a function reads from around it, by name: variables of the functions that enclose it, and globals."""
    bare = _bare(function)
    if not isinstance(bare, FunctionType):
        return
    for name, cell in zip(bare.__code__.co_freevars, bare.__closure__ or (), strict=True):
        try:
            yield name, cell.cell_contents
        except ValueError:  # a variable that has no value yet
            continue
    for name in sorted(_names(bare.__code__)):
        if name in bare.__globals__:
            yield name, bare.__globals__[name]


def _bare(function: Any) -> Any:
    """Return the function of Python behind a method, `jax.jit`, `functools.partial` or an object that is called."""
    function = inspect.unwrap(function)
    if isinstance(function, partial):
        return _bare(function.func)
    function = getattr(function, "__func__", function)
    called = getattr(type(function), "__call__", None)  # noqa: B004 - the method itself is needed
    return called if not isinstance(function, FunctionType) and isinstance(called, FunctionType) else function


def _pieces(function: Any, seen: set[int]) -> Iterator[bytes]:
    bound = inspect.unwrap(function)
    if isinstance(bound, partial):
        yield from _plain((*bound.args, *sorted(bound.keywords.items())))
    bare = _bare(function)
    if not isinstance(bare, FunctionType) or id(bare) in seen:
        return
    seen.add(id(bare))
    yield from _code(bare.__code__)
    yield from _plain((bare.__defaults__, tuple(sorted((bare.__kwdefaults__ or {}).items()))))
    for name, value in named_values(bare):
        yield name.encode()
        inner = _bare(value) if callable(value) else value
        if isinstance(inner, FunctionType) and inner.__globals__ is bare.__globals__:
            yield from _pieces(inner, seen)
        else:
            yield from _plain(value)


def _code(code: CodeType) -> Iterator[bytes]:
    yield code.co_code
    yield repr(code.co_names).encode()
    for constant in code.co_consts:
        yield from _code(constant) if isinstance(constant, CodeType) else _plain(constant)


def _plain(value: Any) -> Iterator[bytes]:
    """Yield bytes of a value that cannot change, or of an array; nothing of others."""
    if isinstance(value, PLAIN):
        yield repr(value).encode()
    elif isinstance(value, tuple):
        yield b"("
        for x in value:
            yield from _plain(x)
    elif isinstance(value, frozenset):  # in an order that is the same in every process
        yield from sorted(repr(x).encode() for x in value)
    elif isinstance(value, np.ndarray | np.generic | jax.Array):
        if isinstance(value, jax.Array) and jnp.issubdtype(value.dtype, jax.dtypes.prng_key):
            value = jax.random.key_data(value)
        array = np.asarray(value)
        if not array.dtype.hasobject:
            yield f"{array.dtype} {array.shape}".encode()
            yield array.tobytes()


def _names(code: CodeType) -> set[str]:
    return set(code.co_names).union(*(_names(x) for x in code.co_consts if isinstance(x, CodeType)))
