"""Public names of attributes (`P.noise`, `exc.w`), and patterns of them: one way for all functions that take names."""

from collections.abc import Collection, Mapping
from fnmatch import fnmatchcase
from typing import TypeVar

from ..errors import UnknownNameError, did_you_mean

V = TypeVar("V")


def matching(pattern: str, known: Collection[str], argument: str) -> list[str]:
    """Return the known names that are this name, or match this shell pattern.

    Args:
        pattern: such as `exc.w`, `P.*`, `*.tau`.
        known: names; their order is kept.
        argument: in which the pattern was given, for the message.

    Raises:
        UnknownNameError: there is none.

    Example:
        >>> matching("*.tau", ["P.tau", "P.noise", "Q.tau"], "trainable")
        ['P.tau', 'Q.tau']
    """
    found = [pattern] if pattern in known else [name for name in known if fnmatchcase(name, pattern)]
    if not found:
        raise UnknownNameError(f"`{argument}`: no parameter matches `{pattern}`.{did_you_mean(pattern, known)}")
    return found


def expanded(values: Mapping[str, V], known: Collection[str], argument: str) -> dict[str, V]:
    """Return the values by name where they were given by name or pattern; of two that match, the last holds.

    Example:
        >>> expanded({"*.tau": 20.0, "Q.tau": 5.0}, ["P.tau", "Q.tau"], "values")
        {'P.tau': 20.0, 'Q.tau': 5.0}
    """
    return {name: value for pattern, value in values.items() for name in matching(pattern, known, argument)}
