"""Surrogates by name."""

from collections.abc import Callable

from ..errors import ArgumentError, did_you_mean
from ._compact import rectangle, triangle
from ._smooth import arctan, fast_sigmoid, gaussian, slayer, super_spike
from ._surrogate import Surrogate

KNOWN: dict[str, Callable[[], Surrogate]] = {
    "fast_sigmoid": fast_sigmoid,
    "super_spike": super_spike,
    "arctan": arctan,
    "gaussian": gaussian,
    "slayer": slayer,
    "triangle": triangle,
    "rectangle": rectangle,
}


def by_name(surrogate: str | Surrogate) -> Surrogate:
    """Return the surrogate of this name with its defaults; a `Surrogate` as it is.

    Raises:
        ArgumentError: no surrogate has this name, or it is something else.
    """
    if isinstance(surrogate, Surrogate):
        return surrogate
    if not isinstance(surrogate, str):
        raise ArgumentError(
            f"a surrogate is a name such as 'arctan', or a `Surrogate` such as `surrogates.arctan(alpha=2.0)` or "
            f"`surrogates.custom(function)`, not {surrogate!r}"
        )
    if surrogate not in KNOWN:
        raise ArgumentError(f"unknown surrogate `{surrogate}`.{did_you_mean(surrogate, KNOWN)}")
    return KNOWN[surrogate]()
