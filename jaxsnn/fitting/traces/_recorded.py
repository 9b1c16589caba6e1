"""A recording of one neuron, as a fit reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array

from ... import arguments
from ...errors import ArgumentError, ShapeError, UnknownNameError, did_you_mean
from ...simulation import Simulation
from .._maps import read_bounds


@dataclass(frozen=True, eq=False)
class Recorded:
    """A recording of one neuron.

    Args:
        population: its name.
        variable: what was recorded.
        values: (n_steps,), after each step.
        fired: steps of the spikes.
        spikes: (n_steps,) zeros and ones.
        weights: (n_steps,), whether a sample counts.
        noise: standard deviation of the recording, in the unit of the values.
        ceiling: the variable is cut there while it is pulled, so that a wrong upstroke stays finite.
    """

    population: str
    variable: str
    values: Array
    fired: np.ndarray
    spikes: Array
    weights: Array
    noise: float
    ceiling: float


def read_recording(
    sim: Simulation, population: str, variable: str, values: Any, spikes: Any, noise: float, around: float, ceiling: Any
) -> Recorded:
    """Return a recording; arguments and errors are those of `fit_trace`."""
    _check_neuron(sim, population, variable)
    row = arguments.numbers(values)
    if row is None or row.ndim != 1 or not len(row) or not np.isfinite(row).all():
        shape = np.shape(values)
        raise ShapeError(f"`values` are finite numbers (n_steps,), one after each step, not an array of shape {shape}")
    fired = _steps(spikes, len(row))
    distance = np.abs(np.arange(len(row))[:, None] - fired[None]).min(axis=1, initial=len(row)) * sim.dt
    counts = distance > arguments.real(around, "around_spikes", "ms", least=0.0)
    if not counts.any():
        raise ArgumentError(f"`around_spikes` of {around:g} ms leaves no sample of the recording: take less")
    return Recorded(
        population,
        variable,
        jnp.asarray(row, sim.compiled.dtype),
        fired,
        jnp.zeros(len(row), sim.compiled.dtype).at[fired].set(1.0),
        jnp.asarray(counts, sim.compiled.dtype),
        arguments.real(noise, "noise", above=0.0),
        float(row.max()) if ceiling is None else arguments.real(ceiling, "ceiling"),
    )


def _check_neuron(sim: Simulation, population: str, variable: str) -> None:
    known = {p.name: p for p in sim.spec.populations}
    if population not in known:
        raise UnknownNameError(f"the network has no population `{population}`.{did_you_mean(str(population), known)}")
    spec = known[population]
    if spec.size != 1 or not spec.neuron.is_spiking:
        raise ArgumentError(f"`{population}` is one neuron that spikes, not {spec.size} of `{spec.neuron.name}`")
    variables = [a.name for a in spec.neuron.analysed.attributes if not a.is_parameter]
    if variable not in variables:
        raise UnknownNameError(f"`{population}` has no variable `{variable}`.{did_you_mean(str(variable), variables)}")


def _steps(spikes: Any, n_steps: int) -> np.ndarray:
    given = np.asarray(spikes)
    whole = given.ndim == 1 and (given.size == 0 or given.dtype.kind in "iu")
    if not whole or given.size == 0 or given.min() < 0 or given.max() >= n_steps:
        raise ArgumentError(f"`spikes` are steps of the recording, integers from 0 to {n_steps - 1}, not {spikes!r}")
    return np.sort(given)


def closed_bounds(bounds: Any) -> dict[str, tuple[float, float]]:
    """Return two bounds by name.

    Raises:
        ArgumentError: it is no dictionary of them, or a side is open: starts are drawn between both.
    """
    if not isinstance(bounds, Mapping) or not bounds:
        raise ArgumentError(f"`bounds` are (low, high) by name, such as {{'cell.tau': (5.0, 50.0)}}, not {bounds!r}")
    found = {}
    for name, pair in bounds.items():
        low, high = read_bounds(name, pair)
        if low is None or high is None:
            raise ArgumentError(f"`bounds`: those of `{name}` are open, but starts are drawn between both: give two")
        found[name] = (low, high)
    return found


def read_couplings(couplings: Any) -> tuple[float, ...]:
    """Return the couplings of the stages, 1/ms; raise `ArgumentError` for anything else."""
    given = arguments.numbers(couplings)
    if given is None or given.ndim != 1 or not len(given) or not (given >= 0).all() or not np.isfinite(given).all():
        raise ArgumentError(f"`couplings` are numbers of 1/ms, at least 0, one for each stage, not {couplings!r}")
    return tuple(float(k) for k in given)
