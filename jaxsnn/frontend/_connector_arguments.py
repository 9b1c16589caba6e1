"""What connectors take: weights, delays, numbers of synapses, checked before anything changes."""

from math import inf
from typing import Any

import numpy as np

from .. import arguments
from .. import connectivity as c
from ..distributions import Distribution
from ..errors import ArgumentError
from ._synapse_list import LONGEST_DELAY


def drawn(weights: Any, delays: Any) -> c.Drawn:
    """Return how weights and delays are drawn."""
    return c.Drawn(checked_weights(weights), checked_delay(delays))


def checked_weights(weights: Any) -> c.Weights:
    """Return one number or a distribution."""
    if isinstance(weights, Distribution):
        return weights
    number = arguments.as_number(weights)
    if number is None or not np.isfinite(number):
        raise ArgumentError(f"`weights` is a number or a distribution, not {weights!r}; a matrix goes to `from_matrix`")
    return number


def checked_delay(delays: Any) -> c.Delays:
    """Return one number of ms, or a distribution with an upper bound."""
    if isinstance(delays, Distribution):
        return _checked_distribution(delays)
    number = arguments.as_number(delays)
    if number is None:
        raise ArgumentError(f"`delays` is a number of ms or a distribution, not {delays!r}")
    return float(checked_delays(np.asarray(number)))


def _checked_distribution(delays: Distribution) -> Distribution:
    low = getattr(delays, "min", None)
    if isinstance(low, float) and low < 0:
        raise ArgumentError(f"a delay is at least 0 ms: give `{delays!r}` another `min`")
    if delays.upper_bound == inf:
        raise ArgumentError(
            f"the delays have no upper bound, so nothing says how much must be kept: give {delays!r} `max=`"
        )
    return delays


def checked_delays(delays: np.ndarray) -> np.ndarray:
    """Return delays, ms, that are finite, not negative and not longer than any ring could hold."""
    wrong = delays[~(np.isfinite(delays) & (delays >= 0))]
    if wrong.size:
        raise ArgumentError(f"a delay is a finite number of ms, at least 0, not {wrong.flat[0]}")
    if delays.max(initial=0.0) > LONGEST_DELAY:
        raise ArgumentError(f"a delay is at most {LONGEST_DELAY:g} ms, not {delays.max():g}")
    return delays


def whole_number(number: Any, what: str = "partners") -> int:
    """Return how many partners or synapses are asked for."""
    if isinstance(number, bool) or not isinstance(number, int | np.integer):
        raise ArgumentError(f"`number` is a number of {what}, not {number!r}")
    return int(number)
