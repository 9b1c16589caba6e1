"""A monitor comes into the description of a network, changes and goes."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from .. import arguments, io
from ..errors import ArgumentError
from ..recording import SPIKE_TIMES, Recorder, Recording, choose_for_neurons, choose_for_synapses
from ._base_projection import BaseProjection
from ._core import Core
from ._default_value import default
from ._dendrite import Dendrite
from ._describe_projection import check_mine
from ._draft import Draft
from ._names import own_name
from ._period import steps_of_period, steps_within


def add_monitor(
    core: Core,
    obj: Any,
    variables: str | Sequence[str],
    name: str | None = None,
    period: float | None = None,
    period_offset: float | None = None,
    start: bool = True,
    to: io.Filename | None = None,
) -> str:
    """Describe a monitor, and begin its recording; return its name. See `Network.monitor`."""
    folder = None if to is None else arguments.path(to, "to")
    names, now, start = arguments.names(variables, "variables"), core.step, arguments.flag(start, "start")
    sampling = _sampling(core.dt, period, period_offset, now)
    recorder = _recorder_of(core, obj, name, tuple(canonical(v) for v in names), *sampling)
    draft = _with(core, recorder)
    core.check_alone()
    core.change(draft)
    core.recordings[recorder.name] = Recording(now, start)
    if folder is not None:
        core.folders[recorder.name] = folder
    return recorder.name


def canonical(name: str) -> str:
    """Return the name of what is recorded without spaces: `sum( exc )` is `sum(exc)`."""
    return "".join(name.split())


def _recorder_of(
    core: Core, obj: Any, name: str | None, variables: tuple[str, ...], period: int, offset: int
) -> Recorder:
    """Return what records an object."""
    name = own_name(core, "monitor", name)
    if isinstance(obj, BaseProjection | Dendrite):
        if not obj._core.is_same_network(core):
            raise ArgumentError(f"{obj!r} belongs to another network")
        name = core.draft.new_monitor_name(obj.name, name)
        dendrite = obj._position if isinstance(obj, Dendrite) else None
        return choose_for_synapses(name, obj.name, dendrite, variables, period, offset)
    check_mine(core, obj)
    if "spike" in variables and core.draft.populations[obj.name].neuron.is_precise:
        variables = tuple(dict.fromkeys((*variables, SPIKE_TIMES)))
    name = core.draft.new_monitor_name(obj.name, name)
    return choose_for_neurons(name, obj.name, obj._ranks, variables, period, offset)


def _with(core: Core, recorder: Recorder) -> Draft:
    """Return the draft with a recorder, checked as far as it can be now; compilation checks all of it."""
    draft = core.draft.with_monitor(recorder)
    if core.is_compiled or not recorder.waits_for_projections:
        recorder.check(draft.sketch())
    return draft


def _sampling(dt: float, period: float | None, offset: float | None, since: int) -> tuple[int, int]:
    """Return period and offset in steps; periods count from a step."""
    steps = 1 if period is None else steps_of_period(period, dt)
    late = 0 if offset is None else steps_within(offset, steps, dt, "period_offset")
    return steps, (since + late) % steps


def change_monitor(
    core: Core, name: str, variables: Any = None, period: float | None = None, offset: float | None = None
) -> None:
    """Let a monitor record more variables, or at other times."""
    recording, old = core.recording(name), core.recorder(name)
    added = [] if variables is None else arguments.names(variables, "variables")
    changes: dict[str, Any] = {"variables": tuple(dict.fromkeys((*old.variables, *map(canonical, added))))}
    if period is not None or offset is not None:
        whole = old.period * core.dt if period is None else steps_of_period(period, core.dt) * core.dt
        late = (old.offset - recording.created) % old.period * core.dt if offset is None else offset
        late = late if offset is not None or late < whole else 0.0
        changes["period"], changes["offset"] = _sampling(core.dt, whole, late, recording.created)
    new: Any = replace(old, **changes)  # type: ignore[type-var]
    if new == old:
        return
    core.check_alone()
    core.change(_with(core, new))


def remove_monitor(core: Core, name: str) -> None:
    """Forget a monitor, with what it holds."""
    core.recording(name)
    core.check_alone()
    core.change(core.draft.without_monitor(name))
    del core.recordings[name]
    core.folders.pop(name, None)
    core.parts.pop(("monitor", name), None)
    if core is default.core:
        default.objects.pop(("monitor", name), None)
