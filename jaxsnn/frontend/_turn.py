"""The time in which one thread advances a network, all of it or nothing."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from ._core import Core

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def in_turn(
    core: Core, act: Callable[Concatenate[Core, Arguments], Result], *args: Arguments.args, **options: Arguments.kwargs
) -> Result:
    """Let this thread alone advance a network; if that fails, or is interrupted, the network is as it was.

    A function and no context manager, which takes longer at each turn of a closed loop.

    Args:
        core: of the network.
        act: advances it.
        *args, **options: for it.

    Raises:
        StateError: another thread advances the network.
    """
    outer, before = core.take_turn()
    try:
        return act(core, *args, **options)
    except BaseException:
        core.return_to(before)
        raise
    finally:
        core.end_turn(outer)
