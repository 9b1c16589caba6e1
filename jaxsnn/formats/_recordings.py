"""What was recorded, as values that know neither a network nor another program."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

Intervals = tuple[tuple[int, int], ...]  # (first step, end) of each stretch of time in which something was recorded


@dataclass(frozen=True, eq=False)
class Stretch:
    """Samples at even distances.

    Args:
        first: time of the first sample, in steps of dt.
        every: steps between two samples.
        values: (samples,) or (samples, n).
    """

    first: int
    every: int
    values: np.ndarray

    @property
    def steps(self) -> np.ndarray:
        """(samples,) times in steps of dt."""
        return self.first + self.every * np.arange(len(self.values))


@dataclass(frozen=True, eq=False)
class Signal:
    """A variable over time.

    Args:
        monitor, variable: names.
        dt: step, ms.
        labels: (n,) arrays that tell what the columns are: `rank` of neurons, `pre` and `post` of synapses. None of
            them where the variable has one value.
        stretches: in the order of time, one for each part without a gap; at least one.
        unit: such as `mV`; empty for none.
    """

    monitor: str
    variable: str
    dt: float
    labels: Mapping[str, np.ndarray]
    stretches: tuple[Stretch, ...]
    unit: str = ""

    @property
    def name(self) -> str:
        """Monitor and variable, `cells.v`."""
        return f"{self.monitor}.{self.variable}"

    @property
    def times(self) -> np.ndarray:
        """(samples,) ms, of all samples."""
        return np.concatenate([stretch.steps for stretch in self.stretches]) * self.dt

    @property
    def values(self) -> np.ndarray:
        """(samples,) or (samples, n), all samples."""
        values = [stretch.values for stretch in self.stretches]
        return values[0] if len(values) == 1 else np.concatenate(values)


@dataclass(frozen=True, eq=False)
class SpikeTrains:
    """The spikes of some neurons.

    Args:
        monitor, variable: names; the variable is `spike` or `axon_spike`.
        dt: step, ms.
        times, ranks: (spikes,) when, ms, and who, neuron by neuron in the order of ranks, of each in the order of time.
        recorded: (n,) ranks of all neurons that were recorded, ascending.
        intervals: when that was.
    """

    monitor: str
    variable: str
    dt: float
    times: np.ndarray
    ranks: np.ndarray
    recorded: np.ndarray
    intervals: Intervals

    @property
    def name(self) -> str:
        """Monitor and variable, `cells.spike`."""
        return f"{self.monitor}.{self.variable}"

    @property
    def recorded_from(self) -> np.ndarray:
        """(intervals,) ms, when a recording began."""
        return np.array([first for first, _ in self.intervals]) * self.dt

    @property
    def recorded_to(self) -> np.ndarray:
        """(intervals,) ms, when a recording ended."""
        return np.array([end for _, end in self.intervals]) * self.dt

    @property
    def ends(self) -> np.ndarray:
        """(n,) for each recorded neuron, how many spikes it and those before it have."""
        return np.searchsorted(self.ranks, self.recorded, side="right")

    @property
    def trains(self) -> list[np.ndarray]:
        """(spikes,) ms, of each recorded neuron."""
        return np.split(self.times, self.ends[:-1])


@dataclass(frozen=True, eq=False)
class Recordings:
    """All that goes into one file, or into one object of another program.

    Args:
        dt: step, ms.
        signals, spikes: in the order of their monitors.
        about: what is told of their origin: versions, the fingerprint of the network.
    """

    dt: float
    signals: tuple[Signal, ...]
    spikes: tuple[SpikeTrains, ...]
    about: Mapping[str, str] = field(default_factory=dict)
