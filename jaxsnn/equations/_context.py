"""What a model may refer to beyond its own texts: constants and functions of its network, the default method."""

from dataclasses import dataclass

from ..integrators import EXPLICIT, Integrator
from ._nodes import Expression


@dataclass(frozen=True)
class UserFunction:
    """A function that a user defined: `f(x, y) = expression`."""

    name: str
    names: tuple[str, ...]
    body: Expression


@dataclass(frozen=True)
class Context:
    """The surroundings of a model.

    Args:
        constants: names of the network's constants.
        functions: functions that all models of the network may call.
        method: for ODEs that name none.
        is_open: the network is not known yet: an unknown name may be a constant of it, an unknown function one of its.
    """

    constants: tuple[str, ...] = ()
    functions: tuple[UserFunction, ...] = ()
    method: Integrator = EXPLICIT
    is_open: bool = False


OPEN = Context(is_open=True)
