"""What drives an input population, as arrays: the values that the user gave, from which tables are made."""

from dataclasses import replace
from typing import Any

import numpy as np

from ..inputs import SWITCH, CorrelationTable, ParameterTables, Raster, RateTable, Schedule, SpikeTimes, Standby
from ._document import Parts

GIVEN = "given-"
FIELDS = {
    RateTable: ("rates", "schedule", "period"),
    CorrelationTable: ("rates", "corr", "schedule", "period"),
    Raster: ("spikes",),
    Standby: (SWITCH,),
}


def given_parts(schedule: Schedule | None) -> Parts:
    """Return what the user has given to an input, nothing for other populations."""
    if isinstance(schedule, SpikeTimes):
        times = np.concatenate([*schedule.times, np.zeros(0)])
        return {f"{GIVEN}times": times, f"{GIVEN}counts": np.array([len(t) for t in schedule.times], np.int64)}
    if isinstance(schedule, ParameterTables):
        return {
            f"{GIVEN}{name}-{part}": np.asarray(getattr(table, part), float)
            for name, table in schedule.tables.items()
            for part in FIELDS[RateTable]
        }
    fields = FIELDS.get(type(schedule), ()) if schedule is not None else ()
    return {f"{GIVEN}{name}": np.asarray(getattr(schedule, name), float) for name in fields}


def schedule_of(parts: Parts, old: Schedule | None) -> Schedule | None:
    """Return an input as the parts of a file describe it; the old one where they say the same.

    Raises:
        ValueError: they make no sense.
    """
    mine = given_parts(old)
    theirs = {name: x for name, x in parts.items() if name in mine}
    if len(theirs) < len(mine):
        raise ValueError(f"{', '.join(f'`{name}`' for name in mine if name not in theirs)} is missing")
    if old is None or all(np.array_equal(x, theirs[name]) for name, x in mine.items()):
        return old
    if isinstance(old, SpikeTimes):
        return _spike_times(theirs, old)
    if isinstance(old, ParameterTables):
        return _parameter_tables(theirs, old)
    return replace(old, **{name[len(GIVEN) :]: _plain(x) for name, x in theirs.items()})  # type: ignore[type-var]


def _spike_times(parts: Parts, old: SpikeTimes) -> SpikeTimes:
    times, counts = parts[f"{GIVEN}times"], parts[f"{GIVEN}counts"]
    if times.ndim != 1 or counts.ndim != 1:
        raise ValueError("its spike times are no lists")
    if len(counts) != len(old.times) or (counts < 0).any() or counts.sum() != len(times):
        raise ValueError(f"{len(times)} spike times do not belong to {len(old.times)} neurons")
    return SpikeTimes(tuple(np.split(times, np.cumsum(counts)[:-1])))


def _parameter_tables(parts: Parts, old: ParameterTables) -> ParameterTables:
    read = {name: {part: _plain(parts[f"{GIVEN}{name}-{part}"]) for part in FIELDS[RateTable]} for name in old.tables}
    return ParameterTables({name: replace(table, **read[name]) for name, table in old.tables.items()})


def _plain(array: np.ndarray) -> Any:
    return array.item() if array.ndim == 0 else array
