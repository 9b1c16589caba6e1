"""When spikes happen and what their derivative is: chosen by a population, else by the network, else by the model."""

from dataclasses import dataclass, fields
from typing import Any

from ..errors import ArgumentError
from ..inputs import STRAIGHT_THROUGH
from ..models import Neuron
from ..surrogates import Surrogate


@dataclass(frozen=True)
class SpikeChoice:
    """What can be chosen about spikes; None leaves it to who comes next. For the meanings see `Neuron`."""

    surrogate: str | Surrogate | None = None
    differentiable_reset: bool | None = None
    spikes: str | None = None
    gradients: str | None = None

    @property
    def given(self) -> dict[str, Any]:
        """What is chosen, by name."""
        return {f.name: x for f in fields(self) if (x := getattr(self, f.name)) is not None}

    def of(self, model: Neuron, of_network: "SpikeChoice") -> Neuron:
        """Return a model with what its population chooses, else the network.

        Args:
            model: of the population.
            of_network: what the network chooses. Inputs, which spike by chance or by a table, do not follow it.

        Raises:
            ArgumentError: the population chooses something and does not spike.
        """
        if not model.is_spiking:
            if self.given:
                names = " and ".join(f"`{name}`" for name in self.given)
                raise ArgumentError(f"{names} belong to spiking neurons: this model has no condition `spike`")
            return model
        is_input = model.surrogate == STRAIGHT_THROUGH
        chosen = ({} if is_input else of_network.given) | self.given
        return model.with_changes(**chosen) if chosen else model
