"""Handles of projections that share weights between all post-synaptic neurons."""

from typing import Any, Self

import numpy as np

from .. import arguments
from ..errors import ArgumentError, ShapeError, StateError
from ..models import Synapse
from ..network import Filters, Kind, Regions
from ..propagation import convolution, pooling
from ._core import Core
from ._default_core import core_of
from ._population import Ranked
from ._virtual_projection import RATE_PSP, VirtualProjection, is_spiking
from ._withdraw import connects


class Convolution(VirtualProjection):
    """A convolution; see `Network.convolution`. Calling the class adds one to the default network."""

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
        of_spikes = is_spiking(core, pre) and psp == RATE_PSP
        if of_spikes and operation != "sum":
            raise ArgumentError(
                "a convolution of spikes adds `w` with every spike: leave `operation` out, or give a `psp` of variables"
            )
        model = Synapse() if of_spikes else Synapse(psp=psp, operation=operation)
        super()._add(core, pre, post, target, model, name, kind=Kind.CONVOLUTION)

    @connects
    def connect_filter(
        self,
        weights: Any,
        delays: float = 0.0,
        keep_last_dimension: bool = False,
        padding: float | str = 0.0,
        subsampling: Any = None,
        storage_format: str | None = None,
        storage_order: str | None = None,
    ) -> Self:
        """Let one filter slide over the pre-synaptic geometry.

        Args:
            weights: array with as many dimensions as the pre-synaptic geometry.
            delays: ms, one number.
            keep_last_dimension: the filter has one dimension less (or size 1 in the last one), and is applied to each
                of its layers.
            padding: what an index outside the geometry adds; `"border"` repeats the border.
            subsampling: for every post-synaptic neuron, the coordinates of the centre of its window; None spreads the
                windows evenly.
            storage_format, storage_order: hints, which are ignored.

        Raises:
            ShapeError: geometries and filter do not fit each other.
        """
        return self._slide(weights, delays, False, keep_last_dimension, padding, subsampling)

    @connects
    def connect_filters(
        self,
        weights: Any,
        delays: float = 0.0,
        keep_last_dimension: bool = False,
        padding: float | str = 0.0,
        subsampling: Any = None,
        storage_format: str | None = None,
        storage_order: str | None = None,
    ) -> Self:
        """Let a bank of filters slide over the pre-synaptic geometry; see `connect_filter`.

        Args:
            weights: the first dimension counts the filters, as the last one of the post-synaptic geometry does.
        """
        return self._slide(weights, delays, True, keep_last_dimension, padding, subsampling)

    def _slide(self, weights: Any, delays, bank: bool, keep: bool, padding, subsampling) -> Self:
        filters, (pre, post) = _numbers(weights), self._geometries()
        if not bank and len(post) == len(pre) + 1 and post[-1] == 1:  # a layer of its own, as in ANNarchy
            post = post[:-1]
        if filters.ndim == len(pre) and filters.shape[-1] == 1:  # a kernel of one layer is applied to each anyway
            keep = False
        made = convolution(pre, post, filters.shape, bank, keep, padding, subsampling, self._operation)
        return self._connect(Filters(description=made, filters=filters, delays=delays))

    @property
    def weights(self) -> np.ndarray:
        """The filters."""
        if self._core.is_compiled:
            return np.array(self._core.arrays.read(("projections", self._name, "w")))
        return self._filters().filters.copy()

    @weights.setter
    def weights(self, value: Any) -> None:
        core, old = self._core, self._filters()
        filters = _numbers(value)
        if filters.shape != old.filters.shape:
            raise ShapeError(f"`weights` of {self!r} has shape {old.filters.shape}, not {filters.shape}")
        core.check_free()
        if core.is_compiled:
            path = ("projections", self._name, "w")
            core.arrays.write(path, filters.astype(core.arrays.read(path).dtype))
        else:
            self._connect(Filters(description=old.description, filters=filters, delays=old.delays))

    def _filters(self) -> Filters:
        connector = self._spec.connector
        if not isinstance(connector, Filters):
            raise StateError(f"{self!r} has no filters yet: call `connect_filter` or `connect_filters`")
        return connector

    def center(self, rank: int) -> tuple[int, ...]:
        """Return the coordinates in the pre-synaptic geometry at which the window of a post-synaptic neuron lies."""
        return self._filters().description.centre(rank)


class Pooling(VirtualProjection):
    """A pooling; see `Network.pooling`. Calling the class adds one to the default network."""

    def __init__(
        self,
        pre: Ranked | str,
        post: Ranked | str,
        target: str,
        psp: str = "pre.r",
        operation: str = "max",
        name: str | None = None,
        copied: bool = False,
    ) -> None:
        self._add(core_of(pre, post), pre, post, target, psp, operation, name)

    def _add(self, core: Core, pre: Any, post: Any, target: Any, psp: str, operation: str, name: str | None) -> None:  # type: ignore[override]
        super()._add(core, pre, post, target, Synapse(psp=psp, operation=operation), name, kind=Kind.POOLING)

    @connects
    def connect_pooling(
        self,
        extent: Any = None,
        delays: float = 0.0,
        storage_format: str | None = None,
        storage_order: str | None = None,
    ) -> Self:
        """Let each post-synaptic neuron see a region of the pre-synaptic geometry.

        Args:
            extent: of a region, a number for each dimension; None divides the geometries.
            delays: ms, one number.
            storage_format, storage_order: hints, which are ignored.

        Raises:
            ShapeError: the regions do not tile the geometry, or are not as many as post-synaptic neurons.
        """
        made = pooling(*self._geometries(), extent, self._operation)
        return self._connect(Regions(description=made, delays=delays))


def _numbers(weights: Any) -> np.ndarray:
    filters = arguments.numbers(weights)
    if filters is None or not np.isfinite(filters).all():
        raise ArgumentError(f"`weights` of a convolution are an array of finite numbers, not {weights!r}")
    return filters
