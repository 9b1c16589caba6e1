"""Functions that a network calls during `simulate`, at regular times."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ._period import steps_of_period

Function = Callable[[int], None]


@dataclass(frozen=True)
class Callback:
    """A function and when it is called, in ms from the start of a `simulate`.

    Args:
        function: called with 0, 1, 2 ... during each `simulate`.
        period: between two calls.
        offset: within the period; a negative one counts from its end.
        wait: before the first period begins.
    """

    function: Function
    period: float
    offset: float
    wait: float

    def steps(self, n: int, dt: float) -> range:
        """Return the steps, among n of dt, at which it is called.

        Raises:
            ArgumentError: a period below one step.
        """
        period = steps_of_period(self.period, dt)
        return range(round(self.wait / dt) + round(self.offset / dt) % period, n, period)


@dataclass
class Callbacks:
    """The callbacks of a network."""

    registered: list[Callback] = field(default_factory=list)
    enabled: bool = True

    def calls(self, n: int, dt: float) -> Iterator[tuple[int, Function, int]]:
        """Yield `(step, function, count)` for n steps of dt, in the order of time, then of registration."""
        if not self.enabled:
            return
        due = [
            (step, place, callback.function, count)
            for place, callback in enumerate(self.registered)
            for count, step in enumerate(callback.steps(n, dt))
        ]
        yield from ((step, function, count) for step, _, function, count in sorted(due, key=lambda d: d[:2]))
