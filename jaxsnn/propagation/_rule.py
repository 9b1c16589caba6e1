"""What an event does at a synapse, seen from the kernels: values in, changes out, for many synapses at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jax
from jax import Array

from ..connectivity import Storage
from ._spikes import Spikes

Arrays = dict[str, Array]
HAPPENS = "it happens"  # no name in an equation


@dataclass(frozen=True)
class Outcome:
    """What a rule makes of the values at some synapses.

    Args:
        changes: new values of attributes, by name.
        gain: what is added to the input of the post-synaptic neuron, None for nothing.
        gains: by input, what is added to some of them in the place of `gain`.
        target: the new value of that input, from a rule that is not a sum; None otherwise.
    """

    changes: Arrays
    gain: Array | None = None
    target: Array | None = None
    gains: Mapping[str, Array] = field(default_factory=dict)

    def added_to(self, name: str) -> Array | None:
        """Return what is added to one of the inputs."""
        return self.gains.get(name, self.gain)


@dataclass(frozen=True)
class Rule:
    """What an event does at a synapse.

    Args:
        apply: maps values by name to an outcome; the same function for one row of synapses and for all of them.
        adds: whether arrivals add up, so that their order does not matter. Otherwise `apply` finds the input under
            `g_target`, and arrivals follow each other in the order of ranks.
        adds_weight: whether the gain is the weight itself, which is 0 wherever there is no synapse: the event path then
            need not ask where there is one.
        is_tame: whether the outcome is finite, with its derivatives, also where nothing happens. Otherwise `apply`
            finds under `HAPPENS` at which synapses the event happens, if not at all: others have no derivative.
    """

    apply: Callable[[Mapping[str, Any]], Outcome]
    adds: bool = True
    adds_weight: bool = False
    is_tame: bool = True


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Operands:
    """What a rule reads and no event changes, by name.

    Args:
        storage: who is connected to whom.
        places: values at the synapses, of the shape of the places.
        own: values of the neurons that spike, (population,) each.
        across: values of the neurons at the other end, (population,) each.
        shared: single values.
    """

    storage: Storage
    places: Arrays
    own: Arrays
    across: Arrays
    shared: Arrays


# kernel(operands, spikes, changed, into, opaque) -> (changed, into): attributes at the places that the rule changes,
# and inputs of the post-synaptic population, (population,) each. `opaque` is the counter of the calling loop, as for
# `materialise`: None leaves it to XLA what is computed once. A kernel that hides values needs a number.
Kernel = Callable[[Operands, Spikes, Arrays, Arrays, Array | None], tuple[Arrays, Arrays]]
