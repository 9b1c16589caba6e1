"""Values of parameters as a report shows them: numbers, ranges, distributions."""

from dataclasses import fields
from typing import Any

import numpy as np

from ..distributions import Distribution, FanIn
from ..network import Patched
from ._document import Cell, math, text
from ._formula import number
from ._symbols import symbol, word


def value_cell(value: Any) -> Cell:
    """Return a declared value or the present numbers, as one line.

    Args:
        value: a number, an array, a distribution, or None for what is not known yet.
    """
    if value is None:
        return text("drawn at the beginning")
    if isinstance(value, Patched):
        return text("differs between neurons")
    return math(value_formula(value))


def value_formula(value: Any) -> str:
    r"""Return a value as LaTeX: the number, or the range of several.

    Example:
        >>> from jaxsnn import FanIn, Normal
        >>> print(value_formula(Normal(-65.0, 5.0)))
        \mathrm{Normal}\left(\mu = -65,\; \sigma = 5\right)
        >>> print(value_formula(FanIn(2.0)))
        2 / \sqrt{n} \cdot \mathrm{Normal}\left(\mu = 0,\; \sigma = 1\right)
        >>> print(value_formula([0.25, 0.5]))
        0.25 \ldots 0.5
    """
    if isinstance(value, Distribution):
        return _distribution(value)
    array = np.asarray(value)
    if array.dtype == bool:
        array = array.astype(int)
    low, high = float(array.min()), float(array.max())
    return number(low) if low == high else rf"{number(low)} \ldots {number(high)}"


def _distribution(value: Distribution) -> str:
    if isinstance(value, FanIn):
        return rf"{number(value.gain)} / \sqrt{{n}} \cdot " + _distribution(value.distribution)  # type: ignore[arg-type]
    given = {f.name: getattr(value, f.name) for f in fields(value)}  # type: ignore[arg-type]
    shown = [rf"{symbol(name)} = {number(float(x))}" for name, x in given.items() if x is not None and name != "seed"]
    return rf"{word(type(value).__name__)}\left(" + r",\; ".join(shown) + r"\right)"
