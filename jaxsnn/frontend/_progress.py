"""Progress bars and the few lines that the ANNarchy surface prints."""

import sys
from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")


def progress(items: Iterable[T], show: bool, what: str, total: int | None = None) -> Iterable[T]:
    """Return the items, with a progress bar around them where one is wanted."""
    if not show:
        return items
    from tqdm.auto import tqdm

    return tqdm(items, desc=what, total=total)


def say(text: str, end: str = "\n") -> None:
    """Print a line to standard output."""
    sys.stdout.write(text + end)
    sys.stdout.flush()
