"""Handles of projections without synapses of their own: shared weights, borrowed synapses, currents."""

from dataclasses import replace
from numbers import Real
from typing import Any, Self

import numpy as np

from ..equations import Operation
from ..errors import ArgumentError, ShapeError, StateError, UnknownAttributeError, did_you_mean
from ..network import SCALE, Borrowed, Filters, Injected, Kind, PopulationMean, Regions, Virtual
from ..propagation import convolution, pooling
from ._base_projection import BaseProjection
from ._changes import give_connector
from ._core import Core
from ._handle import keep
from ._projection import Projection

HINTS = {"method", "storage_format", "storage_order"}


class VirtualProjection(BaseProjection):
    """A projection that has no synapses of its own: nothing of it can be listed or saved."""

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_") and name in self._core.kept.get(self._name, {}):
            return self._core.kept[self._name][name]
        if name.startswith("_") or not hasattr(Projection, name):
            raise AttributeError(f"{self!r} has no attribute `{name}`")
        raise ArgumentError(f"{self!r} is a {self._spec.kind.value}: it has no synapses of its own, so no `{name}`")

    def __setattr__(self, name: str, value: Any) -> None:
        """Assign what a projection without synapses has: filters, the delay, switches."""
        if isinstance(getattr(type(self), name, None), property):
            object.__setattr__(self, name, value)
            return
        known = [n for n in dir(type(self)) if getattr(getattr(type(self), n), "fset", None)]
        unknown = UnknownAttributeError(f"{self!r} has no attribute `{name}`.{did_you_mean(name, known)}")
        keep(self, name, value, unknown, True)

    def _connect(self, virtual: Virtual, hints: dict[str, Any] | None = None) -> Self:
        unknown = set(hints or {}) - HINTS
        if unknown:
            raise ArgumentError(f"a {self._spec.kind.value} has no argument `{unknown.pop()}`")
        delay = virtual.delays
        if isinstance(delay, bool) or not np.isreal(delay) or not np.isfinite(delay) or delay < 0:
            message = f"the delay of a {self._spec.kind.value} is one number of ms, at least 0"
            raise ArgumentError(f"{message}, not {delay!r}")
        give_connector(self._core, self._name, virtual.with_delays(float(delay)))
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


class ConvolutionProjection(VirtualProjection):
    """A convolution; see `Network.convolution`."""

    def connect_filter(
        self,
        weights: Any,
        delays: float = 0.0,
        keep_last_dimension: bool = False,
        padding: float | str = 0.0,
        subsampling: Any = None,
        **hints: Any,
    ) -> Self:
        """Let one filter slide over the pre-synaptic geometry.

        Args:
            weights: array with as many dimensions as the pre-synaptic geometry.
            delays: ms, one number.
            keep_last_dimension: the filter has one dimension less, and is applied to each layer of the last one.
            padding: what an index outside the geometry adds; `"border"` repeats the border.
            subsampling: for every post-synaptic neuron, the coordinates of the centre of its window; None spreads the
                windows evenly.
            **hints: ignored.

        Raises:
            ShapeError: geometries and filter do not fit each other.
        """
        return self._slide(weights, delays, False, keep_last_dimension, padding, subsampling, hints)

    def connect_filters(
        self,
        weights: Any,
        delays: float = 0.0,
        keep_last_dimension: bool = False,
        padding: float | str = 0.0,
        subsampling: Any = None,
        **hints: Any,
    ) -> Self:
        """Let a bank of filters slide over the pre-synaptic geometry; see `connect_filter`.

        Args:
            weights: the first dimension counts the filters, as the last one of the post-synaptic geometry does.
        """
        return self._slide(weights, delays, True, keep_last_dimension, padding, subsampling, hints)

    def _slide(self, weights: Any, delays, bank: bool, keep: bool, padding, subsampling, hints: dict) -> Self:
        filters, (pre, post) = _numbers(weights), self._geometries()
        made = convolution(pre, post, filters.shape, bank, keep, padding, subsampling, self._operation)
        return self._connect(Filters(description=made, filters=filters, delays=delays), hints)

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


class PoolingProjection(VirtualProjection):
    """A pooling; see `Network.pooling`."""

    def connect_pooling(self, extent: Any = None, delays: float = 0.0, **hints: Any) -> Self:
        """Let each post-synaptic neuron see a region of the pre-synaptic geometry.

        Args:
            extent: of a region, a number for each dimension; None divides the geometries.
            delays: ms, one number.
            **hints: ignored.

        Raises:
            ShapeError: the regions do not tile the geometry, or are not as many as post-synaptic neurons.
        """
        made = pooling(*self._geometries(), extent, self._operation)
        return self._connect(Regions(description=made, delays=delays), hints)


class BorrowingProjection(VirtualProjection):
    """A projection through the synapses of another one."""

    @property
    def delay(self) -> Any:
        """Delays of the projection whose synapses these are."""
        return self._source.delay

    @delay.setter
    def delay(self, value: Any) -> None:
        raise StateError(f"{self!r} has the delays of {self._source!r}: assign them there")

    @property
    def _source(self) -> Projection:
        connector = self._spec.connector
        if not isinstance(connector, Borrowed):
            raise StateError(f"{self!r} is not connected yet")
        return Projection(self._core, connector.projection)

    def _borrow(self, projection: Any) -> Self:
        if not isinstance(projection, Projection) or not projection._core.is_same_network(self._core):
            raise ArgumentError(f"{self!r} takes a projection of this network that has synapses, not {projection!r}")
        return self._connect(Borrowed(projection=projection.name))


class CopyProjection(BorrowingProjection):
    """A copy of a projection; see `Network.copy_projection`."""

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


class TransposeProjection(BorrowingProjection):
    """A projection back through the synapses of another one; see `Network.transpose`."""

    def __init__(self, core: Core, name: str, forward: Projection | None = None) -> None:
        super().__init__(core, name)
        object.__setattr__(self, "_forward", forward)

    def connect(self) -> Self:
        """Use the synapses of the other projection."""
        return self if self._forward is None else self._borrow(self._forward)


class InjectionProjection(VirtualProjection):
    """Rates as currents; see `Network.current_injection`."""

    def connect_current(self) -> Self:
        """Connect each neuron to its counterpart.

        Raises:
            ShapeError: the two sides differ in size.
        """
        n_pre, n_post = self._spec.ends.shape
        if n_pre != n_post:
            raise ShapeError(f"{self!r} needs as many neurons on both sides, not {n_pre} and {n_post}")
        return self._connect(Injected())


class MeanProjection(VirtualProjection):
    """A population as one number; see `Network.population_mean`."""

    def connect_mean(self, scale: float = 1.0, baseline: float = 0.0) -> Self:
        """Send the mean, or its change from a baseline.

        Args:
            scale: what it is multiplied with; a parameter, so it can be fitted.
            baseline: ms at the beginning in which the mean is measured and nothing arrives. What arrives after them is
                (mean - b) / (abs(b) + 1e-7), where b is the mean over that time. 0 sends the mean itself.

        Raises:
            ArgumentError: no numbers, or a negative duration.
        """
        factor, duration = _number(scale, "scale"), _number(baseline, "baseline")
        if duration < 0:
            raise ArgumentError(f"`baseline` is a duration in ms, at least 0, not {baseline!r}")
        return self._connect(PopulationMean(scale=factor, baseline_steps=round(duration / self._core.dt)))

    @property
    def scale(self) -> float:
        """What the mean is multiplied with."""
        core = self._core
        if core.is_compiled:
            return float(core.arrays.read(("projections", self._name, SCALE)))
        return self._mean().scale

    @scale.setter
    def scale(self, value: float) -> None:
        core, factor = self._core, _number(value, "scale")
        core.check_free()
        if core.is_compiled:
            path = ("projections", self._name, SCALE)
            core.arrays.write(path, np.asarray(factor, core.compiled.dtype))
        else:
            give_connector(core, self._name, replace(self._mean(), scale=factor))

    def restart_baseline(self) -> None:
        """Measure the baseline anew from now on."""
        core = self._core
        if core.is_compiled and self._mean().baseline_steps:
            core.check_free()
            core.arrays.write(("baselines", self._name, ""), np.zeros(2, core.compiled.dtype))

    def _mean(self) -> PopulationMean:
        connector = self._spec.connector
        if not isinstance(connector, PopulationMean):
            raise StateError(f"{self!r} is not connected yet: call `connect_mean`")
        return connector


HANDLES: dict[Kind, type[BaseProjection]] = {
    Kind.SYNAPSES: Projection,
    Kind.DECODING: Projection,
    Kind.CONVOLUTION: ConvolutionProjection,
    Kind.POOLING: PoolingProjection,
    Kind.COPY: CopyProjection,
    Kind.TRANSPOSE: TransposeProjection,
    Kind.INJECTION: InjectionProjection,
    Kind.POPULATION_MEAN: MeanProjection,
}


def _numbers(weights: Any) -> np.ndarray:
    filters = np.array(weights, dtype=float)
    if not np.isfinite(filters).all():
        raise ArgumentError("the weights of a convolution are finite numbers")
    return filters


def _number(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, Real) or not np.isfinite(value):
        raise ArgumentError(f"`{name}` of a population mean is a number, not {value!r}")
    return float(value)
