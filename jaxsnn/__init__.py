"""jaxsnn: a differentiable simulator of rate-coded and spiking neural networks, described by equations, run by JAX.

Three surfaces share one engine: ANNarchy's module-level functions, the object `Network`, and the pure functions
`init`, `step`, `run` of the `Simulation` that `Network.compile()` returns.

Names are imported at their first use, from where the stub `__init__.pyi` says: `import jaxsnn` alone costs nothing.
"""

import sys
import types

import lazy_loader

from .collector import imported_for_good

_load, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def __getattr__(name: str) -> object:
    with imported_for_good():
        return _load(name)


class _Package(types.ModuleType):
    """This package, in which the function `step` is not hidden by the folder of that name once it is imported."""

    def __setattr__(self, name: str, value: object) -> None:
        if name != "step" or not isinstance(value, types.ModuleType):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
