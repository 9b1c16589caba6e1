"""Where it is kept when something last happened at a synapse: what event-driven variables ask for."""

from enum import Enum

from ..equations import SynapseEquations
from ._delivery import Delivery


class EventClock(Enum):
    """Where the step of the last event at each synapse is kept; `summary()` prints it.

    A spike is an event at all synapses of its neuron. If it reaches them in the same step, the last event at a synapse
    is the later of the last ones of its two neurons: one number for each neuron says it for all synapses, the same
    number to the bit, and a spike need neither read nor write it at every synapse.
    """

    OF_NEURONS = "one for each neuron"
    OF_SYNAPSES = "one for each synapse"


def choose_event_clock(model: SynapseEquations, delivery: Delivery) -> EventClock | None:
    """Return where the steps of last events are kept; None where no variable is event-driven.

    Spikes with delays of their own reach the synapses of a neuron in different steps; a synapse that a rule creates has
    had no event, whatever its neurons have done.

    Args:
        model: the equations of the synapses.
        delivery: how spikes reach them.
    """
    if not model.event_driven:
        return None
    shared = delivery.is_shared and not model.is_structural
    return EventClock.OF_NEURONS if shared else EventClock.OF_SYNAPSES
