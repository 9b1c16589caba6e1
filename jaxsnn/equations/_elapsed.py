"""Times that equations read, and differences of two of them, which are counted in steps.

Late in a run a number of single precision knows no single step of `t`. The steps between two times are few: where an
expression asks only for a difference, such as `t - t_last`, or compares two times, it gets that of the steps.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from . import _nodes as n

PRESENT = "t"
CLOCKS = (PRESENT, "t_last", "t_pre", "t_post")


def since(clock: str) -> str:
    """Return the key under which a step provides the time since `t_last`, `t_pre` or `t_post`, ms."""
    return f"{PRESENT} - {clock}"


def times_read(expressions: Iterable[n.Expression]) -> frozenset[str]:
    """Return the times that expressions read: clocks by their names, and those of which only differences are, `since`.

    Example:
        >>> from jaxsnn.equations import parse_expression
        >>> sorted(times_read([parse_expression("exp((t_pre - t) / 20.0) + t_last")]))
        ['t - t_pre', 't_last']
    """
    return frozenset(time for expression in expressions for time in _times(expression))


def reads_clock(expressions: Iterable[n.Expression]) -> bool:
    """Tell whether some expression reads a time by itself, not as a difference of two."""
    return not times_read(expressions).isdisjoint(CLOCKS)


def difference_of_times(node: n.Binary | n.Compare, values: Mapping[str, Any]) -> Any:
    """Return `left - right`, ms, where both are times that a step provides; None for anything else."""
    clocks = _clocks(node)
    keys = [since(clock) for clock in clocks if clock != PRESENT]
    if not keys or any(key not in values for key in keys):
        return None
    left, right = (0.0 if clock == PRESENT else values[since(clock)] for clock in clocks)
    return right - left


def _times(node: n.Expression) -> Iterator[str]:
    clocks = _clocks(node)
    if clocks:
        yield from (since(clock) for clock in clocks if clock != PRESENT)
        return
    if isinstance(node, n.Name) and node.name in CLOCKS:
        yield node.name
    for below in n.children(node):
        yield from _times(below)


def _clocks(node: n.Expression) -> tuple[str, ...]:
    """Return the two clocks that an expression subtracts or compares; nothing for any other."""
    match node:
        case n.Binary("-", n.Name(left), n.Name(right)) | n.Compare(_, n.Name(left), n.Name(right)):
            return (left, right) if left in CLOCKS and right in CLOCKS else ()
    return ()
