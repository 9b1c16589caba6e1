"""What `setup` has chosen, and the default network: the only value at module level that changes."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Default:
    """The default network, made when it is first needed, and what networks are made with that say nothing else.

    Args:
        settings: arguments of `Network`.
        core: of the default network; None before it is needed.
        network: the `Network` that shows it.
        objects: that stand for its parts, by kind and name.
    """

    settings: dict[str, Any] = field(default_factory=lambda: {"strict": False})
    core: Any = None
    network: Any = None
    objects: dict[tuple[str, str], Any] = field(default_factory=dict)


default = Default()
