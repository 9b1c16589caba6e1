"""One thing after the other: how a step of a small network stays in one thread.

XLA on a CPU hands operations to other threads as soon as more than eight of them are ready. To wake a thread takes
longer than all operations of a small network: a step of 2000 neurons in six populations takes 14 us in one thread and
34 in two. So nothing is ready before its turn: what the next part of a step reads passes, together with what this part
has made, through a loop that never turns (`materialise`). Large networks gain from other threads and stay as they are.
"""

from collections.abc import Sequence
from dataclasses import replace

from jax import Array

from ..network import PopulationSpec
from ..propagation import Spikes, materialise
from ._state import NetworkState

MOST_NEURONS = 2**14  # of a network that is quicker in one thread
AT_ONCE = 4  # statements that may become ready together, with what else a spike does


def is_quicker_alone(populations: Sequence[PopulationSpec], platform: str) -> bool:
    """Tell whether a step is too short for a second thread."""
    return platform == "cpu" and sum(p.size for p in populations) <= MOST_NEURONS


def in_turn(state: NetworkState, serial: Array | None) -> NetworkState:
    """Return the state, none of whose neurons is known before all of them are.

    Args:
        state: after a part of a step.
        serial: the counter of the calling loop, see `materialise`; None leaves the order to XLA.
    """
    if serial is None:
        return state
    marks = {name: getattr(spikes, _marks(spikes)) for name, spikes in state.spikes.items()}
    neurons = state.populations, marks, state.refractory, state.last_spike
    populations, marks, refractory, last_spike = materialise(neurons, serial)
    spikes = {name: replace(x, **{_marks(x): marks[name]}) for name, x in state.spikes.items()}
    return replace(state, populations=populations, spikes=spikes, refractory=refractory, last_spike=last_spike)


def _marks(spikes: Spikes) -> str:
    """Return the field that says who spiked; nothing waits for distances, which only gradients read."""
    return "words" if isinstance(spikes, Spikes) else "flags"
