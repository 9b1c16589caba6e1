"""Which kind of monitor records a part of a network: a new kind has its place here."""

from ..connectivity import Ranks
from ._neurons import NeuronRecorder
from ._recorder import Recorder
from ._synapses import SynapseRecorder


def choose_for_neurons(
    name: str, owner: str, ranks: Ranks, variables: tuple[str, ...], period: int, offset: int
) -> Recorder:
    """Return what records variables of some neurons of a population.

    Args:
        name: of the monitor.
        owner: name of the population.
        ranks: the neurons.
        variables: names of what is recorded.
        period, offset: steps; a sample is taken at the end of steps t with `t % period == offset`.
    """
    return NeuronRecorder(name, owner, ranks, variables, period, offset)


def choose_for_synapses(
    name: str, owner: str, dendrite: int | None, variables: tuple[str, ...], period: int, offset: int
) -> Recorder:
    """Return what records variables of the synapses of a projection; for the arguments see `choose_for_neurons`.

    Args:
        dendrite: position of the post-synaptic neuron whose synapses are recorded; None for all.
    """
    return SynapseRecorder(name, owner, variables, dendrite, period, offset)
