"""A surrogate from a function of one's own."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, isfinite

import jax
import jax.numpy as jnp
from jax import Array

from ..errors import ArgumentError
from ._make import check_constant
from ._surrogate import Surrogate


def custom(function: Callable[[Array], Array], support: float = inf, name: str = "custom") -> Surrogate:
    """Return a surrogate from a function of the distance to threshold.

    Args:
        function: maps distances (any shape, finite, in the unit of the condition) to non-negative slopes of the same
            shape; of JAX operations. Define it once: two functions make two surrogates, and two compilations.
        support: the distance beyond which the derivative is zero. It is made so: what the function says there does not
            count. Infinite by default.
        name: for messages and `summary()`.

    Raises:
        ArgumentError: not a function, one of another shape, or a support that is not above 0.

    Example:
        >>> parabola = custom(lambda d: 1.0 - d**2, support=1.0, name="parabola")
        >>> parabola.slope(jnp.array([-2.0, 0.0, 0.5])).tolist()
        [0.0, 1.0, 0.75]
    """
    if not callable(function):
        raise ArgumentError(f"a custom surrogate takes a function of the distance to threshold, not {function!r}")
    support = inf if support == inf else check_constant(name, "support", support)
    _check_shape(function, name)
    return Surrogate(name, _Within(function, support) if isfinite(support) else function, support)


@dataclass(frozen=True)
class _Within:
    """A function inside its support, zero outside."""

    function: Callable[[Array], Array]
    support: float

    def __call__(self, distance: Array) -> Array:
        inside = jnp.abs(distance) <= self.support
        return jnp.where(inside, self.function(jnp.where(inside, distance, 0.0)), 0.0)


def _check_shape(function: Callable[[Array], Array], name: str) -> None:
    """Raise unless a function of (3,) numbers gives (3,) numbers."""
    probe = jax.ShapeDtypeStruct((3,), jnp.result_type(float))
    try:
        found = jax.eval_shape(function, probe)
    except Exception as error:
        message = f"the function of the surrogate `{name}` cannot be evaluated by JAX: {error}"
        raise ArgumentError(f"{message}\nWrite it with `jax.numpy`, for arrays of any shape") from error
    if getattr(found, "shape", None) != probe.shape or not jnp.issubdtype(found.dtype, jnp.floating):
        message = f"the function of the surrogate `{name}` maps {_describe(probe)} to {_describe(found)}"
        raise ArgumentError(f"{message}: it returns one slope for each distance")


def _describe(x: object) -> str:
    return f"{x.dtype}{list(x.shape)}" if isinstance(x, jax.ShapeDtypeStruct) else repr(x)
