"""What all handles share: the core of a network and a name in it, no arrays."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, Self

from ..errors import Remark, UnknownAttributeError
from ._core import Core
from ._default_value import default

OURS = __name__.split(".")[0] + "."


class Handle:
    """A part of a network, by its name.

    A handle may belong to a replica: `on` gives the handle of the same part in another network of the same make.
    """

    _core: Core
    _name: str
    _is_of_user: ClassVar[bool] = False
    _properties: ClassVar[frozenset[str]] = frozenset()

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls._is_of_user = not cls.__module__.startswith(OURS)
        cls._properties = frozenset(name for name in dir(cls) if isinstance(getattr(cls, name, None), property))

    def _bind(self, core: Core, name: str) -> None:
        """Let this stand for a part that a core describes."""
        # Handles translate assignments of attributes into values of the network, so their own go around that.
        object.__setattr__(self, "_core", core)
        object.__setattr__(self, "_name", name)

    @classmethod
    def _of(cls, core: Core, *where: Any) -> Self:
        """Return a handle of what a core describes already, whatever the `__init__` of a subclass takes."""
        handle = object.__new__(cls)
        handle._bind(core, *where)
        return handle

    @property
    def name(self) -> str:
        """Name of what this stands for."""
        return self._name

    def _is_plain(self, name: str) -> bool:
        """Tell whether an assignment goes into this object as into any: a class of one's own has attributes of its own.

        So do properties, and what is assigned before this stands for anything.
        """
        return name in self._properties or self._is_of_user or "_core" not in vars(self)

    def _on(self, core: Core) -> Self:
        """Return the handle of the same part of another network of the same make."""
        return self._moved(object.__new__(type(self)), core)

    def _moved(self, other: Self, core: Core) -> Self:
        """Give another handle all that this one knows, as it is in another network; return it."""
        for name, value in vars(self).items():
            object.__setattr__(other, name, core if name == "_core" else rebound(value, core))
        return other


def keep(handle: Handle, name: str, value: Any, unknown: UnknownAttributeError) -> None:
    """Store what is no attribute of a model, as Python does on any object; an error in a strict network.

    Args:
        handle: on which it was assigned.
        name: of the attribute.
        value: what was assigned.
        unknown: the error.
    """
    handle._core.judge(Remark(UnknownAttributeError, unknown.args))
    object.__setattr__(handle, name, value)


@contextmanager
def all_or_nothing(handle: Handle) -> Iterator[None]:
    """Surround assignments to a handle: if one fails, network and handle are as they were."""
    stored = vars(handle).copy()
    with handle._core.all_or_nothing():
        try:
            yield
        except BaseException:
            vars(handle).clear()
            vars(handle).update(stored)
            raise


class Part(Handle):
    """A population, projection, monitor or constant: one object in each network, with what its user stores in it.

    It lives as long as somebody holds it: a network that held its parts, which hold it, would outlive its user. What a
    script adds to the default network is held until `clear()`.
    """

    _kind: ClassVar[str]

    def _bind(self, core: Core, name: str) -> None:
        super()._bind(core, name)
        core.parts[self._kind, name] = self
        if core is default.core:
            default.objects[self._kind, name] = self

    def _on(self, core: Core) -> Self:
        """Return the object of the same part of another network of the same make."""
        known = core.parts.get((self._kind, self._name))
        if known is None:
            known = core.parts[self._kind, self._name] = object.__new__(type(self))  # first: parts may know each other
            self._moved(known, core)
        return known


def rebound(value: Any, core: Core) -> Any:
    """Return a handle for the same part of another network of the same make, containers element by element."""
    match value:
        case Handle():
            return value._on(core)
        case list() | tuple() if type(value) in (list, tuple):
            return type(value)(rebound(v, core) for v in value)
        case dict() if type(value) is dict:
            return {k: rebound(v, core) for k, v in value.items()}
    return value
