"""The core of the default network, to which `Population(...)` and the other classes of ANNarchy 4.8 add.

`default` is the only value at module level that changes.
"""

from dataclasses import dataclass, field
from typing import Any

from ._core import Core
from ._new_core import new_core


@dataclass
class Default:
    """The default network, made when it is first needed.

    Args:
        settings: what it is made with.
        core: None until it is needed.
        network: the `Network` that shows it.
        objects: that stand for its parts, by kind and name.
    """

    settings: dict[str, Any] = field(default_factory=lambda: {"strict": False})
    core: Core | None = None
    network: Any = None
    objects: dict[tuple[str, str], Any] = field(default_factory=dict)


default = Default()


def default_core() -> Core:
    """Return the core of the default network."""
    if default.core is None:
        default.core = new_core(**default.settings)
    return default.core
