"""Records as `sim.run` returns them, as values: the description tells what their rows and columns are."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from .. import arguments
from ..errors import ArgumentError, ShapeError, UnknownNameError, did_you_mean
from ..network import description_digest
from ..recording import SPIKE_TIMES, SPIKES, recorders_of
from ..simulation import Simulation, check_numbers
from ._monitors import flat_labels
from ._recordings import Recordings, Signal, SpikeTrains, Stretch


def recordings_of_records(records: Mapping[str, Any], simulation: Simulation, start: float) -> Recordings:
    """Return records `{monitor: {variable: (n_steps, n)}}` of one run that began at `start`, ms.

    Raises:
        UnknownNameError: a monitor that the network does not have.
        ArgumentError: records of synapses, or something else than records; a start between two steps.
        ShapeError: an array of another shape, such as that of a batch.
    """
    recorders, begin = {r.name: r for r in recorders_of(simulation.compiled)}, _step(start, simulation.dt)
    signals, spikes = [], []
    for monitor, columns in arguments.by_name(records, "records").items():
        if monitor not in recorders:
            raise UnknownNameError(f"the network has no monitor `{monitor}`.{did_you_mean(monitor, recorders)}")
        for variable, rows in arguments.by_name(columns, f"records[{monitor!r}]").items():
            into = spikes if variable in (*SPIKES, SPIKE_TIMES) else signals
            into.append(_recording(simulation, recorders[monitor], variable, np.asarray(rows), begin))
    about = {"description": description_digest(simulation.spec)}
    return Recordings(simulation.dt, tuple(s for s in signals if len(s.values)), tuple(spikes), about)


def _recording(simulation: Simulation, recorder: Any, variable: str, rows: np.ndarray, begin: int) -> Any:
    name = f"{recorder.name}.{variable}"
    if recorder.shape_follows_state:
        message = "records of synapses stand at places that only the state tells: use a monitor of a network"
        raise ArgumentError(f"`{name}`: {message}")
    if variable not in recorder.variables:
        hint = did_you_mean(variable, recorder.variables)
        raise UnknownNameError(f"monitor `{recorder.name}` does not record `{variable}`.{hint}")
    labels = flat_labels(recorder.axes(variable, simulation))
    expected = tuple(len(x) for x in labels.values())
    if rows.ndim == 0 or rows.shape[1:] != expected:
        told = ", ".join(map(str, ("n_steps", *expected)))
        raise ShapeError(f"`{name}` has the shape {rows.shape}, not ({told}): of a batch give one run at a time")
    check_numbers(name, rows)
    if variable in (*SPIKES, SPIKE_TIMES):
        return _spikes(simulation, recorder, variable, rows, begin)
    stretch = Stretch(begin + recorder.offset + 1, recorder.period, rows)
    return Signal(recorder.name, variable, simulation.dt, labels, (stretch,))


def _spikes(simulation: Simulation, recorder: Any, variable: str, rows: np.ndarray, begin: int) -> SpikeTrains:
    ranks = recorder.ranks.array
    order = np.argsort(ranks)
    there = rows if variable in SPIKES else np.isfinite(rows)
    column, step = np.nonzero(there.T[order])
    times = (begin + step) * simulation.dt if variable in SPIKES else rows.T[order][column, step]
    intervals = ((begin, begin + len(rows)),)
    return SpikeTrains(recorder.name, variable, simulation.dt, times, ranks[order][column], ranks[order], intervals)


def _step(start: Any, dt: float) -> int:
    steps = arguments.real(start, "start", "ms", least=0.0) / dt
    if abs(steps - round(steps)) > 1e-6 * max(1.0, steps):
        raise ArgumentError(f"`start` is a time of whole steps of {dt:g} ms, not {start!r}")
    return round(steps)
