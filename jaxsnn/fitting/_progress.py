"""The progress bar of a fit, and how many steps one compiled call should make."""

import time
from collections.abc import Callable

from ._loop import CAPACITY

TIMELY = 0.5  # s, that a call should take where nobody says how long it is


class Bar:
    """A progress bar that shows the loss, or nothing."""

    def __init__(self, total: int, begun: int, show: bool) -> None:
        self.total, self.begun, self.show, self.bar = total, begun, show, None

    def __enter__(self) -> Callable[[int, float], None]:
        if not self.show:
            return lambda number, loss: None
        from tqdm.auto import tqdm

        bar = self.bar = tqdm(total=self.total, initial=self.begun, desc="fit")

        def advance(number: int, loss: float) -> None:
            bar.set_postfix(loss=f"{loss:.3g}", refresh=False)
            bar.update(number)

        return advance

    def __exit__(self, *_: object) -> None:
        if self.bar is not None:
            self.bar.close()


class ChunkLength:
    """Decides how many steps one compiled call makes.

    The first makes one, since it compiles. The others make `chunk`; where that is None, as many as take half a second.

    Args:
        chunk: steps in a call, or None.
        save_every: no call goes beyond a multiple of it; None where that does not matter.
    """

    def __init__(self, chunk: int | None, save_every: int | None) -> None:
        self.chunk, self.save_every = chunk, save_every
        self.length, self.is_measured, self.since = 1, False, time.perf_counter()

    def until(self, step: int, steps: int) -> int:
        """Return the step at which the next call ends."""
        self.since = time.perf_counter()
        end = min(step + self.length, steps)
        return end if self.save_every is None else min(end, (step // self.save_every + 1) * self.save_every)

    def measure(self, number: int) -> None:
        """Take note that the call made so many steps until now; the first one says nothing, since it compiles."""
        if self.chunk is not None:
            self.length = min(self.chunk, CAPACITY)
        elif self.is_measured:
            each = (time.perf_counter() - self.since) / max(1, number)
            # At most ten times as long as the last one: a short call measures a step badly.
            self.length = max(1, min(int(TIMELY / max(each, 1e-9)), 10 * self.length, CAPACITY))
        self.is_measured = True
