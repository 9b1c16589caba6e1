"""`Turn`: the time in which one thread advances a network, all of it or nothing."""

from types import TracebackType

from ._core import Core


class Turn:
    """Let this thread alone advance a network; if that fails, or is interrupted, the network is as it was.

    A class, as a context manager of a generator takes longer, at each turn of a closed loop.

    Args:
        core: of the network.
    """

    __slots__ = ("_before", "_core")

    def __init__(self, core: Core) -> None:
        self._core, self._before = core, ()

    def __enter__(self) -> None:
        self._core.take_turn()
        try:
            self._before = self._core.mark()
        except BaseException:
            self._core.turn.release()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is not None:
                self._core.return_to(self._before)
        finally:
            self._core.turn.release()
