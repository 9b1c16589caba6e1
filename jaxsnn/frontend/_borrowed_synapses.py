"""Handles of projections through the synapses of another one."""

from typing import Any, Self

from ..errors import ArgumentError, ShapeError, StateError
from ..models import Synapse
from ..network import Borrowed, Kind
from ._core import Core
from ._default_core import core_of
from ._population import Ranked
from ._projection import Projection
from ._synapse_attributes import read_delays
from ._virtual_projection import RATE_PSP, VirtualProjection, has_synapses, is_spiking
from ._withdraw import connects


class BorrowingProjection(VirtualProjection):
    """A projection through the synapses of another one."""

    @property
    def delay(self) -> Any:
        """Delays of the projection whose synapses these are."""
        return read_delays(self._core, self._source)

    @delay.setter
    def delay(self, value: Any) -> None:
        raise StateError(f"{self!r} has the delays of projection `{self._source}`: assign them there")

    @property
    def _source(self) -> str:
        """Name of the projection whose synapses these are."""
        connector = self._spec.connector
        if not isinstance(connector, Borrowed):
            raise StateError(f"{self!r} is not connected yet")
        return connector.projection

    def _borrow(self, projection: Any) -> Self:
        if not has_synapses(projection) or not projection._core.is_same_network(self._core):
            raise ArgumentError(f"{self!r} takes a projection of this network that has synapses, not {projection!r}")
        return self._connect(Borrowed(projection=projection.name))


class Copy(BorrowingProjection):
    """A copy of a projection; see `Network.copy_projection`. Calling the class adds one to the default network."""

    def __init__(
        self,
        pre: Ranked | str,
        post: Ranked | str,
        target: str,
        psp: str = RATE_PSP,
        operation: str = "sum",
        name: str | None = None,
        copied: bool = False,
    ) -> None:
        self._add(core_of(pre, post), pre, post, target, psp, operation, name)

    def _add(self, core: Core, pre: Any, post: Any, target: Any, psp: str, operation: str, name: str | None) -> None:  # type: ignore[override]
        model = Synapse() if is_spiking(core, pre) else Synapse(psp=psp, operation=operation)
        super()._add(core, pre, post, target, model, name, kind=Kind.COPY)

    @connects
    def connect_copy(self, projection: Projection) -> Self:
        """Use the weights and delays of another projection, now and whenever they change.

        Raises:
            ShapeError: its sides have other sizes.
        """
        made = self._borrow(projection)
        mine, theirs = self._spec.ends.shape, projection._spec.ends.shape
        if mine != theirs:
            raise ShapeError(f"{self!r} connects (pre, post) = {mine} neurons, but {projection!r} connects {theirs}")
        return made


class Transpose(BorrowingProjection):
    """A projection back through the synapses of another one; see `Network.transpose`.

    Calling the class adds one to the default network.
    """

    _forward: Projection

    def __init__(self, proj: Projection, target: str, name: str | None = None, copied: bool = False) -> None:
        self._add(core_of(proj), proj, target, name)

    def _add(self, core: Core, forward: Projection, target: Any, name: str | None) -> None:  # type: ignore[override]
        if not has_synapses(forward):
            raise ArgumentError(f"a transposed projection takes one that has synapses, not {forward!r}")
        super()._add(core, forward.post, forward.pre, target, Synapse(), name, kind=Kind.TRANSPOSE)
        object.__setattr__(self, "_forward", forward)

    @connects
    def connect(self) -> Self:
        """Use the synapses of the other projection."""
        return self._borrow(self._forward)
