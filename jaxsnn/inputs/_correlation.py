"""Spike trains with exponentially decaying correlations, driven by one fluctuating rate."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import erfc, exp, pi, sqrt
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array

from .. import arguments
from ..errors import ArgumentError, ShapeError
from ..models import Neuron
from ._input import Input, Schedule, Source, check_finite
from ._poisson import EMIT, STRAIGHT_THROUGH
from ._rate_tables import Times, listed_times, period_steps, row_of, schedule_steps


def HomogeneousCorrelatedSpikeTrains(
    geometry: int | tuple[int, ...],
    rates: Any,
    corr: Any,
    tau: float,
    schedule: Times = 0.0,
    period: float = -1.0,
    refractory: float | None = None,
    annarchy_process: bool = False,
) -> Input:
    """Return neurons with homogeneously correlated Poisson spike trains.

    All neurons share one rate x, an Ornstein-Uhlenbeck process rectified at 0, and spike independently at that rate:

        tau dx/dt = mu - x + sigma sqrt(2 tau) xi(t)

    It is advanced exactly: x = mu + (x - mu) exp(-dt/tau) + sigma sqrt(1 - exp(-2 dt/tau)) N(0, 1). mu and sigma, its
    mean and standard deviation, are such that the rectified process has the mean `rates` and the covariance that gives
    `corr`.

    Args:
        geometry: number of neurons, or a shape.
        rates: mean rate, Hz, or a list of them.
        corr: total correlation strength, 0 to 1, or a list of them.
        tau: correlation time, ms.
        schedule, period: ms, see `TimedArray`; times at which the next rate and correlation begin.
        refractory: ms.
        annarchy_process: use the process of ANNarchy 4.8.2, x += dt (mu - x) / tau + sqrt(dt / tau) sigma N(0, 1),
            whose standard deviation is sigma / sqrt(2): rates and correlations come out smaller than asked for.

    Raises:
        ArgumentError: rates or correlations that no such process has.

    Example:
        >>> import jaxsnn as snn
        >>> net = snn.Network(seed=1)
        >>> trains = snn.inputs.HomogeneousCorrelatedSpikeTrains(50, rates=20.0, corr=0.5, tau=10.0)
        >>> P = net.create(trains, name="P")
        >>> round(P.mu, 4), round(P.sigma, 4)
        (13.0795, 31.0227)

    References:
        R. Brette, "Generation of correlated spike trains", Neural Computation 21, 2009,
        doi:10.1162/neco.2008.12-07-657.
    """
    tau = arguments.real(tau, "tau", "ms", above=0.0)
    table = CorrelationTable(np.atleast_1d(rates), np.atleast_1d(corr), tau, schedule, period)
    mu, sigma = table.moments()
    process = _ANNARCHY_PROCESS if annarchy_process else _PROCESS
    model = Neuron(
        parameters=f"tau = {float(tau)!r} : population",
        equations=f"""
            mu = mu : population, init = {mu[0]!r}
            sigma = sigma : population, init = {sigma[0]!r}
            {process} : population, init = {mu[0]!r}
            {EMIT}
        """,
        spike="p < x * dt / 1000.0",
        refractory=refractory,
        surrogate=STRAIGHT_THROUGH,
        name="HomogeneousCorrelated",
        description="Homogeneously correlated Poisson spike trains.",
    )
    return Input(geometry, model, schedule=table)


_PROCESS = "x = mu + (x - mu) * exp(-dt / tau) + sigma * sqrt(-expm1(-2.0 * dt / tau)) * Normal(0.0, 1.0)"
_ANNARCHY_PROCESS = "x += dt * (mu - x) / tau + sqrt(dt / tau) * sigma * Normal(0.0, 1.0)"


@dataclass(frozen=True, eq=False)
class CorrelationTable(Schedule):
    """Mean rates (Hz) and correlations, and the times (ms) at which they begin."""

    rates: np.ndarray
    corr: np.ndarray
    tau: float
    schedule: Times
    period: float

    def __post_init__(self) -> None:
        check_finite(self.rates, "`rates`", at_least=0.0)
        if not self.tau > 0:
            raise ArgumentError(f"`tau` is a correlation time in ms, greater than 0, not {self.tau}")
        check_finite(self.corr, "`corr`", at_least=0.0)
        if not ((np.asarray(self.corr, float) >= 0) & (np.asarray(self.corr, float) <= 1)).all():
            raise ArgumentError(f"`corr` is a correlation between 0 and 1, not {self.corr}")
        if len(self.corr) not in (1, len(self.rates)):
            raise ShapeError(f"{len(self.rates)} rates need one correlation or as many, not {len(self.corr)}")

    def moments(self) -> tuple[list[float], list[float]]:
        """Return mu and sigma for each time."""
        pairs = np.broadcast_arrays(np.asarray(self.rates, float), np.asarray(self.corr, float))
        found = [moments(rate, corr, self.tau) for rate, corr in zip(*pairs, strict=True)]
        return [mu for mu, _ in found], [sigma for _, sigma in found]

    def source(self, dt: float) -> Source:
        """Return tables and the function that reads them."""
        mu, sigma = self.moments()
        steps = schedule_steps(self.schedule, len(mu), dt)
        tables = {"mus": np.asarray(mu), "sigmas": np.asarray(sigma), "schedule": steps}
        return Source({**tables, "period": period_steps(self.period, dt)}, _drive)

    def times(self, dt: float) -> list[float]:
        """Return the times at which levels begin, ms, in whole steps."""
        return listed_times(self.schedule, len(self.rates), dt)

    def changed(self, **values: Any) -> "CorrelationTable":
        """Return the same input with other rates, correlations or times."""
        levels = {name: np.atleast_1d(x) if name in ("rates", "corr") else x for name, x in values.items()}
        return replace(self, **levels)


def _drive(tables: Mapping[str, Array], step: Array) -> dict[str, Array]:
    row = jnp.maximum(row_of(tables, step), 0)
    return {"mu": tables["mus"][row], "sigma": tables["sigmas"][row]}


def moments(rate: float, corr: float, tau: float) -> tuple[float, float]:
    """Return (mu, sigma) of the normal whose part above 0 has the mean `rate` and the wanted variance.

    Args:
        rate: Hz.
        corr: total correlation; the standard deviation of the rectified rate is sqrt(corr * rate / (2 tau)), tau in s.
        tau: ms.
    """
    from scipy.optimize import brentq

    if rate == 0.0 or corr == 0.0:
        return float(rate), 0.0
    variance = corr * rate / (2.0 * tau / 1000.0)

    def rectified(ratio: float) -> tuple[float, float]:
        """Return mean and second moment of max(0, ratio + N(0, 1))."""
        density, above = exp(-0.5 * ratio * ratio) / sqrt(2.0 * pi), 0.5 * erfc(-ratio / sqrt(2.0))
        return density + ratio * above, (1.0 + ratio * ratio) * above + ratio * density

    def excess(ratio: float) -> float:
        first, second = rectified(ratio)
        return second / first**2 - 1.0 - variance / rate**2

    try:
        ratio = float(brentq(excess, -6.0, 1e6, xtol=1e-14, rtol=1e-14))  # type: ignore[arg-type]
    except ValueError:
        message = f"no rectified process has the mean {rate} Hz and the correlation {corr} at tau = {tau} ms"
        raise ArgumentError(message) from None
    sigma = rate / rectified(ratio)[0]
    return float(ratio * sigma), float(sigma)
