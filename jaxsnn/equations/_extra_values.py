"""Values that a user gives beside the texts of a model: a parameter names one of them in quotes, `tau = 'tau0'`."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from numbers import Real
from typing import Any

from ..errors import ArgumentError, did_you_mean
from . import _nodes as n

ExtraValues = tuple[tuple[str, float], ...]


def read_extra_values(given: Any) -> ExtraValues:
    """Return the values by name, in the order of names.

    Raises:
        ArgumentError: no dictionary of numbers.
    """
    pairs: Any = given.items() if isinstance(given, Mapping) else given
    values: dict[Any, Any] = dict(pairs) if isinstance(pairs, Iterable) else {None: None}
    if not all(isinstance(name, str) and isinstance(value, Real) for name, value in values.items()):
        raise ArgumentError(f"`extra_values` is a dictionary of numbers by name, not {given!r}")
    return tuple(sorted((name, float(value)) for name, value in values.items()))


def with_extra_values(definitions: Iterable[n.Definition], extra_values: ExtraValues, text: str) -> list[n.Definition]:
    """Return definitions of parameters in which numbers stand for the names in quotes.

    Raises:
        EquationError: there is no value of such a name.
    """
    values = dict(extra_values)

    def number(definition: n.Definition) -> n.Definition:
        quoted = definition.right
        if not values or not isinstance(quoted, n.Quoted):
            return definition
        name = quoted.text[1:-1]
        if name not in values:
            raise quoted.at.error(f"`extra_values` has no `{name}`.{did_you_mean(name, values)}", text)
        return replace(definition, right=n.Number(values[name], quoted.at))

    return [number(d) for d in definitions]
