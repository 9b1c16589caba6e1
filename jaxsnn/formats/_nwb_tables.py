"""The tables of a file of NWB: who spiked when, and what columns of series stand for."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ._recordings import Signal, SpikeTrains

Stored = Callable[[np.ndarray], Any]  # how an array goes into a file
MEANINGS = {
    "rank": "Rank of the neuron in its population.",
    "pre": "Rank of the pre-synaptic neuron.",
    "post": "Rank of the post-synaptic neuron.",
}


def units_table(pynwb: Any, spikes: Sequence[SpikeTrains], stored: Stored) -> Any:
    """Return the table of all neurons whose spikes were recorded. Columns are made whole: a row at a time is slow."""
    from hdmf.common import VectorData, VectorIndex

    moments = stored(np.concatenate([s.times for s in spikes]) / 1000.0)
    times = VectorData(name="spike_times", description="Spike times, s.", data=moments)
    seen = [np.repeat([_intervals(s)], len(s.recorded), axis=0).reshape(-1, 2) for s in spikes]
    intervals = VectorData(
        name="obs_intervals", description="When it was recorded, s.", data=stored(np.concatenate(seen))
    )
    of_each = np.concatenate([np.full(len(s.recorded), len(s.intervals)) for s in spikes])
    columns = [
        times,
        VectorIndex(name="spike_times_index", target=times, data=_ends([s.ends for s in spikes])),
        intervals,
        VectorIndex(name="obs_intervals_index", target=intervals, data=np.cumsum(of_each).astype(np.uint64)),
        VectorData(name="rank", description=MEANINGS["rank"], data=np.concatenate([s.recorded for s in spikes])),
        VectorData(name="monitor", description="Name of its monitor.", data=_texts(spikes, "monitor")),
        VectorData(name="variable", description="What was recorded.", data=_texts(spikes, "variable")),
    ]
    names = ["spike_times", "obs_intervals", "rank", "monitor", "variable"]
    ids, resolution = list(range(len(of_each))), spikes[0].dt / 1000.0
    told = {"name": "units", "description": "Simulated neurons.", "resolution": resolution}
    return pynwb.misc.Units(columns=columns, colnames=names, id=ids, **told)


def _intervals(spikes: SpikeTrains) -> np.ndarray:
    return np.stack([spikes.recorded_from, spikes.recorded_to], axis=1) / 1000.0


def _ends(of_each: Sequence[np.ndarray]) -> np.ndarray:
    """Return where the spikes of each neuron end among those of all monitors."""
    before = np.cumsum([0, *(ends[-1] for ends in of_each)])
    return np.concatenate([ends + n for ends, n in zip(of_each, before, strict=False)]).astype(np.uint64)


def _texts(spikes: Sequence[SpikeTrains], name: str) -> list[str]:
    return [getattr(s, name) for s in spikes for _ in s.recorded]


def columns_of(pynwb: Any, name: str, signal: Signal) -> Any:
    """Return the table of what the columns of a series stand for."""
    from hdmf.common import DynamicTable, VectorData

    columns = [VectorData(name=n, description=MEANINGS[n], data=np.asarray(x)) for n, x in signal.labels.items()]
    about = f"What the columns of `{name}` stand for, in their order."
    return DynamicTable(name=f"{name}_columns", description=about, columns=columns, colnames=list(signal.labels))
