"""Handle of a monitor: what was recorded, when, and the statistics of it."""

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import analysis, plotting
from ..errors import UnknownNameError, did_you_mean
from ..network import SynapseMonitorSpec
from ..simulation import SPIKES
from . import _synaptic as synaptic
from ._recording import Recording

if TYPE_CHECKING:
    from ._network import Network


MOST_TRACES = 20  # of synapses, before a picture shows their distribution


class Monitor:
    """A monitor of a network. Reading erases what is read, unless `keep` is set, as in ANNarchy.

    Example:
        >>> import jaxsnn as snn
        >>> net = snn.Network(seed=0)
        >>> P = net.create(2, snn.Izhikevich(i_offset=10.0), name="P")
        >>> M = net.monitor(P, ["spike", "v"])
        >>> _ = net.compile()
        >>> net.simulate(20.0)
        >>> M.get("v").shape
        (20, 2)
        >>> M.get("spike")
        {0: [4], 1: [4]}
    """

    def __init__(self, network: "Network", name: str) -> None:
        self._network = network
        self._name = name

    @property
    def name(self) -> str:
        """Name of the monitor."""
        return self._name

    @property
    def variables(self) -> list[str]:
        """Names of what is recorded."""
        return list(self._recording.spec.variables)

    @property
    def _recording(self) -> Recording:
        return self._network.recording(self._name)

    # When

    @property
    def period(self) -> float:
        """Time between two samples, ms; spikes are recorded at every step."""
        return self._recording.spec.period * self._network.dt

    @period.setter
    def period(self, value: float) -> None:
        self._network.change_monitor(self._name, period=value)

    @property
    def period_offset(self) -> float:
        """Time of the sample within each period, ms; periods count from the creation of the monitor."""
        recording = self._recording
        return (recording.spec.offset - recording.created) % recording.spec.period * self._network.dt

    @period_offset.setter
    def period_offset(self, value: float) -> None:
        self._network.change_monitor(self._name, offset=value)

    def start(self, variables: str | list[str] | None = None, period: float | None = None) -> None:
        """Record from now on.

        Args:
            variables: to record beside those that are.
            period: ms; None leaves it.
        """
        self._network.change_monitor(self._name, variables=variables, period=period)
        self._recording.is_on = True

    def pause(self) -> None:
        """Record nothing until `resume`."""
        self._recording.is_on = False

    def resume(self) -> None:
        """Record again after `pause`."""
        self._recording.is_on = True

    def stop(self) -> None:
        """Remove the monitor from its network, with what it holds."""
        self._network.remove_monitor(self._name)

    def reset(self) -> None:
        """Forget everything recorded."""
        self._recording.clear()

    def times(self, variables: str | list[str] | None = None) -> dict[str, dict[str, list[float]]]:
        """Return when what is held was recorded: `{variable: {"start": [ms, ...], "stop": [ms, ...]}}`."""
        dt, names = self._network.dt, self._names(variables)
        spans = {name: self._recording.spans.get(name, []) for name in names}
        return {
            name: {"start": [start * dt for start, _ in s], "stop": [stop * dt for _, stop in s]}
            for name, s in spans.items()
        }

    def size_in_bytes(self) -> int:
        """Return how much memory the recording takes."""
        return self._recording.n_bytes()

    # What

    def get(
        self,
        variables: str | list[str] | None = None,
        keep: bool = False,
        reshape: bool = False,
        force_dict: bool = False,
    ) -> Any:
        """Return what was recorded and forget it.

        Args:
            variables: one name, several, or None for all.
            keep: do not forget.
            reshape: give per-neuron variables of a whole population its geometry.
            force_dict: return a dictionary also for one name.

        Returns:
            For one name its data, else a dictionary. A variable is (n_samples, n), (n_samples,) if the population has
            one value; `spike` maps each recorded rank to the list of steps in which it spiked.
        """
        names = self._names(variables)
        data = {name: self._read(name, reshape) for name in names}
        if not keep:
            for name in names:
                self._recording.forget(name)
        return data[names[0]] if isinstance(variables, str) and not force_dict else data

    def _names(self, variables: str | list[str] | None) -> list[str]:
        if variables is None:
            return self.variables
        names = [canonical(v) for v in ([variables] if isinstance(variables, str) else variables)]
        for name in names:
            if name not in self.variables:
                hint = did_you_mean(name, self.variables)
                raise UnknownNameError(f"monitor `{self._name}` does not record `{name}`.{hint}")
        return names

    def _read(self, name: str, reshape: bool) -> Any:
        recording = self._recording
        if name in SPIKES:
            return analysis.spike_dict(*recording.spikes(name), recording.neurons.array.tolist())
        values = recording.values(name)
        if isinstance(recording.spec, SynapseMonitorSpec):
            return synaptic.recorded(self._network, recording.spec, name, values)
        geometry = self._network.population_spec(recording.spec.population).geometry
        fits = recording.spec.ranks.is_everything and values.ndim == 2
        return values.reshape(len(values), *geometry) if reshape and fits else values

    # Statistics: each forgets the spikes it uses, unless it is given a spike dictionary

    def _spikes(self, spikes: Any) -> analysis.SpikeDict:
        return self.get("spike") if spikes is None else spikes

    def raster_plot(self, spikes: Any = None) -> tuple[np.ndarray, np.ndarray]:
        """Return the points of a raster plot, `(times, ranks)`, neuron by neuron; times in ms."""
        if spikes is not None:
            return analysis.raster_plot(spikes, dt=self._network.dt)
        self._names("spike")
        steps, ranks = self._recording.spikes()
        self._recording.forget("spike")
        return steps * self._network.dt, ranks

    def mean_fr(self, spikes: Any = None) -> float:
        """Return the mean firing rate of the recorded neurons over the time of the recording, Hz."""
        given = self._spikes(spikes)
        return analysis.mean_fr(given, self._recording.duration("spike") * self._network.dt)

    def histogram(
        self, spikes: Any = None, bins: float | None = None, per_neuron: bool = False, recording_window: Any = None
    ) -> Any:
        """Return spike counts in bins of so many ms; see `analysis.histogram`."""
        return analysis.histogram(self._spikes(spikes), bins, per_neuron, recording_window, dt=self._network.dt)

    def inter_spike_interval(self, spikes: Any = None, ranks: Any = None, per_neuron: bool = False) -> Any:
        """Return the intervals between the spikes of each neuron, ms; see `analysis.inter_spike_interval`."""
        return analysis.inter_spike_interval(self._spikes(spikes), ranks, per_neuron, dt=self._network.dt)

    def coefficient_of_variation(self, spikes: Any = None, ranks: Any = None, per_neuron: bool = False) -> Any:
        """Return the coefficient of variation of the intervals; see `analysis.coefficient_of_variation`."""
        return analysis.coefficient_of_variation(self._spikes(spikes), ranks, per_neuron, dt=self._network.dt)

    def population_rate(self, spikes: Any = None, smooth: float = 0.0) -> np.ndarray:
        """Return the firing rate of the recorded neurons in each step of the recording, Hz.

        Args:
            spikes: a spike dictionary to use in the place of the recording.
            smooth: time constant of a low-pass filter, ms.
        """
        start, stop = self._recording.span("spike") if spikes is None else (None, None)
        given = self._spikes(spikes)
        return analysis.population_rate(given, smooth, self._network.dt, start, stop)

    def smoothed_rate(self, spikes: Any = None, smooth: float = 0.0) -> np.ndarray:
        """Return the instantaneous firing rate of each recorded neuron, (n, steps), Hz."""
        start, stop = self._recording.span("spike") if spikes is None else (None, None)
        given = self._spikes(spikes)
        return analysis.smoothed_rate(given, smooth, self._network.dt, start, stop)

    # Pictures: nothing is forgotten

    def plot(self, variable: str | None = None, axes: Any = None, **style: Any) -> Any:
        """Draw what is held of a variable, a raster for spikes, traces for others; return the matplotlib axes.

        Of more than 20 synapses it draws how their values are distributed.

        Args:
            variable: None takes the first one.
            axes: where to draw; None makes a figure.
            **style: for matplotlib.
        """
        (name,) = self._names(variable or self.variables[0])
        recording, dt = self._recording, self._network.dt
        if name in SPIKES:
            steps, ranks = recording.spikes(name)
            return plotting.raster(steps * dt, ranks, axes, **style)
        of_synapses = isinstance(recording.spec, SynapseMonitorSpec)
        values = self._flat(name) if of_synapses else recording.values(name)
        draw = plotting.bands if of_synapses and values[:1].size > MOST_TRACES else plotting.traces
        axes = draw(values, dt, axes, times=self._sample_times(name), **style)
        axes.set(ylabel=name)
        return axes

    def _flat(self, name: str) -> np.ndarray:
        """Return the values of synapses, (samples, synapses)."""
        found = self._read(name, reshape=False)
        if found.dtype != object:
            return found.reshape(len(found), -1)
        return np.stack([np.concatenate(list(row)) for row in found])

    def _sample_times(self, name: str) -> np.ndarray:
        """Return the times of the samples: the ends of their steps, ms."""
        chunks = self._recording.chunks.get(name, [])
        steps = [first + period * np.arange(len(rows)) for first, rows, period in chunks]
        return (np.concatenate([*steps, np.zeros(0)]) + 1) * self._network.dt

    def __repr__(self) -> str:
        return f"monitor `{self._name}` of {', '.join(self.variables)}"


def canonical(name: str) -> str:
    """Return the name of what is recorded without spaces: `sum( exc )` is `sum(exc)`."""
    return "".join(name.split())
