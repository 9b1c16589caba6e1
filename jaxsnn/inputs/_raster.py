"""Neurons that repeat a raster of spikes, step by step: the stimuli of a data set."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array

from ..errors import ArgumentError
from ..models import Neuron
from ._input import Input, Schedule, Source, check_finite, size_of
from ._poisson import STRAIGHT_THROUGH


def SpikeRaster(spikes: Any, geometry: int | tuple[int, ...] | None = None) -> Input:
    """Return neurons that spike where a raster has ones.

    The raster is a parameter of the network, `<name>.spikes`, and `sim.run(..., inputs={name: spikes})` takes
    another one, of any length: a batch of stimuli is a batch of rasters under `vmap`.
    Gradients with respect to it are those of the spikes (straight through: the derivative of a spike by its entry is
    1). After its last row the population is silent. See `SpikeSourceArray` for few spikes at given times.

    Args:
        spikes: (steps, ...), 1 where a neuron spikes in a step counted from the last reset, else 0; the axes behind the
            first are the geometry.
        geometry: number of neurons, or a shape, where it is not that of the raster.

    Raises:
        ArgumentError: numbers other than 0 and 1.
        ShapeError: a raster that does not fit the geometry.

    Example:
        >>> import jax, jax.numpy as jnp, jaxsnn as snn
        >>> net = snn.Network()
        >>> source = net.create(snn.inputs.SpikeRaster([[0, 1], [1, 0], [0, 0]]), name="source")
        >>> M = net.monitor(source, "spike")
        >>> sim = net.compile()
        >>> params, state = sim.init(0)
        >>> sim.run(params, state, duration=3.0)[1]["source"]["spike"].tolist()
        [[0.0, 1.0], [1.0, 0.0], [0.0, 0.0]]
        >>> def counts(spikes):
        ...     return sim.run(params, state, duration=3.0, inputs={"source": spikes})[1]["source"]["spike"].sum()
        >>> jax.vmap(counts)(jnp.stack([jnp.zeros((3, 2)), jnp.ones((3, 2))])).tolist()
        [0.0, 6.0]
    """
    raster = _zeros_and_ones(spikes)
    chosen, _ = size_of(geometry, raster, "SpikeRaster")
    model = Neuron(
        equations="emitted = emitted",
        spike="emitted > 0.5",
        surrogate=STRAIGHT_THROUGH,
        name="SpikeRaster",
        description="Neurons that repeat a raster of spikes.",
    )
    return Input(chosen, model, schedule=Raster(raster.reshape(len(raster), -1)))


def _zeros_and_ones(spikes: Any) -> np.ndarray:
    raster = check_finite(spikes, "`spikes` of SpikeRaster")
    if raster.ndim < 2 or len(raster) == 0 or not np.isin(raster, (0.0, 1.0)).all():
        raise ArgumentError(f"`spikes` of SpikeRaster are zeros and ones, (steps, neurons), not {spikes!r}")
    return raster


@dataclass(frozen=True, eq=False)
class Raster(Schedule):
    """Spikes as (steps, n) zeros and ones."""

    spikes: np.ndarray

    def source(self, dt: float) -> Source:
        """Return the raster and the function that reads it."""
        return Source({"spikes": self.spikes}, _drive, rows="spikes")

    def changed(self, **values: Any) -> "Raster":
        """Return another raster for the same neurons."""
        raster = _zeros_and_ones(values["spikes"])
        size_of(self.spikes.shape[1], raster, "SpikeRaster")
        return Raster(raster.reshape(len(raster), -1))


def _drive(tables: Mapping[str, Array], step: Array) -> dict[str, Array]:
    spikes = tables["spikes"]
    # A single row needs no index, which a batch of steps would turn into a gather.
    row = spikes[0] if len(spikes) == 1 else spikes[jnp.clip(step, 0, len(spikes) - 1)]
    return {"emitted": jnp.where(step < len(spikes), row, 0.0)}
