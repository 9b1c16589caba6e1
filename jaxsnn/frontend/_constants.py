"""Handle of a constant: a number with a name that equations can use."""

from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from ..errors import ArgumentError

if TYPE_CHECKING:
    from ._network import Network


class Constant(NDArrayOperatorsMixin):
    """A constant of a network. Equations use it by its name, Python as a number.

    What was computed from it once, such as the value of a parameter or an initial value, does not follow `set`.

    Example:
        >>> import jaxsnn as snn
        >>> net = snn.Network()
        >>> tau = net.constant("tau", 10.0)
        >>> P = net.create(1, snn.Neuron(equations="tau * dr/dt = 1.0 - r"), name="P")
        >>> tau.set(20.0)
        >>> 2 * tau
        40.0
    """

    def __init__(self, network: "Network", name: str) -> None:
        self._network, self._name = network, name

    @property
    def name(self) -> str:
        """Name of the constant."""
        return self._name

    @property
    def value(self) -> float:
        """Its present value."""
        return self._network.constant_value(self._name)

    def set(self, value: float) -> None:
        """Give it another value, which the next step uses."""
        self._network.set_constant(self._name, number(self._name, value))

    def __float__(self) -> float:
        return self.value

    def __int__(self) -> int:
        return int(self.value)

    def __round__(self, digits: int | None = None) -> float:
        return round(self.value, digits)

    def __str__(self) -> str:
        return str(self.value)

    def __format__(self, form: str) -> str:
        return format(self.value, form)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        """Return the value as an array ()."""
        return np.asarray(self.value, dtype)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        """Let NumPy and Python's operators use the value."""
        plain = [x.value if isinstance(x, Constant) else x for x in inputs]
        result = getattr(ufunc, method)(*plain, **options)
        return result.item() if isinstance(result, np.number) else result

    def __hash__(self) -> int:
        return hash(self.value)

    def __repr__(self) -> str:
        return f"{self._name} = {self.value!r}"


Real.register(Constant)


def number(name: str, value: Any) -> float:
    """Return the value of a constant.

    Raises:
        ArgumentError: not a number.
    """
    if not isinstance(value, Real) or isinstance(value, bool) or not np.isfinite(float(value)):
        raise ArgumentError(f"the constant `{name}` takes a finite number, not {value!r}")
    return float(value)
