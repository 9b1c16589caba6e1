"""A population in which each neuron is a pixel, or a colour of one."""

from typing import Any

from ...errors import ArgumentError
from ...frontend._core import Core
from ...frontend._default import default_network
from ...frontend._population import Population
from ...inputs import InputArray

COLOURS = {1: "grey", 3: "red, green and blue"}


class PixelPopulation(Population):
    """Rate-coded neurons of the default network whose `r` is what was last assigned to it: brightness from 0 to 1.

    Args:
        geometry: (height, width) or (height, width, 1) for grey images, (height, width, 3) for red, green and blue.
        name: unique; None numbers the populations.
        copied: accepted and ignored.
    """

    def __init__(self, geometry: tuple[int, ...], name: str | None = None, copied: bool = False) -> None:
        shape = tuple(geometry) if isinstance(geometry, tuple | list) else ()
        if len(shape) not in (2, 3) or (len(shape) == 3 and shape[2] not in COLOURS):
            expected = "(height, width), (height, width, 1) or (height, width, 3)"
            raise ArgumentError(f"`geometry` of {type(self).__name__} is {expected}, not {geometry!r}")
        network: Any = default_network()
        created = network.create(InputArray(shape), name=name)
        super().__init__(created._core, created.name)

    def _on(self, core: Core) -> Any:
        """Return the same population of a network of the same make."""
        other = object.__new__(type(self))
        Population.__init__(other, core, self._name)
        return other

    @property
    def _is_grey(self) -> bool:
        return self.depth == 1
