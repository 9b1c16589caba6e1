"""Which cases of a long table of cases run by default."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest


def some(cases: Iterable[Any], every: int) -> list[Any]:
    """Return cases for `parametrize`, of which one in `every`, the first among them, runs by default.

    The others are marked `slow`: they repeat what the first ones show, for more values.
    """
    return [case if i % every == 0 else slow(case) for i, case in enumerate(cases)]


def quick(cases: Iterable[Any], is_quick: Callable[[Any], bool]) -> list[Any]:
    """Return cases for `parametrize`, of which some run by default; the others are marked `slow`."""
    return [case if is_quick(case) else slow(case) for case in cases]


def slow(case: Any) -> Any:
    """Return a case that runs with the slow tests; what is marked already keeps its marks."""
    values = case.values if hasattr(case, "marks") else case if isinstance(case, tuple) else (case,)
    marks, name = (case.marks, case.id) if hasattr(case, "marks") else ((), None)
    return pytest.param(*values, marks=(*marks, pytest.mark.slow), id=name)
