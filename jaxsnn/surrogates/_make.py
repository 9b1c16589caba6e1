"""Surrogates from a formula: constants are checked, the name says which they are."""

from collections.abc import Callable
from math import inf, isfinite
from numbers import Real

from jax import Array

from ..errors import ArgumentError
from ._surrogate import Slope, Surrogate


def make(
    name: str,
    formula: Callable[[Array, float], Array],
    text: str,
    constant: dict[str, float],
    height: float,
    *,
    is_compact: bool = False,
) -> Surrogate:
    """Return a surrogate.

    Args:
        name: of the family.
        formula: `formula(d, constant)`, 1 at the threshold.
        text: its slope in the language of equations, of `{d}`, `{c}` and `{h}`.
        constant: steepness or width, by its name.
        height: slope at the threshold.
        is_compact: whether the formula is zero beyond the constant.

    Raises:
        ArgumentError: a constant is not a finite number above 0.
    """
    ((what, value),) = constant.items()
    value, height = check_constant(name, what, value), check_constant(name, "height", height)
    shown = f"{what}={value:g}" + ("" if height == 1.0 else f", height={height:g}")
    return Surrogate(f"{name}({shown})", Slope(formula, value, height, text), value if is_compact else inf)


def check_constant(name: str, what: str, value: float) -> float:
    """Return a number as a float if it is finite and above 0."""
    if isinstance(value, bool) or not isinstance(value, Real) or not (isfinite(value) and value > 0):
        raise ArgumentError(f"`{what}` of the surrogate `{name}` is a finite number greater than 0, not {value!r}")
    return float(value)
