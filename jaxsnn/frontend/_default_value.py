"""What `setup` has chosen, and the default network: the only value at module level that changes."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Default:
    """The default network, made when it is first needed, and what networks are made with that say nothing else.

    Args:
        settings: arguments of `Network`.
        network: None before it is needed.
    """

    settings: dict[str, Any] = field(default_factory=dict)
    network: Any = None


default = Default()
