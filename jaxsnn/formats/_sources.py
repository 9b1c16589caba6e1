"""From what a user has to what was recorded: monitors, a network, records, or an object that tells by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from typing import Any, Protocol, runtime_checkable

from .. import arguments
from ..errors import ArgumentError, StateError, UnknownNameError, did_you_mean
from ..frontend._monitor import Monitor
from ..frontend._network import Network
from ..results import Records
from ..simulation import Simulation
from ._monitors import recordings_of_monitors
from ._record_folder import recordings_of_folder
from ._recordings import Recordings, Signal
from ._records import recordings_of_records

KINDS = "a monitor, a list of monitors, a network, `open_records(...)`, or the records of `sim.run` with `simulation=`"
Source = Any  # of KINDS, or `HasRecordings`


@runtime_checkable
class HasRecordings(Protocol):
    """What tells by itself what was recorded."""

    def recordings(self) -> Recordings:
        """Return all that was recorded."""
        ...


def recordings_of(
    source: Source,
    simulation: Simulation | Network | None = None,
    units: Mapping[str, str] | None = None,
    start: float = 0.0,
) -> Recordings:
    """Return what was recorded, as values. Nothing is forgotten.

    Args:
        source: a monitor, several, a network (all of its monitors), a folder of records as `open_records` gives
            it, which is read whole, or records `{monitor: {variable: array}}`, as `sim.run` returns them.
        simulation: to whose records belong; a `Simulation` or a compiled network.
        units: by variable, `{"v": "mV"}`, or by monitor and variable, `{"cells.v": "mV"}`.
        start: ms, when the run of the records began.

    Raises:
        ArgumentError: something else, or two recordings of one name.
        StateError: nothing is held, or time was set back during a recording.
        UnknownNameError: a unit of something that was not recorded.
    """
    found = _found(source, simulation, start)
    if not found.signals and not found.spikes:
        raise StateError(
            "nothing was recorded: call `simulate` first. `Monitor.get` forgets what it returns: export before it, or "
            "read by `get(keep=True)`"
        )
    names = [x.name for x in (*found.signals, *found.spikes)]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ArgumentError(f"two recordings are called `{twice[0]}`: export the networks one by one")
    given = {} if units is None else arguments.by_name(units, "units")
    return replace(found, signals=_with_units(found.signals, given), about={"jaxsnn": version("jaxsnn"), **found.about})


def _found(source: Source, simulation: Any, start: float) -> Recordings:
    if isinstance(source, Mapping):
        return recordings_of_records(source, _simulation(simulation), start)
    if simulation is not None or start != 0.0:
        raise ArgumentError("`simulation` and `start` belong to records of `sim.run`: a monitor knows its own")
    if isinstance(source, Monitor):
        return recordings_of_monitors([source])
    if isinstance(source, Network):
        return recordings_of_monitors(source.get_monitors())
    if isinstance(source, Sequence) and source and all(isinstance(x, Monitor) for x in source):
        return recordings_of_monitors(list(source))
    if isinstance(source, Records):
        return recordings_of_folder(source)
    if isinstance(source, HasRecordings):
        return source.recordings()
    raise ArgumentError(f"`source` is {KINDS}, not {source!r}")


def _simulation(given: Any) -> Simulation:
    found = given.simulation if isinstance(given, Network) else given
    if not isinstance(found, Simulation):
        raise ArgumentError(
            "records are arrays alone: give `simulation`, to which they belong, a `Simulation` or a compiled network, "
            f"not {given!r}"
        )
    return found


def _with_units(signals: tuple[Signal, ...], units: Mapping[str, str]) -> tuple[Signal, ...]:
    known = {name for signal in signals for name in (signal.name, signal.variable)}
    for name, unit in units.items():
        if name not in known:
            raise UnknownNameError(f"`units`: nothing that was recorded is called `{name}`.{did_you_mean(name, known)}")
        arguments.text(unit, f"units[{name!r}]")
    return tuple(replace(s, unit=units.get(s.name, units.get(s.variable, s.unit))) for s in signals)
