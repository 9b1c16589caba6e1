"""Values as a person reads them: a number, the range of several, a distribution."""

from dataclasses import fields
from typing import Any

import numpy as np

from ..distributions import Distribution


def counted(number: int, what: str) -> str:
    """Return a number of things.

    Example:
        >>> counted(1, "population"), counted(2000, "population")
        ('1 population', '2,000 populations')
    """
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def shown(value: Any) -> str:
    """Return a value as text.

    Args:
        value: a number, an array, a distribution; None for what is not known yet.

    Example:
        >>> from jaxsnn import Normal
        >>> shown(0.5), shown(np.arange(4.0)), shown(np.ones(3)), shown(Normal(-65.0, 5.0)), shown(True)
        ('0.5', '0 to 3, mean 1.5', '1', 'Normal(mu=-65, sigma=5)', 'True')
    """
    if value is None:
        return "drawn when the network starts"
    if isinstance(value, Distribution):
        return _distribution(value)
    array = np.asarray(value)
    if array.dtype.kind not in "biuf":
        return str(value)
    return _numbers(array) if array.size else "none"


def _numbers(array: np.ndarray) -> str:
    low, high = array.min(), array.max()
    if array.size == 1 or low == high:
        return str(bool(low)) if array.dtype.kind == "b" else f"{low:.6g}"
    if array.dtype.kind == "b":
        return f"True {int(array.sum())} of {array.size} times"
    if np.isnan(low):
        return f"NaN {int(np.isnan(array).sum())} of {array.size} times"
    return f"{low:.4g} to {high:.4g}, mean {array.mean(dtype=float):.4g}"


def _distribution(value: Distribution) -> str:
    given = {f.name: getattr(value, f.name) for f in fields(value)}  # type: ignore[arg-type]
    arguments = (f"{name}={_argument(x)}" for name, x in given.items() if x is not None)
    return f"{type(value).__name__}({', '.join(arguments)})"


def _argument(x: Any) -> str:
    return _distribution(x) if isinstance(x, Distribution) else f"{x:g}" if isinstance(x, float) else str(x)
