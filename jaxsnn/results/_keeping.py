"""Where results are kept, and which share of them a process computes: the options `to`, `shard`, `part`, `resume`."""

from collections.abc import Iterator
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from .. import arguments
from ..errors import ArgumentError

RESUME = ("same", "ignore-version")
PARTS = 100  # of a folder, where nobody says how large they are


@dataclass(frozen=True)
class Keeping:
    """Where results are kept, and which of them are computed.

    Args:
        path: of the folder.
        shard: (i, n), the i-th of n shares; None for all.
        part: runs in a part; None cuts the folder into a hundred.
        ignores_version: whether a folder that other versions began is filled.
    """

    path: Path
    shard: tuple[int, int] | None = None
    part: int | None = None
    ignores_version: bool = False

    def size(self, number: int, multiple: int = 1) -> int:
        """Return the runs in a part, of so many in all; a multiple of another number where nobody says."""
        return self.part or -(-number // (PARTS * multiple)) * multiple

    def shares(self, parts: int) -> Iterator[int]:
        """Return which of so many parts are computed."""
        i, n = self.shard or (0, 1)
        return iter(range(i, parts, n))


def keeping(to: str | PathLike[str] | None, shard: Any, part: Any, resume: Any) -> Keeping | None:
    """Return where results are kept; None without a folder.

    Raises:
        ArgumentError: an option is none, or is given without a folder.
    """
    if resume not in RESUME:
        raise ArgumentError(f"`resume` is one of {', '.join(map(repr, RESUME))}, not {resume!r}")
    if to is None:
        given = {"shard": shard is not None, "part": part is not None, "resume": resume != RESUME[0]}
        if any(given.values()):
            named = ", ".join(f"`{name}`" for name, is_given in given.items() if is_given)
            raise ArgumentError(f"{named} is for results in a folder: say which by `to`")
        return None
    size = None if part is None else arguments.whole(part, "part", least=1)
    return Keeping(arguments.path(to, "to"), checked_shard(shard), size, resume == RESUME[1])


def checked_shard(shard: Any) -> tuple[int, int] | None:
    """Return which share; raise `ArgumentError` for what is none."""
    if shard is None:
        return None
    if not isinstance(shard, tuple | list) or len(shard) != 2:
        raise ArgumentError(f"`shard` is (i, n), the i-th of n shares, not {shard!r}")
    shares = arguments.whole(shard[1], "n of `shard`", least=1)
    return arguments.whole(shard[0], "i of `shard`", least=0, most=shares - 1), shares
