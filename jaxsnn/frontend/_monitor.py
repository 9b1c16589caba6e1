"""Monitors: what is recorded, when, and the statistics of it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import analysis, arguments, io
from ..errors import ArgumentError, Remark, StateError, UnknownNameError, did_you_mean
from ..recording import SPIKE_TIMES, Recorder, Recording
from . import _statistics as statistics
from ._base_projection import BaseProjection
from ._core import Core, HasCore
from ._default_core import core_of
from ._dendrite import Dendrite
from ._describe_monitor import add_monitor, canonical, change_monitor, remove_monitor
from ._handle import Part
from ._monitor_html import monitor_html
from ._neurons import Neurons
from ._population import Ranked


class Monitor(Part):
    """A monitor of a network; calling the class adds one to the default network, as `Network.monitor` does to others.

    Reading erases what is read, unless `keep` is set, as in ANNarchy.

    Args:
        obj: what is recorded: a population, a view, a projection or a dendrite.
        variables: names of variables; `spike` and `axon_spike` for spikes, `sum(target)` for inputs.
        period: ms between two samples; None samples every step. Spikes are recorded at every step.
        period_offset: ms of the first sample within each period, counted from now.
        start: whether to record from now on; else `start` begins.
        net_id: accepted and ignored: it is the default network.
        to: a folder that takes what is recorded; see `Network.monitor`.

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

    _kind = "monitor"
    _object: Any

    def __init__(
        self,
        obj: Ranked | BaseProjection | Dendrite,
        variables: str | Sequence[str] = (),
        period: float | None = None,
        period_offset: float | None = None,
        start: bool = True,
        net_id: int = 0,
        *,
        to: io.Filename | None = None,
    ) -> None:
        self._add(core_of(obj), obj, variables, None, period, period_offset, start, to)

    def _add(self, core: Core, obj: Any, *arguments: Any) -> None:
        """Add a monitor to a network, and stand for it; see `add_monitor`."""
        self._bind(core, add_monitor(core, obj, *arguments))
        self._object = obj._on(core)

    @property
    def id(self) -> int:
        """Number of the monitor in its network, from 0."""
        return list(self._core.draft.monitors).index(self._name)

    @property
    def net_id(self) -> int:
        """Number of the default network, 0."""
        return 0

    @property
    def object(self) -> Any:
        """What is recorded: a population, a view, a projection or a dendrite."""
        return self._object

    @property
    def variables(self) -> list[str]:
        """Names of what is recorded."""
        return list(self._recorder.variables)

    @property
    def _recording(self) -> Recording:
        return self._core.recording(self._name)

    @property
    def _recorder(self) -> Recorder:
        return self._core.recorder(self._name)

    # When

    @property
    def period(self) -> float:
        """Time between two samples, ms; spikes are recorded at every step."""
        return self._recorder.period * self._core.dt

    @period.setter
    def period(self, value: float) -> None:
        change_monitor(self._core, self._name, period=value)

    @property
    def period_offset(self) -> float:
        """Time of the sample within each period, ms; periods count from the creation of the monitor."""
        recorder = self._recorder
        return (recorder.offset - self._recording.created) % recorder.period * self._core.dt

    @period_offset.setter
    def period_offset(self, value: float) -> None:
        change_monitor(self._core, self._name, offset=value)

    def start(self, variables: str | list[str] | None = None, period: float | None = None) -> None:
        """Record from now on.

        Args:
            variables: to record beside those that are.
            period: ms; None leaves it.
        """
        change_monitor(self._core, self._name, variables=variables, period=period)
        self._recording.is_on = True

    def pause(self) -> None:
        """Record nothing until `resume`."""
        self._recording.is_on = False

    def resume(self) -> None:
        """Record again after `pause`."""
        self._recording.is_on = True

    def stop(self) -> None:
        """Remove the monitor from its network, with what it holds."""
        remove_monitor(self._core, self._name)

    def reset(self) -> None:
        """Forget everything recorded."""
        self._recording.clear(self._core.step)

    def times(self, variables: str | list[str] | None = None) -> dict[str, dict[str, list[int | None]]]:
        """Return when what was read last was recorded: `{variable: {"start": [step, ...], "stop": [step, ...]}}`.

        Before the first reading, it is what is held so far, without an end (None) while the recording goes on.
        """
        try:
            names = self._names(variables)
        except UnknownNameError as unknown:
            self._core.judge(Remark(UnknownNameError, unknown.args))
            return {}
        spans = {name: self._recording.times(name) for name in names}
        return {
            name: {"start": [start for start, _ in s], "stop": [stop for _, stop in s]} for name, s in spans.items()
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
            one value; `spike` maps each recorded rank to the list of steps in which it spiked, `spike_times` to that of
            the times, ms, of precise spikes.
        """
        names = self._names(variables)
        recorder, recording = self._recorder, self._recording
        data = {name: recorder.get(recording, name, self._core, reshape) for name in names}
        for name in names:
            recording.note_reading(name, self._core.step)
            if not keep:
                recording.forget(name)
        return data[names[0]] if isinstance(variables, str) and not force_dict else data

    def save(
        self,
        filename: io.Filename,
        variables: str | list[str] | None = None,
        keep: bool = False,
        reshape: bool = False,
        force_dict: bool = False,
    ) -> None:
        """Write what was recorded into a file, and forget it.

        Args:
            filename: `.hdf5`, one array for each variable (for spikes a group, one array for each rank); or `.npy`, for
                a single variable.
            variables: one name, several, or None for all.
            keep: do not forget.
            reshape: give per-neuron variables of a whole population its geometry.
            force_dict: accepted and ignored.

        Raises:
            ArgumentError: another ending, or several variables for `.npy`.
            MissingPackageError: HDF5 without the package `h5py`.
        """
        names = self._names(variables)
        io.write_recordings(filename, self.get(names, keep=True, reshape=reshape))
        if not keep:
            self.get(names)

    def _names(self, variables: str | list[str] | None) -> list[str]:
        if variables is None:
            return self.variables
        names = [canonical(v) for v in arguments.names(variables, "variables")]
        for name in names:
            if name not in self.variables:
                hint = did_you_mean(name, self.variables)
                raise UnknownNameError(f"monitor `{self._name}` does not record `{name}`.{hint}")
        return names

    # Statistics: each forgets the spikes it uses, unless it is given a spike dictionary

    def _spikes(self, spikes: Any) -> analysis.SpikeDict:
        return self.get("spike") if spikes is None else spikes

    def raster_plot(self, spikes: Any = None) -> tuple[np.ndarray, np.ndarray]:
        """Return the points of a raster plot, `(times, ranks)`, neuron by neuron; times in ms."""
        if spikes is not None:
            return analysis.raster_plot(spikes, dt=self._core.dt)
        self._names("spike")
        times, ranks = self._recorder.events(self._recording, "spike", self._core.dt)  # type: ignore[attr-defined]
        for name in {"spike", SPIKE_TIMES} & {*self.variables}:
            self._recording.note_reading(name, self._core.step)
            self._recording.forget(name)
        return times, ranks

    def mean_fr(self, spikes: Any = None) -> float:
        """Return the mean firing rate of the recorded neurons over the time of the recording, Hz.

        Raises:
            StateError: nothing was recorded since the spikes were read last.
        """
        given = self._spikes(spikes)
        duration = self._recording.duration("spike") * self._core.dt
        if spikes is None and not duration:
            raise StateError(
                f"{self!r} has recorded nothing since it was read last, and a monitor forgets what it returns: read "
                "once, `spikes = M.get('spike')`, and give that to each statistic, `M.mean_fr(spikes)`"
            )
        return analysis.mean_fr(given, duration)

    def histogram(
        self, spikes: Any = None, bins: float | None = None, per_neuron: bool = False, recording_window: Any = None
    ) -> Any:
        """Return spike counts in bins of so many ms; see `analysis.histogram`. Those per neuron are (n, bins)."""
        return statistics.histogram(self._spikes(spikes), bins, per_neuron, recording_window, self._core.dt)

    def inter_spike_interval(self, spikes: Any = None, ranks: Any = None, per_neuron: bool = False) -> Any:
        """Return the intervals between the spikes of each neuron, a list of ms; see `analysis.inter_spike_interval`."""
        return statistics.inter_spike_interval(self._spikes(spikes), ranks, per_neuron, self._core.dt)

    def coefficient_of_variation(self, spikes: Any = None, ranks: Any = None, per_neuron: bool = False) -> Any:
        """Return the coefficients of variation of the intervals, a list; see `analysis.coefficient_of_variation`."""
        return statistics.coefficient_of_variation(self._spikes(spikes), ranks, per_neuron, self._core.dt)

    def population_rate(self, spikes: Any = None, smooth: float = 0.0) -> np.ndarray:
        """Return the firing rate of the recorded neurons in each step of the recording, Hz.

        Args:
            spikes: a spike dictionary that was read from this monitor; None reads one.
            smooth: time constant of a low-pass filter, ms.

        Returns:
            (steps + 1,), from the first step of what was read last to its end, as in ANNarchy.
        """
        given = self._spikes(spikes)
        start, stop = self._recording.span("spike") or (None, None)
        return analysis.population_rate(given, smooth, self._core.dt, start, None if stop is None else stop + 1)

    def smoothed_rate(self, spikes: Any = None, smooth: float = 0.0) -> np.ndarray:
        """Return the instantaneous firing rate of each recorded neuron, (n, steps), Hz; see `population_rate`."""
        given = self._spikes(spikes)
        start, stop = self._recording.span("spike") or (None, None)
        return analysis.smoothed_rate(given, smooth, self._core.dt, start, stop)

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
        return self._recorder.plot(self._recording, name, self._core, axes, **style)

    def _repr_html_(self) -> str:
        """Return what a notebook shows: what is recorded, how much is held, and a picture of the last of it."""
        return monitor_html(self._core, self._name)

    def __repr__(self) -> str:
        """Return what it records; of a monitor that was stopped there is only the name."""
        recorder = self._core.draft.monitors.get(self._name)
        return f"monitor `{self._name}`" + ("" if recorder is None else f" of {', '.join(recorder.variables)}")


def monitor(
    network: HasCore,
    obj: Ranked | BaseProjection | Dendrite,
    variables: str | Sequence[str] = (),
    period: float | None = None,
    period_offset: float | None = None,
    start: bool = True,
    name: str | None = None,
    *,
    to: io.Filename | None = None,
) -> Monitor:
    """Record variables of a population, a view, a projection or a dendrite.

    Args:
        obj: what is recorded. A projection records every synapse: give it a `period`.
        variables: names of variables; `spike` and `axon_spike` for spikes, `sum(target)` for inputs.
        period: ms between two samples; None samples every step. Spikes are recorded at every step.
        period_offset: ms of the first sample within each period, counted from now.
        start: whether to record from now on; else `Monitor.start` begins.
        name: under which `sim.run` reports; None takes the name of what is recorded, numbered from the second on.
        to: a folder that takes what is recorded, in each call that advances the network, instead of the monitor
            (extra `results`): `open_records` reads it. Several monitors may share one. Each call commits, which takes
            some 10 ms; replicas and `sim.run` do not record to folders. See `docs/results.md`.
    """
    made = object.__new__(Monitor)
    made._add(network._core, obj, variables, name, period, period_offset, start, to)
    return made


def get_monitors(network: HasCore, obj: Ranked | BaseProjection | None = None) -> list[Monitor]:
    """Return all monitors, or those of one population, view or projection."""
    core = network._core
    if obj is not None and not isinstance(obj, Neurons | BaseProjection):
        raise ArgumentError(f"`obj` is a population, a view or a projection, not {obj!r}")
    return [monitor_of(core, m.name) for m in core.draft.monitors.values() if obj is None or _records(m, obj)]


def get_monitor(network: HasCore, name: str) -> Monitor:
    """Return the monitor of this name.

    Raises:
        UnknownNameError: there is none.
    """
    return monitor_of(network._core, network._core.recorder(name).name)


def monitor_of(core: Core, name: str) -> Monitor:
    """Return the object of a monitor."""
    known = core.parts.get((Monitor._kind, name))
    return Monitor._of(core, name) if known is None else known


def _records(recorder: Any, obj: Ranked | BaseProjection) -> bool:
    """Tell whether a recorder records this population, view or projection."""
    if recorder.owner != obj.name:
        return False
    return isinstance(obj, BaseProjection) or recorder.ranks == obj._ranks
