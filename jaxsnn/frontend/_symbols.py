"""Constants and functions that a network gives to its equations."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..equations import UserFunction, call, define_functions
from ..errors import UnknownNameError, did_you_mean
from ._constants import Constant, number
from ._draft import Draft


class Symbols:
    """What equations of a network can name beyond their model; see `Network`."""

    _draft: Draft

    def constant(self, name: str, value: float) -> Constant:
        """Add a number that all equations of this network can use by its name.

        Raises:
            ArgumentError: the name is taken, or no name of the equation language.
        """
        self._must_be_open("a constant")
        self._draft.add_constant(name, number(name, value))
        return Constant(self, name)  # type: ignore[arg-type]

    def add_function(self, definition: str) -> None:
        """Add a function that all equations of this network can use.

        Args:
            definition: such as `"sigmoid(x) = 1.0 / (1.0 + exp(-x))"`.

        Raises:
            EquationError: not a definition of a function, or of one that exists.
        """
        self._must_be_open("a function")
        self._draft.functions += define_functions(definition, self._draft.context)

    def function(self, name: str) -> Callable[..., np.ndarray]:
        """Return a function of this network for Python: it takes numbers or arrays that broadcast."""
        found = {f.name: f for f in self._draft.functions}
        if name not in found:
            raise UnknownNameError(f"the network has no function `{name}`.{did_you_mean(name, found)}")
        return self.callable_function(found[name])

    def callable_function(self, function: UserFunction) -> Callable[..., np.ndarray]:
        """Return a user's function as a Python function of arrays."""

        def compute(*arguments: Any) -> np.ndarray:
            constants = {name: self.constant_value(name) for name in self._draft.constants}
            return np.asarray(call(function, arguments, constants))

        return compute

    # For the type checker: what inherits from this gives these.

    def _must_be_open(self, what: str) -> None:
        raise NotImplementedError

    def constant_value(self, name: str) -> float:
        """Return the present value of a constant."""
        raise NotImplementedError
