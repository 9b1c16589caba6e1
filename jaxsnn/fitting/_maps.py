"""Maps between a bounded value and the unbounded one in which it is trained."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from ..errors import ArgumentError

Bounds = tuple[float | None, float | None]

SHARE_INSIDE = 0.01  # of the scale: near enough for the same loss, far enough for a gradient that moves it


@dataclass(frozen=True)
class Map:
    """An increasing map from all numbers onto the interval between two bounds.

    x = low + scale softplus(u) above one bound, x = high - scale softplus(-u) below one,
    x = low + (high - low) sigmoid(u) between two, x = u without any. Far from a single bound a step of u is a step of
    `scale` in x; near it, a factor.

    Args:
        low, high: bounds, None where a side is open.
        scale: in the unit of x; that of the start value, so that a learning rate means the same in every unit.
    """

    low: float | None = None
    high: float | None = None
    scale: float = 1.0

    def value(self, u: Array, start: Array) -> Array:
        """Return the bounded value. Values that started on a bound are as far from u as they can be, and stay there."""
        match self.low, self.high:
            case None, None:
                return u
            case low, None:
                x = low + self.scale * jax.nn.softplus(u)
            case None, high:
                x = high - self.scale * jax.nn.softplus(-u)
            case low, high:
                x = jnp.clip(low + (high - low) * jax.nn.sigmoid(u), low, high)
        return jnp.where(self.on_bound(start), start, x).astype(u.dtype)

    def unbounded(self, x: Array) -> Array:
        """Return the unbounded value; 0 for values on a bound, which do not move."""
        if self.low is None and self.high is None:
            return x
        inside = jnp.where(self.on_bound(x), self._inner(x), x)
        match self.low, self.high:
            case low, None:
                u = _inverse_softplus((inside - low) / self.scale)  # type: ignore[operator]
            case None, high:
                u = -_inverse_softplus((high - inside) / self.scale)
            case low, high:
                u = jnp.log(inside - low) - jnp.log(high - inside)  # type: ignore[operator]
        return jnp.where(self.on_bound(x), 0.0, u).astype(x.dtype)

    def on_bound(self, x: Array) -> Array:
        """Tell which values lie on a bound."""
        low = -jnp.inf if self.low is None else self.low
        high = jnp.inf if self.high is None else self.high
        return (x <= low) | (x >= high)

    def moved_inside(self, x: Array) -> Array:
        """Return values on a bound as ones that can move, a hundredth of the scale away from it."""
        low = -jnp.inf if self.low is None else self.low + SHARE_INSIDE * self.scale
        high = jnp.inf if self.high is None else self.high - SHARE_INSIDE * self.scale
        return jnp.clip(x, low, high).astype(x.dtype)

    def _inner(self, x: Array) -> Array:
        """Return some value inside, in the place of those on a bound."""
        if self.low is not None and self.high is not None:
            return jnp.full_like(x, (self.low + self.high) / 2)
        return jnp.full_like(x, self.low + self.scale if self.low is not None else self.high - self.scale)  # type: ignore[operator]


def _inverse_softplus(d: Array) -> Array:
    return d + jnp.log(-jnp.expm1(-d))


def fitted_map(name: str, start: Array, bounds: Bounds) -> Map:
    """Return the map for a parameter with this start value.

    Raises:
        ArgumentError: no interval, a start value outside, or a table whose values are all on a bound.
    """
    low, high = bounds
    x = np.asarray(start, np.float64)
    _check_start(name, x, low, high)
    if low is not None and high is not None:
        return Map(low, high, high - low)
    if low is None and high is None:
        return Map()
    bound = np.float64(low if low is not None else high)
    distances = np.abs(x - bound)
    inside = distances[distances > 0]
    return Map(low, high, float(inside.mean() if inside.size else abs(bound) or 1.0))


def read_bounds(name: str, given: object) -> Bounds:
    """Return bounds as numbers or None; infinities are None.

    Raises:
        ArgumentError: not two numbers in order.
    """
    message = (
        f"`bounds`: those of `{name}` are two numbers (low, high), low < high, None for an open side, not {given!r}"
    )
    try:
        low, high = (None if b is None or np.isinf(float(b)) else float(b) for b in given)  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        raise ArgumentError(message) from None
    if any(b is not None and np.isnan(b) for b in (low, high)):
        raise ArgumentError(message)
    if low is not None and high is not None and not low < high:
        raise ArgumentError(message)
    return low, high


def _check_start(name: str, x: np.ndarray, low: float | None, high: float | None) -> None:
    lowest, highest = -np.inf if low is None else low, np.inf if high is None else high
    outside = x[~((x >= lowest) & (x <= highest))]
    interval = f"({'-inf' if low is None else f'{low:g}'}, {'inf' if high is None else f'{high:g}'})"
    if outside.size:
        raise ArgumentError(
            f"`{name}` starts at {outside.flat[0]:g}, outside its bounds {interval}: start inside, or give it others"
        )
    # Of the places in a table of weights some may have no synapse: these values have to stay.
    if x.ndim > 1 and x.size and not ((x > lowest) & (x < highest)).any():
        raise ArgumentError(
            f"`{name}` starts on a bound of {interval}, from where it cannot move: start inside, or give it others"
        )
