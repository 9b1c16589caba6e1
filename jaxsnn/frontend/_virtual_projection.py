"""What projections without synapses of their own share."""

from typing import Any, Self

import numpy as np

from .. import arguments
from ..equations import Operation
from ..errors import ArgumentError, UnknownAttributeError, did_you_mean
from ..network import Virtual
from ._changes import give_connector
from ._core import Core
from ._handle import keep
from ._projection import Projection

RATE_PSP = "pre.r * w"


class NeedsSynapses:
    """Stands in a projection without synapses of its own for what `Projection` has, and says so at its use."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, handle: Any, owner: type | None = None) -> Any:
        if handle is None:
            return self
        message = f"{handle!r} is a {handle._spec.kind.value}: it has no synapses of its own, so no `{self._name}`"
        raise ArgumentError(message)


class VirtualProjection(Projection):
    """A projection that has no synapses of its own: nothing of it can be listed or saved."""

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        return True

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"{self!r} has no attribute `{name}`" if "_core" in vars(self) else name)

    def __setattr__(self, name: str, value: Any) -> None:
        """Assign what a projection without synapses has: filters, the delay, switches."""
        if self._is_plain(name):
            object.__setattr__(self, name, value)
            return
        known = [n for n in dir(type(self)) if getattr(getattr(type(self), n), "fset", None)]
        unknown = UnknownAttributeError(f"{self!r} has no attribute `{name}`.{did_you_mean(name, known)}")
        keep(self, name, value, unknown)

    def _connect(self, virtual: Virtual) -> Self:
        delay: Any = arguments.as_number(virtual.delays)
        if delay is None or not np.isfinite(delay) or delay < 0:
            message = f"the delay of a {self._spec.kind.value} is one number of ms, at least 0"
            raise ArgumentError(f"{message}, not {virtual.delays!r}")
        give_connector(self._core, self._name, virtual.with_delays(delay))
        return self

    def _geometries(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return the geometries of the populations on both sides."""
        spec = self._spec
        if not (spec.pre_ranks.is_everything and spec.post_ranks.is_everything):
            raise ArgumentError(f"a {spec.kind.value} connects whole populations, not views")
        first, second = (self._core.population(p).geometry for p in (spec.pre, spec.post))
        return first, second

    @property
    def _operation(self) -> Operation:
        return self._spec.synapse.analysed.operation


def is_spiking(core: Core, pre: Any) -> bool:
    """Tell whether a projection begins at spiking neurons."""
    name = pre if isinstance(pre, str) else getattr(pre, "name", None)
    return isinstance(name, str) and name in core.draft.populations and core.population(name).neuron.is_spiking


def has_synapses(projection: Any) -> bool:
    """Tell whether something is a projection that has synapses of its own."""
    return isinstance(projection, Projection) and projection._spec.kind.has_synapses


for _name in vars(Projection):
    if not _name.startswith("_"):
        setattr(VirtualProjection, _name, NeedsSynapses(_name))
