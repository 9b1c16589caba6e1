"""Handles of projections between rate-coded and spiking neurons."""

from math import inf
from numbers import Real
from typing import Any, Self

from ..errors import ArgumentError, ShapeError
from ..models import Synapse
from ..network import Injected, Kind
from ._core import Core
from ._default_core import core_of
from ._population import Ranked
from ._projection import Projection
from ._virtual_projection import VirtualProjection
from ._withdraw import connects


class DecodingProjection(Projection):
    """A decoder of spikes; see `Network.decoding`. Calling the class adds one to the default network."""

    def __init__(
        self,
        pre: Ranked | str,
        post: Ranked | str,
        target: str,
        window: float = 0.0,
        name: str | None = None,
        copied: bool = False,
    ) -> None:
        self._add(core_of(pre, post), pre, post, target, window, name)

    def _add(self, core: Core, pre: Any, post: Any, target: Any, window: Any, name: str | None) -> None:  # type: ignore[override]
        if isinstance(window, bool) or not isinstance(window, Real) or not 0 <= float(window) < inf:
            raise ArgumentError(f"`window` is a number of ms, at least 0, not {window!r}")
        super()._add(core, pre, post, target, Synapse(), name, kind=Kind.DECODING, window=float(window))


class CurrentInjection(VirtualProjection):
    """Rates as currents; see `Network.current_injection`. Calling the class adds one to the default network."""

    def __init__(
        self, pre: Ranked | str, post: Ranked | str, target: str, name: str | None = None, copied: bool = False
    ) -> None:
        self._add(core_of(pre, post), pre, post, target, name)

    def _add(self, core: Core, pre: Any, post: Any, target: Any, name: str | None) -> None:  # type: ignore[override]
        super()._add(core, pre, post, target, Synapse(), name, kind=Kind.INJECTION)

    @connects
    def connect_current(self) -> Self:
        """Connect each neuron to its counterpart.

        Raises:
            ShapeError: the two sides differ in size.
        """
        n_pre, n_post = self._spec.ends.shape
        if n_pre != n_post:
            raise ShapeError(f"{self!r} needs as many neurons on both sides, not {n_pre} and {n_post}")
        return self._connect(Injected())
