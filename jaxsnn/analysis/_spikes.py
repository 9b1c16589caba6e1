"""Spike dictionaries: made from recordings, checked, and taken apart into arrays."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .. import arguments
from ..errors import ArgumentError

SpikeDict = Mapping[int, Sequence[int]]


def spike_dict(steps: np.ndarray, ranks: np.ndarray, recorded: Sequence[int]) -> dict[int, list[int]]:
    """Return the spike dictionary of sorted spikes, with an entry for every recorded rank.

    Args:
        steps: (n_spikes,) step of each spike, neuron by neuron.
        ranks: (n_spikes,) who fired, ascending.
        recorded: ranks that shall have an entry.

    Example:
        >>> spike_dict(np.array([3, 10, 5]), np.array([0, 0, 4]), recorded=[0, 1, 4])
        {0: [3, 10], 1: [], 4: [5]}
    """
    steps, ranks = whole_steps(steps, "steps"), whole_steps(ranks, "ranks")
    if len(steps) != len(ranks):
        raise ArgumentError(f"`steps` and `ranks` have one entry per spike, not {len(steps)} and {len(ranks)}")
    recorded = whole_steps(recorded, "recorded").tolist()
    starts = np.searchsorted(ranks, recorded, side="left")
    ends = np.searchsorted(ranks, recorded, side="right")
    return {int(r): steps[a:b].tolist() for r, a, b in zip(recorded, starts, ends, strict=True)}


def whole_steps(values: Any, name: str) -> np.ndarray:
    """Return whole numbers as an array (n,); raise `ArgumentError` for anything else."""
    found = np.asarray(values)
    if found.ndim != 1 or (found.size and found.dtype.kind not in "iu"):
        raise ArgumentError(f"`{name}` is a sequence of whole numbers, not {_brief(values)}")
    return found.astype(np.int64)


def flatten(spikes: SpikeDict) -> tuple[np.ndarray, np.ndarray]:
    """Return `(steps, rows)`, both (n_spikes,): the steps neuron by neuron, and which entry each belongs to."""
    if not isinstance(spikes, Mapping):
        what = "spikes are a dictionary {rank: [steps]}, as `Monitor.get('spike')` returns it"
        raise ArgumentError(f"{what}, not a {type(spikes).__name__}")
    trains = [_steps(rank, train) for rank, train in spikes.items()]
    rows = np.repeat(np.arange(len(trains)), [len(train) for train in trains])
    return np.concatenate([np.zeros(0, np.int64), *trains]), rows


def _steps(rank: int, train: Any) -> np.ndarray:
    steps = np.asarray(train)
    if steps.ndim != 1 or (steps.size and steps.dtype.kind not in "iu"):
        what = f"spikes[{rank!r}] is {_brief(train)}: the spikes of a neuron are a sequence of steps, whole numbers"
        raise ArgumentError(f"{what} (times in ms are divided by dt and rounded first)")
    return steps.astype(np.int64)


def _brief(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


def select_ranks(spikes: SpikeDict, ranks: Any) -> SpikeDict:
    """Return the entries of these ranks; None for all."""
    if ranks is None or not isinstance(spikes, Mapping):
        return spikes
    if isinstance(ranks, Mapping):
        raise ArgumentError(f"`ranks` are ranks of neurons, not {ranks!r}")
    listed = np.atleast_1d(np.asarray(ranks)).ravel().tolist()
    missing = [rank for rank in listed if rank not in spikes]
    if missing:
        raise ArgumentError(f"no spikes were recorded for rank {missing[0]}; recorded are {_brief(sorted(spikes))}")
    return {rank: spikes[rank] for rank in listed}


def window(steps: np.ndarray, start: int | None, stop: int | None) -> tuple[int, int]:
    """Return the first step of a window and the one after its last; None stands for the first and last spike."""
    start, stop = _whole("start", start), _whole("stop", stop)
    if start is not None and stop is not None and stop < start:
        raise ArgumentError(f"a window ends after its start: `stop` = {stop} stands before `start` = {start}")
    if start is None:
        start = int(steps.min()) if steps.size else stop or 0
    if stop is None:
        stop = int(steps.max()) + 1 if steps.size else start
    return start, max(start, stop)


def _whole(name: str, value: int | None) -> int | None:
    if value is None:
        return None
    number = arguments.as_number(value)
    if number is None or not number.is_integer() or abs(number) >= 2**31:
        raise ArgumentError(f"`{name}` is a step, a whole number below 2^31, not {value!r}")
    return int(number)


def check_duration(name: str, value: float) -> None:
    """Raise unless a duration is greater than 0."""
    arguments.real(value, name, "ms", above=0.0)
