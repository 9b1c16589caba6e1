"""Functions that a network calls during `simulate`, at regular times."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ..errors import ArgumentError

Function = Callable[[int], None]


@dataclass(frozen=True)
class Callback:
    """A function and when it is called, in steps from the start of a `simulate`.

    Args:
        function: called with 0, 1, 2 ... during each `simulate`.
        period: between two calls.
        first: of the first call.
    """

    function: Function
    period: int
    first: int


@dataclass
class Callbacks:
    """The callbacks of a network."""

    registered: list[Callback] = field(default_factory=list)
    enabled: bool = True

    def add(self, function: Function, period: float, offset: float, wait: float, dt: float) -> None:
        """Register a function.

        Args:
            function: to call.
            period: ms.
            offset: ms within the period; a negative one counts from its end.
            wait: ms before the first period begins.
            dt: step, ms.
        """
        steps = {name: round(x / dt) for name, x in (("period", period), ("offset", offset), ("wait", wait))}
        if steps["period"] < 1:
            raise ArgumentError(f"`period` is at least one step of {dt:g} ms, not {period} ms")
        if steps["wait"] < 0:
            raise ArgumentError(f"`wait` is a duration in ms, at least 0, not {wait}")
        first = steps["wait"] + steps["offset"] % steps["period"]
        self.registered.append(Callback(function, steps["period"], first))

    def calls(self, n: int) -> Iterator[tuple[int, Function, int]]:
        """Yield `(step, function, count)` for n steps, in the order of time, then of registration."""
        if not self.enabled:
            return
        due = [
            (step, place, callback.function, count)
            for place, callback in enumerate(self.registered)
            for count, step in enumerate(range(callback.first, n, callback.period))
        ]
        yield from ((step, function, count) for step, _, function, count in sorted(due, key=lambda d: d[:2]))
