"""Whether JAX can run in this process: its threads do not follow a fork, and a call would wait for them for ever."""

import os
from dataclasses import dataclass

import jax

from ..errors import StateError

COMPILED = "/jax/core/compile/backend_compile_duration"  # what JAX tells its listeners of each program


@dataclass
class _Process:
    """This process.

    Args:
        has_started: whether JAX has compiled a program in it.
        is_orphan: whether it was forked from a process in which JAX had.
    """

    has_started: bool = False
    is_orphan: bool = False


_this = _Process()


def check_process() -> None:
    """Raise in a process that was forked after JAX had started, before a call hangs there.

    Raises:
        StateError: names the ways out.
    """
    if _this.is_orphan:
        raise StateError(
            "this process was forked after JAX had started, whose threads did not follow: a call would never return. "
            "Start processes by `multiprocessing.get_context('spawn')`, or fork before the first network is compiled; "
            "`parallel_run` needs no processes at all"
        )


def _note(event: str, duration_secs: float, **_: object) -> None:  # the names are those of JAX
    _this.has_started = _this.has_started or event == COMPILED


def _after_fork() -> None:
    _this.is_orphan = _this.is_orphan or _this.has_started


jax.monitoring.register_event_duration_secs_listener(_note)
if hasattr(os, "register_at_fork"):  # Windows has no fork
    os.register_at_fork(after_in_child=_after_fork)
