"""Explicit Runge-Kutta methods, one tableau each. Time does not move within a step, as in ANNarchy."""

from dataclasses import dataclass
from functools import partial

from jax import Array

from ._integrator import Integrator, Step, System, Values


@dataclass(frozen=True)
class Tableau:
    """The coefficients of an explicit Runge-Kutta method (J. C. Butcher, doi:10.1002/9780470753767).

    The nodes c are left out, because all stages see the time at which the step begins.

    Args:
        stages: the matrix a below its diagonal. The row of a stage holds the factors of the slopes of all stages before
            it; the first stage, which has none, has no row.
        weights: the vector b, a factor of the slope of each stage.
    """

    stages: tuple[tuple[float, ...], ...]
    weights: tuple[float, ...]


def _advance(tableau: Tableau, system: System, values: Values, dt: Step) -> dict[str, Array]:
    """Return x + dt (b1 k1 + b2 k2 + ...), with the slopes k1 = f(x) and ki = f(x + ai1 dt k1 + ai2 dt k2 + ...)."""
    slopes = [system.slopes(values)]
    for row in tableau.stages:
        slopes.append(system.slopes(_shared(system, _stage(row, slopes, values, dt))))
    return {name: x + dt * _weighted(tableau.weights, [k[name] for k in slopes]) for name, x in values.items()}


def _stage(row: tuple[float, ...], slopes: list[dict[str, Array]], values: Values, dt: Step) -> dict[str, Array]:
    """Return the values at which the next slope is taken."""
    # The factor is multiplied by dt before the slope: both are numbers, so XLA sees one constant.
    used = [(a * dt, k) for a, k in zip(row, slopes, strict=True) if a]
    return {name: x + _sum([h * k[name] for h, k in used]) for name, x in values.items()}


def _shared(system: System, stage: dict[str, Array]) -> dict[str, Array]:
    """Return the values of a stage; if several equations read them, they are computed once, not in each of these."""
    return system.once(stage) if len(stage) > 1 else stage


def _weighted(weights: tuple[float, ...], slopes: list[Array]) -> Array:
    return _sum([k if w == 1.0 else w * k for w, k in zip(weights, slopes, strict=True) if w])


def _sum(terms: list[Array]) -> Array:
    return sum(terms[1:], start=terms[0])


# Forward Euler, order 1: variables are coupled by the state before the step alone, so it mixes with every method. With
# white noise it converges to the integral of Itô: G. Maruyama, "Continuous Markov processes and stochastic equations",
# Rendiconti del Circolo Matematico di Palermo 4, 1955, doi:10.1007/BF02846028.
EXPLICIT = Integrator("explicit", partial(_advance, Tableau((), (1.0,))), takes_multiplied_noise=True)
# Heun's method, order 2. With white noise it converges to the integral of Stratonovich: W. Rümelin, "Numerical
# treatment of stochastic differential equations", SIAM Journal on Numerical Analysis 19, 1982, doi:10.1137/0719041.
HEUN = Integrator("heun", partial(_advance, Tableau(((1.0,),), (0.5, 0.5))), couples=True, takes_multiplied_noise=True)
# The midpoint method, order 2.
MIDPOINT = Integrator("midpoint", partial(_advance, Tableau(((0.5,),), (0.0, 1.0))), couples=True)
# The classical Runge-Kutta method, order 4.
CLASSICAL = Tableau(((0.5,), (0.0, 0.5), (0.0, 0.0, 1.0)), (1 / 6, 1 / 3, 1 / 3, 1 / 6))
RK4 = Integrator("rk4", partial(_advance, CLASSICAL), couples=True)

METHODS = (EXPLICIT, MIDPOINT, RK4, HEUN)
