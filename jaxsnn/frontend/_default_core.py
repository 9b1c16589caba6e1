"""The core of the default network, to which `Population(...)` and the other classes of ANNarchy 4.8 add."""

from os import environ
from typing import Any

import jax

from ._core import Core
from ._default_value import default
from ._handle import Handle
from ._new_core import new_core


def default_core() -> Core:
    """Return the core of the default network."""
    if default.core is None:
        default.core = new_core(**default.settings)
        _dispatch_at_once()
    return default.core


def core_of(*parts: Any) -> Core:
    """Return the core to which something between such parts is added: theirs, or that of the default network."""
    cores = [part._core for part in parts if isinstance(part, Handle)]
    return cores[0] if cores and not default_core().is_same_network(cores[0]) else default_core()


def _dispatch_at_once() -> None:
    """Have a CPU run what it is given in the calling thread: a script waits for each result anyway.

    To wake another thread takes longer than a step of a small network. Once JAX has started, this has no effect; nor
    has it where the environment says otherwise.
    """
    if "JAX_CPU_ENABLE_ASYNC_DISPATCH" not in environ:
        jax.config.update("jax_cpu_enable_async_dispatch", False)
