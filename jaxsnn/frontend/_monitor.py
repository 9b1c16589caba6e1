"""Monitors: what is recorded, when, and the statistics of it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from .. import analysis
from ..errors import ArgumentError, Remark, UnknownNameError, did_you_mean
from ..recording import Recorder, Recording, choose_for_neurons, choose_for_synapses
from . import _statistics as statistics
from ._base_projection import BaseProjection
from ._core import Core, HasCore
from ._dendrite import Dendrite
from ._describe import check_mine
from ._draft import Draft
from ._handle import Handle
from ._population import Ranked


class Monitor(Handle):
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
        _change(self._core, self._name, period=value)

    @property
    def period_offset(self) -> float:
        """Time of the sample within each period, ms; periods count from the creation of the monitor."""
        recorder = self._recorder
        return (recorder.offset - self._recording.created) % recorder.period * self._core.dt

    @period_offset.setter
    def period_offset(self, value: float) -> None:
        _change(self._core, self._name, offset=value)

    def start(self, variables: str | list[str] | None = None, period: float | None = None) -> None:
        """Record from now on.

        Args:
            variables: to record beside those that are.
            period: ms; None leaves it.
        """
        _change(self._core, self._name, variables=variables, period=period)
        self._recording.is_on = True

    def pause(self) -> None:
        """Record nothing until `resume`."""
        self._recording.is_on = False

    def resume(self) -> None:
        """Record again after `pause`."""
        self._recording.is_on = True

    def stop(self) -> None:
        """Remove the monitor from its network, with what it holds."""
        _remove(self._core, self._name)

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
            one value; `spike` maps each recorded rank to the list of steps in which it spiked.
        """
        names = self._names(variables)
        recorder, recording = self._recorder, self._recording
        data = {name: recorder.get(recording, name, self._core, reshape) for name in names}
        for name in names:
            recording.note_reading(name, self._core.step)
            if not keep:
                recording.forget(name)
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

    # Statistics: each forgets the spikes it uses, unless it is given a spike dictionary

    def _spikes(self, spikes: Any) -> analysis.SpikeDict:
        return self.get("spike") if spikes is None else spikes

    def raster_plot(self, spikes: Any = None) -> tuple[np.ndarray, np.ndarray]:
        """Return the points of a raster plot, `(times, ranks)`, neuron by neuron; times in ms."""
        if spikes is not None:
            return analysis.raster_plot(spikes, dt=self._core.dt)
        self._names("spike")
        steps, ranks = self._recorder.spikes(self._recording, "spike")
        self._recording.note_reading("spike", self._core.step)
        self._recording.forget("spike")
        return steps * self._core.dt, ranks

    def mean_fr(self, spikes: Any = None) -> float:
        """Return the mean firing rate of the recorded neurons over the time of the recording, Hz."""
        given = self._spikes(spikes)
        return analysis.mean_fr(given, self._recording.duration("spike") * self._core.dt)

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

    def __repr__(self) -> str:
        return f"monitor `{self._name}` of {', '.join(self.variables)}"


def monitor(
    network: HasCore,
    obj: Ranked | BaseProjection | Dendrite,
    variables: str | Sequence[str],
    name: str | None = None,
    period: float | None = None,
    period_offset: float | None = None,
    start: bool = True,
) -> Monitor:
    """Record variables of a population, a view, a projection or a dendrite.

    Args:
        obj: what is recorded. A projection records every synapse: give it a `period`.
        variables: names of variables; `spike` and `axon_spike` for spikes, `sum(target)` for inputs.
        name: under which `sim.run` reports; None takes the name of what is recorded, numbered from the second on.
        period: ms between two samples; None samples every step. Spikes are recorded at every step.
        period_offset: ms of the first sample within each period, counted from now.
        start: whether to record from now on; else `Monitor.start` begins.
    """
    core, names = network._core, (variables,) if isinstance(variables, str) else tuple(variables)
    now = core.step
    sampling = _sampling(core.dt, period, period_offset, now)
    recorder = _recorder_of(core, obj, name, tuple(canonical(v) for v in names), *sampling)
    draft = _with(core, recorder)
    core.check_alone()
    core.change(draft)
    core.recordings[recorder.name] = Recording(now, start)
    return Monitor(core, recorder.name)


def get_monitors(network: HasCore, obj: Ranked | BaseProjection | None = None) -> list[Monitor]:
    """Return all monitors, or those of one population, view or projection."""
    core = network._core
    return [Monitor(core, m.name) for m in core.draft.monitors.values() if obj is None or _records(m, obj)]


def canonical(name: str) -> str:
    """Return the name of what is recorded without spaces: `sum( exc )` is `sum(exc)`."""
    return "".join(name.split())


def _recorder_of(
    core: Core, obj: Any, name: str | None, variables: tuple[str, ...], period: int, offset: int
) -> Recorder:
    """Return what records an object."""
    if isinstance(obj, BaseProjection | Dendrite):
        if not obj._core.is_same_network(core):
            raise ArgumentError(f"{obj!r} belongs to another network")
        name = core.draft.new_monitor_name(obj.name, name)
        dendrite = obj._position if isinstance(obj, Dendrite) else None
        return choose_for_synapses(name, obj.name, dendrite, variables, period, offset)
    check_mine(core, obj)
    name = core.draft.new_monitor_name(obj.name, name)
    return choose_for_neurons(name, obj.name, obj._ranks, variables, period, offset)


def _records(recorder: Any, obj: Ranked | BaseProjection) -> bool:
    """Tell whether a recorder records this population, view or projection."""
    if recorder.owner != obj.name:
        return False
    return isinstance(obj, BaseProjection) or recorder.ranks == obj._ranks


def _with(core: Core, recorder: Recorder) -> Draft:
    """Return the draft with a recorder, checked as far as it can be now; compilation checks all of it."""
    draft = core.draft.with_monitor(recorder)
    if core.is_compiled or not recorder.waits_for_projections:
        recorder.check(draft.sketch())
    return draft


def _sampling(dt: float, period: float | None, offset: float | None, since: int) -> tuple[int, int]:
    """Return period and offset in steps; periods count from a step."""
    steps = 1 if period is None else round(period / dt)
    if steps < 1:
        raise ArgumentError(f"`period` of a monitor is at least one step of {dt:g} ms, not {period} ms")
    late = 0 if offset is None else round(offset / dt)
    if not 0 <= late < steps:
        raise ArgumentError(f"`period_offset` lies within the period of {steps * dt:g} ms, not at {offset} ms")
    return steps, (since + late) % steps


def _change(
    core: Core, name: str, variables: Any = None, period: float | None = None, offset: float | None = None
) -> None:
    """Let a monitor record more variables, or at other times."""
    recording, old = core.recording(name), core.recorder(name)
    added = () if variables is None else (variables,) if isinstance(variables, str) else tuple(variables)
    changes: dict[str, Any] = {"variables": tuple(dict.fromkeys((*old.variables, *map(canonical, added))))}
    if period is not None or offset is not None:
        whole = old.period * core.dt if period is None else period
        late = (old.offset - recording.created) % old.period * core.dt if offset is None else offset
        late = late if offset is not None or late < whole else 0.0
        changes["period"], changes["offset"] = _sampling(core.dt, whole, late, recording.created)
    new: Any = replace(old, **changes)  # type: ignore[type-var]
    if new == old:
        return
    core.check_alone()
    core.change(_with(core, new))


def _remove(core: Core, name: str) -> None:
    """Forget a monitor, with what it holds."""
    core.recording(name)
    core.check_alone()
    core.change(core.draft.without_monitor(name))
    del core.recordings[name]
