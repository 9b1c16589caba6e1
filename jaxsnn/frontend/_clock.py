"""The clock and the seed of a network."""

from math import isfinite
from numbers import Integral, Real

from .. import rng
from ..editing import at_step, with_key
from ..errors import ArgumentError
from ..step import LAST_STEP
from ._core import HasCore


def get_current_step(network: HasCore) -> int:
    """Return the number of steps done."""
    return network._core.step


def get_time(network: HasCore) -> float:
    """Return the current time, ms."""
    return network._core.step * network._core.dt


def set_current_step(network: HasCore, step: int) -> None:
    """Set the number of steps done; nothing else changes.

    Raises:
        ArgumentError: no integer, a negative one, or one behind the last step that a network can do, 2137483647.
    """
    if isinstance(step, bool) or not isinstance(step, Integral) or not 0 <= step <= LAST_STEP:
        raise ArgumentError(f"a step is an integer from 0 on, at most {LAST_STEP}, not {step!r}")
    core = network._core
    core.check_compiled("set_current_step()")
    core.arrays.moment = at_step(core.arrays.moment, core.compiled, int(step))


def set_time(network: HasCore, t: float) -> None:
    """Set the current time, ms, rounded to whole steps; nothing else changes."""
    if isinstance(t, bool) or not isinstance(t, Real) or not isfinite(t):
        raise ArgumentError(f"a time is a finite number of ms, not {t!r}")
    set_current_step(network, round(t / network._core.dt))


def set_seed(network: HasCore, seed: int, use_seed_seq: bool = True) -> None:
    """Set the seed: of everything random before `compile()`, of the random numbers of the steps to come after.

    `use_seed_seq` is accepted and ignored.
    """
    if isinstance(seed, bool) or not isinstance(seed, Integral):
        raise ArgumentError(f"`seed` is an integer, taken modulo 2^32, not {seed!r}")
    core = network._core
    core.check_free()
    if core.is_compiled:
        core.arrays.moment = with_key(core.arrays.moment, rng.raw_of_seeds([int(seed)])[0])
    else:
        core.seed, core.generator = int(seed), None
