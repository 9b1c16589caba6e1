"""What the flags behind a colon mean: `name = value : population, init=0.0, min=-90`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .. import integrators
from ..errors import EquationError, UnsupportedError, did_you_mean
from . import _nodes as n
from ._kinds import KINDS, NEURON, Kind
from ._model import Locality, ValueType
from ._vocabulary import BOUND_FLAGS, METHODS

if TYPE_CHECKING:
    from ._resolve import Resolver


@dataclass(frozen=True)
class Flags:
    """The flags of one definition, sorted."""

    locality: Locality = Locality.LOCAL
    type: ValueType = ValueType.FLOAT
    method: str | None = None
    init: n.Expression | None = None
    low: n.Expression | None = None
    high: n.Expression | None = None

    @property
    def is_event_driven(self) -> bool:
        """Whether the ODE is integrated at spikes only."""
        return self.method in integrators.SYNAPTIC

    def integrator(self, default: integrators.Integrator, text: str, at: n.Position) -> integrators.Integrator:
        """Return the numerical method that the flags ask for."""
        if self.method is None:
            return default
        try:
            return integrators.by_name(self.method)
        except UnsupportedError as error:
            raise EquationError(str(error), text, at.line, at.column) from None


def read_flags(definition: n.Definition, text: str, kind: Kind = NEURON) -> Flags:
    """Return the meaning of a definition's flags.

    Args:
        definition: with its flags.
        text: for error messages.
        kind: of the model.

    Raises:
        EquationError: an unknown flag, a bound without a value, a value where none belongs, two of a kind.
    """
    given = {flag.name: flag for flag in definition.flags}
    for flag in definition.flags:
        _check(flag, given[flag.name] is flag, text, kind)
    values = {name: given[name].value if name in given else None for name in BOUND_FLAGS}
    return Flags(
        locality=_one_of(given, kind.localities, Locality.LOCAL, text),
        type=_one_of(given, {t.value: t for t in ValueType}, ValueType.FLOAT, text),
        method=_one_of(given, {m: m for m in METHODS}, None, text),
        init=values["init"],
        low=values["min"],
        high=values["max"],
    )


def read_bounds(
    definition: n.Definition, resolver: "Resolver"
) -> tuple[n.Expression | None, n.Expression | None, list[n.Flag]]:
    """Return the bounds of a statement on spikes, resolved, and its other flags.

    Raises:
        EquationError: a bound without a value, two of a kind.
    """
    given = {flag.name: flag for flag in definition.flags}
    for flag in definition.flags:
        if given[flag.name] is not flag:
            raise _fail(f"the flag `{flag.name}` stands twice", flag, resolver.text)
        if flag.name in ("min", "max") and flag.value is None:
            message = f"the flag `{flag.name}` needs a value, such as `{flag.name}=0.0`"
            raise _fail(message, flag, resolver.text)
    low, high = (resolver.resolve(given[b].value) if b in given else None for b in ("min", "max"))  # type: ignore[arg-type]
    return low, high, [flag for flag in definition.flags if flag.name not in ("min", "max")]


def _check(flag: n.Flag, only_one: bool, text: str, kind: Kind) -> None:
    if flag.name not in kind.flags:
        others = [k.noun for k in KINDS if flag.name in k.flags]
        if others:
            raise _fail(f"the flag `{flag.name}` is for {others[0]}s, not for {kind.noun}s", flag, text)
        raise _fail(f"unknown flag `{flag.name}`.{did_you_mean(flag.name, kind.flags)}", flag, text)
    if not only_one:
        raise _fail(f"the flag `{flag.name}` stands twice", flag, text)
    if flag.name in BOUND_FLAGS and flag.value is None:
        raise _fail(f"the flag `{flag.name}` needs a value, such as `{flag.name}=0.0`", flag, text)
    if flag.name not in BOUND_FLAGS and flag.value is not None:
        raise _fail(f"the flag `{flag.name}` takes no value", flag, text)


def _one_of(given: dict[str, n.Flag], choices: Mapping, default, text: str):
    chosen = [name for name in choices if name in given]
    if len(chosen) > 1:
        raise _fail(f"the flags `{chosen[0]}` and `{chosen[1]}` exclude each other", given[chosen[1]], text)
    return choices[chosen[0]] if chosen else default


def _fail(message: str, flag: n.Flag, text: str) -> EquationError:
    return EquationError(message, text, flag.at.line, flag.at.column)
