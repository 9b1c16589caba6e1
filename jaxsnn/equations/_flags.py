"""What the flags behind a colon mean: `name = value : population, init=0.0, min=-90`."""

from dataclasses import dataclass

from .. import integrators
from ..errors import EquationError, UnsupportedError, did_you_mean
from . import _nodes as n
from ._model import ValueType
from ._vocabulary import BOUND_FLAGS, FLAGS, METHODS


@dataclass(frozen=True)
class Flags:
    """The flags of one definition, sorted."""

    shared: bool = False
    type: ValueType = ValueType.FLOAT
    method: str | None = None
    init: n.Expression | None = None
    low: n.Expression | None = None
    high: n.Expression | None = None

    def integrator(self, default: integrators.Integrator, text: str, at: n.Position) -> integrators.Integrator:
        """Return the numerical method that the flags ask for."""
        if self.method is None:
            return default
        try:
            return integrators.by_name(self.method)
        except UnsupportedError as error:
            raise EquationError(str(error), text, at.line, at.column) from None


def read_flags(definition: n.Definition, text: str) -> Flags:
    """Return the meaning of a definition's flags.

    Raises:
        EquationError: an unknown flag, a bound without a value, a value where none belongs, two of a kind.
    """
    given = {flag.name: flag for flag in definition.flags}
    for flag in definition.flags:
        _check(flag, given[flag.name] is flag, text)
    values = {name: given[name].value if name in given else None for name in BOUND_FLAGS}
    return Flags(
        shared="population" in given,
        type=_one_of(given, {t.value: t for t in ValueType}, ValueType.FLOAT, text),
        method=_one_of(given, {m: m for m in METHODS}, None, text),
        init=values["init"],
        low=values["min"],
        high=values["max"],
    )


def _check(flag: n.Flag, only_one: bool, text: str) -> None:
    if flag.name not in FLAGS:
        raise _fail(f"unknown flag `{flag.name}`.{did_you_mean(flag.name, FLAGS)}", flag, text)
    if not only_one:
        raise _fail(f"the flag `{flag.name}` stands twice", flag, text)
    if flag.name in BOUND_FLAGS and flag.value is None:
        raise _fail(f"the flag `{flag.name}` needs a value, such as `{flag.name}=0.0`", flag, text)
    if flag.name not in BOUND_FLAGS and flag.value is not None:
        raise _fail(f"the flag `{flag.name}` takes no value", flag, text)


def _one_of(given: dict[str, n.Flag], choices: dict, default, text: str):
    chosen = [name for name in choices if name in given]
    if len(chosen) > 1:
        raise _fail(f"the flags `{chosen[0]}` and `{chosen[1]}` exclude each other", given[chosen[1]], text)
    return choices[chosen[0]] if chosen else default


def _fail(message: str, flag: n.Flag, text: str) -> EquationError:
    return EquationError(message, text, flag.at.line, flag.at.column)
