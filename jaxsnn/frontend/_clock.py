"""The clock and the seed of a network."""

from numbers import Integral

from .. import rng
from ..editing import at_step, with_key
from ..errors import ArgumentError
from ._core import HasCore


def get_current_step(network: HasCore) -> int:
    """Return the number of steps done."""
    return network._core.step


def get_time(network: HasCore) -> float:
    """Return the current time, ms."""
    return network._core.step * network._core.dt


def set_current_step(network: HasCore, step: int) -> None:
    """Set the number of steps done; nothing else changes."""
    if isinstance(step, bool) or not isinstance(step, Integral) or not 0 <= step < 2**31:
        raise ArgumentError(f"a step is an integer from 0 on, not {step!r}")
    core = network._core
    core.check_compiled("set_current_step()")
    core.arrays.moment = at_step(core.arrays.moment, core.compiled, int(step))


def set_time(network: HasCore, t: float) -> None:
    """Set the current time, ms, rounded to whole steps; nothing else changes."""
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
