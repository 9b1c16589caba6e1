"""Handles of input populations: what drives them can be read and replaced at any time."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import inputs
from ..errors import ArgumentError, Remark
from ..inputs import CorrelationTable, Raster, RateTable, Schedule, SpikeTimes
from ._changes import change_schedule
from ._core import Core
from ._population import Population

Geometry = int | tuple[int, ...]


class TimedPopulation(Population):
    """A population whose rates follow a table: `TimedArray`, `TimedPoissonPopulation`."""

    def update(self, rates: Any = None, schedule: Any = None, period: Any = None) -> None:
        """Replace the table, its times or its period; None leaves what is."""
        self._change(rates=rates, schedule=schedule, period=period)

    def _change(self, **given: Any) -> None:
        change_schedule(self._core, self._name, {name: x for name, x in given.items() if x is not None})

    @property
    def rates(self) -> np.ndarray:
        """The table, (times, size), Hz where the population spikes."""
        table = self._schedule
        return np.array(np.broadcast_to(table.rates, (len(table.rates), self.size)))

    @rates.setter
    def rates(self, value: Any) -> None:
        self._change(rates=value)

    @property
    def schedule(self) -> list[float]:
        """Times at which the rows begin, ms."""
        return self._schedule.times(self._core.dt)

    @schedule.setter
    def schedule(self, value: Any) -> None:
        self._change(schedule=value)

    @property
    def period(self) -> float:
        """After which the table begins again, ms; -1 for never."""
        return self._schedule.period

    @period.setter
    def period(self, value: Any) -> None:
        self._change(period=value)

    @property
    def _schedule(self) -> Any:
        return self._core.schedule(self._name)

    def __setattr__(self, name: str, value: Any) -> None:
        """Assign an attribute; `r` follows the table and cannot be assigned."""
        if name == "r" and not self.neuron_type.is_spiking:
            message = f"`r` of {self!r} follows its table: assign `rates`"
            self._core.judge(Remark(ArgumentError, (message,)))
        else:
            super().__setattr__(name, value)


class HomogeneousCorrelatedSpikeTrains(TimedPopulation):
    """Correlated spike trains whose rate and correlation follow a table; see `inputs.HomogeneousCorrelatedSpikeTrains`.

    Calling the class adds them to the default network.
    """

    def __init__(  # noqa: PLR0913 - ANNarchy's signature
        self,
        geometry: Geometry,
        rates: Any,
        corr: Any,
        tau: float,
        schedule: inputs.Times | None = None,
        period: float = -1.0,
        name: str | None = None,
        refractory: float | None = None,
        copied: bool = False,
    ) -> None:
        begins = 0.0 if schedule is None else schedule
        described = inputs.HomogeneousCorrelatedSpikeTrains(geometry, rates, corr, tau, begins, period, refractory)
        self._add(described, name)

    def update(  # type: ignore[override]
        self, rates: Any = None, corr: Any = None, schedule: Any = None, period: Any = None
    ) -> None:
        """Replace mean rates, correlations, their times or their period; None leaves what is."""
        self._change(rates=rates, corr=corr, schedule=schedule, period=period)

    @property
    def rates(self) -> np.ndarray:
        """Mean rates, Hz, one for each time."""
        return np.array(self._schedule.rates)

    @rates.setter
    def rates(self, value: Any) -> None:
        self._change(rates=value)

    @property
    def corr(self) -> np.ndarray:
        """Correlations, one for each time or one for all."""
        return np.array(self._schedule.corr)

    @corr.setter
    def corr(self, value: Any) -> None:
        self._change(corr=value)


class SpikeSourceArray(Population):
    """Neurons that spike at given times; see `inputs.SpikeSourceArray`.

    Calling the class adds them to the default network.
    """

    def __init__(self, spike_times: Sequence[Any], name: str | None = None, copied: bool = False) -> None:
        self._add(inputs.SpikeSourceArray(spike_times), name)

    @property
    def spike_times(self) -> list[list[float]]:
        """Spike times of each neuron, ms, counted from the last reset."""
        schedule: Any = self._core.schedule(self._name)
        return schedule.listed(self._core.dt)

    @spike_times.setter
    def spike_times(self, value: Any) -> None:
        change_schedule(self._core, self._name, {"spike_times": value})


class RasterPopulation(Population):
    """A population that repeats a raster of spikes: `SpikeRaster`."""

    @property
    def spikes(self) -> np.ndarray:
        """The raster, (steps, size) zeros and ones."""
        schedule: Any = self._core.schedule(self._name)
        return np.array(schedule.spikes)

    @spikes.setter
    def spikes(self, value: Any) -> None:
        change_schedule(self._core, self._name, {"spikes": value})


class TimedArray(TimedPopulation):
    """Rates that follow a table; see `inputs.TimedArray`. Calling the class adds them to the default network.

    A geometry without rates gives a table of one row of zeros, to be filled by `update`.
    """

    def __init__(
        self,
        rates: Any = None,
        geometry: Geometry | None = None,
        schedule: inputs.Times = 0.0,
        period: float = -1.0,
        name: str | None = None,
        copied: bool = False,
    ) -> None:
        if rates is None:
            if geometry is None:
                raise ArgumentError("a TimedArray takes `rates`, or a `geometry` whose rates come by `update`")
            rates = np.zeros((1, *np.atleast_1d(geometry)))
        self._add(inputs.TimedArray(rates, geometry, schedule, period), name)

    def update(self, rates: Any, schedule: Any = 0.0, period: float | None = -1.0) -> None:  # type: ignore[override]
        """Replace the table, its times and its period: what is not given is not kept, as in ANNarchy.

        Args:
            rates: one row for each time.
            schedule: ms, when each row begins; 0 for one row in each step. None leaves it.
            period: ms, after which the table begins again; -1 for never. None leaves it.
        """
        self._change(rates=rates, schedule=schedule, period=period)


class TimedPoissonPopulation(TimedPopulation):
    """Poisson spike trains with changing rates; see `inputs.TimedPoissonPopulation`.

    Calling the class adds them to the default network.
    """

    def __init__(
        self,
        geometry: Geometry,
        rates: Any,
        schedule: inputs.Times,
        period: float = -1.0,
        name: str | None = None,
        copied: bool = False,
    ) -> None:
        self._add(inputs.TimedPoissonPopulation(geometry, rates, schedule, period), name)


class InputArray(Population):
    """Rates that are assigned; see `inputs.InputArray`. Calling the class adds them to the default network."""

    def __init__(self, geometry: Geometry | None = None, name: str | None = None, copied: bool = False) -> None:
        if geometry is None:
            raise ArgumentError("an InputArray takes a `geometry`: a number of neurons, or a shape")
        self._add(inputs.InputArray(geometry), name)


class PoissonPopulation(Population):
    """Poisson spike trains; see `inputs.PoissonPopulation`. Calling the class adds them to the default network."""

    def __init__(
        self,
        geometry: Geometry,
        name: str | None = None,
        rates: Any = None,
        target: str | None = None,
        parameters: str | None = None,
        refractory: float | None = None,
        copied: bool = False,
    ) -> None:
        self._add(inputs.PoissonPopulation(geometry, rates, target, parameters, refractory), name)


HANDLES: dict[type[Schedule], type[Population]] = {
    RateTable: TimedPopulation,
    CorrelationTable: HomogeneousCorrelatedSpikeTrains,
    SpikeTimes: SpikeSourceArray,
    Raster: RasterPopulation,
}


def population_of(core: Core, name: str) -> Population:
    """Return the object of a population: the one that was made with it, else one of the class for what drives it.

    Raises:
        UnknownNameError: there is none of this name.
    """
    core.population(name)
    known = core.parts.get((Population._kind, name))
    if known is not None:
        return known
    schedule = core.schedule(name)
    handle = Population if schedule is None else HANDLES.get(type(schedule), Population)
    return handle._of(core, name)
