"""What the flags behind a colon mean: `name = value : population, init=0.0, min=-90`."""

from collections.abc import Mapping
from dataclasses import dataclass

from .. import integrators
from ..errors import UnsupportedError, did_you_mean
from . import _nodes as n
from ._kinds import KINDS, NEURON, Kind
from ._model import Locality, ValueType
from ._resolve import Resolver
from ._vocabulary import BOUND_FLAGS, METHODS


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
            raise at.error(str(error), text) from None


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
        _check_flag(flag, given[flag.name] is flag, text, kind)
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
    definition: n.Definition, resolver: Resolver
) -> tuple[n.Expression | None, n.Expression | None, list[n.Flag]]:
    """Return the bounds of a statement on spikes, resolved, and its other flags.

    Raises:
        EquationError: a bound without a value, two of a kind.
    """
    given = {flag.name: flag for flag in definition.flags}
    for flag in definition.flags:
        if given[flag.name] is not flag:
            raise flag.at.error(f"the flag `{flag.name}` stands twice", resolver.text)
        if flag.name in ("min", "max") and flag.value is None:
            message = f"the flag `{flag.name}` needs a value, such as `{flag.name}=0.0`"
            raise flag.at.error(message, resolver.text)
    low, high = (resolver.resolve_optional(given[b].value) if b in given else None for b in ("min", "max"))
    return low, high, [flag for flag in definition.flags if flag.name not in ("min", "max")]


def _check_flag(flag: n.Flag, only_one: bool, text: str, kind: Kind) -> None:
    if flag.name not in kind.flags:
        others = [k.noun for k in KINDS if flag.name in k.flags]
        if others:
            raise flag.at.error(f"the flag `{flag.name}` is for {others[0]}s, not for {kind.noun}s", text)
        raise flag.at.error(f"unknown flag `{flag.name}`.{did_you_mean(flag.name, kind.flags)}", text)
    if not only_one:
        raise flag.at.error(f"the flag `{flag.name}` stands twice", text)
    if flag.name in BOUND_FLAGS and flag.value is None:
        raise flag.at.error(f"the flag `{flag.name}` needs a value, such as `{flag.name}=0.0`", text)
    if flag.name not in BOUND_FLAGS and flag.value is not None:
        raise flag.at.error(f"the flag `{flag.name}` takes no value", text)


def _one_of(given: dict[str, n.Flag], choices: Mapping, default, text: str):
    chosen = [name for name in choices if name in given]
    if len(chosen) > 1:
        raise given[chosen[1]].at.error(f"the flags `{chosen[0]}` and `{chosen[1]}` exclude each other", text)
    return choices[chosen[0]] if chosen else default
