"""Monitors of a network: what is recorded, and when."""

import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ..equations import sum_target
from ..errors import ArgumentError
from ..network import MonitorSpec, SynapseMonitorSpec
from ..plan import check_monitor
from ._dendrite import Dendrite
from ._described import Ranked
from ._monitor import Monitor, canonical
from ._pathway import Pathway
from ._recording import Recording
from ._special import Special


class Watched(Special):
    """The monitors of a network; see `Network`."""

    def monitor(
        self,
        obj: Ranked | Pathway | Dendrite,
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
        names = (variables,) if isinstance(variables, str) else tuple(variables)
        now = self.get_current_step()
        sampling = self._sampling(period, period_offset, now)
        spec = self._monitor_spec(obj, name, tuple(canonical(v) for v in names), *sampling)
        self._check(spec)
        self._must_be_alone()
        with self._changing():
            self._draft.monitors[spec.name] = spec
        self._recordings[spec.name] = Recording(spec, self._model_of(spec), start, now)
        return Monitor(self, spec.name)  # type: ignore[arg-type]

    def _monitor_spec(
        self, obj: Any, name: str | None, variables: tuple[str, ...], period: int, offset: int
    ) -> MonitorSpec | SynapseMonitorSpec:
        if isinstance(obj, Pathway | Dendrite):
            if obj._network._draft is not self._draft:
                raise ArgumentError(f"{obj!r} belongs to another network")
            position = obj._position if isinstance(obj, Dendrite) else None
            name = self._draft.new_monitor_name(obj._name, name)
            return SynapseMonitorSpec(name, obj._name, variables, position, period, offset)
        self._must_be_mine(obj)
        name = self._draft.new_monitor_name(obj.name, name)
        return MonitorSpec(name, obj.name, obj._ranks, variables, period, offset)

    def _model_of(self, spec: MonitorSpec | SynapseMonitorSpec) -> Any:
        """Return the equations of what a monitor records."""
        if isinstance(spec, SynapseMonitorSpec):
            return self.projection_spec(spec.projection).synapse.analysed
        return self.population_spec(spec.population).neuron.analysed

    def _check(self, spec: MonitorSpec | SynapseMonitorSpec) -> None:
        """Check what a monitor records, as far as it can be told before everything is described."""
        if isinstance(spec, SynapseMonitorSpec):
            only = replace(
                self._draft, projections={spec.projection: self.projection_spec(spec.projection)}, monitors={}
            )
            check_monitor(spec, only.sketch())
        elif self.is_compiled or not any(sum_target(v) is not None for v in spec.variables):
            check_monitor(spec, self._draft.spec() if self.is_compiled else self._draft.sketch())

    def _sampling(self, period: float | None, offset: float | None, since: int) -> tuple[int, int]:
        """Return period and offset in steps; periods count from a step."""
        steps = 1 if period is None else round(period / self.dt)
        if steps < 1:
            raise ArgumentError(f"`period` of a monitor is at least one step of {self.dt:g} ms, not {period} ms")
        late = 0 if offset is None else round(offset / self.dt)
        if not 0 <= late < steps:
            raise ArgumentError(f"`period_offset` lies within the period of {steps * self.dt:g} ms, not at {offset} ms")
        return steps, (since + late) % steps

    def change_monitor(
        self, name: str, variables: Any = None, period: float | None = None, offset: float | None = None
    ) -> None:
        """Let a monitor record more variables, or at other times."""
        recording = self.recording(name)
        old = recording.spec
        added = () if variables is None else (variables,) if isinstance(variables, str) else tuple(variables)
        changes: dict[str, Any] = {"variables": tuple(dict.fromkeys((*old.variables, *map(canonical, added))))}
        if period is not None or offset is not None:
            whole = old.period * self.dt if period is None else period
            late = (old.offset - recording.created) % old.period * self.dt if offset is None else offset
            late = late if offset is not None or late < whole else 0.0
            changes["period"], changes["offset"] = self._sampling(whole, late, recording.created)
        new = replace(old, **changes)
        if (new.variables, new.period, new.offset) == (old.variables, old.period, old.offset):
            return
        self._must_be_alone()
        self._check(new)
        with self._changing():
            self._draft.monitors[name] = new
        recording.spec = new

    def remove_monitor(self, name: str) -> None:
        """Forget a monitor."""
        self.recording(name)
        self._must_be_alone()
        with self._changing():
            del self._draft.monitors[name]
        del self._recordings[name]

    def forget_records(self, projections: frozenset[str]) -> None:
        """Drop what monitors have recorded of synapses that are other ones now, or stand in other places."""
        lost = []
        for name, recording in self._recordings.items():
            of = recording.spec.projection if isinstance(recording.spec, SynapseMonitorSpec) else None
            if of in projections and recording.chunks:
                recording.clear()
                lost.append(name)
        if lost:
            message = "have lost their samples of synapses that have changed: read them before"
            warnings.warn(f"monitors {', '.join(f'`{name}`' for name in lost)} {message}", stacklevel=4)

    def monitors(self, obj: Ranked | Pathway | None = None) -> list[Monitor]:
        """Return all monitors, or those of one population, view or projection."""
        return [Monitor(self, m.name) for m in self._draft.monitors.values() if _records(m, obj)]  # type: ignore[arg-type]

    get_monitors = monitors


def _records(spec: MonitorSpec | SynapseMonitorSpec, obj: Any) -> bool:
    if obj is None:
        return True
    if isinstance(spec, SynapseMonitorSpec):
        return isinstance(obj, Pathway) and spec.projection == obj.name
    return not isinstance(obj, Pathway) and (spec.population, spec.ranks) == (obj.name, obj._ranks)
