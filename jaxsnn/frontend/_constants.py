"""Constants of a network: numbers with a name that equations can use."""

from numbers import Real
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from ..errors import ArgumentError
from . import _attributes as attributes
from ._core import Core, HasCore
from ._default_core import default_core
from ._handle import Part


class Constant(Part, NDArrayOperatorsMixin):
    """A constant of a network. Equations use it by its name, Python as a number.

    Calling the class adds one to the default network, as `Network.constant` does to others.

    What was computed from it once, such as the value of a parameter or an initial value, does not follow `set`. The
    constants of networks that have copies of parts of its network do.

    Example:
        >>> import jaxsnn as snn
        >>> net = snn.Network()
        >>> tau = net.constant("tau", 10.0)
        >>> P = net.create(1, snn.Neuron(equations="tau * dr/dt = 1.0 - r"), name="P")
        >>> tau.set(20.0)
        >>> 2 * tau
        40.0
    """

    _kind = "constant"

    def __init__(self, name: str, value: float) -> None:
        self._add(default_core(), name, value)

    def _add(self, core: Core, name: str, value: float) -> None:
        """Add a constant to a network, and stand for it."""
        core.check_open("a constant")
        core.draft.check_new_constant(name)
        core.draft = core.draft.with_constant(name, _finite(name, value))
        self._bind(core, name)

    @property
    def value(self) -> float:
        """Its present value."""
        return value_of(self._core, self._name)

    def set(self, value: float, network: HasCore | None = None) -> None:
        """Give it another value, which the next step uses; in another network of the same make if one is given."""
        assign(self._core if network is None else network._core, self._name, value)

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


def constant(network: HasCore, name: str, value: float) -> Constant:
    """Add a number that all equations of this network can use by its name.

    Raises:
        ArgumentError: the name is taken, or no name of the equation language.
    """
    made = object.__new__(Constant)
    made._add(network._core, name, value)
    return made


def get_constant(network: HasCore, name: str) -> Constant:
    """Return the constant of this name.

    Raises:
        ArgumentError: there is none.
    """
    constants = network._core.draft.constants
    if name not in constants:
        raise ArgumentError(f"there is no constant `{name}`: {', '.join(constants) or 'none'}")
    known = network._core.parts.get((Constant._kind, name))
    return Constant._of(network._core, name) if known is None else known


def get_constants(network: HasCore) -> list[Constant]:
    """Return all constants, in the order of creation."""
    return [get_constant(network, name) for name in network._core.draft.constants]


def value_of(core: Core, name: str) -> float:
    """Return the present value of a constant."""
    return float(attributes.read(core, ("constants", "", name)))


def assign(core: Core, name: str, value: float) -> None:
    """Give a constant another value, in networks with copies of it too."""
    number = _finite(name, value)
    cores = [core, *(copy for copy in core.copies if name in copy.draft.constants)]
    for one in cores:
        one.check_free()
    for one in cores:
        if one.is_compiled:
            one.arrays.write(("constants", "", name), np.asarray(number, one.compiled.dtype))
        else:
            one.draft = one.draft.with_constant(name, number)


def _finite(name: str, value: Any) -> float:
    """Return a number as a constant takes it.

    Raises:
        ArgumentError: not a finite number.
    """
    if not isinstance(value, Real) or isinstance(value, bool) or not np.isfinite(float(value)):
        raise ArgumentError(f"the constant `{name}` takes a finite number, not {value!r}")
    return float(value)
