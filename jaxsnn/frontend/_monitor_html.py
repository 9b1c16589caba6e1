"""What a notebook shows of a monitor: what it records, how much it holds, and a picture of the last of it."""

from typing import Any

import numpy as np

from ..html import Picture, drawn, page
from ..network import synapses_of
from ..plotting import raster, traces
from ..recording import SPIKE_TIMES, SPIKES, NeuronRecorder, Recorder, Recording
from ._core import Core

MOST_BYTES = 400_000  # of each variable, for a picture
MOST_PICTURES, MOST_NEURONS = 2, 5
MOST_SPIKES, MOST_SYNAPSES = 5000, 10_000
MOST_STROKES = 500  # spikes or samples that are drawn as lines; more of them as pixels


def monitor_html(core: Core, name: str) -> str:
    """Return HTML for a monitor of a network."""
    recorder: Any = core.draft.monitors.get(name)
    recording = core.recordings.get(name)
    if recorder is None or recording is None:
        return page("monitor", name, {"": "no longer part of its network"})
    return page("monitor", name, _facts(core, recorder, recording), *_pictures(core, recorder, recording))


def _facts(core: Core, recorder: Recorder, recording: Recording) -> dict[str, str]:
    samples = {v: sum(len(rows) for _, rows, _ in recording.chunks.get(v, [])) for v in recorder.variables}
    held = [f"{number} samples of {v}" for v, number in samples.items() if number]
    return {
        "records": f"{', '.join(recorder.variables)} of {recorder.owner} ({recorder.describe()})",
        "period (ms)": f"{recorder.period * core.dt:g}",
        "holds": f"{', '.join(held)} ({recording.n_bytes() / 2**20:.3g} MiB)" if held else "nothing",
        "state": "" if recording.is_on else "paused",
    }


def _pictures(core: Core, recorder: Recorder, recording: Recording) -> list[Picture]:
    """Return pictures of what is held of the first variables that have something to show."""
    latest = recording.latest(MOST_BYTES)
    if not _is_small(core, recorder):
        return []
    held = [variable for variable in recorder.variables if latest.chunks.get(variable)]
    return [_picture(core, recorder, latest, variable) for variable in held[:MOST_PICTURES]]


def _is_small(core: Core, recorder: Recorder) -> bool:
    """Tell whether it takes little to find out whose values were recorded.

    While a thread advances the network, the arrays that say so are in use.
    """
    if isinstance(recorder, NeuronRecorder):
        return True
    projection = core.draft.projections.get(recorder.owner)
    is_free = core.runner is None
    return is_free and projection is not None and (synapses_of(projection) or np.inf) <= MOST_SYNAPSES


def _picture(core: Core, recorder: Recorder, latest: Recording, variable: str) -> Picture:
    if variable in (*SPIKES, SPIKE_TIMES):
        return _raster(core, recorder, latest, variable)
    if not isinstance(recorder, NeuronRecorder):
        svg = drawn(lambda figure: recorder.plot(latest, variable, core, figure.subplots()))
        return Picture(variable, svg)
    rows = np.concatenate([rows for _, rows, _ in latest.chunks[variable]])
    times, number = (latest.sample_steps(variable) + 1) * core.dt, rows[:1].size
    values = rows.reshape(len(rows), -1)[:, :MOST_NEURONS]
    look = {"name": variable, "rasterized": values.size > MOST_STROKES}
    svg = drawn(lambda figure: traces(values, core.dt, figure.subplots(), times, **look))
    few = f", {MOST_NEURONS} of {number} neurons" if number > MOST_NEURONS else ""
    return Picture(f"{variable}{few}", svg)


def _raster(core: Core, recorder: Any, latest: Recording, variable: str) -> Picture:
    times, ranks = recorder.events(latest, variable, core.dt)
    every = -(-len(times) // MOST_SPIKES) or 1
    look = {"color": "tab:blue", "rasterized": len(times) > MOST_STROKES}
    svg = drawn(lambda figure: raster(times[::every], ranks[::every], figure.subplots(), **look))
    return Picture(f"{variable}, {'every spike' if every == 1 else f'one of {every} spikes'}", svg)
