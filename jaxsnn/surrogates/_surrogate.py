"""`Surrogate`: a step function forward, a slope of one's choice backward."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

import jax
import jax.numpy as jnp
from jax import Array
from jax.custom_derivatives import SymbolicZero


@dataclass(frozen=True)
class Surrogate:
    """The derivative that stands in for that of the step function.

    Args:
        name: for messages and `summary()`.
        derivative: maps the distance to threshold (any shape, in the unit of the condition) to a non-negative slope.
        support: the distance beyond which the derivative is exactly zero, in the same unit; infinite by default.

    Example:
        >>> import jax, jax.numpy as jnp
        >>> flat = Surrogate("flat", lambda d: jnp.ones_like(d))
        >>> float(flat.spike(jnp.array(True), jnp.array(0.5)))
        1.0
        >>> float(jax.grad(lambda d: flat.spike(d > 0, d))(0.5))
        1.0
    """

    name: str
    derivative: Callable[[Array], Array]
    support: float = inf

    def slope(self, distance: Array) -> Array:
        """Return the derivative at a distance of any shape; 0 at an infinite one, where no neuron can spike or be kept.

        The derivative function is never asked about an infinite distance, so it may be any formula of finite numbers.
        """
        finite = jnp.isfinite(distance)
        return jnp.where(finite, self.derivative(jnp.where(finite, distance, 0.0)), 0.0)

    def text(self, distance: str) -> str | None:
        """Return the slope in the language of equations, None for a function of one's own.

        Args:
            distance: what stands for the distance to threshold: a name.

        Example:
            >>> from jaxsnn import surrogates
            >>> surrogates.fast_sigmoid(beta=10.0, height=0.3).text("d")
            '0.3 / (1.0 + 10.0 * abs(d))**2'
        """
        slope = self.derivative
        return slope.written(distance) if isinstance(slope, Slope) else None

    def spike(self, flags: Array, distance: Array) -> Array:
        """Return the flags as numbers whose derivative is the surrogate of the distance.

        Args:
            flags: booleans, the spikes as they happened.
            distance: to threshold, positive where the condition holds; same shape.
        """

        @jax.custom_jvp
        def value(flags, distance):
            return flags.astype(distance.dtype)

        def tangent(primals, tangents):
            flags, distance = primals
            if isinstance(tangents[1], SymbolicZero):  # where nothing depends on it, nothing is computed
                return value(flags, distance), tangents[1]
            return value(flags, distance), self.slope(distance) * tangents[1]

        value.defjvp(tangent, symbolic_zeros=True)
        return value(flags, distance)


@dataclass(frozen=True)
class Slope:
    """A formula with its constants; equal where these are, so that equal surrogates share what was compiled.

    Args:
        formula: `formula(d, constant)`, 1 at the threshold.
        constant: steepness or width.
        height: slope at the threshold.
        text: the slope in the language of equations, with `{d}`, `{c}` for the constant and `{h}` for the height.
    """

    formula: Callable[[Array, float], Array]
    constant: float
    height: float
    text: str

    def written(self, distance: str) -> str:
        """Return the formula as text."""
        return self.text.format(d=distance, c=repr(self.constant), h=repr(self.height))

    def __call__(self, distance: Array) -> Array:
        slope = self.formula(distance, self.constant)
        return slope if self.height == 1.0 else self.height * slope
