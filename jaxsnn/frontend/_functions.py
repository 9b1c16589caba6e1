"""Functions that a network gives to its equations."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from ..equations import UserFunction, call, define_functions, redefinitions
from ..errors import UnknownNameError, did_you_mean
from ._constants import value_of
from ._core import Core, HasCore


def add_function(network: HasCore, definition: str) -> None:
    """Add a function that all equations of this network can use.

    Args:
        definition: such as `"sigmoid(x) = 1.0 / (1.0 + exp(-x))"`.

    Raises:
        EquationError: not a definition of a function, or of one that exists.
    """
    core = network._core
    core.check_open("a function")
    new = define_functions(definition, core.draft.context)
    core.judge(*redefinitions(new))
    core.draft = replace(core.draft, functions=core.draft.functions + new)


def function(network: HasCore, name: str) -> Callable[..., np.ndarray]:
    """Return a function of this network for Python: it takes numbers or arrays that broadcast.

    Raises:
        UnknownNameError: the network has no function of this name.
    """
    found = {f.name: f for f in network._core.draft.functions}
    if name not in found:
        raise UnknownNameError(f"the network has no function `{name}`.{did_you_mean(name, found)}")
    return for_python(network._core, found[name])


def for_python(core: Core, function: UserFunction) -> Callable[..., np.ndarray]:
    """Return a function of equations as a Python function of arrays, with the present constants of the network."""

    def compute(*arguments: Any) -> np.ndarray:
        constants = {name: value_of(core, name) for name in core.draft.constants}
        return np.asarray(call(function, arguments, constants))

    return compute
