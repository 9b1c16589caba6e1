"""The handle of a projection that sends all neurons of a population as one number."""

from dataclasses import replace
from math import isfinite
from numbers import Real
from typing import Any, Self

import numpy as np

from ..errors import ArgumentError, StateError
from ..models import Synapse
from ..network import SCALE, Kind, PopulationMean
from ._changes import give_connector
from ._core import Core
from ._default_core import core_of
from ._population import Ranked
from ._virtual_projection import VirtualProjection
from ._withdraw import connects


class MeanProjection(VirtualProjection):
    """A population as one number; see `Network.population_mean`. Calling the class adds one to the default network."""

    def __init__(
        self, pre: Ranked | str, post: Ranked | str, target: str, psp: str = "pre.r", name: str | None = None
    ) -> None:
        self._add(core_of(pre, post), pre, post, target, psp, name)

    def _add(self, core: Core, pre: Any, post: Any, target: Any, psp: str, name: str | None) -> None:  # type: ignore[override]
        super()._add(core, pre, post, target, Synapse(psp=psp), name, kind=Kind.POPULATION_MEAN)

    @connects
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


def _number(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, Real) or not isfinite(float(value)):
        raise ArgumentError(f"`{name}` of a population mean is a number, not {value!r}")
    return float(value)
