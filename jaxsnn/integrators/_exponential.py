"""Methods that treat the linear part of each equation exactly or implicitly; equations of a block stay uncoupled."""

from math import factorial

import jax
import jax.numpy as jnp
from jax import Array

from ._integrator import Integrator, Step, System, Values


@jax.custom_jvp
def phi(z: Array) -> Array:
    """Return (exp(z) - 1) / z, near 0 its series.

    The series has the derivative as well, because JAX differentiates this body, not the rule below, where it takes
    second derivatives forwards over backwards through a scan.
    """
    small = jnp.abs(z) < 1e-5
    safe = jnp.where(small, 1.0, z)
    return jnp.where(small, 1.0 + z * (1 / 2 + z / 6), jnp.expm1(safe) / safe)


@phi.defjvp
def _phi_jvp(primals: tuple[Array], tangents: tuple[Array]) -> tuple[Array, Array]:
    """The derivative is (exp(z) - phi(z)) / z. Near 0 that cancels: there stands its series 1/2 + z/3 + z^2/8 + ..."""
    (z,), (dz,) = primals, tangents
    small = jnp.abs(z) < 0.1
    near, far = jnp.where(small, z, 0.0), jnp.where(small, 1.0, z)
    series = 0.0
    for k in range(10, 0, -1):
        series = k / factorial(k + 1) + near * series
    return phi(z), jnp.where(small, series, (jnp.exp(far) - phi(far)) / far) * dz


def _exponential(system: System, values: Values, dt: Step) -> dict[str, Array]:
    """Exponential Euler: exact for x' = a + b x with a and b frozen during the step; order 1 otherwise.

    S. M. Cox and P. C. Matthews, "Exponential time differencing for stiff systems", Journal of Computational Physics
    176, 2002, doi:10.1006/jcph.2002.6995.
    """

    def after(x: Array, a: Array, b: Array) -> Array:
        x, a, slope, factor = system.spread((x, a, b, dt * phi(dt * b)))
        return x + factor * (a + slope * x)

    return {name: after(values[name], *parts) for name, parts in system.linear(values).items()}


def _semiimplicit(system: System, values: Values, dt: Step) -> dict[str, Array]:
    """Backward Euler in the linear part of each equation, forward Euler in the rest; order 1."""

    def after(x: Array, a: Array, b: Array) -> Array:
        x, a, slope, divisor = system.spread((x, a, b, 1.0 - dt * b))
        return x + dt * (a + slope * x) / divisor

    return {name: after(values[name], *parts) for name, parts in system.linear(values).items()}


def _rosenbrock(system: System, values: Values, dt: Step) -> dict[str, Array]:
    """Exponential Rosenbrock-Euler: as exponential Euler, with b the derivative of f; order 2 for one equation.

    M. Hochbruck, A. Ostermann and J. Schweitzer, "Exponential Rosenbrock-type methods", SIAM Journal on Numerical
    Analysis 47, 2009, doi:10.1137/080717717.
    """
    slopes = system.slopes(values)
    return {name: x + dt * phi(dt * _derivative(system, values, name)) * slopes[name] for name, x in values.items()}


def _derivative(system: System, values: Values, name: str) -> Array:
    """Return d f / d x of one equation by its own variable."""

    def own(x: Array) -> Array:
        return jnp.broadcast_to(system.slopes({**values, name: x})[name], x.shape)

    return jax.jvp(own, (values[name],), (jnp.ones_like(values[name]),))[1]


SEMIIMPLICIT = Integrator("semiimplicit", _semiimplicit, needs_linear_part=True, repeats_increment=True)
EXPONENTIAL = Integrator("exponential", _exponential, needs_linear_part=True)
ROSENBROCK = Integrator("rosenbrock", _rosenbrock)

METHODS = (SEMIIMPLICIT, EXPONENTIAL, ROSENBROCK)
