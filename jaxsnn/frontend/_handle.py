"""What all handles share: the core of a network and a name in it, no arrays."""

from typing import Any, Self

from ..errors import Remark, UnknownAttributeError
from ._core import Core


class Handle:
    """A part of a network, by its name.

    A handle may belong to a replica: `on` gives the handle of the same part in another network of the same make.
    """

    _core: Core
    _name: str

    def __init__(self, core: Core, name: str) -> None:
        # Handles translate assignments of attributes into values of the network, so their own go around that.
        object.__setattr__(self, "_core", core)
        object.__setattr__(self, "_name", name)

    @property
    def name(self) -> str:
        """Name of what this stands for."""
        return self._name

    def _on(self, core: Core) -> Self:
        """Return the handle of the same part of another network of the same make."""
        return type(self)(core, self._name)


def keep(handle: Handle, name: str, value: Any, unknown: UnknownAttributeError, is_whole: bool) -> None:
    """Store what is no attribute of a model, as Python does on any object; an error in a strict network.

    Args:
        handle: on which it was assigned.
        name: of the attribute.
        value: what was assigned.
        unknown: the error.
        is_whole: whether all handles of this name stand for the same, and find it.
    """
    handle._core.judge(Remark(UnknownAttributeError, unknown.args))
    stored = handle._core.kept.setdefault(handle._name, {}) if is_whole else handle.__dict__
    stored[name] = value


def get_attribute(handle: Any, name: str) -> Any:
    """Return the value of an attribute."""
    return getattr(handle, name)


def set_attributes(handle: Any, values: dict[str, Any]) -> None:
    """Assign several attributes."""
    for name, value in values.items():
        setattr(handle, name, value)
