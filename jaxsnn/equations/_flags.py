"""What the flags behind a colon mean: `name = value : population, init=0.0, min=-90`."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from .. import integrators
from ..errors import Remark, UnsupportedError, did_you_mean
from . import _nodes as n
from ._kinds import KINDS, Kind
from ._model import Locality, ValueType
from ._units import unit_hint
from ._vocabulary import BOUND_FLAGS, LOCALITIES, METHODS, TYPES


@dataclass(frozen=True)
class Flags:
    """The flags of one definition, sorted; `remarks` tells of those without effect."""

    locality: Locality = Locality.LOCAL
    type: ValueType = ValueType.FLOAT
    method: str | None = None
    init: n.Expression | None = None
    low: n.Expression | None = None
    high: n.Expression | None = None
    unless_post: bool = False
    remarks: tuple[Remark, ...] = ()

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


EXCLUSIVE = (frozenset(LOCALITIES), frozenset(METHODS), frozenset(TYPES))


@dataclass(frozen=True)
class Role:
    """What a definition does, which decides the flags that have an effect behind it.

    Args:
        useless: flags of the language that have none.
        reason: what is said of one of them, with `{}` for its name.
        suggested: flags among which the nearest one is named.
        own: flags that no other definition has.
    """

    useless: tuple[str, ...] = ()
    reason: str = ""
    suggested: tuple[str, ...] = ()
    own: tuple[str, ...] = ()

    def taking(self, flag: str) -> "Role":
        """Return the role of a definition behind which a flag has an effect."""
        return replace(self, useless=tuple(f for f in self.useless if f != flag))


_BUT_BOUNDS = ("init", *LOCALITIES, *METHODS, *TYPES)
ODE = Role()
ASSIGNMENT = Role(METHODS, "`{}` is a method for ODEs such as `dx/dt = ...`; this equation assigns a value")
PARAMETER = Role((*METHODS, "init"), "the flag `{}` is for variables: a parameter keeps the value that it is given")
RESET = Role(_BUT_BOUNDS, "a reset statement takes the flags `min` and `max`, not `{}`")
POST_SPIKE = Role(_BUT_BOUNDS, "a statement on spikes has no flag `{}`.", suggested=("min", "max"))
ARRIVAL = replace(POST_SPIKE, suggested=("min", "max", "unless_post"), own=("unless_post",))


def read_flags(definition: n.Definition, text: str, kind: Kind, role: Role) -> Flags:
    """Return the meaning of a definition's flags.

    Args:
        definition: with its flags.
        text: for messages.
        kind: of the model.
        role: of the definition.

    Raises:
        EquationError: a list that begins with an unknown flag, a flag that says how many values there are in the other
            kind of model, a bound without a value.
    """
    _check_flags(definition.flags, text, kind, role)
    # As in ANNarchy the last of two flags of one name counts, any method before `explicit`, `int` before `bool`.
    useful = {f.name: f for f in definition.flags if _has_effect(f, kind, role)}
    objections = [(f, _objection(i, definition.flags, kind, role)) for i, f in enumerate(definition.flags)]
    values = {name: useful[name].value if name in useful else None for name in BOUND_FLAGS}
    return Flags(
        locality=_one_of(useful, kind.localities, Locality.LOCAL),
        type=_one_of(useful, {t: ValueType(t) for t in TYPES}, ValueType.FLOAT),
        method=_one_of(useful, {m: m for m in sorted(METHODS, key=lambda m: m == "explicit")}, None),
        init=values["init"],
        low=values["min"],
        high=values["max"],
        unless_post="unless_post" in useful,
        remarks=tuple(f.at.remark(objection, text) for f, objection in objections if objection is not None),
    )


def _check_flags(flags: tuple[n.Flag, ...], text: str, kind: Kind, role: Role) -> None:
    for flag in flags:
        if flag.name in LOCALITIES and flag.name not in kind.flags:
            raise flag.at.error(_other_kind(flag, kind), text)
        if flag is flags[0] and not any(flag.name in (*k.flags, *role.own) for k in KINDS):
            raise flag.at.error(_unknown(flag, kind, role), text)
        if flag.name in ("min", "max") and flag.value is None:
            raise flag.at.error(_without_value(flag), text)


def _has_effect(flag: n.Flag, kind: Kind, role: Role) -> bool:
    return flag.name in (*kind.flags, *role.own) and flag.name not in role.useless


def _objection(place: int, flags: tuple[n.Flag, ...], kind: Kind, role: Role) -> str | None:
    """Return what is suspicious about a flag among others, None where nothing is."""
    flag, before = flags[place], [f.name for f in flags[:place]]
    if flag.name in role.useless:
        return role.reason.format(flag.name) + did_you_mean(flag.name, role.suggested)
    if not _has_effect(flag, kind, role):
        return _other_kind(flag, kind) if any(flag.name in k.flags for k in KINDS) else _unknown(flag, kind, role)
    if any(f.name == flag.name for f in flags[place + 1 :]):
        return f"the flag `{flag.name}` stands twice"
    rivals = [f for f in before if f != flag.name and any({f, flag.name} <= group for group in EXCLUSIVE)]
    if rivals:
        return f"the flags `{rivals[0]}` and `{flag.name}` exclude each other"
    if flag.name not in BOUND_FLAGS and flag.value is not None:
        return f"the flag `{flag.name}` takes no value"
    return _without_value(flag) if flag.name == "init" and flag.value is None else None


def _without_value(flag: n.Flag) -> str:
    return f"the flag `{flag.name}` needs a value, such as `{flag.name}=0.0`"


def _other_kind(flag: n.Flag, kind: Kind) -> str:
    other = next(k.noun for k in KINDS if flag.name in k.flags)
    return f"the flag `{flag.name}` is for {other}s, not for {kind.noun}s"


def _unknown(flag: n.Flag, kind: Kind, role: Role) -> str:
    hint = unit_hint(flag.name) or did_you_mean(flag.name, (*kind.flags, *role.own))
    return f"unknown flag `{flag.name}`.{hint}"


def _one_of(given: Mapping[str, n.Flag], choices: Mapping, default):
    return next((choices[name] for name in choices if name in given), default)
