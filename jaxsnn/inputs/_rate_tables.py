"""Inputs that follow a table: rates that change at given times."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array

from .. import arguments
from ..errors import ArgumentError
from ..models import Neuron
from ._input import NO_STEP, Input, Schedule, Source, check_finite, size_of, steps_of
from ._poisson import EMIT, STRAIGHT_THROUGH

Times = float | Sequence[float]
CONSTANT_RATE = "r = r"


def InputArray(geometry: int | tuple[int, ...]) -> Input:
    """Return rate-coded neurons whose `r` is what was last assigned to it.

    Args:
        geometry: number of neurons, or a shape.

    Example:
        >>> import jaxsnn as snn
        >>> net = snn.Network()
        >>> stimulus = net.create(snn.inputs.InputArray((2, 2)), name="stimulus")
        >>> stimulus.r = [[1.0, 0.0], [0.0, 1.0]]
        >>> stimulus.r.sum().item()
        2.0
    """
    model = Neuron(equations=CONSTANT_RATE, name="InputArray", description="Rate-coded neurons with a given rate.")
    return Input(geometry, model)


def TimedArray(
    rates: Any,
    geometry: int | tuple[int, ...] | None = None,
    schedule: Times = 0.0,
    period: float = -1.0,
) -> Input:
    """Return rate-coded neurons whose `r` takes one row of a table after the other.

    Before the first time `r` is 0, after the last one it keeps its value. Gradients with respect to the table flow. As
    all that populations send, a row reaches other populations one step after `r` has taken it.

    Args:
        rates: (times, ...), what `r` becomes; the axes behind the first are the geometry.
        geometry: number of neurons, or a shape, where it is not that of the rates.
        schedule: ms, at which `rates[k]` begins, counted from the last reset; a number s stands for 0, s, 2 s, ..., and
            0 for one row per step.
        period: ms after which the sequence begins again; -1 for never.

    Raises:
        ArgumentError: more times than rows, times that do not grow, or a period that is no multiple of anything.
        ShapeError: rates that do not fit the geometry.

    Example:
        >>> import jaxsnn as snn
        >>> net = snn.Network()
        >>> stimulus = net.create(snn.inputs.TimedArray([[1.0], [2.0]], schedule=[1.0, 3.0]), name="stimulus")
        >>> M = net.monitor(stimulus, "r")
        >>> _ = net.compile()
        >>> net.simulate(5.0)
        >>> M.get("r")[:, 0].tolist()
        [0.0, 1.0, 1.0, 2.0, 2.0]
    """
    table = read_table(rates, "TimedArray")
    chosen, size = size_of(geometry, table, "TimedArray")
    model = Neuron(equations=CONSTANT_RATE, name="TimedArray", description="Rate-coded neurons that follow a table.")
    return Input(chosen, model, schedule=RateTable(table.reshape(len(table), -1), schedule, period, size, "r"))


def TimedPoissonPopulation(geometry: int | tuple[int, ...], rates: Any, schedule: Times, period: float = -1.0) -> Input:
    """Return neurons that spike at random, with rates that follow a table.

    Args:
        geometry: number of neurons, or a shape.
        rates: Hz, (times,) for one rate of all neurons, or (times, n).
        schedule, period: see `TimedArray`. Before the first time the rate is 0.

    Example:
        >>> import jaxsnn as snn
        >>> net = snn.Network(seed=1)
        >>> stimulus = net.create(snn.inputs.TimedPoissonPopulation(100, [0.0, 100.0], schedule=[0.0, 50.0]), name="in")
        >>> M = net.monitor(stimulus, "spike")
        >>> _ = net.compile()
        >>> net.simulate(100.0)
        >>> bool(M.raster_plot()[0].min() >= 50.0)
        True

    See `PoissonPopulation` for gradients.
    """
    table = read_table(rates, "TimedPoissonPopulation", at_least=0.0)
    chosen, size = size_of(geometry, table, "TimedPoissonPopulation")
    model = Neuron(
        equations=f"rate = rate\n{EMIT}",
        spike="p < rate * dt / 1000.0",
        surrogate=STRAIGHT_THROUGH,
        name="TimedPoisson",
        description="Poisson spike trains with rates that follow a table.",
    )
    return Input(chosen, model, schedule=RateTable(table.reshape(len(table), -1), schedule, period, size, "rate"))


def read_table(rates: Any, what: str, at_least: float = -np.inf, word: str = "rates") -> np.ndarray:
    """Return the rows of a table as an array; raise `ArgumentError` for anything else."""
    table = check_finite(rates, f"`{word}` of {what}", at_least)
    if table.ndim == 0 or len(table) == 0:
        raise ArgumentError(f"`{word}` of {what} need a first axis of times, at least one long, not {rates!r}")
    return table


@dataclass(frozen=True, eq=False)
class RateTable(Schedule):
    """Rows of a table and the times at which they begin.

    Args:
        rates: (times, n) or (times, 1).
        schedule: ms; see `TimedArray`.
        period: ms; -1 for none.
        size: number of neurons.
        variable: what is driven.
    """

    rates: np.ndarray
    schedule: Times
    period: float
    size: int
    variable: str

    def source(self, dt: float) -> Source:
        """Return tables and the function that reads them."""
        steps = schedule_steps(self.schedule, len(self.rates), dt)
        arrays = {
            "rates": np.broadcast_to(self.rates, (len(self.rates), self.size)),
            "schedule": steps,
            "period": period_steps(self.period, dt),
        }
        return Source(arrays, partial(_drive, self.variable))

    def times(self, dt: float) -> list[float]:
        """Return the times of the rows that have one, ms, in whole steps."""
        return listed_times(self.schedule, len(self.rates), dt)

    def changed(self, **values: Any) -> "RateTable":
        """Return the same input with other rates, times or period."""
        if "rates" in values:
            table = read_table(values["rates"], "a timed input")
            size_of(self.size, table, "a timed input")
            values["rates"] = table.reshape(len(table), -1)
        return replace(self, **values)


def schedule_steps(schedule: Times, rows: int, dt: float) -> np.ndarray:
    """Return the step at which each row begins; NO_STEP for rows without a time.

    Raises:
        ArgumentError: more times than rows, or times that do not grow.
    """
    given = check_finite(schedule, "`schedule`", at_least=0.0)
    times = np.arange(rows) * (float(given) or dt) if given.ndim == 0 else given
    if times.ndim != 1 or len(times) > rows:
        raise ArgumentError(f"`schedule` has {times.size} times for {rows} rows of rates")
    steps = np.full(rows, NO_STEP, np.int32)
    steps[: len(times)] = steps_of(times, dt)
    if (np.diff(steps[: len(times)]) < 0).any():
        raise ArgumentError(f"the times of `schedule` must grow, not {schedule!r}")
    return steps


def listed_times(schedule: Times, rows: int, dt: float) -> list[float]:
    """Return the time at which each row begins, ms, in whole steps; rows without a time are left out."""
    return [float(step) * dt for step in schedule_steps(schedule, rows, dt) if step != NO_STEP]


def period_steps(period: float, dt: float) -> np.ndarray:
    """Return a period in steps, 0 for none."""
    given = -1.0 if period is None else arguments.real(period, "period", "ms")
    return np.asarray(0 if given <= 0 else max(1, int(steps_of(given, dt))), np.int32)


def row_of(tables: Mapping[str, Array], step: Array) -> Array:
    """Return which row of a table holds at a step; -1 before the first one."""
    period = tables["period"]
    rounds = jnp.where(period > 0, step // jnp.maximum(period, 1), 0)
    inside = step - rounds * period
    row = jnp.searchsorted(tables["schedule"], inside, side="right") - 1
    last = jnp.searchsorted(tables["schedule"], period - 1, side="right") - 1
    return jnp.where((row < 0) & (rounds > 0), last, row)  # the last row holds until the first one begins again


def _drive(variable: str, tables: Mapping[str, Array], step: Array) -> dict[str, Array]:
    row = row_of(tables, step)
    return {variable: jnp.where(row >= 0, tables["rates"][jnp.maximum(row, 0)], 0.0)}
