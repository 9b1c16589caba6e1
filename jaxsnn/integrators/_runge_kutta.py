"""Explicit Runge-Kutta methods: one tableau each. Time does not move within a step, as in ANNarchy."""

from dataclasses import dataclass
from functools import partial

from jax import Array

from ._integrator import Integrator, System, Values


@dataclass(frozen=True)
class Tableau:
    """Coefficients of an explicit Runge-Kutta method (Butcher, doi:10.1002/9780470753767).

    Args:
        stages: for each stage after the first, the factor of the slope of the stage before it; the methods here need
            no other.
        weights: of the slopes of all stages.
    """

    stages: tuple[float, ...]
    weights: tuple[float, ...]


def _advance(tableau: Tableau, system: System, values: Values, dt: float) -> dict[str, Array]:
    """Return x + dt * (w1 k1 + w2 k2 + ...), with k1 = f(x) and k(i+1) = f(x + dt * a(i) * k(i))."""
    slopes = [system.slopes(values)]
    for factor in tableau.stages:
        slopes.append(system.slopes({name: x + (factor * dt) * slopes[-1][name] for name, x in values.items()}))
    return {name: x + dt * _weighted(tableau.weights, [k[name] for k in slopes]) for name, x in values.items()}


def _weighted(weights: tuple[float, ...], slopes: list[Array]) -> Array:
    terms = [k if w == 1.0 else w * k for w, k in zip(weights, slopes, strict=True) if w]
    return sum(terms[1:], start=terms[0])


# Forward Euler, order 1: variables are coupled by the state before the step alone, so it mixes with every method.
EXPLICIT = Integrator("explicit", partial(_advance, Tableau((), (1.0,))))
# The midpoint method, order 2.
MIDPOINT = Integrator("midpoint", partial(_advance, Tableau((0.5,), (0.0, 1.0))), couples=True)
# The classical Runge-Kutta method, order 4.
RK4 = Integrator("rk4", partial(_advance, Tableau((0.5, 0.5, 1.0), (1 / 6, 1 / 3, 1 / 3, 1 / 6))), couples=True)
