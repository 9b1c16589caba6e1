"""What the texts of neurons and those of synapses may say, where they differ."""

from collections.abc import Mapping
from dataclasses import dataclass

from ._model import Locality
from ._vocabulary import BOUND_FLAGS, FLAGS, METHODS, TYPES


@dataclass(frozen=True)
class Kind:
    """The dialect of one kind of model.

    Args:
        noun: for messages.
        flags: that may follow an equation.
        localities: flags that say how many values an attribute has.
        words: names that a step provides, and how many values they have.
        owners: whose attributes can be read as `owner.x`, and how many values these have.
    """

    noun: str
    flags: tuple[str, ...]
    localities: Mapping[str, Locality]
    words: Mapping[str, Locality]
    owners: Mapping[str, Locality]

    def flag_of(self, locality: Locality) -> str:
        """Return the flag that gives an attribute so many values."""
        return next(flag for flag, level in self.localities.items() if level is locality)

    def unit_of(self, locality: Locality) -> str:
        """Return what an attribute of this locality has one value per."""
        return self.noun if locality is Locality.LOCAL else "post-synaptic neuron"


CLOCK = {"t": Locality.SHARED, "dt": Locality.SHARED}
NEURON = Kind(
    noun="neuron",
    flags=FLAGS,
    localities={"population": Locality.SHARED},
    words={**CLOCK, "t_last": Locality.LOCAL},
    owners={},
)
SYNAPSE = Kind(
    noun="synapse",
    flags=(*METHODS, *BOUND_FLAGS, "projection", "postsynaptic", *TYPES),
    localities={"postsynaptic": Locality.POSTSYNAPTIC, "projection": Locality.SHARED},
    words={**CLOCK, "t_pre": Locality.LOCAL, "t_post": Locality.POSTSYNAPTIC},
    owners={"pre": Locality.LOCAL, "post": Locality.POSTSYNAPTIC},
)
KINDS = (NEURON, SYNAPSE)
