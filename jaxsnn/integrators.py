"""Numerical methods for a block of coupled ordinary differential equations.

A method advances all variables of a block by one step. It sees the equations as one function, the *field*, that maps
values to slopes; how the slopes come out of the text is not its business. A new method is one function here and one
entry in `KNOWN`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from jax import Array

from .errors import ArgumentError, UnsupportedError, did_you_mean

Values = Mapping[str, Array]
Field = Callable[[Values], dict[str, Array]]


@dataclass(frozen=True)
class Integrator:
    """A numerical method.

    Args:
        name: the flag that selects it in an equation.
        advance: `advance(field, values, dt)` returns the values one step later.
    """

    name: str
    advance: Callable[[Field, Values, float], dict[str, Array]]


def _explicit(field: Field, values: Values, dt: float) -> dict[str, Array]:
    """Forward Euler: x(t + dt) = x(t) + dt f(x(t)); order 1."""
    slopes = field(values)
    return {name: value + dt * slopes[name] for name, value in values.items()}


EXPLICIT = Integrator("explicit", _explicit)
KNOWN = {method.name: method for method in (EXPLICIT,)}
PLANNED = ("implicit", "semiimplicit", "exponential", "midpoint", "rk4", "runge-kutta4", "event-driven")


def by_name(name: str | Integrator) -> Integrator:
    """Return the method of this name.

    Raises:
        UnsupportedError: ANNarchy has it, this version does not.
        ArgumentError: nobody has it.
    """
    if isinstance(name, Integrator):
        return name
    if name in PLANNED:
        raise UnsupportedError(f"the method `{name}` is not available in this version; available: {', '.join(KNOWN)}")
    if name not in KNOWN:
        raise ArgumentError(f"unknown numerical method `{name}`.{did_you_mean(str(name), KNOWN)}")
    return KNOWN[name]
