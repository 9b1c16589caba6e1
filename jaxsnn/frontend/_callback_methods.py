"""Functions of one's own that `simulate` calls at regular times."""

from collections.abc import Callable

from .. import arguments
from ._callbacks import Callback, Function
from ._core import HasCore
from ._period import steps_of_period


def every(network: HasCore, period: float, offset: float = 0.0, wait: float = 0.0) -> Callable[[Function], Function]:
    """Register a function that `simulate` calls at regular times.

    Calls are made before the step that begins at that time, strictly before the end of the `simulate`; the count
    that the function receives begins at 0 in each `simulate`.

    Args:
        period: ms.
        offset: ms within each period; a negative one counts from its end.
        wait: ms before the first period begins.

    Example:
        >>> import jaxsnn as snn
        >>> net = snn.Network()
        >>> P = net.create(1, snn.Neuron(equations="r = t"), name="P")
        >>> _ = net.compile()
        >>> @net.every(period=10.0, offset=-2.0)
        ... def show(n):
        ...     print(n, net.get_time())
        >>> net.simulate(20.0)
        0 8.0
        1 18.0
    """

    core = network._core
    steps_of_period(period, core.dt)
    times = arguments.real(offset, "offset", "ms"), arguments.real(wait, "wait", "ms", least=0.0)

    def register(function: Function) -> Function:
        callback = Callback(arguments.function(function, "function"), period, *times)
        core.callbacks.registered.append(callback)
        return function

    return register


def enable_callbacks(network: HasCore) -> None:
    """Let `simulate` call the registered functions."""
    network._core.callbacks.enabled = True


def disable_callbacks(network: HasCore) -> None:
    """Let `simulate` call no function."""
    network._core.callbacks.enabled = False


def clear_all_callbacks(network: HasCore) -> None:
    """Forget all registered functions."""
    network._core.callbacks.registered.clear()


def callbacks_enabled(network: HasCore) -> bool:
    """Return whether `simulate` calls the registered functions."""
    return network._core.callbacks.enabled
