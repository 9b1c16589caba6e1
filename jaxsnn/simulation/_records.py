"""Functions of records that somebody else has written: what they ask for, and what they return, is checked."""

from collections.abc import Callable
from dataclasses import dataclass
from inspect import signature
from typing import Any

import jax

from .. import arguments
from ..errors import ArgumentError, UnknownNameError
from ..recording import Record


@dataclass(frozen=True)
class OfRecords:
    """A traceable function of records that says what was wrong with a call.

    Equal for the same function, so that nothing compiles twice.

    Args:
        function: of records.
        name: of the argument.
    """

    function: Callable[[Record], Any]
    name: str

    def __call__(self, records: Record) -> Any:
        """Return what the function returns, if that consists of numbers."""
        try:
            found = self.function(records)
        except KeyError as error:
            listed = "; ".join(f"`{m}`: {', '.join(own)}" for m, own in records.items()) or "nothing"
            message = f"`{self.name}` asks its records for {error}; they hold {listed}. Monitors have the name `name=`"
            raise UnknownNameError(message) from error
        except jax.errors.ConcretizationTypeError as error:
            message = (
                f"`{self.name}` is traced by JAX, with arrays whose numbers are not known yet: use `jax.numpy` and "
            )
            raise ArgumentError(f"{message}, and no `float(x)`, `int(x)` or `if x`") from error
        leaves = jax.tree.leaves(found)
        if not leaves or not all(hasattr(x, "dtype") or arguments.as_number(x) is not None for x in leaves):
            raise ArgumentError(f"`{self.name}` returns arrays, or a tree of them, not {found!r}")
        return found


def of_records(function: Callable, name: str) -> OfRecords:
    """Return a function of records with checks.

    Raises:
        ArgumentError: it does not take one argument.
    """
    if isinstance(function, OfRecords):
        return function
    try:
        signature(function).bind(None)
    except TypeError as error:
        raise ArgumentError(f"`{name}` is a function of the records: {error}") from None
    except ValueError:  # a built-in function that does not tell
        pass
    return OfRecords(function, name)
