"""`TraceFit`: what a fit to a trace with spikes found, and how well the neuron does on its own."""

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, eq=False)
class TraceFit:
    """What `fit_trace` found.

    Args:
        params: of the network, with the values found.
        values: these values by name.
        loss: how far the neuron that is held to the recording is from it, at the end.
        trace: (n_steps,) of the neuron that runs on its own, the check.
        spikes: steps in which it spikes on its own.
        hits: how many recorded spikes have a spike of its own within the tolerance.
        recorded: how many spikes were recorded.
        starts: (starts,) values by name where each start ended, the best one first.
        losses: (starts,) of them.
        history: (steps of all stages,) sum of the losses of all starts.

    Example:
        >>> fit = TraceFit(None, {"cell.tau": 9.8}, 0.1, np.zeros(9), np.array([4]), 1, 2, {}, np.zeros(1), np.zeros(1))
        >>> print(fit)
        1 of 2 spikes, 1 on its own; loss 0.1
        cell.tau = 9.8
    """

    params: Any
    values: dict[str, float]
    loss: float
    trace: np.ndarray
    spikes: np.ndarray
    hits: int
    recorded: int
    starts: dict[str, np.ndarray]
    losses: np.ndarray
    history: np.ndarray

    def __str__(self) -> str:
        """Return spikes, loss and values."""
        head = f"{self.hits} of {self.recorded} spikes, {len(self.spikes)} on its own; loss {self.loss:.4g}"
        return "\n".join([head, *(f"{name} = {x:.6g}" for name, x in self.values.items())])

    __repr__ = __str__


def coincidences(recorded: np.ndarray, found: np.ndarray, tolerance: float) -> int:
    """Return how many recorded spikes have one that was found within a tolerance, each of these counted once.

    Example:
        >>> coincidences(np.array([10, 20, 30]), np.array([11, 19, 24, 50]), 4)
        2
        >>> coincidences(np.array([10, 12]), np.array([11]), 4)
        1
    """
    left, hits = list(found), 0
    for spike in recorded:
        near = [x for x in left if abs(x - spike) <= tolerance]
        if near:
            left.remove(min(near, key=lambda x: abs(x - spike)))
            hits += 1
    return hits
