"""Handles of input populations: what drives them can be read and replaced at any time."""

from typing import Any

import numpy as np

from ..errors import ArgumentError
from ..inputs import CorrelationTable, Raster, RateTable, Schedule, SpikeTimes
from ._changes import change_schedule
from ._core import Core
from ._population import Population


class TimedPopulation(Population):
    """A population whose rates follow a table: `TimedArray`, `TimedPoissonPopulation`."""

    def update(self, rates: Any = None, schedule: Any = None, period: Any = None) -> None:
        """Replace the table, its times or its period; None leaves what is."""
        given = {"rates": rates, "schedule": schedule, "period": period}
        change_schedule(self._core, self._name, {name: x for name, x in given.items() if x is not None})

    @property
    def rates(self) -> np.ndarray:
        """The table, (times, size), Hz where the population spikes."""
        table = self._schedule
        return np.array(np.broadcast_to(table.rates, (len(table.rates), self.size)))

    @rates.setter
    def rates(self, value: Any) -> None:
        self.update(rates=value)

    @property
    def schedule(self) -> list[float]:
        """Times at which the rows begin, ms."""
        return self._schedule.times(self._core.dt)

    @schedule.setter
    def schedule(self, value: Any) -> None:
        self.update(schedule=value)

    @property
    def period(self) -> float:
        """After which the table begins again, ms; -1 for never."""
        return self._schedule.period

    @period.setter
    def period(self, value: Any) -> None:
        self.update(period=value)

    @property
    def _schedule(self) -> Any:
        return self._core.schedule(self._name)

    def __setattr__(self, name: str, value: Any) -> None:
        """Assign an attribute; `r` follows the table and cannot be assigned."""
        if name == "r":
            raise ArgumentError(f"`r` of {self!r} follows its table: assign `rates`")
        super().__setattr__(name, value)


class CorrelatedPopulation(TimedPopulation):
    """A population of correlated spike trains whose rate and correlation follow a table."""

    def update(  # type: ignore[override]
        self, rates: Any = None, corr: Any = None, schedule: Any = None, period: Any = None
    ) -> None:
        """Replace mean rates, correlations, their times or their period; None leaves what is."""
        given = {"rates": rates, "corr": corr, "schedule": schedule, "period": period}
        change_schedule(self._core, self._name, {name: x for name, x in given.items() if x is not None})

    @property
    def rates(self) -> np.ndarray:
        """Mean rates, Hz, one for each time."""
        return np.array(self._schedule.rates)

    @rates.setter
    def rates(self, value: Any) -> None:
        self.update(rates=value)

    @property
    def corr(self) -> np.ndarray:
        """Correlations, one for each time or one for all."""
        return np.array(self._schedule.corr)

    @corr.setter
    def corr(self, value: Any) -> None:
        self.update(corr=value)


class SpikeSource(Population):
    """A population that spikes at given times: `SpikeSourceArray`."""

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


HANDLES: dict[type[Schedule], type[Population]] = {
    RateTable: TimedPopulation,
    CorrelationTable: CorrelatedPopulation,
    SpikeTimes: SpikeSource,
    Raster: RasterPopulation,
}


def population_of(core: Core, name: str) -> Population:
    """Return the handle of a population, of the class for what drives it."""
    core.population(name)  # raises for a name that does not exist
    schedule = core.schedule(name)
    handle = Population if schedule is None else HANDLES.get(type(schedule), Population)
    return handle(core, name)
