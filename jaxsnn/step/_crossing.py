"""The moment within a step at which a spike condition is met, and its derivative.

What a numerical method makes of a shorter step is its own interpolant: a straight line for Euler, the exact
exponential for `exponential`, a curve of the order of the method for Runge-Kutta. On it the root of the distance to the
threshold is found by Newton steps, each of which is replaced by a bisection where it would leave the bracket. The last
Newton step carries the derivative of the root, dt/dp = -(dd/dp) / (dd/dt), which the implicit function theorem gives.
"""

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jax import Array, lax

NEWTON_STEPS = 6  # from a secant; each about doubles the number of right digits
LEAST_SLOPE = 1e-3  # of the mean slope over the step: a condition that is met more slowly counts as met so fast

Distance = Callable[[Array], Array]  # of each neuron, after a share of the step between 0 and 1


def crossing(distance: Distance, crosses: Array) -> Array:
    """Return the share of the step, (n,), that passes until the distance is 0, for neurons that cross; 1 for others.

    Args:
        distance: to the threshold, after a share of the step; not positive before neurons cross. Where it is positive
            from the beginning, as after a jump, the share is 0.
        crosses: (n,) booleans, where it is positive at the end.
    """
    begin, end = distance(jnp.zeros(crosses.shape)), distance(jnp.ones(crosses.shape))
    met = crosses & (begin >= 0.0)
    inside = crosses & ~met & jnp.isfinite(begin) & jnp.isfinite(end)
    mean = lax.stop_gradient(jnp.where(inside, end - begin, 1.0))
    root = lax.stop_gradient(_root(distance, inside, begin, mean))
    value, slope = _with_slope(distance, root)
    slope = lax.stop_gradient(jnp.where(inside, jnp.maximum(slope, LEAST_SLOPE * mean), 1.0))
    share = root - jnp.where(inside, value, 0.0) / slope
    return jnp.where(met, 0.0, jnp.where(inside, share, 1.0))


def _root(distance: Distance, inside: Array, begin: Array, mean: Array) -> Array:
    """Return the share by safeguarded Newton steps."""

    def step(_, carry: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        low, high, share = carry
        value, slope = _with_slope(distance, share)
        low, high = jnp.where(value < 0.0, share, low), jnp.where(value < 0.0, high, share)
        newton = share - value / jnp.where(slope == 0.0, 1.0, slope)
        within = (newton >= low) & (newton <= high)
        return low, high, jnp.where(within, newton, 0.5 * (low + high))

    secant = jnp.where(inside, -begin / mean, 1.0)
    start = jnp.zeros_like(secant), jnp.ones_like(secant), secant
    return lax.fori_loop(0, NEWTON_STEPS, step, start)[2]


def _with_slope(distance: Distance, share: Array) -> tuple[Array, Array]:
    return jax.jvp(distance, (share,), (jnp.ones_like(share),))
