"""Ordinary Python functions that meet: each runs in its own greenlet until it asks for steps, then all wait for all.

Between meetings they run one at a time, in index order, on the caller's thread.
"""

from collections.abc import Callable
from typing import Any

from greenlet import GreenletExit, getcurrent, greenlet

from ..errors import StateError

Advance = Callable[[dict[int, Any]], None]


def ask(request: Any) -> None:
    """Called inside a function: hand a request to the meeting and wait until it is answered."""
    meeting = getcurrent().parent
    if meeting is None:
        raise StateError("this replica's parallel_run has ended: it can be read, but not simulated any further")
    meeting.switch(request)


def rendezvous(functions: list[Callable[[], Any]], advance: Advance) -> tuple[list[Any], dict[int, Exception]]:
    """Run functions to their ends, meeting at every `ask`.

    Args:
        functions: called without arguments.
        advance: answers the requests of one meeting, `{index: request}`; all that still run are in it.

    Returns:
        `(results, errors)`: what each returned, None where it raised; exceptions by index.
    """
    results: list[Any] = [None] * len(functions)
    errors: dict[int, Exception] = {}

    def guarded(i: int) -> None:
        try:
            results[i] = functions[i]()
        except Exception as error:  # noqa: BLE001 - reported with the index, after the others have finished
            errors[i] = error

    running = {i: greenlet(guarded) for i in range(len(functions))}
    try:
        requests = _resume(running, {i: (i,) for i in running})
        while requests:
            advance(requests)
            requests = _resume(running, dict.fromkeys(requests, ()))
    finally:
        for unfinished in running.values():
            unfinished.throw(GreenletExit)
    return results, errors


def _resume(running: dict[int, greenlet], arguments: dict[int, tuple]) -> dict[int, Any]:
    """Let every greenlet go on until it asks or ends; return the requests."""
    requests = {}
    for i, arguments_i in arguments.items():
        request = running[i].switch(*arguments_i)
        if running[i].dead:
            del running[i]
        else:
            requests[i] = request
    return requests
