"""How long a function takes, as ANNarchy 5 prints it."""

import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from ..arguments import function as checked_function
from ._progress import say

P = ParamSpec("P")
R = TypeVar("R")


def timeit(function: Callable[P, R]) -> Callable[P, R]:
    """Return a function that also prints how long it took, s.

    Example:
        >>> import jaxsnn as snn
        >>> @snn.timeit
        ... def run(net, duration):
        ...     net.simulate(duration)
        >>> net = snn.Network()
        >>> P = net.create(3, snn.Izhikevich)
        >>> _ = net.compile()
        >>> run(net, 10.0)  # doctest: +ELLIPSIS
        Function run took ... seconds
    """

    checked_function(function, "function")

    @wraps(function)
    def timed(*arguments: P.args, **options: P.kwargs) -> R:
        start = time.perf_counter()
        result = function(*arguments, **options)
        say(f"Function {function.__name__} took {time.perf_counter() - start:.4f} seconds")
        return result

    return timed
