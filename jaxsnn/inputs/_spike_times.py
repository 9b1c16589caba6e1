"""Neurons that spike at given times."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from ..errors import ArgumentError, ShapeError
from ..models import Neuron
from ._input import NO_STEP, Input, Schedule, Source, check_finite, steps_of


def SpikeSourceArray(spike_times: Sequence[Any]) -> Input:
    """Return neurons that spike at given times.

    Args:
        spike_times: ms: a list of times for one neuron, or a list of such lists, one per neuron. Times are rounded to
            steps, sorted, and counted from the last reset of the population; equal steps count once.

    Raises:
        ArgumentError: no list of times.

    Example:
        >>> import jaxsnn as snn
        >>> net = snn.Network()
        >>> source = net.create(snn.inputs.SpikeSourceArray([[1.0, 3.0], [2.0]]), name="source")
        >>> M = net.monitor(source, "spike")
        >>> _ = net.compile()
        >>> net.simulate(5.0)
        >>> M.get("spike")
        {0: [1, 3], 1: [2]}
    """
    times = read_spike_times(spike_times)
    model = Neuron(
        equations="due = due : bool",
        spike="due",
        name="SpikeSourceArray",
        description="Neurons that spike at given times.",
    )
    return Input(len(times), model, schedule=SpikeTimes(times))


def read_spike_times(spike_times: Any) -> tuple[np.ndarray, ...]:
    """Return spike times as one array per neuron.

    Raises:
        ArgumentError: not a list of times or of such lists.
    """
    what = "`spike_times`"
    if isinstance(spike_times, str) or not hasattr(spike_times, "__len__"):
        raise ArgumentError(f"{what} is a list of times in ms, or one such list per neuron, not {spike_times!r}")
    nested = [np.ndim(x) > 0 for x in spike_times]
    if any(nested) and not all(nested):
        raise ArgumentError(f"{what} mixes times and lists of times: {spike_times!r}")
    lists = spike_times if any(nested) else [spike_times]
    return tuple(check_finite(x, what, at_least=0.0).reshape(-1) for x in lists)


@dataclass(frozen=True, eq=False)
class SpikeTimes(Schedule):
    """The spike times of each neuron, ms."""

    times: tuple[np.ndarray, ...]

    def source(self, dt: float) -> Source:
        """Return all spikes in the order of time, with room for as many more as there are neurons."""
        trains = self._trains(dt)
        steps = np.concatenate([*trains, np.zeros(0, np.int32)])
        ranks = np.repeat(np.arange(len(trains)), [len(t) for t in trains])
        order = np.lexsort((ranks, steps))
        room = _capacity(len(steps), len(trains))
        table = {"spike_steps": np.full(room, NO_STEP, np.int32), "spike_ranks": np.zeros(room, np.int32)}
        table["spike_steps"][: len(steps)] = steps[order]
        table["spike_ranks"][: len(steps)] = ranks[order]
        return Source(table, partial(_drive, len(trains)))

    def _trains(self, dt: float) -> list[np.ndarray]:
        return [np.unique(steps_of(t, dt)) for t in self.times]

    def listed(self, dt: float) -> list[list[float]]:
        """Return the spike times of each neuron, ms, in whole steps and in order."""
        return [[float(step) * dt for step in train] for train in self._trains(dt)]

    def changed(self, **values: Any) -> "SpikeTimes":
        """Return other times for the same neurons."""
        times = read_spike_times(values["spike_times"])
        if len(times) != len(self.times):
            raise ShapeError(f"`spike_times` takes a list for each of {len(self.times)} neurons, not {len(times)}")
        return SpikeTimes(times)


def _capacity(spikes: int, neurons: int) -> int:
    """Return a table length: few different ones, since each is compiled, and a full step always fits."""
    return 2 ** int(np.ceil(np.log2(spikes + neurons)))


def _drive(size: int, tables: Mapping[str, Array], step: Array) -> dict[str, Array]:
    """Return who is due: the spikes of a step stand together, and there is at most one per neuron."""
    first = jnp.searchsorted(tables["spike_steps"], step)
    steps = lax.dynamic_slice_in_dim(tables["spike_steps"], first, size)
    ranks = lax.dynamic_slice_in_dim(tables["spike_ranks"], first, size)
    due = jnp.zeros(size, jnp.int32).at[ranks].max((steps == step).astype(jnp.int32))
    return {"due": due > 0}
