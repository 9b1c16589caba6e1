"""A run in parts, of which each goes to folders, or to the monitors that have none."""

import time
from collections.abc import Iterable, Sequence
from typing import Any

from ..recording import record_bytes
from ._arrays import Piece
from ._core import Core
from ._last_step import check_time
from ._record_stream import RecordStream
from ._records import keep_records

PART_BYTES = 8 * 2**20  # of records that a part has at most, and
PART_SECONDS = 0.5  # that it takes
FIRST_PART, LARGEST_PART = 4096, 2**22  # steps


class RecordParts:
    """Advances a network part by part, so that memory does not grow with time.

    Args:
        core: of the network.
        streams: to the folders.
    """

    def __init__(self, core: Core, streams: Sequence[RecordStream]) -> None:
        self._core, self._streams = core, streams
        self._elsewhere = {m for stream in streams for m in stream.monitors}
        self._held, self._part, self._most = 0, FIRST_PART, _steps_of_part(core)

    def advance(self, n: int, check_finite: bool, bar: Any) -> None:
        """Advance by n steps.

        Args:
            n: steps.
            check_finite: look for NaN and infinity at every step.
            bar: of tqdm, which counts steps.

        Raises:
            StoreError: the disk is full, or what is recorded is not what a folder was made for.
        """
        check_time(self._core, n)
        while n > 0:
            part, begun = min(n, self._part, self._most), time.monotonic()
            self.keep(self._core.arrays.advance(part, False, check_finite))
            if part == self._part and time.monotonic() - begun < PART_SECONDS / 2:
                self._part = min(2 * self._part, LARGEST_PART)
            bar.update(part)
            n -= part

    def keep(self, pieces: Iterable[Piece]) -> None:
        """Take what steps have recorded, and hand it over when there is enough of it; all folders commit together."""
        for piece in pieces:
            for stream in self._streams:
                stream.keep(piece)
            rest = {m: rows for m, rows in piece.samples.items() if m not in self._elsewhere}
            keep_records(self._core, [piece._replace(samples=rest)])
            self._held += piece.steps
        commits = all(stream.is_due for stream in self._streams)
        if commits or self._held >= min(self._part, self._most):
            self._held = 0
            for stream in self._streams:
                stream.hand_over(commits)


def _steps_of_part(core: Core) -> int:
    """Return the most steps of a part."""
    simulation = core.simulation
    taken = record_bytes(simulation.compiled, FIRST_PART, simulation.recorded)
    return max(1, PART_BYTES * FIRST_PART // max(1, taken))
