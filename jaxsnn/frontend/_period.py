"""Periods, and times within them: from ms, as they are given, to whole steps."""

from typing import Any

from .. import arguments
from ..errors import ArgumentError
from ..step import LAST_STEP


def steps_of_period(period: Any, dt: float, name: str = "period") -> int:
    """Return a period in steps, rounded.

    Args:
        period: ms.
        dt: step, ms.
        name: of the argument, for the message.

    Raises:
        ArgumentError: no finite number, below one step, or longer than a network can run.
    """
    given = arguments.real(period, name, "ms", above=0.0)
    steps = round(given / dt)
    if steps < 1:
        raise ArgumentError(f"`{name}` is at least one step of {dt:g} ms, not {given:g} ms")
    if steps > LAST_STEP:
        raise ArgumentError(f"`{name}` is at most the {LAST_STEP * dt:g} ms that a network can run, not {given:g} ms")
    return steps


def steps_within(offset: Any, steps: int, dt: float, name: str) -> int:
    """Return a time within a period of so many steps, in steps; raise `ArgumentError` for one outside."""
    late = round(arguments.real(offset, name, "ms", least=0.0) / dt)
    if late >= steps:
        raise ArgumentError(f"`{name}` lies within the period of {steps * dt:g} ms, not at {offset} ms")
    return late
