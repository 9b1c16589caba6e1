"""What stands in a folder of records, as values: all of it, in memory."""

from typing import Any

import numpy as np

from ..recording import SPIKE_TIMES, SPIKES
from ..results import SYNAPSE, Records
from ._monitors import flat, flat_labels, stretches
from ._recordings import Recordings, Signal, SpikeTrains


def recordings_of_folder(records: Records) -> Recordings:
    """Return what was recorded into a folder, up to its last commit.

    Raises:
        FileFormatError: the folder cannot be read.
    """
    parts = [(name, *name.rsplit(".", 1)) for name in records.names if records.spans(name)]
    events = (*SPIKES, SPIKE_TIMES)
    signals = [_signal(records, *part) for part in parts if part[2] not in events and records.steps(part[0])]
    # The moments of spikes that are recorded themselves are those of these spikes.
    alone = [p for p in parts if p[2] in events and not (p[2] == SPIKE_TIMES and f"{p[1]}.spike" in records.names)]
    spikes = [_spikes(records, *part) for part in alone]
    fingerprint = records.fingerprint()
    about = {} if fingerprint is None else {"fingerprint": fingerprint}
    return Recordings(records.dt, tuple(signals), tuple(spikes), about)


def _signal(records: Records, name: str, monitor: str, variable: str) -> Signal:
    values = flat(records.values(name))
    chunks = [(steps.start, steps, steps.step) for steps in records.steps(name)]
    labels, axes = records.labels(name), records.axes(name)
    told = {axis: {key: labels[key] for key in _keys(axis) if key in labels} for axis in axes}
    return Signal(monitor, variable, records.dt, flat_labels(told), stretches(chunks, values))


def _keys(axis: str) -> tuple[str, ...]:
    return ("pre", "post") if axis == SYNAPSE else (axis,)


def _spikes(records: Records, name: str, monitor: str, variable: str) -> SpikeTrains:
    moments = f"{monitor}.{SPIKE_TIMES}"
    times, ranks = records.spikes(moments if variable == "spike" and moments in records.names else name)
    order = np.argsort(ranks, kind="stable")
    intervals = tuple((first, end) for first, end in _steps(records, records.spans(name)).tolist())
    recorded = np.sort(records.labels(name)["rank"])
    return SpikeTrains(monitor, variable, records.dt, times[order], ranks[order], recorded, intervals)


def _steps(records: Records, times: Any) -> np.ndarray:
    """Return times, which are those of whole steps, in steps."""
    return np.rint(np.asarray(times) / records.dt).astype(int)
