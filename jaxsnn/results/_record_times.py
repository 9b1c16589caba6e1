"""Which rows of a column lie in an interval of time, from the times in which was recorded; spikes are searched for."""

from bisect import bisect_left
from collections.abc import Sequence
from math import ceil, inf
from typing import Any

import numpy as np

CLOSE = 1e-6  # steps, by which a time may miss that of a step


class Ordered(Sequence[Any]):
    """Ascending numbers of an array of zarr, read chunk by chunk as a search needs them.

    Args:
        array: of zarr.
        length: how many of them count.
    """

    def __init__(self, array: Any, length: int) -> None:
        self._array, self._length = array, length
        self._first, self._held = 0, np.zeros(0)

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, i: Any) -> Any:
        if not self._first <= i < self._first + len(self._held):
            chunk = self._array.chunks[0]
            self._first = i - i % chunk
            self._held = np.asarray(self._array[self._first : min(self._first + chunk, self._length)])
        return self._held[i - self._first].item()


def sample_steps(spans: list[list[int]], period: int, offset: int) -> list[range]:
    """Return the steps at whose end samples were taken, one range for each span in which was recorded.

    Example:
        >>> sample_steps([[0, 10], [15, 20]], period=4, offset=1)
        [range(1, 10, 4), range(17, 20, 4)]
    """
    ranges = [range(a + (offset - a) % period, b, period) for a, b in spans]
    return [r for r in ranges if len(r)]


def rows_between(steps: Sequence[Sequence[int]], start: float, stop: float, dt: float, late: int) -> slice:
    """Return which rows lie in [start, stop).

    Args:
        steps: of the rows, ascending.
        start, stop: ms, perhaps infinite.
        dt: ms.
        late: steps after the beginning of its step at which a row was taken: 1 at its end.

    Example:
        >>> rows_between([range(0, 10), range(20, 30)], start=5.0, stop=21.0, dt=1.0, late=0)
        slice(5, 11, None)
    """
    first, last = (sum(bisect_left(r, _step(t, dt) - late) for r in steps) for t in (start, stop))
    return slice(first, max(first, last))


def moments_between(moments: Sequence[float], start: float, stop: float, dt: float) -> slice:
    """Return which spikes with a moment inside their step lie in [start, stop).

    Args:
        moments: in steps, ascending.
        start, stop: ms, perhaps infinite.
        dt: ms.

    Example:
        >>> moments_between([0.5, 3.25, 3.75, 8.0], start=0.325, stop=0.8, dt=0.1)
        slice(1, 3, None)
    """
    first, last = (bisect_left(moments, t, key=lambda moment: moment * dt) for t in (start, stop))
    return slice(first, last)


def part_of(steps: list[range], where: slice) -> np.ndarray:
    """Return the steps of some rows.

    Example:
        >>> part_of([range(0, 4), range(10, 14)], slice(2, 6)).tolist()
        [2, 3, 10, 11]
    """
    found, before = [np.zeros(0, int)], 0
    for r in steps:
        found.append(np.asarray(r[max(0, where.start - before) : max(0, where.stop - before)], int))
        before += len(r)
    return np.concatenate(found)


def _step(time: float, dt: float) -> float:
    """Return the first step that begins at a time or later."""
    return ceil(time / dt - CLOSE) if abs(time) < inf else time
