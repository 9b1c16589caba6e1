"""What monitors hold, as values."""

from collections.abc import Sequence, Sized
from itertools import pairwise
from typing import Any

import numpy as np

from ..errors import ArgumentError, StateError
from ..frontend._core import Core
from ..frontend._fingerprint import of_core
from ..frontend._monitor import Monitor
from ..recording import SPIKE_TIMES, SPIKES, Axes, Recorder, Recording
from ._recordings import Recordings, Signal, SpikeTrains, Stretch


def recordings_of_monitors(monitors: Sequence[Monitor]) -> Recordings:
    """Return what monitors hold.

    Raises:
        ArgumentError: none at all, or of networks with different steps.
        StateError: their network is not compiled, or time was set back during a recording.
    """
    if not monitors:
        raise ArgumentError("the network has no monitor, so nothing was recorded: add one by `net.monitor`")
    cores = list({id(m._core): m._core for m in monitors}.values())
    for core in cores:
        core.check_compiled("exporting what was recorded")
    if len({core.dt for core in cores}) > 1:
        raise ArgumentError("the monitors belong to networks with different `dt`: export them one by one")
    held = [(m, v) for m in monitors for v in m.variables if m._recording.chunks.get(v)]
    events = (*SPIKES, SPIKE_TIMES)
    signals = [_signal(m._core, m._recorder, m._recording, v) for m, v in held if v not in events]
    # The moments of spikes that are recorded themselves are those of these spikes.
    alone = [(m, v) for m, v in held if v in events and not (v == SPIKE_TIMES and "spike" in m.variables)]
    spikes = [_spikes(m._core, m._recorder, m._recording, v) for m, v in alone]
    about = {"fingerprint": " ".join(of_core(core) for core in cores)}
    return Recordings(cores[0].dt, tuple(s for s in signals if s.stretches), tuple(spikes), about)


def _signal(core: Core, recorder: Recorder, recording: Recording, variable: str) -> Signal:
    _check_order(recorder, recording, variable)
    values = flat(recorder.get(recording, variable, core, False))
    found = stretches(recording.chunks[variable], values)
    return Signal(recorder.name, variable, core.dt, flat_labels(recorder.axes(variable, core)), found)


def _spikes(core: Core, recorder: Any, recording: Recording, variable: str) -> SpikeTrains:
    _check_order(recorder, recording, variable)
    times, ranks = recorder.events(recording, variable, core.dt)
    intervals = tuple((first, end) for first, end in recording.spans[variable])
    return SpikeTrains(recorder.name, variable, core.dt, times, ranks, np.sort(recorder.ranks.array), intervals)


def _check_order(recorder: Recorder, recording: Recording, variable: str) -> None:
    if any(later[0] < earlier[1] for earlier, later in pairwise(recording.spans.get(variable, []))):
        raise StateError(
            f"time was set back while `{recorder.name}.{variable}` was recorded, so moments may stand twice: "
            "export, and call `Monitor.reset`, before you set time back"
        )


def stretches(chunks: Sequence[tuple[int, Sized, int]], values: np.ndarray) -> tuple[Stretch, ...]:
    """Return all samples, cut where there is a gap. A sample holds at the end of its step, which is the next one."""
    runs: list[list[int]] = []  # first step, distance, first row, end of rows
    row = 0
    for first, rows, every in chunks:
        if not len(rows):
            continue
        last = runs[-1] if runs else None
        if last and last[1] == every and last[0] + every * (last[3] - last[2]) == first:
            last[3] += len(rows)
        else:
            runs.append([first, every, row, row + len(rows)])
        row += len(rows)
    return tuple(Stretch(first + 1, every, values[begin:end]) for first, every, begin, end in runs)


def flat(values: np.ndarray) -> np.ndarray:
    """Return values of synapses as (samples, synapses), other values as they are."""
    if values.dtype == object:
        return np.stack([np.concatenate(list(row)) for row in values])
    return values.reshape(len(values), -1) if values.ndim > 2 else values


def flat_labels(axes: Axes) -> dict[str, np.ndarray]:
    """Return the labels of the columns in which values of several axes stand."""
    own = [x for labels in axes.values() for x in labels.items()]
    if len(axes) < 2:
        return dict(own)
    grids = np.meshgrid(*(x for _, x in own), indexing="ij")
    return {name: grid.reshape(-1) for (name, _), grid in zip(own, grids, strict=True)}
