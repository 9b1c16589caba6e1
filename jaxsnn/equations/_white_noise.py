"""White noise in equations: the names `xi` and `xi_...`, and which equations with it a method can solve."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from . import _nodes as n
from ._affine import factors, is_linear
from ._model import Locality, Ode

MISPLACED = (
    "`{0}` is white noise, whose values grow as the step shrinks: it stands in an ODE, `dv/dt = -v + sigma * {0}`. "
    "A random number for each step is `Normal(0.0, 1.0)`"
)


def is_noise_name(name: str) -> bool:
    """Tell whether a name that nothing else has is white noise."""
    return name == "xi" or name.startswith("xi_")


@dataclass(frozen=True)
class _Heard:
    noise: n.Noise
    level: Locality
    equation: object


@dataclass
class Noises:
    """The white noises of one model, by name."""

    heard: dict[str, _Heard] = field(default_factory=dict)

    def find(self, name: str) -> n.Noise | None:
        """Return the noise of this name, None where it was not met before."""
        return self.heard[name].noise if name in self.heard else None

    def add(self, noise: n.Noise, level: Locality, equation: object) -> None:
        """Remember a noise, how many values it has, and the equation in which it stands."""
        self.heard[noise.name] = _Heard(noise, level, equation)

    def objection(self, name: str, level: Locality, equation: object) -> str | None:
        """Return why a name cannot stand in one more equation, None where it can."""
        before = self.heard.get(name)
        if before is None or before.equation is equation:
            return None
        if name == "xi":
            return (
                "`xi` stands in two equations: is it one noise? Call it `xi_1` in both where it is, `xi_1` and `xi_2` "
                "where these are independent"
            )
        if before.level is not level:
            return f"`{name}` stands in equations that have not as many values each: give one of them another noise"
        return None


def noises_of(ode: Ode) -> tuple[n.Noise, ...]:
    """Return the white noises of an equation, each once."""
    found = (node for side in (ode.left, ode.right) for node in n.walk(side) if isinstance(node, n.Noise))
    return tuple(dict.fromkeys(found))


def noise_objection(ode: Ode, beside: Sequence[Ode]) -> str | None:
    """Return why an equation with white noise has no meaning, or cannot be solved by its method; None where it can.

    Args:
        ode: the equation.
        beside: the equations of its block that have the same method, itself included.
    """
    noises = noises_of(ode)
    if not noises:
        return None
    if not (is_linear(ode.left, n.Derivative(ode.name), *noises) and is_linear(ode.right, *noises)):
        named = f"`{noises[0].name}`"
        return (
            f"{named} is white noise, of which only sums and multiples have a meaning: not a power, a function, a "
            "product of two. A random number for each step is `Normal(0.0, 1.0)`"
        )
    factor = _multiplying(ode, noises, [o.name for o in beside])
    if factor is None:
        return None
    if not ode.method.takes_multiplied_noise:
        return (
            f"`{ode.method.name}` solves equations to which white noise is added; here `{factor}` multiplies it. Use "
            "`milstein` or `explicit` (Itô), or `heun` (Stratonovich)"
        )
    return _without_areas(ode, noises, beside) if ode.method.needs_own_noise else None


def _without_areas(ode: Ode, noises: Sequence[n.Noise], beside: Sequence[Ode]) -> str | None:
    """Return why an equation needs more than the increments of its noise, None where it does not."""
    if len(noises) > 1:
        both = f"both `{noises[0].name}` and `{noises[1].name}` stand in this equation"
    elif other := _multiplying(ode, noises, [o.name for o in beside if o.name != ode.name and noises_of(o)]):
        both = f"here `{other}`, which has noise too, multiplies it"
    else:
        return None
    method = f"`{ode.method.name}` solves equations with one noise that their own variable multiplies"
    return f"{method}; {both}. Use `explicit` (Itô) or `heun` (Stratonovich)"


def _multiplying(ode: Ode, noises: Sequence[n.Noise], names: Sequence[str]) -> str | None:
    """Return one of these variables that decides how much noise enters, None where none does."""
    sides = ((ode.left, (n.Derivative(ode.name), *noises)), (ode.right, noises))
    found = (below for side, symbols in sides for f in factors(side, *symbols) for below in n.walk(f))
    return next((x.name for x in found if isinstance(x, n.Name) and x.name in names), None)
