"""The core of the default network, to which `Population(...)` and the other classes of ANNarchy 4.8 add.

`default` is the only value at module level that changes.
"""

from dataclasses import dataclass, field
from os import environ
from typing import Any

import jax

from ._core import Core
from ._new_core import new_core


@dataclass
class Default:
    """The default network, made when it is first needed.

    Args:
        settings: what it is made with.
        core: None until it is needed.
        network: the `Network` that shows it.
    """

    settings: dict[str, Any] = field(default_factory=lambda: {"strict": False})
    core: Core | None = None
    network: Any = None


default = Default()


def default_core() -> Core:
    """Return the core of the default network."""
    if default.core is None:
        default.core = new_core(**default.settings)
        _dispatch_at_once()
    return default.core


def _dispatch_at_once() -> None:
    """Have a CPU run what it is given in the calling thread: a script waits for each result anyway.

    To wake another thread takes longer than a step of a small network. Once JAX has started, this has no effect; nor
    has it where the environment says otherwise.
    """
    if "JAX_CPU_ENABLE_ASYNC_DISPATCH" not in environ:
        jax.config.update("jax_cpu_enable_async_dispatch", False)
