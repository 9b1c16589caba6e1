"""Names of populations, projections, monitors and targets, as a user may give them."""

import re
from typing import Any

from ..errors import ArgumentError, Remark
from ._core import Core

MEANINGFUL = re.compile(r"[/*?\[\]]")  # in files a slash divides names, in patterns the others stand for some


def own_name(core: Core, what: str, name: Any) -> str | None:
    """Return a name that was given to a part of a network, None for one that is numbered.

    Args:
        core: of the network.
        what: kind of part, for the message.
        name: as it was given.

    Raises:
        ArgumentError: it is no text; in a strict network, an empty one, or one that files and patterns read otherwise.
    """
    if name is None:
        return None
    if not isinstance(name, str):
        raise ArgumentError(f"`name` of a {what} is a text, or None for a number of its own, not {name!r}")
    if not name:
        core.judge(Remark(ArgumentError, (f"`name` of a {what} is empty: leave it out, or give it letters",)))
        return None
    if MEANINGFUL.search(name):
        why = "`/` divides names in files, and `*`, `?`, `[` are patterns where names are given"
        core.judge(Remark(ArgumentError, (f"`name` of a {what} is {name!r}, but {why}: use letters, digits and `_`",)))
    return name
