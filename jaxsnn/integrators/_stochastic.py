"""Methods for white noise that is multiplied by a variable; the Itô integral is that of `explicit`, too.

Noise is a number per step, N(0, 1) / sqrt(dt), which all stages of a method see. An explicit step is then that of Euler
and Maruyama.
"""

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jax import Array

from ._integrator import Integrator, Step, System, Values


def _milstein(system: System, values: Values, dt: Step) -> dict[str, Array]:
    """Return x + dt f + g dW + g g' (dW^2 - dt) / 2: order 1 in every path, for the integral of Itô.

    G. N. Mil'shtein, "Approximate integration of stochastic differential equations", Theory of Probability and its
    Applications 19, 1975, doi:10.1137/1119062.
    """
    slopes = system.slopes(values)
    new = {name: x + dt * slopes[name] for name, x in values.items()}
    for name, (xi, factor) in system.noise.items():
        g, change = _along(factor, values, name)
        new[name] += 0.5 * dt * g * change * (dt * xi**2 - 1.0)
    return new


def _along(factor: Callable[[Values], Array], values: Values, name: str) -> tuple[Array, Array]:
    """Return what multiplies the noise of an equation, and its derivative by the variable of the equation."""

    def at(x: Array) -> Array:
        return jnp.broadcast_to(factor({**values, name: x}), x.shape)

    return jax.jvp(at, (values[name],), (jnp.ones_like(values[name]),))


MILSTEIN = Integrator("milstein", _milstein, takes_multiplied_noise=True, needs_own_noise=True)

METHODS = (MILSTEIN,)
