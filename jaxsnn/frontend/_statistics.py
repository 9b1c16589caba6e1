"""Statistics of spikes in the forms of ANNarchy: lists of intervals, counts of neurons as rows of one array."""

from typing import Any

import numpy as np

from .. import analysis


def histogram(spikes: Any, bins: float | None, per_neuron: bool, recording_window: Any, dt: float) -> np.ndarray:
    """Return counts (bins,), or (neurons, bins) in the order of the dictionary; see `analysis.histogram`."""
    counts = analysis.histogram(spikes, bins, per_neuron, recording_window, dt)
    return counts if isinstance(counts, np.ndarray) else np.array(list(counts.values()))


def inter_spike_interval(spikes: Any, ranks: Any, per_neuron: bool, dt: float) -> list[float] | dict[int, list[float]]:
    """Return intervals, ms, as a list, or as lists by rank; see `analysis.inter_spike_interval`."""
    found = analysis.inter_spike_interval(spikes, ranks, per_neuron, dt)
    return found.tolist() if isinstance(found, np.ndarray) else {rank: x.tolist() for rank, x in found.items()}


def coefficient_of_variation(spikes: Any, ranks: Any, per_neuron: bool, dt: float) -> list[float] | dict[int, float]:
    """Return coefficients as a list, or by rank; see `analysis.coefficient_of_variation`."""
    found = analysis.coefficient_of_variation(spikes, ranks, per_neuron, dt)
    return found.tolist() if isinstance(found, np.ndarray) else found
